"""What has happened at a port since its measured time began, in counters that only grow, and what was posted last.

They are kept beside the state of a fold, whose open window they do not hold: `so_far` gives both together, which is
exactly what has happened. However the events are cut into batches, the counters are the same.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.codes import DOOR_TO_DOOR, POSTED, PRIMARY, RELEASED, STARTED
from border_sim.compiled import hot, jit
from border_sim.metrics.fold import fold_to_output
from border_sim.metrics.output import LANE_CLASS, MODE, POOL, STATION, WINDOW, windows_of
from border_sim.metrics.state import BEGINS, CELL, CELLS, UNTIL, WIDTH, FoldState, cell_of, places
from border_sim.metrics.window_columns import Windows
from border_sim.records import Array, Events
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, NEVER_US

COUNTED: Final = ("arrivals", "starts", "completions", "referrals", "deterred", "wait_us")
"""The measures of `Windows` that are added up."""
COUNT: Final = places(*COUNTED)
"""Columns of `Counters.totals` and `Counters.last_window`."""
WAIT_EDGES_US: Final = MINUTE_US * np.array([1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180])
"""Of the waits for primary: the longest of each bucket, microseconds; the bucket after them has no end."""
TIME_IN_SYSTEM_EDGES_US: Final = MINUTE_US * np.array([5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 360, 720])
"""Of the times in the system, which are the waits of door to door."""
DURATION_BUCKETS: Final = len(WAIT_EDGES_US) + 1
NOT_POSTED: Final = MISSING - 1
"""Stands where no wait has been posted yet; `MISSING`: closed."""
REACHED, LAST_BEGINS, LAST_ENDS, LAST_POSTED, CLOCK_FIELDS = range(5)
"""Columns of `Counters.clock`: the last instant that was reached, the window that closed last, and when waits were
posted last.
"""
_IN_ROWS: Final = np.array([Windows._fields.index(name) for name in COUNTED])
_IN_CELLS: Final = np.array([getattr(CELL, name) for name in COUNTED])
_cell_of = hot(cell_of)


class Counters(NamedTuple):
    """The counters of one port in one replication of a run; `fold_and_count` changes them in place.

    A cell is one mode, lane class and station (`metrics.state.cell_of`). What came before the measured time is in no
    counter; posted waits stand during the warm-up too.
    """

    clock: Array
    """int64[CLOCK_FIELDS]: see `REACHED`; the last window ends where it begins until one has closed"""
    totals: Array
    """int64[CELLS, len(COUNTED)]: sums over the windows that have closed; of `so_far` over the open one too"""
    last_window: Array
    """int64[CELLS, len(COUNTED)]: of the window that closed last"""
    durations: Array
    """int64[CELLS, DURATION_BUCKETS]: waits by length, where the station is primary or door to door; each in the first
    bucket whose edge it does not exceed (`WAIT_EDGES_US`, `TIME_IN_SYSTEM_EDGES_US`)
    """
    posted_min: Array
    """int64[CELLS]: the wait posted last, minutes, where the station is primary; `MISSING`: closed; else `NOT_POSTED`
    """


def new_counters() -> Counters:
    """Counters of a port of which nothing has come yet."""
    shape = (CELLS, len(COUNTED))
    return Counters(
        np.zeros(CLOCK_FIELDS, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros((CELLS, DURATION_BUCKETS), np.int64),
        np.full(CELLS, NOT_POSTED, np.int64),
    )


def fold_and_count(state: FoldState, counters: Counters, events: Events, measured_from_us: int) -> Windows:
    """Fold events, at least one, into `state` (`metrics.fold.fold`) and count them; the windows that they closed."""
    return windows_of(_fold_and_count(state, counters, events, measured_from_us))


def so_far(counters: Counters, state: FoldState | None) -> Counters:
    """A copy that counts the open window of `state` too (`None`: the run has ended, there is none): all that has
    happened until `clock[REACHED]`.
    """
    copy = Counters(*(array.copy() for array in counters))
    if state is not None and state.clock[BEGINS] < state.clock[UNTIL]:
        return copy._replace(totals=copy.totals + state.cells[:, _IN_CELLS])
    return copy


def per_hour(counters: Counters, name: str = "completions") -> Array | None:
    """A measure of the window that closed last, by the hour of its own length: float64[CELLS]; `None`: none has."""
    length_us = counters.clock[LAST_ENDS] - counters.clock[LAST_BEGINS]
    return counters.last_window[:, COUNTED.index(name)] * (HOUR_US / length_us) if length_us else None


@jit
def _fold_and_count(state: Any, counters: Any, events: Any, measured_from_us: int) -> Any:
    output = fold_to_output(state, events)
    counters.clock[REACHED] = events.t_us[-1]
    _count_events(counters, events, measured_from_us)
    _note_last_window(counters, state, measured_from_us)
    _add_windows(counters, state, output)
    return output


@hot
def _note_last_window(counters: Any, state: Any, measured_from_us: int) -> None:
    """Note which window closed last, and clear what is known of the one before.

    The first and the last of a run may be shorter than others; one without length, which ends with the run as it
    begins, is none.
    """
    begins_us, ends_us, width_us = state.clock[BEGINS], counters.clock[REACHED], state.clock[WIDTH]
    if state.clock[UNTIL] != NEVER_US or ends_us <= begins_us:
        begins_us, ends_us = max(measured_from_us, (begins_us - 1) // width_us * width_us), begins_us
    if ends_us > counters.clock[LAST_ENDS]:
        counters.clock[LAST_BEGINS], counters.clock[LAST_ENDS] = begins_us, ends_us
        counters.last_window[:] = 0


@hot
def _add_windows(counters: Any, state: Any, output: Any) -> None:
    """Add what each lane measured in the windows that closed."""
    rows, width_us = output.rows, state.clock[WIDTH]
    last_us = counters.clock[LAST_BEGINS] // width_us * width_us
    for row in range(output.used[0]):
        if rows[POOL, row] == MISSING:
            cell = _cell_of(rows[MODE, row], rows[LANE_CLASS, row], rows[STATION, row])
            for column in range(len(_IN_ROWS)):
                counters.totals[cell, column] += rows[_IN_ROWS[column], row]
                if rows[WINDOW, row] == last_us:
                    counters.last_window[cell, column] = rows[_IN_ROWS[column], row]


@hot
def _count_events(counters: Any, events: Any, measured_from_us: int) -> None:
    """Count what windows do not tell: exact lengths of waits, and what was posted last."""
    for place in range(len(events.t_us)):
        kind, mode, lane_class = events.kind[place], events.mode[place], events.lane_class[place]
        if kind == POSTED:
            counters.posted_min[_cell_of(mode, lane_class, PRIMARY)] = events.posted_wait_min[place]
            counters.clock[LAST_POSTED] = events.t_us[place]
        elif events.t_us[place] < measured_from_us:
            continue
        elif kind == STARTED and events.station[place] == PRIMARY:
            cell = _cell_of(mode, lane_class, PRIMARY)
            counters.durations[cell, _bucket(WAIT_EDGES_US, events.queue_wait_us[place])] += 1
        elif kind == RELEASED:
            cell = _cell_of(mode, lane_class, DOOR_TO_DOOR)
            counters.durations[cell, _bucket(TIME_IN_SYSTEM_EDGES_US, events.time_in_system_us[place])] += 1


@hot
def _bucket(edges_us: Any, duration_us: Any) -> Any:
    """The first bucket whose edge a duration does not exceed."""
    for bucket in range(len(edges_us)):
        if duration_us <= edges_us[bucket]:
            return bucket
    return len(edges_us)
