"""The starts of an instant in the compiled engine: pools take crossings from queues, whoever was blocked moves on."""

from typing import Any

import numpy as np

from border_sim.compiled import jitable
from border_sim.engine.blocking import count_use
from border_sim.engine.open_booths import paced_us
from border_sim.engine.queues import is_stranded, join, next_in_line, queue_at
from border_sim.inputs.stations import UNLIMITED
from border_sim.vocabulary import MISSING


@jitable
def may_be_full(layout: Any, rows: Any, row: Any, pool: Any, step: Any) -> Any:
    """Whether a crossing needs a place at a step: room is finite there, and it neither comes from a plain delay, which
    is the road, nor goes to one.
    """
    if step == layout.pools_at.size:
        return False
    here = np.uint64(step)
    if layout.is_delay[np.uint64(pool)]:
        return False
    if layout.room[np.uint64(layout.pool_mode[pool]), here] == UNLIMITED:
        return False
    return step == layout.step_of_booths or not layout.is_delay[np.uint64(rows.candidates.pool[row, here])]


@jitable
def block(layout: Any, rows: Any, state: Any, blocked: Any, now: Any, row: Any, pool: Any, step: Any) -> None:
    """A crossing that was served stays in its booth or bay until this instant's starts find it a place."""
    count_use(state.control, pool, now, -1, 1)
    mode = np.uint64(layout.pool_mode[pool])
    rows.next_in_queue[row] = MISSING
    if blocked.head[mode, step] < 0:
        blocked.head[mode, step] = row
    else:
        rows.next_in_queue[np.uint64(blocked.tail[mode, step])] = row
    blocked.tail[mode, step] = row


@jitable
def start_all(layout: Any, rows: Any, state: Any, blocked: Any, now: Any, awake: Any, serving: Any) -> Any:
    """The pools that are awake start crossings, in their order. Returns how many completions the agenda has then."""
    busy, control = state.busy, state.control
    while awake:
        lowest = awake & -awake
        awake ^= lowest
        pool = np.uint64((np.float64(lowest).view(np.int64) >> 52) - 1023)  # a power of two: its exponent
        while busy[pool] < control.booths_open[pool] or (control.serves_stranded[pool] and busy[pool] == 0):
            row = next_in_line(layout, rows, state, pool)
            if row < 0:
                break
            _start(rows, state, blocked, now, pool, np.uint64(row))
            service_us = paced_us(rows.service_us[np.uint64(row)], control.pace[pool])
            _push(state.agenda_us, state.agenda_row, serving, now + service_us, row)
            serving += 1
    return serving


@jitable
def start_from_last(layout: Any, rows: Any, state: Any, blocked: Any, now: Any, awake: Any, serving: Any) -> Any:
    """As `start_all`, from the last step to the first: whoever is started leaves a place to somebody who is blocked,
    and with him a booth or bay of a step before.
    """
    for behind in range(layout.pools_at.size):
        step = np.uint64(layout.pools_at.size - 1 - behind)
        serving = start_all(layout, rows, state, blocked, now, awake & layout.pools_at[step], serving)
        for mode in range(layout.mode_code.size):
            if blocked.head[np.uint64(mode), step] >= 0:
                freed, serving = _let_in(layout, rows, state, blocked, now, np.uint64(mode), step, serving)
                awake |= freed
    return serving


@jitable
def _let_in(layout: Any, rows: Any, state: Any, blocked: Any, now: Any, mode: Any, step: Any, serving: Any) -> Any:
    """Whoever is blocked before a step, the longest first, goes in where a bay of its kind is free with nobody waiting
    for it, or where there is room. Returns the pools that became free, as bits, and the completions on the agenda.
    """
    left = layout.room[mode, step] - _waiting(layout, state, mode, step)
    freed = np.int64(0)
    row, before = np.int64(blocked.head[mode, step]), np.int64(MISSING)
    while row >= 0:
        here = np.uint64(row)
        following = np.int64(rows.next_in_queue[here])
        queue = queue_at(layout, rows, state, here, step)
        pools = _free_pools(layout, state, queue) if state.control.queue[queue] == 0 else np.int64(0)
        if pools == 0 and left <= 0:
            before = row
        else:
            if before < 0:
                blocked.head[mode, step] = following
            else:
                rows.next_in_queue[np.uint64(before)] = following
            if following < 0:
                blocked.tail[mode, step] = before
            freed |= _leave(rows, state, now, here)
            join(layout, rows, state, now, here, step)
            serving = start_all(layout, rows, state, blocked, now, pools, serving)
            left -= np.int64(pools == 0)
        row = following
    return freed, serving


@jitable
def _waiting(layout: Any, state: Any, mode: Any, step: Any) -> Any:
    """How many of a mode wait at a step, in all its queues."""
    waiting = np.int64(0)
    for queue in range(layout.serving.size):
        pools = layout.serving[queue] & layout.pools_at[step]
        if pools and layout.queue_mode[queue] == mode:
            waiting += state.control.queue[queue]
    return waiting


@jitable
def _free_pools(layout: Any, state: Any, queue: Any) -> Any:
    """The pools with a free booth or bay that may take somebody from a queue, as bits."""
    free = np.int64(0)
    for pool in range(layout.pool_mode.size):
        if layout.rank[pool, queue] >= 0:
            control = state.control
            is_free = state.busy[pool] < control.booths_open[pool]
            is_spare = control.serves_stranded[pool] and state.busy[pool] == 0
            if is_free or (is_spare and is_stranded(layout, control, pool, queue)):
                free |= np.int64(1) << np.int64(pool)
    return free


@jitable
def _leave(rows: Any, state: Any, now: Any, row: Any) -> Any:
    """Somebody who was blocked leaves its booth or bay. Returns the pool, as a bit."""
    pool = np.uint64(rows.pool[row, np.uint64(rows.step[row])])
    state.busy[pool] -= 1
    count_use(state.control, pool, now, 0, -1)
    return np.int64(1) << np.int64(pool)


@jitable
def _start(rows: Any, state: Any, blocked: Any, now: Any, pool: Any, row: Any) -> None:
    """A pool starts a crossing."""
    step = np.uint64(rows.step[row])
    rows.pool[row, step] = pool
    rows.started_us[row, step] = now
    state.busy[pool] += 1
    if blocked is not None:
        count_use(state.control, pool, now, 1, 0)


@jitable
def _push(times: Any, rows: Any, count: Any, at_us: Any, row: Any) -> None:
    """Put a completion into the agenda of `count`, in order from its front: the latest is first, and there are few,
    one for each booth and bay that serves.
    """
    place = count
    while place > 0 and times[place - 1] < at_us:  # in a loop without ties, for they are few
        times[place], rows[place] = times[place - 1], rows[place - 1]
        place -= 1
    while place > 0 and times[place - 1] == at_us and rows[place - 1] < row:
        times[place], rows[place] = times[place - 1], rows[place - 1]
        place -= 1
    times[place], rows[place] = at_us, row
