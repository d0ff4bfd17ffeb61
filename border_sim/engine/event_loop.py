"""The compiled event loop: what happens at a port, instant by instant, over arrays.

Rows are the crossings in memory in the order of their ids, so that a lower row is a lower id.

Here and in the draws a place in an array is `np.uint64`: at every other one Numba looks whether it counts from the
end, which is a tenth of the time.
"""

from typing import Any

import numpy as np

from border_sim.codes import OUTCOME_RELEASED, PRESENT
from border_sim.compiled import hot, jitable
from border_sim.engine.admission import barrier_min, outcome_at_gate
from border_sim.engine.blocking import count_use
from border_sim.engine.kernel_state import (
    AGENDA,
    DISRUPTED_US,
    HANDLED_US,
    INSIDE,
    NEXT,
    POSTED_COUNT,
    STAFFING_COUNT,
    TICK,
)
from border_sim.engine.lane_choice import choose_lane
from border_sim.engine.quarter_hour import begin_quarter
from border_sim.engine.queues import join
from border_sim.engine.starts import block, may_be_full, start_all, start_from_last
from border_sim.vocabulary import MISSING, NEVER_US


@hot
def advance(layout: Any, calendar: Any, rows: Any, state: Any, until_us: Any, stop_when_empty: Any) -> Any:
    """Handle every instant before `until_us`, see `protocol.Engine.advance`, where there is room for all."""
    return _handle_instants(layout, calendar, rows, state, None, until_us, stop_when_empty)


@hot
def advance_with_room(
    layout: Any, calendar: Any, rows: Any, state: Any, blocked: Any, until_us: Any, stop_when_empty: Any
) -> Any:
    """As `advance`, where somewhere room is finite; compiled by itself, so that nobody else pays for blocking."""
    return _handle_instants(layout, calendar, rows, state, blocked, until_us, stop_when_empty)


@jitable
def _handle_instants(
    layout: Any, calendar: Any, rows: Any, state: Any, blocked: Any, until_us: Any, stop_when_empty: Any
) -> Any:
    """`blocked` is `None` where nobody can be: Numba leaves out what is for others."""
    scalars = state.scalars
    arrived_us, agenda_us, agenda_row = rows.candidates.arrived_us, state.agenda_us, state.agenda_row
    all_pools = (np.int64(1) << state.busy.size) - 1
    coming, serving = scalars[NEXT], scalars[AGENDA]
    clock_us = _next_of_clock(calendar, scalars, until_us)
    while not (stop_when_empty and scalars[INSIDE] == 0 and coming == arrived_us.size):
        now = clock_us
        if coming < arrived_us.size:
            now = min(now, arrived_us[np.uint64(coming)])
        if serving > 0:
            now = min(now, agenda_us[np.uint64(serving - 1)])
        scalars[HANDLED_US] = now
        awake = np.int64(0)
        if now == clock_us:
            if now >= until_us:
                break
            _change_control(layout, calendar, state, now)
            clock_us = _next_of_clock(calendar, scalars, until_us)
            awake = all_pools
        while serving > 0 and agenda_us[np.uint64(serving - 1)] == now:
            serving -= 1
            awake |= _complete(layout, rows, state, blocked, now, np.uint64(agenda_row[np.uint64(serving)]))
        while coming < arrived_us.size and arrived_us[np.uint64(coming)] == now:
            awake |= _arrive(layout, rows, state, now, np.uint64(coming))
            coming += 1
        if blocked is None:
            serving = start_all(layout, rows, state, None, now, awake, serving)
        else:
            serving = start_from_last(layout, rows, state, blocked, now, awake, serving)
    scalars[NEXT], scalars[AGENDA] = coming, serving
    return scalars[HANDLED_US]


@jitable
def _next_of_clock(calendar: Any, scalars: Any, until_us: Any) -> Any:
    """The next instant at which time itself matters: a quarter of an hour, a disruption or the end of this call."""
    tick = scalars[TICK]
    tick_us = calendar.t_us[tick] if tick < calendar.t_us.size else NEVER_US
    return min(tick_us, scalars[DISRUPTED_US], until_us)


@jitable
def _change_control(layout: Any, calendar: Any, state: Any, now: Any) -> None:
    """A quarter of an hour begins, or a disruption does: change what is open and posted, and log it."""
    scalars, control, log = state.scalars, state.control, state.log
    scalars[DISRUPTED_US] = NEVER_US
    if scalars[TICK] < calendar.t_us.size and calendar.t_us[scalars[TICK]] == now:
        begin_quarter(layout, control, calendar, scalars[TICK])
        scalars[TICK] += 1
        for lane in range(layout.lane_mode.size):
            at = scalars[POSTED_COUNT]
            log.posted_us[at], log.posted_lane[at] = now, lane
            log.posted_min[at], log.posted_queue[at] = control.posted_wait_min[lane], control.queue[lane]
            scalars[POSTED_COUNT] += 1
    for pool in range(state.logged_open.size):
        booths = control.booths_open[pool]
        if booths != state.logged_open[pool]:
            at = scalars[STAFFING_COUNT]
            log.staffing_us[at], log.staffing_pool[at], log.staffing_open[at] = now, pool, booths
            state.logged_open[pool] = booths
            scalars[STAFFING_COUNT] += 1
    _decide(layout, state)


@jitable
def _decide(layout: Any, state: Any) -> None:
    """What all of one entitlement do until the clock or a disruption changes it: the lane that they join, and what
    stands before it at the gate.
    """
    for entitled in range(layout.entitled.shape[0]):
        lanes = layout.entitled[entitled]
        if lanes[0] >= 0:
            choice = choose_lane(layout, state.control, lanes)
            state.choice[entitled] = choice
            state.barrier_min[entitled] = barrier_min(layout, state.control, lanes[choice])


@jitable
def _arrive(layout: Any, rows: Any, state: Any, now: Any, row: Any) -> Any:
    """A candidate comes to the gate: it is deterred, or goes in. Returns the pools to look at, as bits."""
    candidates = rows.candidates
    _begin(rows, row)
    entitled = np.uint64(candidates.entitled[row])
    outcome = outcome_at_gate(state.barrier_min[entitled], candidates.tolerance_min[row])
    if outcome != PRESENT:
        lane = layout.entitled[entitled, np.uint64(state.choice[entitled])]
        rows.outcome[row] = outcome
        rows.lane_class[row] = layout.lane_class[np.uint64(lane)]
        return np.int64(0)
    state.scalars[INSIDE] += 1
    return join(layout, rows, state, now, row, _next_step(layout, rows, row, 0))


@jitable
def _begin(rows: Any, row: Any) -> None:
    """A candidate to whom nothing has happened yet."""
    rows.outcome[row], rows.lane_class[row] = PRESENT, MISSING
    rows.released_us[row] = MISSING
    for place in range(rows.pool.shape[1]):
        rows.pool[row, np.uint64(place)] = MISSING
    for place in range(rows.pool.shape[1]):
        step = np.uint64(place)
        rows.joined_us[row, step] = rows.started_us[row, step] = rows.ended_us[row, step] = MISSING


@jitable
def _next_step(layout: Any, rows: Any, row: Any, step: Any) -> Any:
    """The first step from `step` on to which a crossing goes; one past the last: none."""
    while step < layout.pools_at.size:
        here = np.uint64(step)
        if step == layout.step_of_booths or rows.candidates.pool[row, here] >= 0:
            break
        step += 1
    return step


@jitable
def _complete(layout: Any, rows: Any, state: Any, blocked: Any, now: Any, row: Any) -> Any:
    """Service ends: join the next step or be released, or, where there is little room, stay until there is a place.
    Returns the pools to look at, as bits.
    """
    step = np.uint64(rows.step[row])
    pool = np.uint64(rows.pool[row, step])
    rows.ended_us[row, step] = now
    following = _next_step(layout, rows, row, rows.step[row] + 1)
    if blocked is not None:
        if may_be_full(layout, rows, row, pool, following):
            block(layout, rows, state, blocked, now, row, pool, np.uint64(following))
            return np.int64(0)
        count_use(state.control, pool, now, -1, 0)
    state.busy[pool] -= 1
    freed = np.int64(1) << np.int64(pool)
    if following < layout.pools_at.size:
        return freed | join(layout, rows, state, now, row, following)
    rows.released_us[row], rows.outcome[row] = now, OUTCOME_RELEASED
    state.scalars[INSIDE] -= 1
    return freed
