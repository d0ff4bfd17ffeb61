"""The compiled engine: an event loop over arrays, resumable at any instant.

Rows are the crossings of the day that was fed last, behind those still inside from the days before, in the order of
their ids.
"""

from typing import Any, NamedTuple

import numpy as np

from border_sim.compiled import hot, jitable
from border_sim.engine.needs import Arrivals, empty_arrivals
from border_sim.engine.plan import Day, PortPlan
from border_sim.engine.rules import Control, choose, disrupt, new_control, seen, tick_over
from border_sim.engine.staffing import Calendar, empty_calendar
from border_sim.records import (
    CROSSING_DTYPES,
    Array,
    Crossings,
    Disruptions,
    PostedWaits,
    Records,
    StaffingChanges,
    concatenate,
    select,
)
from border_sim.vocabulary import MISSING, NEVER_US, Mode, Outcome, Station, code

PRESENT, RELEASED = code(Outcome.PRESENT), code(Outcome.RELEASED)
DETERRED_WAIT, DETERRED_GATE = code(Outcome.DETERRED_WAIT), code(Outcome.DETERRED_GATE)
EXPORT, PRIMARY, SECONDARY = code(Station.EXPORT), code(Station.PRIMARY), code(Station.SECONDARY)

# Places in `State.scalars`.
NEXT, TICK, AGENDA, INSIDE, TOUCHED_US, HANDLED_US, STAFFED, POSTED = range(8)


class Rows(NamedTuple):
    """The crossings in memory: what they need, what became of them, and where they are."""

    needs: Arrivals
    done: Crossings
    behind: Array  # int32: the row next in the same queue
    station: Array  # int8: where it is
    due_us: Array  # int64: time of service at the station where it is


class State(NamedTuple):
    """Everything else that changes."""

    control: Control
    scalars: Array  # int64 (8,)
    agenda_us: Array  # int64: completions by (instant, row), the first one last
    agenda_row: Array  # int32
    busy: Array  # int64 (P,): booths or bays serving
    shown: Array  # int64 (P,): open booths as last told
    head: Array  # int32 (Q,)
    tail: Array  # int32 (Q,)
    staffing_us: Array  # int64
    staffing_pool: Array  # int16
    staffing_open: Array  # int32
    posted_us: Array  # int64
    posted_lane: Array  # int16
    posted_min: Array  # int32
    posted_queue: Array  # int32


class Kernel:
    """The compiled engine of one port; see `protocol.Engine`."""

    def __init__(self, plan: PortPlan) -> None:
        self._plan = plan
        self._layout = plan.layout
        pools, queues = plan.layout.rank.shape
        self._rows = _new_rows(empty_arrivals(0), 0)
        self._calendar = empty_calendar(pools, len(plan.modes))
        self._disruptions: list[tuple[int, int, int, int]] = []
        scalars = np.zeros(8, np.int64)
        scalars[TOUCHED_US] = NEVER_US
        self._state = State(
            new_control(plan.layout),
            scalars,
            *_agenda(0),
            np.zeros(pools, np.int64),
            np.zeros(pools, np.int64),
            np.full(queues, MISSING, np.int32),
            np.full(queues, MISSING, np.int32),
            *_logs(self._calendar, plan, 0),
        )

    @property
    def control(self) -> Control:
        """See `protocol.Engine`."""
        return self._state.control

    def feed(self, day: Day) -> None:
        """See `protocol.Engine`."""
        rows, state = self._rows, self._state
        inside = np.flatnonzero((rows.done.outcome == PRESENT) & (np.arange(rows.station.size) < state.scalars[NEXT]))
        place = np.full(rows.station.size + 1, MISSING, np.int32)
        place[inside] = np.arange(inside.size, dtype=np.int32)
        kept = (*select(rows.done, inside), place[rows.behind[inside]], rows.station[inside], rows.due_us[inside])
        needs = concatenate([select(rows.needs, inside), day.arrivals])
        del rows
        self._rows = _new_rows(needs, day.first_id - inside.size)
        for column, old in zip((*self._rows.done, *self._rows[2:]), kept, strict=True):
            column[: inside.size] = old
        count = int(state.scalars[AGENDA])
        agenda_us, agenda_row = _agenda(self._rows.station.size)
        agenda_us[:count], agenda_row[:count] = state.agenda_us[:count], place[state.agenda_row[:count]]
        self._calendar = day.calendar
        state.scalars[[NEXT, TICK, STAFFED, POSTED]] = inside.size, 0, 0, 0
        self._state = state._replace(
            agenda_us=agenda_us, agenda_row=agenda_row, head=place[state.head], tail=place[state.tail]
        )
        self._make_room()

    def advance(self, until_us: int, *, stop_when_empty: bool = False) -> int:
        """See `protocol.Engine`."""
        return int(_advance(self._layout, self._calendar, self._rows, self._state, until_us, stop_when_empty))

    def disrupt(self, at_us: int, mode: Mode, *, gate_shut: bool, booths_cap: int | None) -> None:
        """See `protocol.Engine`."""
        place, cap = self._plan.modes.index(mode), MISSING if booths_cap is None else booths_cap
        self._disruptions.append((at_us, code(mode), int(gate_shut), cap))
        disrupt(self._layout, self._state.control, place, int(gate_shut), cap)
        self._state.scalars[TOUCHED_US] = at_us
        self._make_room()

    def is_empty(self) -> bool:
        """See `protocol.Engine`."""
        scalars = self._state.scalars
        return bool(scalars[INSIDE] == 0 and scalars[NEXT] == self._rows.station.size)

    def records(self, from_us: int, until_us: int) -> Records:
        """See `protocol.Engine`."""
        state, layout = self._state, self._layout
        staffed, posted = int(state.scalars[STAFFED]), int(state.scalars[POSTED])
        lanes = state.posted_lane[:posted]
        records = Records(
            from_us,
            until_us,
            select(self._rows.done, slice(0, int(state.scalars[NEXT]))),
            StaffingChanges(*(column[:staffed].copy() for column in state[8:11])),
            PostedWaits(
                state.posted_us[:posted].copy(),
                layout.mode_code[layout.lane_mode[lanes]].astype(np.uint8),
                layout.lane_class[lanes].astype(np.int8),
                state.posted_min[:posted].copy(),
                state.posted_queue[:posted].copy(),
            ),
            disruption_columns(self._disruptions),
        )
        state.scalars[[STAFFED, POSTED]] = 0
        self._disruptions = []
        return records

    def _make_room(self) -> None:
        """Room to tell what the calendar and one more change can bring, behind what is not told yet."""
        staffed, posted = int(self._state.scalars[STAFFED]), int(self._state.scalars[POSTED])
        logs = _logs(self._calendar, self._plan, max(staffed, posted))
        for old, new in zip(self._state[8:], logs, strict=True):
            size = min(old.size, new.size, max(staffed, posted))
            new[:size] = old[:size]
        self._state = State(*self._state[:8], *logs)


def disruption_columns(rows: list[tuple[int, int, int, int]]) -> Disruptions:
    """Rows (instant, mode, gate shut, cap) as columns."""
    t_us, mode, shut, cap = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Disruptions(t_us.copy(), mode.astype(np.uint8), shut.astype(np.int8), cap.astype(np.int32))


def _new_rows(needs: Arrivals, first_id: int) -> Rows:
    count = needs.arrived_us.size
    done = Crossings._make(np.full(count, MISSING if np.dtype(t).kind == "i" else 0, t) for t in CROSSING_DTYPES)
    return Rows(
        needs,
        done._replace(
            crossing=first_id + np.arange(count),
            mode=needs.mode,
            programme=needs.programme,
            loaded=needs.loaded,
            arrived_us=needs.arrived_us,
        ),
        np.full(count, MISSING, np.int32),
        np.zeros(count, np.int8),
        np.zeros(count, np.int64),
    )


def _agenda(size: int) -> tuple[Array, Array]:
    return np.zeros(size + 1, np.int64), np.zeros(size + 1, np.int32)


def _logs(calendar: Calendar, plan: PortPlan, more: int) -> tuple[Array, ...]:
    instants = calendar.t_us.size + 2
    staffed, posted = instants * len(plan.pools) + more, instants * len(plan.lanes) + more
    return (
        np.zeros(staffed, np.int64),
        np.zeros(staffed, np.int16),
        np.zeros(staffed, np.int32),
        np.zeros(posted, np.int64),
        np.zeros(posted, np.int16),
        np.zeros(posted, np.int32),
        np.zeros(posted, np.int32),
    )


@hot
def _advance(layout: Any, calendar: Any, rows: Any, state: Any, until_us: Any, stop_when_empty: Any) -> Any:  # noqa: C901 - the loop is one thing
    scalars, busy, control = state.scalars, state.busy, state.control
    arrived_us, agenda_us = rows.needs.arrived_us, state.agenda_us
    all_pools = (np.int64(1) << busy.size) - 1
    while True:
        if stop_when_empty and scalars[INSIDE] == 0 and scalars[NEXT] == arrived_us.size:
            return scalars[HANDLED_US]
        now = until_us
        if scalars[NEXT] < arrived_us.size:
            now = min(now, arrived_us[scalars[NEXT]])
        if scalars[AGENDA] > 0:
            now = min(now, agenda_us[scalars[AGENDA] - 1])
        tick_us = calendar.t_us[scalars[TICK]] if scalars[TICK] < calendar.t_us.size else NEVER_US
        now = min(now, tick_us, scalars[TOUCHED_US])
        if now >= until_us:
            scalars[HANDLED_US] = until_us
            return until_us
        scalars[HANDLED_US] = now
        awake = np.int64(0)
        if now == tick_us or now == scalars[TOUCHED_US]:
            _tell_time(layout, calendar, state, now, tick_us)
            awake = all_pools
        while scalars[AGENDA] > 0 and agenda_us[scalars[AGENDA] - 1] == now:
            awake |= _complete(layout, rows, state, now)
        while scalars[NEXT] < arrived_us.size and arrived_us[scalars[NEXT]] == now:
            awake |= _arrive(layout, rows, state, now)
        while awake:
            lowest = awake & -awake
            awake ^= lowest
            pool = (np.float64(lowest).view(np.int64) >> 52) - 1023  # a power of two: its exponent
            while busy[pool] < control.open[pool] or (control.spare[pool] and busy[pool] == 0):
                if not _start(layout, rows, state, now, pool):
                    break


@jitable
def _tell_time(layout: Any, calendar: Any, state: Any, now: Any, tick_us: Any) -> None:
    """A quarter of an hour begins, or a disruption does: change what is open and posted, and tell it."""
    scalars, control = state.scalars, state.control
    scalars[TOUCHED_US] = NEVER_US
    if now == tick_us:
        tick_over(layout, control, calendar, scalars[TICK])
        scalars[TICK] += 1
        for lane in range(layout.lane_mode.size):
            at = scalars[POSTED]
            state.posted_us[at], state.posted_lane[at] = now, lane
            state.posted_min[at], state.posted_queue[at] = control.posted[lane], control.waiting[lane]
            scalars[POSTED] += 1
    for pool in range(state.shown.size):
        if layout.pool_queue[pool] < 0 and control.open[pool] != state.shown[pool]:
            at = scalars[STAFFED]
            state.staffing_us[at], state.staffing_pool[at], state.staffing_open[at] = now, pool, control.open[pool]
            state.shown[pool] = control.open[pool]
            scalars[STAFFED] += 1


@jitable
def _arrive(layout: Any, rows: Any, state: Any, now: Any) -> Any:
    """The next candidate comes to the gate: it is deterred, or goes in. Returns the pools to look at, as bits."""
    scalars, control, needs, done = state.scalars, state.control, rows.needs, rows.done
    row = scalars[NEXT]
    scalars[NEXT] += 1
    choice = choose(layout, control, needs.lanes[row])
    lane = np.int64(needs.lanes[row, choice])
    mode = layout.lane_mode[lane]
    if control.shut[mode] or not control.gate[mode]:
        done.outcome[row], done.lane_class[row] = DETERRED_GATE, layout.lane_class[lane]
        return np.int64(0)
    if control.lane_open[lane] and seen(control, lane) > needs.tolerance_min[row]:
        done.outcome[row], done.lane_class[row] = DETERRED_WAIT, layout.lane_class[lane]
        return np.int64(0)
    scalars[INSIDE] += 1
    if needs.export_pool[row] >= 0:
        done.export_pool[row] = needs.export_pool[row]
        return _join(layout, rows, state, row, EXPORT, layout.pool_queue[needs.export_pool[row]], needs.export_us[row])
    return _join_primary(layout, rows, state, row, choice, now)


@jitable
def _join_primary(layout: Any, rows: Any, state: Any, row: Any, choice: Any, now: Any) -> Any:
    lane = np.int64(rows.needs.lanes[row, choice])
    rows.done.joined_us[row], rows.done.lane_class[row] = now, layout.lane_class[lane]
    return _join(layout, rows, state, row, PRIMARY, lane, rows.needs.service_us[row, choice])


@jitable
def _join(layout: Any, rows: Any, state: Any, row: Any, station: Any, queue: Any, due_us: Any) -> Any:
    """Stand at the end of a queue. Returns the pools that serve it, as bits."""
    rows.station[row], rows.due_us[row], rows.behind[row] = station, due_us, MISSING
    if state.head[queue] < 0:
        state.head[queue] = row
    else:
        rows.behind[state.tail[queue]] = row
    state.tail[queue] = row
    state.control.waiting[queue] += 1
    return layout.serving[queue]


@jitable
def _complete(layout: Any, rows: Any, state: Any, now: Any) -> Any:
    """The first completion of the agenda: leave the station, join the next one or be released. Returns pools as
    bits.
    """
    needs, done = rows.needs, rows.done
    row = np.int64(_pop(state))
    station = rows.station[row]
    if station == EXPORT:
        state.busy[needs.export_pool[row]] -= 1
        return _join_primary(layout, rows, state, row, choose(layout, state.control, needs.lanes[row]), now)
    pool = np.int64(done.pool[row])
    if station == PRIMARY:
        done.ended_us[row] = now
    elif station == SECONDARY:
        pool = np.int64(needs.secondary_pool[row])
        done.secondary_ended_us[row] = now
    else:
        pool = np.int64(needs.state_pool[row])
    state.busy[pool] -= 1
    freed = np.int64(1) << pool
    if station == PRIMARY and needs.secondary_pool[row] >= 0:
        done.secondary_pool[row] = needs.secondary_pool[row]
        queue = layout.pool_queue[needs.secondary_pool[row]]
        return freed | _join(layout, rows, state, row, SECONDARY, queue, needs.secondary_us[row])
    if station <= SECONDARY and needs.state_pool[row] >= 0:
        done.state_pool[row] = needs.state_pool[row]
        queue = layout.pool_queue[needs.state_pool[row]]
        return freed | _join(layout, rows, state, row, SECONDARY + 1, queue, needs.state_us[row])
    done.released_us[row], done.outcome[row] = now, RELEASED
    state.scalars[INSIDE] -= 1
    return freed


@jitable
def _start(layout: Any, rows: Any, state: Any, now: Any, pool: Any) -> Any:
    """Start the next crossing that a pool with a free place serves. Returns whether there was one."""
    row = _next_in_line(layout, rows, state, pool)
    if row < 0:
        return False
    station = rows.station[row]
    if station == PRIMARY:
        rows.done.pool[row], rows.done.started_us[row] = pool, now
    elif station == SECONDARY:
        rows.done.secondary_started_us[row] = now
    elif station > SECONDARY:
        rows.done.state_started_us[row] = now
    state.busy[pool] += 1
    _push(state, now + rows.due_us[row], row)
    return True


@jitable
def _next_in_line(layout: Any, rows: Any, state: Any, pool: Any) -> Any:
    """Take the first of the lowest rank out of its queue; a closed pool serves only those with no open pool. -1:
    nobody.
    """
    best, best_queue = np.int64(MISSING), np.int64(MISSING)
    for place in range(layout.order.shape[1]):
        queue = layout.order[pool, place]
        if queue < 0 or (best >= 0 and layout.rank[pool, queue] > layout.rank[pool, best_queue]):
            break
        row = np.int64(state.head[queue])
        if row < 0 or (state.control.open[pool] == 0 and not _stranded(layout, state.control, pool, queue)):
            continue
        if best < 0 or (rows.done.joined_us[row], row) < (rows.done.joined_us[best], best):
            best, best_queue = row, queue
    if best >= 0:
        state.head[best_queue] = rows.behind[best]
        state.control.waiting[best_queue] -= 1
    return best


@jitable
def _stranded(layout: Any, control: Any, pool: Any, queue: Any) -> Any:
    return queue < control.lane_open.size and layout.lane_first_pool[queue] == pool and not control.lane_open[queue]


@jitable
def _push(state: Any, at_us: Any, row: Any) -> None:
    """Put a completion into the agenda, in order from its front: the latest is first, and there are few, one for each
    booth and bay that serves.
    """
    times, rows = state.agenda_us, state.agenda_row
    place = state.scalars[AGENDA]
    state.scalars[AGENDA] += 1
    while place > 0 and (times[place - 1] < at_us or (times[place - 1] == at_us and rows[place - 1] < row)):
        times[place], rows[place] = times[place - 1], rows[place - 1]
        place -= 1
    times[place], rows[place] = at_us, row


@jitable
def _pop(state: Any) -> Any:
    """Take the first completion out of the agenda."""
    state.scalars[AGENDA] -= 1
    return state.agenda_row[state.scalars[AGENDA]]
