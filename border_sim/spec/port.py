"""A port of entry: where it is, and for each mode its demand, hours, booths, pools, staffing and inspection."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec import patterns
from border_sim.spec.base import Booths, Mistake, NonNegative, Share, Sourced, Spec, refuse
from border_sim.spec.bays import Bays, Room
from border_sim.spec.calendar import ALWAYS, Hours, WeeklyBooths, WeeklyPace
from border_sim.spec.demand import Demand
from border_sim.spec.hour_of_week import hours_in_words
from border_sim.spec.inspection import Inspection
from border_sim.spec.memberships import Memberships
from border_sim.spec.pace import RouteStation
from border_sim.spec.staffing import Group, Planned, Roster, Schedule, Staffing, group_of
from border_sim.spec.time_zone import TimeZone
from border_sim.spec.words import counted
from border_sim.vocabulary import ENTITLED, LaneClass, Mode, lane_classes, programmes

NO_STATE = "XX"


class Pool(Spec):
    """Booths that serve the same ordered list of lane classes."""

    name: Annotated[str, Field(pattern=patterns.POOL)]
    """As logs and a schedule name it, unlike the mode's other pools and kinds of secondary inspection."""
    serves: Annotated[tuple[Annotated[tuple[LaneClass, ...], Field(min_length=1)], ...], Field(min_length=1)]
    """Ranks of lane classes: lower ranks first; within a rank in the order of joining."""
    max_open: Booths
    """Booths that can be open, at most those installed; pools may share them, so their sum may be higher."""

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
    """The most that are open at once over all pools, which are cut in file order."""


class LoadedShare(Sourced):
    """Share of trucks with load."""

    share: Share
    """The others are empty, and referred at the rate `referral.empty`."""


class OpeningHours(Sourced):
    """When the gate is open to a mode, local time."""

    weekly: Hours = ALWAYS
    """By day of the week; a change replaces all of it."""


class AccustomedWait(Sourced):
    """The posted wait, minutes, that each group is known for at this port."""

    minutes: dict[Group, NonNegative]
    """By group; a group that is left out has the wait that the square-root law of `configs/demand` gives."""


class LeaveFor(Spec):
    """Members keep to their own lane unless another one posts much less."""

    leave_for_min: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    """Whole minutes that another lane must post less than their own."""


class PortMode(Spec):
    """One mode of one port."""

    demand: Demand
    """How many would come, and when."""
    demand_factor: Annotated[float, Field(strict=True, ge=0, le=20)] = 1.0
    """Factor on demand: below 1 thins the base traffic, above 1 adds an independent stream; the base crossings
    stay the same.
    """
    hours: OpeningHours = OpeningHours()
    """When the gate is open; nobody arrives while it is closed."""
    closing: Literal["drain", "hold"] = "drain"
    """Whoever is inside when the gate closes is served (`drain`) or waits for the morning (`hold`)."""
    installed: Installed
    """Booths built."""
    pools: Annotated[tuple[Pool, ...], Field(min_length=1)]
    """Booths by the lane classes that they serve, in the order in which a free booth is taken and booths are cut."""
    lane_choice: Literal["shortest", "own"] | LeaveFor = "shortest"
    """Which open lane a member joins, of those it may use: the one with the `shortest` posted wait; its `own`, the
    best, whatever is posted; or `{leave_for_min: 15}`, its own unless another posts so many minutes less.
    """
    staffing: Staffing
    """How many booths of each pool are wanted, and when."""
    officers: WeeklyBooths | None = None
    """Officers on duty by hour of the week, one per open booth: a limit over the pools in file order. `None`: as many
    as wanted.
    """
    programmes: Memberships
    """Who is a member of what."""
    loaded: LoadedShare | None = None
    """Trucks with load; `None`: all of them."""
    inspection: str | Inspection
    """A profile of `configs/inspection` by name, or the figures themselves."""
    bays: Bays = Bays()
    """Bays of the inspections beside primary; required for each that the inspection has."""
    room: Room = Room()
    """Places to wait before the bays; without any there is room for as many as come."""
    pace: dict[RouteStation, WeeklyPace] = {}
    """By station, how fast its services go by hour of the week. A station that is left out goes as usual."""
    accustomed_wait: AccustomedWait | None = None
    """At which demand is as expected. `None`: from the square-root law of `configs/demand`."""

    def served(self) -> tuple[LaneClass, ...]:
        """The lane classes that the pools serve, in the order of the vocabulary."""
        served = {lane for pool in self.pools for rank in pool.serves for lane in rank}
        return tuple(lane for lane in LaneClass if lane in served)

    @field_validator("pools")
    @classmethod
    def _booths(cls, pools: tuple[Pool, ...], info: ValidationInfo) -> tuple[Pool, ...]:
        refuse(_pool_mistakes(pools, info.data.get("installed")))
        return pools

    @field_validator("staffing")
    @classmethod
    def _schedule(cls, staffing: Staffing, info: ValidationInfo) -> Staffing:
        if isinstance(staffing, Schedule) and "pools" in info.data:
            limits = {pool.name: pool.max_open for pool in info.data["pools"]}
            refuse(_schedule_mistakes(staffing, limits))
        if isinstance(staffing, Roster) and "pools" in info.data:
            limits = {pool.name: pool.max_open for pool in info.data["pools"]}
            refuse(_roster_mistakes(staffing, limits))
        return staffing


def _pool_mistakes(pools: tuple[Pool, ...], installed: Installed | None) -> Iterator[Mistake]:
    names: dict[str, int] = {}
    for place, pool in enumerate(pools):
        if installed is not None and pool.max_open > installed.booths:
            yield (place, "max_open"), pool.max_open, f"more than the {counted(installed.booths, 'installed booth')}"
        if pool.name in names:
            yield (
                (place, "name"),
                pool.name,
                f"is the name of pools[{names[pool.name]}] too; give each a name of its own",
            )
        names.setdefault(pool.name, place)


def _schedule_mistakes(staffing: Schedule, limits: dict[str, int]) -> Iterator[Mistake]:
    for name, booths in staffing.pools.items():
        if name not in limits:
            yield ("pools", name), name, f"no such pool; the pools are {', '.join(limits)}"
        elif max(booths.values()) > limits[name]:
            yield ("pools", name), max(booths.values()), f"more booths than the pool's max_open, {limits[name]}"


def _roster_mistakes(staffing: Roster, limits: dict[str, int]) -> Iterator[Mistake]:
    for name, means in staffing.pools.items():
        if name not in limits:
            yield ("pools", name), name, f"no such pool; the pools are {', '.join(limits)}"
        elif above := [hour for hour, mean in enumerate(means) if mean > limits[name]]:
            message = f"more booths than the pool's max_open, {limits[name]}, in {hours_in_words(above)}"
            yield ("pools", name, above[0]), means[above[0]], message


class Location(Sourced):
    """Where a port is, WGS84: for the map, and for the traffic near by in the law of accustomed waits."""

    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    """Degrees north."""
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]
    """Degrees east, so negative at the border."""


class MexicanSide(Spec):
    """The place across the border."""

    city: str
    """The town."""
    state: str
    """The Mexican state."""


class Codes(Sourced):
    """CBP's codes; nothing in a run depends on them."""

    cbp_port: str
    """The port code of the counts, in quotes; several ports may share one."""
    bwt: tuple[str, ...] = ()
    """Port numbers of the Border Wait Times feed, in quotes."""


class Port(Spec):
    """A port of entry."""

    name: str
    """As people know it."""
    state: Annotated[str, Field(pattern=patterns.STATE)] = NO_STATE
    """The US state; `XX`: not told."""
    mexico: MexicanSide | None = None
    """The other side. `None`: not told."""
    location: Location | None = None
    """`None`: not on the map, and without traffic near by."""
    time_zone: TimeZone = "UTC"
    """IANA name, e.g. America/Denver; hours, days and disruptions are on its clock."""
    codes: Codes | None = None
    """`None`: CBP has none."""
    note: str = ""
    """Doubtful figures, and how they are handled."""
    modes: Annotated[dict[Mode, PortMode], Field(min_length=1)]
    """What crosses here; a mode that is left out does not."""

    @field_validator("modes")
    @classmethod
    def _words(cls, modes: dict[Mode, PortMode]) -> dict[Mode, PortMode]:
        refuse(
            ((mode.value, *place), value, message)
            for mode, part in modes.items()
            for place, value, message in _misplaced(mode, part)
        )
        return modes


def _misplaced(mode: Mode, part: PortMode) -> Iterator[Mistake]:
    """Programmes, lane classes and groups that do not belong to the mode, and members whom no pool serves."""
    for programme, share in part.programmes.mean().items():
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
