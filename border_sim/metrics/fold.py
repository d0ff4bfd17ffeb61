"""Events -> windows: a pure fold over event columns in order, with the state in and out and integers only.

A batch is cut where windows end: the events of a window are counted, then it closes. Between events nothing happens,
so queues and places are settled only where they change and where a window ends.
"""

from typing import Any

from border_sim.codes import (
    ARRIVED,
    DOOR_TO_DOOR,
    JOINED,
    POSTED,
    PRIMARY,
    RELEASED,
    RUN_ENDED,
    SECONDARY,
    STAFFING,
    STARTED,
)
from border_sim.compiled import hot, hot_inlined, jit
from border_sim.metrics.close import close_last, close_windows
from border_sim.metrics.histogram import BUCKET_BITS, GROUP, bucket_of
from border_sim.metrics.integrals import settle_queue
from border_sim.metrics.output import new_output, windows_of
from border_sim.metrics.places import begin_service, end_service, move_on, open_places, stay
from border_sim.metrics.state import CELL, STATIONS, UNTIL, FoldState, cell_of
from border_sim.metrics.window_columns import Windows
from border_sim.records import Events
from border_sim.vocabulary import MISSING

_bucket_of, _cell_of = hot(bucket_of), hot(cell_of)


def fold(state: FoldState, events: Events) -> Windows:
    """Fold a batch of one port's events, in order, into `state`, in place; return the windows that it closed, in order.

    The time of any event closes the windows that end at or before it, and `run_ended` the last one, which is then
    partial. However the events are cut into batches, the windows are the same.
    """
    return windows_of(fold_to_output(state, events))


@jit
def fold_to_output(state: Any, events: Any) -> Any:
    """Fold events into `state`; return the rows of the windows that closed, for compiled functions."""
    output = new_output()
    at = 0
    while at < len(events.t_us):
        output = close_windows(state, output, events.t_us[at])
        at = _count_window(state, events, at)
        if events.kind[at - 1] == RUN_ENDED:
            output = close_last(state, output, events.t_us[at - 1])
    return output


@hot_inlined
def _count_window(state: Any, events: Any, at: int) -> int:
    """Count the events of the open window from place `at` on; return the place of the next window's first."""
    for place in range(at, len(events.t_us)):
        if events.t_us[place] >= state.clock[UNTIL]:
            return place
        if events.station[place] != MISSING:
            _count_at_station(state, events, place)
        elif events.crossing[place] != MISSING:
            _count_at_door(state, events, place)
        elif events.kind[place] == STAFFING:
            open_places(state.pools, events.pool[place], events.t_us[place], events.open_booths[place])
        elif events.kind[place] == POSTED:
            cell = _cell_of(events.mode[place], events.lane_class[place], PRIMARY)
            _post(state.cells, cell, events.posted_wait_min[place])
    return len(events.t_us)


@hot_inlined
def _count_at_station(state: Any, events: Any, place: int) -> None:
    """A crossing joined a station, or its service there started or ended."""
    kind, t_us, station = events.kind[place], events.t_us[place], events.station[place]
    cell = _cell_of(events.mode[place], events.lane_class[place], station)
    if kind == JOINED:
        if state.unmoved_count[0]:
            move_on(state.pools, state.unmoved, state.unmoved_count, events.crossing[place], t_us)
        _join(state.cells, cell, t_us)
    elif kind == STARTED:
        _start(state.cells, cell, t_us)
        _add_wait(state, cell, events.queue_wait_us[place])
        begin_service(state.pools, events.pool[place], t_us)
    else:
        state.cells[cell, CELL.completions] += 1
        end_service(state.pools, events.pool[place], t_us)
        if not _moves_on_next(events, place):
            stay(state.pools, state.unmoved, state.unmoved_count, events.pool[place], events.crossing[place])


@hot_inlined
def _moves_on_next(events: Any, place: int) -> Any:
    """Whether the next event is that the crossing which was served moves on at once, as most do: it is never blocked.

    Where that comes later, after others of the instant or in the next batch, it is blocked for no time.
    """
    after = place + 1
    if after == len(events.t_us) or events.crossing[after] != events.crossing[place]:
        return False
    moves = events.kind[after] == RELEASED or events.kind[after] == JOINED
    return moves and events.t_us[after] == events.t_us[place]


@hot_inlined
def _count_at_door(state: Any, events: Any, place: int) -> None:
    """A crossing arrived, was deterred or released."""
    cell = _cell_of(events.mode[place], events.lane_class[place], DOOR_TO_DOOR)
    if events.kind[place] == RELEASED:
        if state.unmoved_count[0]:
            move_on(state.pools, state.unmoved, state.unmoved_count, events.crossing[place], events.t_us[place])
        state.cells[cell, CELL.completions] += 1
        _add_wait(state, cell, events.time_in_system_us[place])
    else:
        state.cells[cell, CELL.arrivals if events.kind[place] == ARRIVED else CELL.deterred] += 1


@hot_inlined
def _join(cells: Any, cell: int, t_us: int) -> None:
    settle_queue(cells, cell, t_us)
    cells[cell, CELL.queue] += 1
    cells[cell, CELL.arrivals] += 1
    if cell % STATIONS == SECONDARY:
        cells[cell + PRIMARY - SECONDARY, CELL.referrals] += 1


@hot_inlined
def _start(cells: Any, cell: int, t_us: int) -> None:
    settle_queue(cells, cell, t_us)
    cells[cell, CELL.queue] -= 1
    cells[cell, CELL.starts] += 1


@hot_inlined
def _add_wait(state: Any, cell: int, wait_us: int) -> None:
    bucket = _bucket_of(wait_us)
    state.waits[cell, bucket] += 1
    state.marks[cell, bucket >> BUCKET_BITS] |= 1 << (bucket & GROUP - 1)
    state.cells[cell, CELL.wait_us] += wait_us


@hot_inlined
def _post(cells: Any, cell: int, posted_wait_min: int) -> None:
    if posted_wait_min == MISSING:
        cells[cell, CELL.closed_postings] += 1
    else:
        cells[cell, CELL.postings] += 1
        cells[cell, CELL.posted_min] += posted_wait_min
