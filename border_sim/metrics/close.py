"""Closing a window of a fold: what stands is settled, what was counted is written, and counting starts again."""

from typing import Any, NamedTuple

import numpy as np

from border_sim.codes import PRIMARY
from border_sim.compiled import hot, jit
from border_sim.metrics.histogram import GROUP, GROUPS
from border_sim.metrics.state import (
    ARRIVALS,
    BEGINS,
    BUSY_US,
    CELL_FIELDS,
    CELLS,
    COMPLETIONS,
    LANES,
    LARGEST,
    OPEN,
    OPEN_US,
    POOL_SINCE,
    QUEUE,
    QUEUE_US,
    SERVING,
    SINCE,
    STARTS,
    STATIONS,
    WIDTH,
    Windows,
)
from border_sim.records import Array
from border_sim.vocabulary import MISSING

_WINDOW, _MODE, _LANE_CLASS, _STATION, _POOL, _FIRST_COUNT = range(6)
_OPEN_US, _BUSY_US, _SIZE, _ROW_FIELDS = map(Windows._fields.index, ("open_us", "busy_us", "sizes", "buckets"))


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


@hot
def settle_queue(cells: Any, cell: int, t_us: int) -> None:
    """Add the queue that stood until now; a queue counts as largest only if time passed while it stood."""
    passed_us = t_us - cells[cell, SINCE]
    if passed_us > 0:
        cells[cell, QUEUE_US] += cells[cell, QUEUE] * passed_us
        cells[cell, LARGEST] = max(cells[cell, LARGEST], cells[cell, QUEUE])
        cells[cell, SINCE] = t_us


@hot
def settle_pool(pools: Any, pool: int, t_us: int) -> None:
    """Add the booth-time of a pool until now."""
    passed_us = t_us - pools[pool, POOL_SINCE]
    pools[pool, OPEN_US] += max(pools[pool, OPEN], pools[pool, SERVING]) * passed_us
    pools[pool, BUSY_US] += pools[pool, SERVING] * passed_us
    pools[pool, POOL_SINCE] = t_us


@hot
def settle(state: Any, t_us: int) -> None:
    """Bring every integral up to now."""
    for cell in range(CELLS):
        settle_queue(state.cells, cell, t_us)
    for pool in range(len(state.pools)):
        settle_pool(state.pools, pool, t_us)


@hot
def clear(state: Any) -> None:
    """Count from zero."""
    for cell in range(CELLS):
        if _has_counts(state.cells, cell):
            _clear_cell(state, cell)
    for pool in range(len(state.pools)):
        state.pools[pool, OPEN_US] = state.pools[pool, BUSY_US] = 0


@hot
def _clear_cell(state: Any, cell: int) -> None:
    for field in range(ARRIVALS, CELL_FIELDS):
        state.cells[cell, field] = 0
    for group in range(GROUPS):
        if state.marks[cell, group]:
            state.marks[cell, group] = 0
            for bucket in range(group * GROUP, (group + 1) * GROUP):
                state.waits[cell, bucket] = 0


@jit
def write(state: Any, output: Any) -> Any:
    """Write a row for each cell and pool with anything to say; return the output, which may have moved."""
    waits = 0
    for cell in range(CELLS):
        waits += state.cells[cell, STARTS] + state.cells[cell, COMPLETIONS]
    output = _with_room(output, CELLS + len(state.pools), waits)
    begins_us = state.clock[BEGINS] // state.clock[WIDTH] * state.clock[WIDTH]
    for cell in range(CELLS):
        if _has_counts(state.cells, cell):
            _write_cell(state, output, cell, begins_us)
    for pool in range(len(state.pools)):
        if state.pools[pool, OPEN_US] > 0:
            row = _add_row(output, begins_us, PRIMARY, pool)
            output.rows[_OPEN_US, row] = state.pools[pool, OPEN_US]
            output.rows[_BUSY_US, row] = state.pools[pool, BUSY_US]
    return output


@hot
def _has_counts(cells: Any, cell: int) -> Any:
    any_bits = 0
    for field in range(ARRIVALS, CELL_FIELDS):
        any_bits |= cells[cell, field]
    return any_bits != 0


@hot
def _write_cell(state: Any, output: Any, cell: int, begins_us: int) -> None:
    row = _add_row(output, begins_us, cell % STATIONS, MISSING)
    output.rows[_MODE, row] = cell // (STATIONS * LANES)
    output.rows[_LANE_CLASS, row] = cell // STATIONS % LANES - 1
    for field in range(ARRIVALS, CELL_FIELDS):
        output.rows[_FIRST_COUNT + field - ARRIVALS, row] = state.cells[cell, field]
    first = output.used[1]
    for group in range(GROUPS):
        _write_group(output, state.waits, cell, group, state.marks[cell, group])
    output.rows[_SIZE, row] = output.used[1] - first


@hot
def _add_row(output: Any, begins_us: int, station: int, pool: int) -> Any:
    row = output.used[0]
    output.used[0] += 1
    for field in range(_ROW_FIELDS):
        output.rows[field, row] = 0
    output.rows[_WINDOW, row] = begins_us
    output.rows[_MODE, row] = output.rows[_LANE_CLASS, row] = MISSING
    output.rows[_STATION, row] = station
    output.rows[_POOL, row] = pool
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


@jit
def _with_room(output: Any, rows: int, buckets: int) -> Any:
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


def windows_of(output: Output) -> Windows:
    """The rows written, as columns."""
    rows, buckets = output.used
    bucket, count = output.histograms[:, :buckets]
    return Windows._make([*output.rows[:, :rows].copy(), bucket.astype(np.int16), count.copy()])
