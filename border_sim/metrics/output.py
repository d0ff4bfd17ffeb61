"""The rows that a fold writes while it closes windows: arrays with room for more, and the columns made of them."""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot, jit
from border_sim.metrics.histogram import GROUP, GROUPS
from border_sim.metrics.state import FIRST_OF_CELL, FIRST_OF_POOL, LANES, STATIONS
from border_sim.metrics.state import POOL as OF_POOL
from border_sim.metrics.window_columns import LANE_MEASURES, POOL_MEASURES, Windows
from border_sim.records import Array
from border_sim.vocabulary import MISSING

WINDOW, MODE, LANE_CLASS, STATION, POOL = range(5)
"""The first rows of `Output.rows`."""
_SIZE: Final = Windows._fields.index("sizes")
_ROW_FIELDS: Final = _SIZE + 1
_OF_CELL: Final = np.array([Windows._fields.index(name) for name in LANE_MEASURES])
_OF_POOL: Final = np.array([Windows._fields.index(name) for name in POOL_MEASURES])


class Output(NamedTuple):
    """The rows written so far, and room for more."""

    rows: Array
    """int64[fields, room]: the columns of `Windows` but its buckets and counts"""
    histograms: Array
    """int32[2, room]: buckets and counts"""
    used: Array
    """int64[2]: rows and buckets written"""


@jit
def new_output() -> Any:
    """Return an output without rows."""
    return Output(np.empty((_ROW_FIELDS, 512), np.int64), np.empty((2, 4096), np.int32), np.zeros(2, np.int64))


@jit
def with_room(output: Any, rows: int, buckets: int) -> Any:
    """Return the output with room for more rows and buckets."""
    return Output(
        _grown(output.rows, output.used[0], rows), _grown(output.histograms, output.used[1], buckets), output.used
    )


@jit
def _grown(array: Any, used: int, more: int) -> Any:
    if used + more <= array.shape[1]:
        return array
    larger = np.empty((array.shape[0], 2 * (used + more)), array.dtype)
    for field in range(array.shape[0]):
        for place in range(used):
            larger[field, place] = array[field, place]
    return larger


@hot
def write_cell(output: Any, state: Any, cell: int, begins_us: int) -> None:
    """Write a row of what a cell measured, with its histogram."""
    row = _add_row(output, begins_us, cell % STATIONS)
    output.rows[MODE, row] = cell // (STATIONS * LANES)
    output.rows[LANE_CLASS, row] = cell // STATIONS % LANES - 1
    for place in range(len(_OF_CELL)):
        output.rows[_OF_CELL[place], row] = state.cells[cell, FIRST_OF_CELL + place]
    first = output.used[1]
    for group in range(GROUPS):
        _write_group(output, state.waits, cell, group, state.marks[cell, group])
    output.rows[_SIZE, row] = output.used[1] - first


@hot
def write_pool(output: Any, state: Any, pool: int, begins_us: int) -> None:
    """Write a row of what a pool measured."""
    row = _add_row(output, begins_us, state.pools[pool, OF_POOL.station])
    output.rows[POOL, row] = pool
    for place in range(len(_OF_POOL)):
        output.rows[_OF_POOL[place], row] = state.pools[pool, FIRST_OF_POOL + place]


@hot
def _add_row(output: Any, begins_us: int, station: int) -> Any:
    row = output.used[0]
    output.used[0] += 1
    for field in range(_ROW_FIELDS):
        output.rows[field, row] = 0
    output.rows[WINDOW, row] = begins_us
    output.rows[STATION, row] = station
    output.rows[MODE, row] = output.rows[LANE_CLASS, row] = output.rows[POOL, row] = MISSING
    return row


@hot
def _write_group(output: Any, waits: Any, cell: int, group: int, marks: int) -> None:
    """Write the buckets of a group that are marked, from the lowest bit up."""
    while marks:
        lowest = (np.float64(marks & -marks).view(np.int64) >> 52 & 0x7FF) - 1023
        bucket = group * GROUP + lowest
        output.histograms[0, output.used[1]] = bucket
        output.histograms[1, output.used[1]] = waits[cell, bucket]
        output.used[1] += 1
        marks &= marks - 1


def windows_of(output: Output) -> Windows:
    """The rows written, as columns."""
    rows, buckets = output.used
    if not rows:
        return _NO_WINDOWS
    bucket, count = output.histograms[:, :buckets]
    return Windows._make([*output.rows[:, :rows].copy(), bucket.astype(np.int16), count.copy()])


_NO_WINDOWS: Final = Windows._make(
    [*np.empty((_ROW_FIELDS, 0), np.int64), np.empty(0, np.int16), np.empty(0, np.int32)]
)
