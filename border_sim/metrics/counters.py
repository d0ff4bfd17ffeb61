"""What has happened at a port since its measured time began, in counters that only grow, and what was posted last.

They are kept beside the state of a fold, whose open window they do not hold: `so_far` gives both together, which is
exactly what has happened. However the events are cut into batches, the counters are the same.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.codes import DOOR_TO_DOOR, POSTED, PRIMARY, RELEASED, STARTED
from border_sim.compiled import hot
from border_sim.metrics.state import BEGINS, CELL, CELLS, UNTIL, WIDTH, FoldState, cell_of, cells_of, places
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
REACHED, LAST_BEGINS, LAST_ENDS, CLOCK_FIELDS = range(4)
"""Columns of `Counters.clock`: the last instant that was reached, and the window that closed last."""
_IN_CELLS: Final = np.array([getattr(CELL, name) for name in COUNTED])
_cell_of = hot(cell_of)


class Counters(NamedTuple):
    """The counters of one port in one replication of a run; `count` changes them in place.

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


def count(counters: Counters, state: FoldState, events: Events, windows: Windows, measured_from_us: int) -> None:
    """Count events, at least one, that were just folded into `state` and closed `windows`."""
    _count_events(counters, events, measured_from_us)
    counters.clock[REACHED] = events.t_us[-1]
    if windows.window_us.size:
        rows = cells_of(windows)
        of_lanes = rows != MISSING
        figures = np.stack([getattr(windows, name)[of_lanes] for name in COUNTED], axis=1)
        np.add.at(counters.totals, rows[of_lanes], figures)
    else:
        rows, of_lanes, figures = _NO_ROWS
    begins_us, ends_us = _last_window(state, int(events.t_us[-1]), measured_from_us)
    if ends_us > counters.clock[LAST_ENDS]:
        counters.clock[[LAST_BEGINS, LAST_ENDS]] = begins_us, ends_us
        of_last = windows.window_us[of_lanes] == begins_us // state.clock[WIDTH] * state.clock[WIDTH]
        counters.last_window[:] = 0
        counters.last_window[rows[of_lanes][of_last]] = figures[of_last]


_NO_ROWS: Final = np.zeros(0, np.int64), np.zeros(0, bool), np.zeros((0, len(COUNTED)), np.int64)


def _last_window(state: FoldState, t_us: int, measured_from_us: int) -> tuple[int, int]:
    """Where the window that closed last begins and ends; both the same if none has. The first and the last of a run may
    be shorter than others; one without length, which ends with the run as it begins, is none.
    """
    begins_us, until_us, width_us = (int(state.clock[place]) for place in (BEGINS, UNTIL, WIDTH))
    if until_us == NEVER_US and t_us > begins_us:
        return begins_us, t_us
    return max(measured_from_us, (begins_us - 1) // width_us * width_us), begins_us


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


@hot
def _count_events(counters: Any, events: Any, measured_from_us: int) -> None:
    """Count what windows do not tell: exact lengths of waits, and what was posted last."""
    for place in range(len(events.t_us)):
        kind, mode, lane_class = events.kind[place], events.mode[place], events.lane_class[place]
        if kind == POSTED:
            counters.posted_min[_cell_of(mode, lane_class, PRIMARY)] = events.posted_wait_min[place]
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
