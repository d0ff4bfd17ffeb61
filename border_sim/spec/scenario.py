"""A scenario: which ports, from when, how long, and what is changed against the baseline catalogue."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec import patterns
from border_sim.spec.base import Booths, Spec, refuse
from border_sim.spec.demand import DayOfWeek, Profile, Response, Seasonality
from border_sim.spec.inspection import Inspection
from border_sim.spec.notice import Notice
from border_sim.spec.pace import Pace, RouteStation
from border_sim.spec.port import Port
from border_sim.spec.problem import WholeError
from border_sim.spec.selection import Selection, SelectionText, names_of
from border_sim.spec.staffing import AccustomedLaw, PlanningRule
from border_sim.spec.value_change import ValueChange
from border_sim.spec.words import counted
from border_sim.vocabulary import MOST_BAYS, Mode, Station

SlugText = Annotated[str, Field(pattern=patterns.SLUG, max_length=60)]
PortText = Annotated[str, Field(max_length=60, json_schema_extra={"pattern": patterns.SLUG})]
"""The slug of a port that is looked up."""

DEFAULT_START: Final = date(2024, 4, 8)
DEFAULT_DAYS: Final = 7
DEFAULT_WARM_UP_DAYS: Final = 1
_PACE_NAMES_NONE: Final = "names none; write e.g. pace: {primary: 1.5} or pace: {primary: {general: 2}}"
_ONE_OF: Final = "gate: shut, booths_cap: N, bays: {state: N} and pace: {primary: 1.5}"


Cap = Annotated[int, Field(strict=True, ge=0, le=MOST_BAYS)]


class BaysCap(Spec):
    """The most bays of some stations that are open during a disruption."""

    scan: Cap | None = None
    """Of the scan before primary; this and `state` `None`: as usual."""
    secondary: dict[str, Cap] = {}
    """By kind; one that is left out is as usual."""
    state: Annotated[Cap | None, Field(validate_default=True)] = None
    """Of full state inspection."""

    @field_validator("state")
    @classmethod
    def _some(cls, state: int | None, info: ValidationInfo) -> int | None:
        if state is None and info.data.get("scan", 0) is None and info.data.get("secondary") == {}:
            raise WholeError("names none; write e.g. bays: {state: 2} or bays: {secondary: {nii: 1}}")
        return state

    def caps(self) -> Iterator[tuple[Station, str | None, int]]:
        """Station, kind (at secondary) and most bays of each cap."""
        if self.scan is not None:
            yield Station.SCAN, None, self.scan
        for kind, most in self.secondary.items():
            yield Station.SECONDARY, kind, most
        if self.state is not None:
            yield Station.STATE, None, self.state


class Disruption(Spec):
    """From `from` to `until` (local time of the port) the gate is shut to arrivals, fewer booths or bays are open, or
    services take longer or shorter: one of these.
    """

    port: PortText | None = None
    """A port of the catalogue or of `own_ports`. `None`: give `ports`."""
    ports: Annotated[Selection | None, Field(validate_default=True)] = None
    """Several: `all`, a state such as `TX`, or a list of ports and states; those without the mode are passed over.
    `None`: give `port`.
    """
    mode: Mode
    """The mode concerned; write one disruption for each."""
    begins: Annotated[datetime, Field(alias="from")]
    """Its first instant, on the port's clock."""
    until: datetime
    """The first instant after it, on the port's clock."""
    gate: Literal["shut"] | None = None
    """`shut` turns away whoever arrives, for good; who is inside is served. `None`: a key below is given."""
    booths_cap: Booths | None = None
    """The most booths of the mode that are open, over its pools in file order; of several caps the lowest holds.
    `None`: another of these keys is given.
    """
    bays: BaysCap | None = None
    """The most bays that are open, nested as in the port: `{scan: 0}`, `{secondary: {nii: 1}}` or `{state: 2}`; of
    several caps the lowest holds. `None`: another of these keys is given.
    """
    pace: Annotated[dict[RouteStation, Pace | dict[str, Pace]] | None, Field(validate_default=True)] = None
    """By station a factor on the time of each service that begins, or factors by the name of a pool: `{primary: 1.5}`,
    `{secondary: {nii: 2}}`; several at once multiply. `None`: another of these keys is given.
    """

    def names(self) -> tuple[str, ...]:
        """The names of the ports, as written."""
        return names_of(self.port or self.ports or ())

    @field_validator("ports")
    @classmethod
    def _place(cls, ports: Selection | None, info: ValidationInfo) -> Selection | None:
        if "port" in info.data and (info.data["port"] is None) == (ports is None):
            found = "names no port" if ports is None else "has both port and ports"
            raise WholeError(f"{found}; a disruption has either port: a slug or ports: all, a state or a list")
        return ports

    def in_words(self) -> str:
        """Its mode, its time on the port's clock and what it does."""
        begins, until = (each.isoformat(" ", "minutes") for each in (self.begins, self.until))
        return f"{self.mode}, {begins} to {until}: {self.effect()}"

    def effect(self) -> str:
        """What it does, in words."""
        if self.gate:
            return "gate shut"
        if self.booths_cap is not None:
            return f"at most {counted(self.booths_cap, 'booth')} open"
        return ", ".join(_in_words(self))

    @field_validator("begins", "until")
    @classmethod
    def _local(cls, instant: datetime) -> datetime:
        if instant.tzinfo:
            raise ValueError("times are local to the port; write them without a zone, e.g. 2024-03-04T06:00")
        return instant

    @field_validator("until")
    @classmethod
    def _after(cls, until: datetime, info: ValidationInfo) -> datetime:
        begins = info.data.get("begins")
        if begins is not None and until <= begins:
            raise ValueError(f"not after from, {begins.isoformat()}")
        return until

    @field_validator("pace")
    @classmethod
    def _one(cls, pace: Any, info: ValidationInfo) -> Any:
        if {"gate", "booths_cap", "bays"} <= info.data.keys():
            given = [name for name in ("gate", "booths_cap", "bays") if info.data[name] is not None]
            given += [] if pace is None else ["pace"]
            if len(given) != 1:
                found = f"has {' and '.join(given)}" if given else "does nothing"
                raise WholeError(f"{found}; a disruption has one of {_ONE_OF}")
        if pace == {}:
            raise ValueError(_PACE_NAMES_NONE)
        refuse(((station,), each, _PACE_NAMES_NONE) for station, each in (pace or {}).items() if each == {})
        return pace


def _in_words(disruption: Disruption) -> Iterator[str]:
    """What a disruption does to bays and pace."""
    for station, kind, most in disruption.bays.caps() if disruption.bays else ():
        yield f"at most {counted(most, 'bay')} of {station}{f' {kind}' if kind else ''} open"
    for station, pace in (disruption.pace or {}).items():
        for name, factor in pace.items() if isinstance(pace, dict) else ((None, pace),):
            yield f"service at {station}{f' {name}' if name else ''} takes {factor:g} times as long"


class PortDisruption(Disruption):
    """A disruption at one port."""

    port: SlugText
    ports: Annotated[None, Field(exclude=True)] = None


class ResponseChange(Spec):
    """What a scenario changes of the baseline's response; `None`: as in the baseline."""

    elasticity: Annotated[float, Field(strict=True, ge=0, le=5)] | None = None
    """Relative fall of demand for a posted wait at twice the accustomed one; 0: nobody is deterred by a wait."""
    day_cv: Annotated[float, Field(strict=True, ge=0, le=2)] | None = None
    """Coefficient of variation of the factor on a day's demand; 0: every day has what is expected."""
    hour_sd: Annotated[float, Field(strict=True, ge=0, le=2)] | None = None
    """Standard deviation of the factor on an hour's demand; 0: none."""
    hour_rho: Annotated[float, Field(strict=True, ge=0, lt=1)] | None = None
    """Correlation of one hour's factor with the next."""


class Scenario(Spec):
    """What a planner writes. Everything may be left out: the empty scenario is the baseline."""

    name: str = "baseline"
    """What the run is called in its manifest and report."""
    description: str = ""
    """For readers of its manifest and report; nothing depends on it."""
    ports: Selection | None = None
    """Which ports are simulated, of the catalogue and of `own_ports`: `all`, a state such as `TX`, or a list of ports
    and states. `None`: all own ports if there are any, else all of the catalogue.
    """
    start: Annotated[date, Field(ge=date(1973, 1, 1), le=date(2199, 12, 31))] | None = None
    """The first measured day, from each port's own midnight, 1973 to 2199; `None`: Monday 2024-04-08."""
    days: Annotated[int, Field(strict=True, ge=1, le=3660)] | None = None
    """Measured days; `None`: 7."""
    warm_up_days: Annotated[int, Field(strict=True, ge=0, le=366)] | None = None
    """Days simulated before `start`, in logs but not in metrics; the first begins with empty queues. `None`: 1."""
    response: ResponseChange = ResponseChange()
    """How demand answers waits, at all ports."""
    own_ports: dict[SlugText, Port] = {}
    """Ports that the catalogue does not have, by a slug of their own."""
    changes: dict[SelectionText, dict[str, Any]] = {}
    """By port of the catalogue, the keys to change, nested as in the port's file; instead of a port `all`, a state
    such as `TX`, or several with commas between.
    """
    disruptions: tuple[Disruption, ...] = ()
    """Gates shut and booths missing for a time."""


class Catalogue(Spec):
    """All that `configs/` holds, validated."""

    ports: dict[str, Port]
    profiles: dict[str, Profile]
    seasonality: dict[str, Seasonality]
    days_of_week: dict[str, DayOfWeek]
    inspections: dict[str, Inspection]
    response: Response
    planning: PlanningRule
    accustomed: AccustomedLaw


class ResolvedPort(Spec):
    """A port whose modes all hold their `Inspection` and accustomed wait, beside the baseline's (its own, for an
    own port).
    """

    slug: SlugText
    port: Port
    baseline: Port
    """The port before the scenario's changes: planned staffing is computed from it unless the scenario changes
    staffing.
    """


class Resolved(Spec):
    """A scenario ready to run: `ResolvedPort`s in slug order, the tables they name, and the run's frame."""

    name: str
    start: date
    days: int
    warm_up_days: int
    response: Response
    ports: tuple[ResolvedPort, ...]
    profiles: dict[str, Profile]
    seasonality: dict[str, Seasonality]
    days_of_week: dict[str, DayOfWeek]
    planning: PlanningRule
    disruptions: tuple[PortDisruption, ...] = ()
    description: Annotated[str, Field(exclude=True)] = ""
    """What the scenario says of itself; no part of the configuration."""
    notices: Annotated[tuple[Notice, ...], Field(exclude=True)] = ()
    """What the scenario says that has no effect; no part of the configuration."""
    changes: Annotated[tuple[ValueChange, ...], Field(exclude=True)] = ()
    """Every value that the scenario changes of the baseline; no part of the configuration."""

    @field_validator("disruptions", mode="before")
    @classmethod
    def _as_now(cls, disruptions: Any) -> Any:
        """Disruptions as earlier versions wrote them, with `booths` for `booths_cap`, are still read."""
        return [_renamed(each) for each in disruptions] if isinstance(disruptions, list) else disruptions


def _renamed(disruption: Any) -> Any:
    if not isinstance(disruption, dict) or "booths" not in disruption:
        return disruption
    return {"booths_cap" if key == "booths" else key: value for key, value in disruption.items()}
