"""The columns that pass between layers: NumPy arrays in named tuples (Numba reads them as they are).

An engine gives `Records` of one port and one period. Words are held as their places (`vocabulary.code`), pools as
their places in `PortInfo.pools`; `MISSING` (-1) stands where there is no value. Instants are int64 microseconds since
the Unix epoch, UTC.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from border_sim.vocabulary import Mode, Station

Array = NDArray[Any]


@dataclass(frozen=True)
class PoolInfo:
    """A pool of a port: booths at primary, bays at secondary and state, or a plain delay (as many places as come)."""

    name: str
    mode: Mode
    station: Station

    @property
    def key(self) -> str:
        """How the pool is spelt wherever it is told: `mode/name`, since names repeat between the modes of a port."""
        return f"{self.mode}/{self.name}"


@dataclass(frozen=True)
class PortInfo:
    """What a reader of a port's columns needs to know of the port. `measured_from_us` ends the warm-up."""

    slug: str
    time_zone: str
    latitude: float | None
    longitude: float | None
    installed: dict[Mode, int]
    pools: tuple[PoolInfo, ...]
    measured_from_us: int


class RunFacts(NamedTuple):
    """Which run events are of, as each of them tells."""

    run: str
    replication: int
    ports: int | None
    """How many ports the run has; `None`: a log of schema 1 does not tell."""
    seed: int | None = None
    """The key of its draws; `None`: a log of schema 1 does not tell"""
    configuration_hash: str | None = None
    """Of the whole configuration; `None`: a log of schema 1 does not tell"""


class Crossings(NamedTuple):
    """One row per candidate in the order of its id; an instant not reached yet, or never, is `MISSING`.

    The route is export, scan, primary, secondary, state; a station whose pool is `MISSING` is not on it. A crossing
    joins the first one on arrival, and each other one when it leaves the one before: as its service ends there, or
    later where it was blocked, since it found no place at the next.
    """

    crossing: Array
    """int64, id: rank by arrival in the port's run, deterred candidates too."""
    mode: Array
    """uint8"""
    programme: Array
    """uint8"""
    loaded: Array
    """uint8, 1 for trucks with load"""
    lane_class: Array
    """int8: the lane class joined (or, for a deterred candidate, that it would have joined); `MISSING` before it
    joins primary
    """
    outcome: Array
    """uint8: `present` until it is released"""
    export_pool: Array
    """int16: set when it goes in"""
    scan_pool: Array
    """int16: set when it joins the scan before primary"""
    pool: Array
    """int16: the primary pool that serves it; `MISSING` until it starts"""
    secondary_pool: Array
    """int16: set when it joins secondary"""
    state_pool: Array
    """int16: set when it joins state inspection"""
    arrived_us: Array
    """int64: at the gate, where it joins the export side if there is one"""
    export_ended_us: Array
    """int64: its time on the export side ends"""
    scan_joined_us: Array
    """int64: joins the queue for the scan before primary"""
    scan_started_us: Array
    """int64"""
    scan_ended_us: Array
    """int64"""
    joined_us: Array
    """int64: joins the primary queue"""
    started_us: Array
    """int64: its primary inspection begins"""
    ended_us: Array
    """int64: its primary inspection ends"""
    secondary_joined_us: Array
    """int64: joins the queue for secondary"""
    secondary_started_us: Array
    """int64"""
    secondary_ended_us: Array
    """int64"""
    state_joined_us: Array
    """int64: joins the queue for state inspection"""
    state_started_us: Array
    """int64"""
    released_us: Array
    """int64: leaves the port"""


class StaffingChanges(NamedTuple):
    """The open booths of a pool from `t_us` on; all pools are closed before their first change.

    Of bays it tells only where they may change or be blocked, there from the first instant on, and what a user's own
    process changes.
    """

    t_us: Array
    """int64"""
    pool: Array
    """int16"""
    open_booths: Array
    """int32"""


class PostedWaits(NamedTuple):
    """What was posted for a lane class at `t_us`, and its queue then."""

    t_us: Array
    """int64"""
    mode: Array
    """uint8"""
    lane_class: Array
    """int8"""
    posted_wait_min: Array
    """int32; `MISSING`: closed"""
    queue: Array
    """int32: crossings waiting for primary"""


class Disruptions(NamedTuple):
    """A change made from outside to a mode at `t_us`, or to one of its pools."""

    t_us: Array
    """int64"""
    mode: Array
    """uint8"""
    gate_shut: Array
    """int8: 1 the mode's gate is shut from now on, 0 as planned; in rows of a pool too"""
    booths_cap: Array
    """int32: the most booths of the mode from now on, in rows of a pool too; `MISSING`: no cap"""
    pool: Array
    """int16: the pool of which the row tells; `MISSING`: of the mode alone"""
    bays_cap: Array
    """int32: the most bays of the pool from now on; `MISSING`: no cap, and in rows of a mode"""
    pace_permille: Array
    """int32: factor on the time of each service that the pool begins from now on, thousandths; `MISSING` in rows of a
    mode
    """


class Records(NamedTuple):
    """What happened at one port in [from_us, until_us): every crossing that was inside or came, with all it did
    before `until_us`.
    """

    from_us: int
    until_us: int
    crossings: Crossings
    staffing: StaffingChanges
    posted: PostedWaits
    disruptions: Disruptions


class Events(NamedTuple):
    """The events of one port in order, a column per field; `MISSING` where the kind has no such field."""

    t_us: Array
    """int64"""
    kind: Array
    """int8"""
    mode: Array
    """int8"""
    lane_class: Array
    """int8"""
    programme: Array
    """int8"""
    loaded: Array
    """int8"""
    crossing: Array
    """int64"""
    station: Array
    """int8"""
    pool: Array
    """int16"""
    outcome: Array
    """int8, of `released` and `deterred`"""
    gate_shut: Array
    """int8, of `disruption`"""
    queue_wait_us: Array
    """int64, of `started`: since it joined that station"""
    time_in_system_us: Array
    """int64, of `released`: since it arrived"""
    open_booths: Array
    """int32, of `staffing`; of `disruption`: the cap"""
    posted_wait_min: Array
    """int32, of `posted`; `MISSING`: closed"""
    queue: Array
    """int32, of `posted`"""
    bays_cap: Array
    """int32, of `disruption` with a pool; `MISSING`: no cap"""
    pace_permille: Array
    """int32, of `disruption` with a pool"""


EVENT_DTYPES = Events._make(
    (
        *(np.int64, np.int8, np.int8, np.int8, np.int8, np.int8, np.int64, np.int8, np.int16, np.int8, np.int8),
        *(np.int64, np.int64, np.int32, np.int32, np.int32, np.int32, np.int32),
    )
)
"""The type of each event column."""
CROSSING_DTYPES = Crossings._make(
    (
        *(np.int64, np.uint8, np.uint8, np.uint8, np.int8, np.uint8),
        *(np.int16,) * 5,
        *(np.int64,) * 14,
    )
)
"""The type of each crossing column."""
DISRUPTION_DTYPES = Disruptions._make((np.int64, np.uint8, np.int8, np.int32, np.int16, np.int32, np.int32))
"""The type of each column of disruptions."""


class Visit(NamedTuple):
    """The columns of `Crossings` that tell of one station."""

    pool: str
    """Which pool serves it there"""
    joined_us: str
    """When it joined the queue"""
    started_us: str
    """When its service began"""
    ended_us: str
    """When that ended"""


VISITS: Final = {
    Station.EXPORT: Visit("export_pool", "arrived_us", "arrived_us", "export_ended_us"),
    Station.SCAN: Visit("scan_pool", "scan_joined_us", "scan_started_us", "scan_ended_us"),
    Station.PRIMARY: Visit("pool", "joined_us", "started_us", "ended_us"),
    Station.SECONDARY: Visit("secondary_pool", "secondary_joined_us", "secondary_started_us", "secondary_ended_us"),
    Station.STATE: Visit("state_pool", "state_joined_us", "state_started_us", "released_us"),
}
"""By station: the export side is joined and begun on arrival, and whoever has been at the state is released."""


def select(columns: Any, rows: Any) -> Any:
    """The same named tuple of columns with only `rows` (a slice, a mask or places)."""
    return type(columns)._make(column[rows] for column in columns)


def concatenate(parts: list[Any]) -> Any:
    """Named tuples of columns one after the other."""
    return type(parts[0])._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
