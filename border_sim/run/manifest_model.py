"""The model of `manifest.json`: what was run, with what, and what came of it.

Facts of the wall clock and the machine stand apart in `run_info`. `docs/data-dictionary.md` says what each key means,
from `run.meanings`.
"""

import re
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    model_validator,
)

from border_sim.engine.conductor import End
from border_sim.records import PortInfo
from border_sim.run.defaults import MAX_REPLICATION, MAX_SEED, is_window
from border_sim.spec.base import Booths
from border_sim.spec.scenario import PortDisruption
from border_sim.spec.time_zone import time_zones
from border_sim.vocabulary import DAY_US

VERSION: Final = 2
READ_VERSIONS: Final = (1, 2)
"""Version 1 says `complete` of a port instead of `end`, and knows neither notices nor changes."""
_DRAIN_DAYS: Final = 3
"""Two days of drain, and an hour for a change of the clock."""
_SLUG: Final = re.compile(r"[a-z0-9-]+")

Status = Literal["running", "complete", "interrupted", "failed"]
Instant = Annotated[int, Field(ge=0, lt=2**62)]


class _Part(BaseModel):
    """Frozen; keys that this version does not know are passed over, for what later ones may add."""

    model_config = ConfigDict(frozen=True, validate_by_name=True)


class Counts(_Part):
    """Candidates by what became of them, warm-up and drain included."""

    candidates: NonNegativeInt = 0
    """`arrived` + `deterred_wait` + `deterred_gate`"""
    arrived: NonNegativeInt = 0
    """`released` + `present`"""
    deterred_wait: NonNegativeInt = 0
    deterred_gate: NonNegativeInt = 0
    released: NonNegativeInt = 0
    present: NonNegativeInt = 0
    """Still inside when the run ended"""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = self.arrived + self.deterred_wait + self.deterred_gate
        if self.candidates != parts:
            raise ValueError(f"candidates are {self.candidates}, but arrived and deterred are {parts} together")
        return self


def _end(value: Any) -> Any:
    """Why a port's run is over, from what either version says."""
    if isinstance(value, bool):
        return End.COMPLETE if value else None
    return End(value) if isinstance(value, str) else value


class PortEntry(_Part):
    """What the manifest says of a port."""

    end: Annotated[End | None, Field(validation_alias=AliasChoices("end", "complete")), BeforeValidator(_end)]
    """Why its run is over; `None`: it was cut short by a version of border-sim that did not end it in its events"""
    from_us: Instant
    """When its run began, with the warm-up"""
    until_us: Instant
    """One past its last instant"""
    counts: Counts
    event_hash: str | None
    """`None`: nothing was logged or streamed"""
    info: PortInfo
    """What a reader of the port's tables needs to know"""

    @model_validator(mode="after")
    def _is_of_a_port(self) -> Self:
        if not self.info.pools:
            raise ValueError("it has no pools")
        counts, left = self.counts, self.counts.released + self.counts.present
        if self.end is not None and counts.arrived != left:
            raise ValueError(f"arrived are {counts.arrived}, but released and present are {left} together")
        return self


class ValueNotice(_Part):
    """Something that was written and has no effect."""

    place: str
    """The key path in words"""
    value: str
    message: str


class ValueChanged(_Part):
    """A value that the scenario changes of the baseline."""

    place: str
    """The key path in words"""
    old: str
    new: str


class _Extensible(_Part):
    """A part of the configuration of which readers need some keys; the others are kept as they are."""

    model_config = ConfigDict(frozen=True, extra="allow")


class City(_Extensible):
    """The place on the other side of the border."""

    city: str | None = None


class Described(_Extensible):
    """A port as resolved: what is said of it in words."""

    name: str
    state: str | None = None
    mexico: City | None = None
    note: str | None = None
    modes: dict[str, Any] = {}


class ConfiguredPort(_Extensible):
    """A port of the configuration."""

    slug: str
    port: Described


class ConfiguredDisruption(PortDisruption):
    """A disruption of the configuration, also as earlier versions wrote it."""

    booths_cap: Annotated[
        Booths | None, Field(validate_default=True, validation_alias=AliasChoices("booths_cap", "booths"))
    ] = None


class Configuration(_Extensible):
    """The whole resolved scenario, every figure with its source: enough to run it again."""

    name: str
    start: Annotated[date, Field(ge=date(1970, 1, 1), le=date(2200, 1, 1))]
    days: Annotated[int, Field(ge=1, le=3660)]
    warm_up_days: Annotated[int, Field(ge=0, le=366)]
    ports: tuple[ConfiguredPort, ...]
    disruptions: tuple[ConfiguredDisruption, ...] = ()


class RunInfo(_Part):
    """Facts of the wall clock and the machine, which change no result."""

    started: str
    """ISO 8601, UTC"""
    python: str
    platform: str
    command: str
    workers: int | None = None
    """Ports simulated side by side; `None`, as what follows: the run is not over"""
    seconds: float | None = None
    peak_memory_mib: int | None = None


def _window(window_us: int) -> int:
    if not is_window(window_us):
        raise ValueError("no hour is a whole number of such windows, and they are no whole hours of which a day is")
    return window_us


class Manifest(_Part):
    """What was run, with what, and what came of it."""

    manifest_version: Literal[1, 2]
    status: Status
    run: str
    """Its identifier in every event"""
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)]
    replication: Annotated[int, Field(ge=0, le=MAX_REPLICATION)]
    engine: Literal["compiled", "reference"]
    window_us: Annotated[int, Field(gt=0, le=DAY_US), AfterValidator(_window)]
    """Length of a window of metrics"""
    logs: tuple[Literal["ndjson", "parquet"], ...]
    configuration_hash: str
    event_hash: str | None
    """`None`: nothing was logged or streamed, or no port's run is over"""
    counts: Counts
    """Of all ports together"""
    versions: dict[str, str]
    """Of border-sim and of the libraries that can change a result"""
    ports: dict[str, PortEntry]
    """By slug"""
    description: str = ""
    """What the scenario says of itself"""
    notices: tuple[ValueNotice, ...] = ()
    changes: tuple[ValueChanged, ...] = ()
    configuration: Configuration
    run_info: RunInfo

    @model_validator(mode="after")
    def _has_ports_of_its_days(self) -> Self:
        days = self.configuration.warm_up_days + self.configuration.days + _DRAIN_DAYS
        for slug, entry in self.ports.items():
            if slug != entry.info.slug or not _SLUG.fullmatch(slug):
                raise ValueError(f"a port is called {slug!r} and {entry.info.slug!r}")
            if not entry.until_us - days * DAY_US <= entry.from_us < entry.until_us:
                raise ValueError(f"{slug} is run from {entry.from_us} to {entry.until_us} us, in {days} days at most")
            if not entry.from_us <= entry.info.measured_from_us <= entry.from_us + days * DAY_US:
                raise ValueError(
                    f"{slug} is run from {entry.from_us} us, measured from {entry.info.measured_from_us} us"
                )
        return self

    @model_validator(mode="after")
    def _has_ports_that_are_configured(self) -> Self:
        configured = {port.slug for port in self.configuration.ports}
        if unknown := sorted(self.ports.keys() - configured):
            raise ValueError(f"its configuration has no {unknown[0]!r}, which is one of its ports")
        if self.status == "complete" and not self.ports:
            raise ValueError("names no ports")
        if self.status == "complete" and (missing := sorted(configured - self.ports.keys())):
            raise ValueError(f"is complete without {missing[0]!r}, a port of its configuration")
        return self

    @model_validator(mode="after")
    def _has_time_zones(self) -> Self:
        for slug, info in self.infos.items():
            if info.time_zone not in time_zones():
                place = f"ports.{slug}.info.time_zone"
                raise ValueError(f"has no valid {place} ({info.time_zone!r}: no name of the tz database)")
        return self

    @model_validator(mode="after")
    def _counts_its_ports(self) -> Self:
        for name in Counts.model_fields:
            total, parts = getattr(self.counts, name), sum(getattr(port.counts, name) for port in self.ports.values())
            if total != parts:
                raise ValueError(f"{name} of the run is {total}, of its ports {parts}")
        return self

    @property
    def infos(self) -> dict[str, PortInfo]:
        """What a reader of their tables needs to know of the ports, by slug."""
        return {slug: entry.info for slug, entry in self.ports.items()}
