"""A port of entry: where it is, and for each mode its demand, hours, booths, pools, staffing and inspection."""

from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec.base import Booths, Mistaken, NonNegative, Share, Sourced, Spec, refuse, require_sum_to_one
from border_sim.spec.calendar import ALWAYS, Hours, WeeklyBooths
from border_sim.spec.demand import Demand
from border_sim.spec.inspection import Inspection
from border_sim.spec.staffing import Group, Planned, Schedule, Staffing, group_of
from border_sim.vocabulary import ENTITLED, LaneClass, Mode, Programme, lane_classes, programmes

MAX_POOLS = 12


class Pool(Spec):
    """Booths that serve the same ordered list of lane classes."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    serves: Annotated[tuple[Annotated[tuple[LaneClass, ...], Field(min_length=1)], ...], Field(min_length=1)]
    """Ranks of lane classes: lower ranks first; within a rank in the order of joining."""
    max_open: Booths

    @field_validator("serves")
    @classmethod
    def _once(cls, serves: tuple[tuple[LaneClass, ...], ...]) -> tuple[tuple[LaneClass, ...], ...]:
        lanes = [lane for rank in serves for lane in rank]
        if twice := sorted({lane for lane in lanes if lanes.count(lane) > 1}):
            raise ValueError(f"{', '.join(twice)} is served in two places; a pool serves a lane class in one rank")
        return serves


class Installed(Sourced):
    """Booths built for a mode."""

    booths: Booths


class Memberships(Sourced):
    """Share of each programme among a mode's crossings."""

    share: dict[Programme, Share]

    @field_validator("share")
    @classmethod
    def _sum(cls, share: dict[Programme, Share]) -> dict[Programme, Share]:
        require_sum_to_one({programme.value: part for programme, part in share.items()}, "the programme shares")
        return share


class LoadedShare(Sourced):
    """Share of trucks with load."""

    share: Share


class Bays(Sourced):
    """Bays of each kind of secondary inspection by name, and of state inspection; always open."""

    secondary: dict[str, Annotated[int, Field(strict=True, ge=1, le=500)]] = {}
    state: Annotated[int, Field(strict=True, ge=1, le=500)] | None = None


class OpeningHours(Sourced):
    """When the gate is open to a mode, local time."""

    weekly: Hours = ALWAYS


class AccustomedWait(Sourced):
    """The posted wait, minutes, that each group is known for at this port."""

    minutes: dict[Group, NonNegative]


class PortMode(Spec):
    """One mode of one port."""

    demand: Demand
    demand_factor: Annotated[float, Field(strict=True, ge=0, le=20)] = 1.0
    """Factor on demand: below 1 thins the base traffic, above 1 adds an independent stream; the base crossings
    stay the same.
    """
    hours: OpeningHours = OpeningHours()
    closing: Literal["drain", "hold"] = "drain"
    """Whoever is inside when the gate closes is served (`drain`) or waits for the morning (`hold`)."""
    installed: Installed
    pools: Annotated[tuple[Pool, ...], Field(min_length=1, max_length=MAX_POOLS)]
    """In the order in which a free booth is taken and booths are cut."""
    lane_choice: Literal["shortest", "own"] = "shortest"
    staffing: Staffing
    officers: WeeklyBooths | None = None
    """Officers on duty, one per open booth; `None`: as many as wanted."""
    programmes: Memberships
    loaded: LoadedShare | None = None
    """Trucks with load; `None`: all of them."""
    inspection: str | Inspection
    """A profile of `configs/inspection` by name, or the figures themselves."""
    bays: Bays = Bays()
    accustomed_wait: AccustomedWait | None = None
    """`None`: from the square-root law of `configs/demand`."""

    def served(self) -> tuple[LaneClass, ...]:
        """The lane classes that the pools serve, in the order of the vocabulary."""
        served = {lane for pool in self.pools for rank in pool.serves for lane in rank}
        return tuple(lane for lane in LaneClass if lane in served)

    @field_validator("pools")
    @classmethod
    def _booths(cls, pools: tuple[Pool, ...], info: ValidationInfo) -> tuple[Pool, ...]:
        installed = info.data.get("installed")
        if installed is not None:
            refuse(
                ((place, "max_open"), pool.max_open, f"more than the {installed.booths} installed booths")
                for place, pool in enumerate(pools)
                if pool.max_open > installed.booths
            )
        if len({pool.name for pool in pools}) < len(pools):
            raise ValueError(f"pool names repeat: {', '.join(pool.name for pool in pools)}")
        return pools

    @field_validator("staffing")
    @classmethod
    def _schedule(cls, staffing: Staffing, info: ValidationInfo) -> Staffing:
        if isinstance(staffing, Schedule) and "pools" in info.data:
            limits = {pool.name: pool.max_open for pool in info.data["pools"]}
            refuse(_schedule_mistakes(staffing, limits))
        return staffing


def _schedule_mistakes(staffing: Schedule, limits: dict[str, int]) -> Iterator[Mistaken]:
    for name, booths in staffing.pools.items():
        if name not in limits:
            yield ("pools", name), name, f"no such pool; the pools are {', '.join(limits)}"
        elif max(booths.values()) > limits[name]:
            yield ("pools", name), max(booths.values()), f"more booths than the pool's max_open, {limits[name]}"


class Location(Sourced):
    """WGS84 degrees."""

    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]


class MexicanSide(Spec):
    """The place across the border."""

    city: str
    state: str


class Codes(Sourced):
    """CBP's codes; several ports may share a `cbp_port`. `bwt` are the port numbers of the Border Wait Times feed."""

    cbp_port: str
    bwt: tuple[str, ...] = ()


class Port(Spec):
    """A port of entry."""

    name: str
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "XX"
    mexico: MexicanSide | None = None
    location: Location | None = None
    time_zone: str = "UTC"
    """IANA name."""
    codes: Codes | None = None
    note: str = ""
    """Doubtful figures, and how they are handled."""
    modes: Annotated[dict[Mode, PortMode], Field(min_length=1)]

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{name!r} is not an IANA time zone; write e.g. America/Denver") from None
        return name

    @field_validator("modes")
    @classmethod
    def _words(cls, modes: dict[Mode, PortMode]) -> dict[Mode, PortMode]:
        refuse(
            ((mode.value, *place), value, message)
            for mode, part in modes.items()
            for place, value, message in _misplaced(mode, part)
        )
        return modes


def _misplaced(mode: Mode, part: PortMode) -> Iterator[Mistaken]:
    """Programmes, lane classes and groups that do not belong to the mode, and members whom no pool serves."""
    for programme, share in part.programmes.share.items():
        if programme not in programmes(mode):
            valid = ", ".join(programmes(mode))
            yield ("programmes", "share", programme.value), programme.value, f"no {mode} programme; valid are {valid}"
        elif share > 0 and not set(ENTITLED[mode, programme]).intersection(part.served()):
            needed = " or ".join(ENTITLED[mode, programme])
            yield ("pools",), programme.value, f"a share of this programme but no pool for it; one must serve {needed}"
    for place, pool in enumerate(part.pools):
        for lane in dict.fromkeys(lane for rank in pool.serves for lane in rank if lane not in lane_classes(mode)):
            valid = ", ".join(lane_classes(mode))
            yield ("pools", place, "serves"), lane.value, f"no {mode} lane class; valid are {valid}"
    if isinstance(part.staffing, Planned):
        valid_groups = dict.fromkeys(group_of(mode, lane) for lane in lane_classes(mode))
        for group in part.staffing.booths:
            if group not in valid_groups:
                yield ("staffing", "booths", group), group, f"no {mode} group; valid are {', '.join(valid_groups)}"
