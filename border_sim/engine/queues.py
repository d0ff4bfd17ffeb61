"""The queues of the compiled engine: who joins which, and who is the next in line for a pool."""

from typing import Any

import numpy as np

from border_sim.compiled import jitable
from border_sim.vocabulary import MISSING


@jitable
def join(layout: Any, rows: Any, state: Any, now: Any, row: Any, step: Any) -> Any:
    """Join a step: stand at the end of its queue, of the lane chosen now where there are booths. Returns the pools to
    look at, as bits: those that serve the queue, but none if others wait in it already, whom a pool with a free place
    would have taken.
    """
    step = np.uint64(step)
    queue = queue_at(layout, rows, state, row, step)
    if step == layout.step_of_booths:
        choice = np.uint64(state.choice[np.uint64(rows.candidates.entitled[row])])
        rows.service_us[row] = rows.candidates.service_us[row, choice]
        rows.lane_class[row] = layout.lane_class[queue]
    else:
        rows.service_us[row] = rows.candidates.stay_us[row, step]
        rows.pool[row, step] = rows.candidates.pool[row, step]
    rows.joined_us[row, step] = now
    rows.step[row], rows.next_in_queue[row] = step, MISSING
    awake = np.int64(0)
    if state.head[queue] < 0:
        state.head[queue] = row
        awake = layout.serving[queue]
    else:
        rows.next_in_queue[np.uint64(state.tail[queue])] = row
    state.tail[queue] = row
    state.control.queue[queue] += 1
    return awake


@jitable
def queue_at(layout: Any, rows: Any, state: Any, row: Any, step: Any) -> Any:
    """The queue that a crossing would join at a step now."""
    if step == layout.step_of_booths:
        entitled = np.uint64(rows.candidates.entitled[row])
        return np.uint64(layout.entitled[entitled, np.uint64(state.choice[entitled])])
    return np.uint64(layout.pool_queue[np.uint64(rows.candidates.pool[row, step])])


@jitable
def next_in_line(layout: Any, rows: Any, state: Any, pool: Any) -> Any:
    """Take the first of the lowest rank out of its queue; a closed pool serves only those with no open pool. -1:
    nobody.
    """
    best, best_queue = np.int64(MISSING), np.uint64(0)
    for place in range(layout.order.shape[1]):
        served = layout.order[pool, np.uint64(place)]
        queue = np.uint64(served)
        if served < 0 or (best >= 0 and layout.rank[pool, queue] > layout.rank[pool, best_queue]):
            break
        row = np.int64(state.head[queue])
        if row < 0 or (state.control.booths_open[pool] == 0 and not is_stranded(layout, state.control, pool, queue)):
            continue
        if best < 0 or _is_before(layout, rows, row, best):
            best, best_queue = row, queue
    if best >= 0:
        state.head[best_queue] = rows.next_in_queue[np.uint64(best)]
        state.control.queue[best_queue] -= 1
    return best


@jitable
def _is_before(layout: Any, rows: Any, row: Any, other: Any) -> Any:
    """Whether one crossing joined its lane before another, or at the same instant with a lower id."""
    joined_us = rows.joined_us[np.uint64(row), np.uint64(layout.step_of_booths)]
    other_us = rows.joined_us[np.uint64(other), np.uint64(layout.step_of_booths)]
    return joined_us < other_us or (joined_us == other_us and row < other)


@jitable
def is_stranded(layout: Any, control: Any, pool: Any, queue: Any) -> Any:
    """Whether a lane has no open pool and this one is the first in file order that serves it."""
    return queue < control.lane_open.size and layout.lane_first_pool[queue] == pool and not control.lane_open[queue]
