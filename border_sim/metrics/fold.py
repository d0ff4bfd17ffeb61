"""Events -> windows: a pure fold over event columns in order, with the state in and out and integers only.

A batch is cut where windows end; each piece goes through one short compiled loop for each kind of count, and then the window closes.
"""

from typing import Any, Final

from border_sim.compiled import jit
from border_sim.metrics.close import add_wait, clear, new_output, settle, settle_pool, settle_queue, windows_of, write
from border_sim.metrics.histogram import bucket_of
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
from border_sim.vocabulary import MISSING, NEVER_US, EventKind, Station, code

_STAFFING: Final = code(EventKind.STAFFING)
_POSTED: Final = code(EventKind.POSTED)
_ENDED: Final = code(EventKind.ENDED)
_RELEASED: Final = code(EventKind.RELEASED)
_ARRIVED: Final = code(EventKind.ARRIVED)
_DETERRED: Final = code(EventKind.DETERRED)
_JOINED: Final = code(EventKind.JOINED)
_STARTED: Final = code(EventKind.STARTED)
_RUN_ENDED: Final = code(EventKind.RUN_ENDED)
_PRIMARY: Final = code(Station.PRIMARY)
_SECONDARY: Final = code(Station.SECONDARY)
_DOOR_TO_DOOR: Final = code(Station.DOOR_TO_DOOR)

_bucket_of = jit(bucket_of)


def fold(state: FoldState, events: Events) -> Windows:
    """Fold a batch of one port's events, in order, into `state`, in place; return the windows that it closed, in order.

    The time of any event closes the windows that end at or before it, and `run_ended` the last one, which is then partial. However the
    events are cut into batches, the windows are the same.
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
        if events.kind[at - 1] == _RUN_ENDED:
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


@jit
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


@jit
def _take(state: Any, events: Any, at: int) -> int:
    """Take in the events of the open window from place `at` on; return the place of the next window's first.

    Helpers get few arrays each: with more, the compiler no longer inlines them.
    """
    clock, cells, waits, marks, pools = state
    t_us, kinds, modes, lane_classes, _, _, _, stations, places, _, _, queue_wait_us, time_in_system_us = events[:13]
    for i in range(at, len(t_us)):
        if t_us[i] >= clock[UNTIL]:
            return i
        kind = kinds[i]
        cell = _cell(modes[i], lane_classes[i], stations[i])
        if kind == _JOINED:
            _join(cells, cell, t_us[i])
        elif kind == _STARTED:
            _start(cells, cell, t_us[i], queue_wait_us[i])
            add_wait(waits, marks, cell, _bucket_of(queue_wait_us[i]))
            _serve(pools, stations[i], places[i], t_us[i], 1)
        elif kind == _ENDED:
            cells[cell, COMPLETIONS] += 1
            _serve(pools, stations[i], places[i], t_us[i], -1)
        elif kind == _ARRIVED:
            cells[cell, ARRIVALS] += 1
        elif kind == _DETERRED:
            cells[cell, DETERRED] += 1
        elif kind == _RELEASED:
            cells[cell, COMPLETIONS] += 1
            add_wait(waits, marks, cell, _bucket_of(time_in_system_us[i]))
            cells[cell, WAIT_US] += time_in_system_us[i]
        elif kind == _STAFFING:
            _staff(pools, places[i], t_us[i], events.open_booths[i])
        elif kind == _POSTED:
            _post(cells, cell + _PRIMARY - _DOOR_TO_DOOR, events.posted_wait_min[i])
    return len(t_us)


@jit
def _cell(mode: int, lane_class: int, station: int) -> int:
    """The cell of a station, or of the way from door to door where there is none."""
    return (mode * LANES + lane_class + 1) * STATIONS + (_DOOR_TO_DOOR if station == MISSING else station)


@jit
def _join(cells: Any, cell: int, t_us: int) -> None:
    settle_queue(cells, cell, t_us)
    cells[cell, QUEUE] += 1
    cells[cell, ARRIVALS] += 1
    if cell % STATIONS == _SECONDARY:
        cells[cell + _PRIMARY - _SECONDARY, REFERRALS] += 1


@jit
def _start(cells: Any, cell: int, t_us: int, wait_us: int) -> None:
    settle_queue(cells, cell, t_us)
    cells[cell, QUEUE] -= 1
    cells[cell, STARTS] += 1
    cells[cell, WAIT_US] += wait_us


@jit
def _serve(pools: Any, station: int, pool: int, t_us: int, change: int) -> None:
    if station == _PRIMARY:
        settle_pool(pools, pool, t_us)
        pools[pool, SERVING] += change


@jit
def _staff(pools: Any, pool: int, t_us: int, open_booths: int) -> None:
    settle_pool(pools, pool, t_us)
    pools[pool, OPEN] = open_booths


@jit
def _post(cells: Any, cell: int, posted_wait_min: int) -> None:
    if posted_wait_min == MISSING:
        cells[cell, CLOSED] += 1
    else:
        cells[cell, POSTINGS] += 1
        cells[cell, POSTED_MIN] += posted_wait_min
