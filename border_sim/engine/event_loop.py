"""The compiled event loop: what happens at a port, instant by instant, over arrays.

Rows are the crossings in memory in the order of their ids, so that a lower row is a lower id.

Here and in the draws a place in an array is `np.uint64`: at every other one Numba looks whether it counts from the
end, which is a tenth of the time.
"""

from typing import Any

import numpy as np

from border_sim.codes import EXPORT, OUTCOME_RELEASED, PRESENT, PRIMARY, SECONDARY
from border_sim.compiled import hot, jitable
from border_sim.engine.admission import barrier_min, outcome_at_gate
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
from border_sim.vocabulary import MISSING, NEVER_US


@hot
def advance(layout: Any, calendar: Any, rows: Any, state: Any, until_us: Any, stop_when_empty: Any) -> Any:  # noqa: C901 - the loop is one thing
    """Handle every instant before `until_us`, see `protocol.Engine.advance`."""
    scalars, busy, control = state.scalars, state.busy, state.control
    arrived_us, agenda_us, agenda_row = rows.candidates.arrived_us, state.agenda_us, state.agenda_row
    all_pools = (np.int64(1) << busy.size) - 1
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
            awake |= _complete(layout, rows, state, now, np.uint64(agenda_row[np.uint64(serving)]))
        while coming < arrived_us.size and arrived_us[np.uint64(coming)] == now:
            awake |= _arrive(layout, rows, state, now, np.uint64(coming))
            coming += 1
        while awake:
            lowest = awake & -awake
            awake ^= lowest
            pool = np.uint64((np.float64(lowest).view(np.int64) >> 52) - 1023)  # a power of two: its exponent
            while busy[pool] < control.booths_open[pool] or (control.serves_stranded[pool] and busy[pool] == 0):
                row = _next_in_line(layout, rows, state, pool)
                if row < 0:
                    break
                _start(rows, state, now, pool, np.uint64(row))
                _push(agenda_us, agenda_row, serving, now + rows.service_us[np.uint64(row)], row)
                serving += 1
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
        if layout.pool_queue[pool] < 0 and booths != state.logged_open[pool]:
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
    candidates, crossings = rows.candidates, rows.crossings
    _begin(crossings, row)
    entitled = np.uint64(candidates.entitled[row])
    outcome = outcome_at_gate(state.barrier_min[entitled], candidates.tolerance_min[row])
    if outcome != PRESENT:
        lane = layout.entitled[entitled, np.uint64(state.choice[entitled])]
        crossings.outcome[row] = outcome
        crossings.lane_class[row] = layout.lane_class[np.uint64(lane)]
        return np.int64(0)
    state.scalars[INSIDE] += 1
    if candidates.export_pool[row] >= 0:
        crossings.export_pool[row] = candidates.export_pool[row]
        queue = layout.pool_queue[np.uint64(candidates.export_pool[row])]
        return _join(layout, rows, state, row, EXPORT, queue, candidates.export_us[row])
    return _join_primary(layout, rows, state, row, now)


@jitable
def _begin(crossings: Any, row: Any) -> None:
    """A candidate to whom nothing has happened yet."""
    crossings.outcome[row], crossings.lane_class[row] = PRESENT, MISSING
    crossings.export_pool[row] = crossings.scan_pool[row] = crossings.pool[row] = MISSING
    crossings.secondary_pool[row] = crossings.state_pool[row] = crossings.export_ended_us[row] = MISSING
    crossings.scan_joined_us[row] = crossings.scan_started_us[row] = crossings.scan_ended_us[row] = MISSING
    crossings.joined_us[row] = crossings.started_us[row] = crossings.ended_us[row] = MISSING
    crossings.secondary_joined_us[row] = crossings.secondary_started_us[row] = MISSING
    crossings.secondary_ended_us[row] = crossings.state_joined_us[row] = MISSING
    crossings.state_started_us[row] = crossings.released_us[row] = MISSING


@jitable
def _join_primary(layout: Any, rows: Any, state: Any, row: Any, now: Any) -> Any:
    entitled = np.uint64(rows.candidates.entitled[row])
    choice = np.uint64(state.choice[entitled])
    lane = np.uint64(layout.entitled[entitled, choice])
    rows.crossings.joined_us[row], rows.crossings.lane_class[row] = now, layout.lane_class[lane]
    return _join(layout, rows, state, row, PRIMARY, lane, rows.candidates.service_us[row, choice])


@jitable
def _join(layout: Any, rows: Any, state: Any, row: Any, station: Any, queue: Any, service_us: Any) -> Any:
    """Stand at the end of a queue. Returns the pools to look at, as bits: those that serve it, but none if others wait
    in it already, whom a pool with a free place would have taken.
    """
    queue = np.uint64(queue)
    rows.station[row], rows.service_us[row], rows.next_in_queue[row] = station, service_us, MISSING
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
def _complete(layout: Any, rows: Any, state: Any, now: Any, row: Any) -> Any:
    """Service ends: leave the station, join the next one or be released. Returns the pools to look at, as bits."""
    candidates, crossings = rows.candidates, rows.crossings
    station = rows.station[row]
    if station == EXPORT:
        crossings.export_ended_us[row] = now
        state.busy[np.uint64(candidates.export_pool[row])] -= 1
        return _join_primary(layout, rows, state, row, now)
    pool = crossings.pool[row]
    if station == PRIMARY:
        crossings.ended_us[row] = now
    elif station == SECONDARY:
        pool = candidates.secondary_pool[row]
        crossings.secondary_ended_us[row] = now
    else:
        pool = candidates.state_pool[row]
    state.busy[np.uint64(pool)] -= 1
    freed = np.int64(1) << np.int64(pool)
    if station == PRIMARY and candidates.secondary_pool[row] >= 0:
        crossings.secondary_pool[row], crossings.secondary_joined_us[row] = candidates.secondary_pool[row], now
        queue = layout.pool_queue[np.uint64(candidates.secondary_pool[row])]
        return freed | _join(layout, rows, state, row, SECONDARY, queue, candidates.secondary_us[row])
    if station <= SECONDARY and candidates.state_pool[row] >= 0:
        crossings.state_pool[row], crossings.state_joined_us[row] = candidates.state_pool[row], now
        queue = layout.pool_queue[np.uint64(candidates.state_pool[row])]
        return freed | _join(layout, rows, state, row, SECONDARY + 1, queue, candidates.state_us[row])
    crossings.released_us[row], crossings.outcome[row] = now, OUTCOME_RELEASED
    state.scalars[INSIDE] -= 1
    return freed


@jitable
def _start(rows: Any, state: Any, now: Any, pool: Any, row: Any) -> None:
    """A pool starts a crossing."""
    station = rows.station[row]
    if station == PRIMARY:
        rows.crossings.pool[row], rows.crossings.started_us[row] = pool, now
    elif station == SECONDARY:
        rows.crossings.secondary_started_us[row] = now
    elif station > SECONDARY:
        rows.crossings.state_started_us[row] = now
    state.busy[pool] += 1


@jitable
def _next_in_line(layout: Any, rows: Any, state: Any, pool: Any) -> Any:
    """Take the first of the lowest rank out of its queue; a closed pool serves only those with no open pool. -1:
    nobody.
    """
    best, best_queue, best_us = np.int64(MISSING), np.uint64(0), np.int64(0)
    for place in range(layout.order.shape[1]):
        served = layout.order[pool, np.uint64(place)]
        queue = np.uint64(served)
        if served < 0 or (best >= 0 and layout.rank[pool, queue] > layout.rank[pool, best_queue]):
            break
        row = np.int64(state.head[queue])
        if row < 0 or (state.control.booths_open[pool] == 0 and not _stranded(layout, state.control, pool, queue)):
            continue
        joined_us = rows.crossings.joined_us[np.uint64(row)]
        if best < 0 or (joined_us, row) < (best_us, best):
            best, best_queue, best_us = row, queue, joined_us
    if best >= 0:
        state.head[best_queue] = rows.next_in_queue[np.uint64(best)]
        state.control.queue[best_queue] -= 1
    return best


@jitable
def _stranded(layout: Any, control: Any, pool: Any, queue: Any) -> Any:
    return queue < control.lane_open.size and layout.lane_first_pool[queue] == pool and not control.lane_open[queue]


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
