"""What a fold remembers of a port between batches of events, and the columns of the windows that it closes."""

from typing import Final, NamedTuple

import numpy as np

from border_sim.metrics.histogram import BUCKETS, GROUPS
from border_sim.records import Array, PortInfo
from border_sim.vocabulary import LaneClass, Mode, Station

# Columns of FoldState.cells: the queue now and since when, then what is counted in the window.
(
    QUEUE, SINCE, ARRIVALS, STARTS, COMPLETIONS, REFERRALS, DETERRED, WAIT_US, QUEUE_US, LARGEST, POSTED_MIN, POSTINGS,
    CLOSED, CELL_FIELDS,
) = range(14)  # fmt: skip

# Columns of FoldState.pools: open and serving booths now and since when, then the booth-time of the window.
OPEN, SERVING, POOL_SINCE, OPEN_US, BUSY_US, POOL_FIELDS = range(6)

# Columns of FoldState.clock: where the open window begins and ends, and the width of windows.
BEGINS, UNTIL, WIDTH, CLOCK_FIELDS = range(4)

STATIONS: Final = len(Station)
LANES: Final = 1 + len(LaneClass)
"""Lane classes, after the one that is not chosen yet."""
CELLS: Final = len(Mode) * LANES * STATIONS


class FoldState(NamedTuple):
    """The open window of one port; `fold` changes it in place. A cell is one mode, lane class and station."""

    clock: Array
    """int64[CLOCK_FIELDS]: a window is open in [BEGINS, UNTIL); during the warm-up UNTIL is its end."""
    cells: Array
    """int64[CELLS, CELL_FIELDS]"""
    waits: Array
    """int32[CELLS, BUCKETS]: the histograms"""
    marks: Array
    """int64[CELLS, GROUPS]: bit b of group g is set if bucket g x 64 + b is not 0"""
    pools: Array
    """int64[pools, POOL_FIELDS]"""


class Windows(NamedTuple):
    """Closed windows: a row for each mode, lane class and station, and each pool of primary, with anything to say.

    At `door_to_door` arrivals are of lane class `MISSING`, completions are releases, waits are times in the system, and
    there is no queue. Rows with a pool hold its booth-time alone; their mode is `MISSING`: the pool tells it. All are
    integers, so that sums do not depend on their order; `records.concatenate` puts windows one after the other.
    """

    window_us: Array
    """Where the window begins; int64, as all but the histograms"""
    mode: Array
    lane_class: Array
    station: Array
    pool: Array
    arrivals: Array
    """Crossings that joined the station"""
    starts: Array
    completions: Array
    referrals: Array
    """At primary: crossings that went on to secondary"""
    deterred: Array
    """At door_to_door, in the lane class that they would have joined"""
    wait_us: Array
    """Sum over the waits that ended in the window"""
    queue_us: Array
    """Integral of the queue, crossings x microseconds"""
    largest_queue: Array
    """Of all instants of the window, each after its last event"""
    posted_min: Array
    """At primary: sum over the postings that were not closed, minutes"""
    postings: Array
    """At primary: postings that were not closed"""
    closed_postings: Array
    open_us: Array
    """Integral of the booths open or, if more, serving"""
    busy_us: Array
    """Integral of the booths serving"""
    sizes: Array
    """Length of the row's histogram in `buckets` and `counts`"""
    buckets: Array
    """int16: the buckets of the waits that are not empty, ascending, row after row"""
    counts: Array
    """int32: the waits in each"""


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
    cells = np.zeros((CELLS, CELL_FIELDS), np.int64)
    waits = np.zeros((CELLS, BUCKETS), np.int32)
    marks = np.zeros((CELLS, GROUPS), np.int64)
    return FoldState(clock, cells, waits, marks, np.zeros((len(info.pools), POOL_FIELDS), np.int64))
