"""Closing a window of a fold: what stands is settled, what was measured is written, and the next window begins."""

from typing import Any

from border_sim.compiled import hot, jit
from border_sim.metrics.histogram import GROUP, GROUPS
from border_sim.metrics.integrals import settle
from border_sim.metrics.output import with_room, write_cell, write_pool
from border_sim.metrics.state import BEGINS, CELL, CELLS, FIRST_OF_CELL, FIRST_OF_POOL, POOL, UNTIL, WIDTH
from border_sim.vocabulary import NEVER_US


@jit
def close_windows(state: Any, output: Any, t_us: int) -> Any:
    """Close the windows that end at `t_us` or before; return the output, which may have moved."""
    while t_us >= state.clock[UNTIL]:
        output = _close(state, output, state.clock[UNTIL])
        state.clock[BEGINS] = state.clock[UNTIL]
        state.clock[UNTIL] = (state.clock[UNTIL] // state.clock[WIDTH] + 1) * state.clock[WIDTH]
    return output


@jit
def close_last(state: Any, output: Any, t_us: int) -> Any:
    """Close the last window at the end of the run; the queue that is left is one of its instants."""
    settle(state, t_us)
    cells = state.cells
    for cell in range(CELLS):
        cells[cell, CELL.largest_queue] = max(cells[cell, CELL.largest_queue], cells[cell, CELL.queue])
    output = _close(state, output, t_us)
    state.clock[UNTIL] = NEVER_US
    return output


@jit
def _close(state: Any, output: Any, t_us: int) -> Any:
    """Close the open window at an instant; the warm-up, which ends where the first window begins, leaves no rows."""
    settle(state, t_us)
    if state.clock[BEGINS] < state.clock[UNTIL]:
        output = _write(state, output)
    _clear(state)
    return output


@jit
def _write(state: Any, output: Any) -> Any:
    """Write a row for each cell, and each pool whose places are told, with anything to say."""
    waits = 0
    for cell in range(CELLS):
        waits += state.cells[cell, CELL.starts] + state.cells[cell, CELL.completions]
    output = with_room(output, CELLS + len(state.pools), waits)
    begins_us = state.clock[BEGINS] // state.clock[WIDTH] * state.clock[WIDTH]
    for cell in range(CELLS):
        if _has_any(state.cells, cell, FIRST_OF_CELL):
            write_cell(output, state, cell, begins_us)
    for pool in range(len(state.pools)):
        if state.pools[pool, POOL.is_told] and _has_any(state.pools, pool, FIRST_OF_POOL):
            write_pool(output, state, pool, begins_us)
    return output


@hot
def _has_any(table: Any, row: int, first: int) -> Any:
    """Whether a row has anything but 0 from column `first` on."""
    any_bits = 0
    for column in range(first, table.shape[1]):
        any_bits |= table[row, column]
    return any_bits != 0


@hot
def _clear(state: Any) -> None:
    """Count from zero."""
    for cell in range(CELLS):
        if _has_any(state.cells, cell, FIRST_OF_CELL):
            state.cells[cell, FIRST_OF_CELL:] = 0
            _clear_waits(state.waits, state.marks, cell)
    for pool in range(len(state.pools)):
        state.pools[pool, FIRST_OF_POOL:] = 0


@hot
def _clear_waits(waits: Any, marks: Any, cell: int) -> None:
    for group in range(GROUPS):
        if marks[cell, group]:
            marks[cell, group] = 0
            for bucket in range(group * GROUP, (group + 1) * GROUP):
                waits[cell, bucket] = 0
