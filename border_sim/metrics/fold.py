"""Events -> windows: a pure fold over event columns in order, with the state in and out and integers only.

A batch is cut where windows end: the events of a window are taken in, then it closes. Between events nothing happens,
so queues and booths are settled only where they change and where a window ends.
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
from border_sim.compiled import hot, jit
from border_sim.metrics.close import clear, new_output, settle, settle_pool, settle_queue, windows_of, write
from border_sim.metrics.histogram import BUCKET_BITS, GROUP, bucket_of
from border_sim.metrics.state import (
    ARRIVALS,
    BEGINS,
    CELLS,
    CLOSED,
    COMPLETIONS,
    DETERRED,
    LANES,
    LARGEST,
    OPEN,
    POSTED_MIN,
    POSTINGS,
    QUEUE,
    REFERRALS,
    SERVING,
    STARTS,
    STATIONS,
    UNTIL,
    WAIT_US,
    WIDTH,
    FoldState,
    Windows,
)
from border_sim.records import Events
from border_sim.vocabulary import MISSING, NEVER_US

_bucket_of = hot(bucket_of)


def fold(state: FoldState, events: Events) -> Windows:
    """Fold a batch of one port's events, in order, into `state`, in place; return the windows that it closed, in order.

    The time of any event closes the windows that end at or before it, and `run_ended` the last one, which is then
    partial. However the events are cut into batches, the windows are the same.
    """
    return windows_of(_fold(state, events))


@jit
def _fold(state: Any, events: Any) -> Any:
    output = new_output()
    at = 0
    while at < len(events.t_us):
        while events.t_us[at] >= state.clock[UNTIL]:
            output = _close(state, output, state.clock[UNTIL])
            _open_next(state.clock)
        at = _take(state, events, at)
        if events.kind[at - 1] == RUN_ENDED:
            output = _end(state, output, events.t_us[at - 1])
    return output


@jit
def _close(state: Any, output: Any, t_us: int) -> Any:
    """Close the open window at an instant; the warm-up leaves no rows."""
    settle(state, t_us)
    if state.clock[BEGINS] < state.clock[UNTIL]:
        output = write(state, output)
    clear(state)
    return output


@hot
def _open_next(clock: Any) -> None:
    """Open the window that begins where the last one, or the warm-up, ended."""
    clock[BEGINS] = clock[UNTIL]
    clock[UNTIL] = (clock[UNTIL] // clock[WIDTH] + 1) * clock[WIDTH]


@jit
def _end(state: Any, output: Any, t_us: int) -> Any:
    """Close the last window at the end of the run; the queue that is left is one of its instants."""
    settle(state, t_us)
    for cell in range(CELLS):
        state.cells[cell, LARGEST] = max(state.cells[cell, LARGEST], state.cells[cell, QUEUE])
    output = _close(state, output, t_us)
    state.clock[UNTIL] = NEVER_US
    return output


@hot
def _take(state: Any, events: Any, at: int) -> int:
    """Take in the events of the open window from place `at` on; return the place of the next window's first."""
    for place in range(at, len(events.t_us)):
        if events.t_us[place] >= state.clock[UNTIL]:
            return place
        if events.station[place] != MISSING:
            _take_at_station(state, events, place)
        elif events.crossing[place] != MISSING:
            _take_at_door(state, events, place)
        elif events.kind[place] == STAFFING:
            _staff(state.pools, events.pool[place], events.t_us[place], events.open_booths[place])
        elif events.kind[place] == POSTED:
            cell = _cell(events.mode[place], events.lane_class[place], PRIMARY)
            _post(state.cells, cell, events.posted_wait_min[place])
    return len(events.t_us)


@hot
def _cell(mode: int, lane_class: int, station: int) -> int:
    return (mode * LANES + lane_class + 1) * STATIONS + station


@hot
def _take_at_station(state: Any, events: Any, place: int) -> None:
    """A crossing joined a station, or its service there started or ended."""
    kind, t_us, station = events.kind[place], events.t_us[place], events.station[place]
    cell = _cell(events.mode[place], events.lane_class[place], station)
    if kind == JOINED:
        _join(state.cells, cell, t_us)
        return
    if kind == STARTED:
        _start(state.cells, cell, t_us)
        _add_wait(state, cell, events.queue_wait_us[place])
    else:
        state.cells[cell, COMPLETIONS] += 1
    if station == PRIMARY:
        _serve(state.pools, events.pool[place], t_us, 1 if kind == STARTED else -1)


@hot
def _take_at_door(state: Any, events: Any, place: int) -> None:
    """A crossing arrived, was deterred or released."""
    cell = _cell(events.mode[place], events.lane_class[place], DOOR_TO_DOOR)
    if events.kind[place] == RELEASED:
        state.cells[cell, COMPLETIONS] += 1
        _add_wait(state, cell, events.time_in_system_us[place])
    else:
        state.cells[cell, ARRIVALS if events.kind[place] == ARRIVED else DETERRED] += 1


@hot
def _join(cells: Any, cell: int, t_us: int) -> None:
    settle_queue(cells, cell, t_us)
    cells[cell, QUEUE] += 1
    cells[cell, ARRIVALS] += 1
    if cell % STATIONS == SECONDARY:
        cells[cell + PRIMARY - SECONDARY, REFERRALS] += 1


@hot
def _start(cells: Any, cell: int, t_us: int) -> None:
    settle_queue(cells, cell, t_us)
    cells[cell, QUEUE] -= 1
    cells[cell, STARTS] += 1


@hot
def _add_wait(state: Any, cell: int, wait_us: int) -> None:
    bucket = _bucket_of(wait_us)
    state.waits[cell, bucket] += 1
    state.marks[cell, bucket >> BUCKET_BITS] |= 1 << (bucket & GROUP - 1)
    state.cells[cell, WAIT_US] += wait_us


@hot
def _serve(pools: Any, pool: int, t_us: int, change: int) -> None:
    settle_pool(pools, pool, t_us)
    pools[pool, SERVING] += change


@hot
def _staff(pools: Any, pool: int, t_us: int, open_booths: int) -> None:
    settle_pool(pools, pool, t_us)
    pools[pool, OPEN] = open_booths


@hot
def _post(cells: Any, cell: int, posted_wait_min: int) -> None:
    if posted_wait_min == MISSING:
        cells[cell, CLOSED] += 1
    else:
        cells[cell, POSTINGS] += 1
        cells[cell, POSTED_MIN] += posted_wait_min
