"""What stands at a port now: the queues and open booths of the state of a fold, asked by name."""

from collections.abc import Iterable

from border_sim.metrics.state import CELL, POOL, UNTIL, WIDTH, FoldState, cell_of
from border_sim.vocabulary import MISSING, LaneClass, Mode, Station, code


def queue(state: FoldState, mode: Mode, lane_class: LaneClass | None, station: Station = Station.PRIMARY) -> int:
    """Crossings of a mode and lane class that wait at a station; `None`: of those that have chosen no lane yet."""
    lane = MISSING if lane_class is None else code(lane_class)
    return int(state.cells[cell_of(code(mode), lane, code(station)), CELL.queue])


def open_booths(state: FoldState, pools: Iterable[int]) -> int:
    """Booths open in some pools together, which are places in `PortInfo.pools`."""
    return int(state.pools[list(pools), POOL.open].sum())


def last_window_us(state: FoldState) -> int:
    """Where the window before the open one begins, microseconds since 1970, UTC."""
    return int(state.clock[UNTIL] - 2 * state.clock[WIDTH])


def width_us(state: FoldState) -> int:
    """The length of a window, microseconds."""
    return int(state.clock[WIDTH])
