"""What a fold remembers of a port between batches of events."""

from collections import namedtuple
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.codes import PRIMARY
from border_sim.metrics.histogram import BUCKETS, GROUPS
from border_sim.metrics.window_columns import LANE_MEASURES, POOL_MEASURES, Windows
from border_sim.records import Array, PoolInfo, PortInfo
from border_sim.vocabulary import MISSING, MOST_BAYS, MOST_POOLS, LaneClass, Mode, Station, code


def places(*fields: str) -> Any:
    """The place of each field, by its name: a constant of compiled functions."""
    kind: Any = namedtuple("Places", fields)  # type: ignore[misc]  # noqa: PYI024  # names are known at import only
    return kind(*range(len(fields)))


CELL: Final = places("queue", "since_us", *LANE_MEASURES)
"""Columns of `FoldState.cells`: the queue now and since when, then what is measured in the window."""
POOL: Final = places("station", "is_told", "open", "serving", "blocked", "since_us", *POOL_MEASURES)
"""Columns of `FoldState.pools`: the pool's station, and whether its places are told, which those of primary are always
and others from the first `staffing` on; open, serving and blocked places now and since when, then the time of places in
the window.
"""
FIRST_OF_CELL: Final[int] = CELL.since_us + 1
"""Columns of cells from this one on are measured by window."""
FIRST_OF_POOL: Final[int] = POOL.since_us + 1
"""Columns of pools from this one on are measured by window."""

BEGINS, UNTIL, WIDTH, CLOCK_FIELDS = range(4)
"""Columns of `FoldState.clock`: where the open window begins and ends, and the width of windows."""

STATIONS: Final = len(Station)
LANES: Final = 1 + len(LaneClass)
"""Lane classes, after the one that is not chosen yet."""
CELLS: Final = len(Mode) * LANES * STATIONS


class FoldState(NamedTuple):
    """The open window of one port; `fold` changes it in place. A cell is one mode, lane class and station."""

    clock: Array
    """int64[CLOCK_FIELDS]: a window is open in [BEGINS, UNTIL); during the warm-up UNTIL is its end."""
    cells: Array
    """int64[CELLS, len(CELL)]: see `CELL`"""
    waits: Array
    """int32[CELLS, BUCKETS]: the histograms"""
    marks: Array
    """int64[CELLS, GROUPS]: bit b of group g is set if bucket g x 64 + b is not 0"""
    pools: Array
    """int64[pools, len(POOL)]: see `POOL`"""
    unmoved: Array
    """int64[places, 2]: crossing and pool of those who were served at a place and have not moved on, in no order; a row
    for every place that a port may have, so that it cannot overflow
    """
    unmoved_count: Array
    """int64[1]: how many rows of `unmoved` are used"""


def new_state(info: PortInfo, window_us: int) -> FoldState:
    """The state before the first event of a port; windows are [k x `window_us`, (k + 1) x `window_us`).

    Events before `info.measured_from_us` move queues and booths but are not counted. Raises `ValueError` unless
    `window_us` is positive.
    """
    if window_us <= 0:
        raise ValueError(f"windows of {window_us} us; a window lasts at least 1 us")
    clock = np.zeros(CLOCK_FIELDS, np.int64)
    clock[[BEGINS, UNTIL]] = info.measured_from_us
    clock[WIDTH] = window_us
    cells = np.zeros((CELLS, len(CELL)), np.int64)
    waits = np.zeros((CELLS, BUCKETS), np.int32)
    marks = np.zeros((CELLS, GROUPS), np.int64)
    return FoldState(clock, cells, waits, marks, _new_pools(info), new_unmoved(info), np.zeros(1, np.int64))


def _new_pools(info: PortInfo) -> Array:
    pools = np.zeros((len(info.pools), len(POOL)), np.int64)
    pools[:, POOL.station] = [code(pool.station) for pool in info.pools]
    pools[:, POOL.is_told] = pools[:, POOL.station] == PRIMARY
    return pools


def new_unmoved(info: PortInfo) -> Array:
    """An empty table of those who have not moved on; memory that is not written to costs nothing."""
    return np.zeros((min(len(info.pools), MOST_POOLS) * MOST_BAYS, 2), np.int64)


def cell_of(mode: Any, lane_class: Any, station: Any) -> Any:
    """The cell of a mode, lane class (`MISSING`: none chosen yet) and station, from their codes or arrays of them."""
    return (mode * LANES + lane_class + 1) * STATIONS + station


def cells_of(windows: Windows) -> Array:
    """The cell of each row of windows, int64; `MISSING` of a pool's."""
    cells = cell_of(windows.mode, windows.lane_class, windows.station)
    return np.where(windows.pool == MISSING, cells, MISSING)


def pool_cells_of(windows: Windows, pools: Sequence[PoolInfo]) -> Array:
    """The cell of the mode and station of each row of a pool, without a lane class, int64; `MISSING` of other rows."""
    modes = np.array([*(code(pool.mode) for pool in pools), MISSING])
    of_pool = windows.pool != MISSING
    return np.where(of_pool, cell_of(modes[windows.pool], MISSING, windows.station), MISSING)
