"""The compiled engine: its memory from day to day, what it is fed and what it records; `event_loop` is what happens.

Rows are the crossings of the day that was fed last, behind those still inside from the days before, in the order of
their ids.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from border_sim.codes import PRESENT
from border_sim.engine.event_loop import advance, advance_with_room
from border_sim.engine.kernel_state import (
    AGENDA,
    DISRUPTED_US,
    INSIDE,
    NEXT,
    POSTED_COUNT,
    STAFFING_COUNT,
    TICK,
    Blocked,
    ChangeLog,
    Rows,
    State,
)
from border_sim.engine.port_state import Control, new_control, open_before, state_of_mode
from border_sim.engine.quarter_hour import disrupt, disrupt_pool
from border_sim.inputs.candidates import appended, blank_candidates
from border_sim.inputs.layout import Layout
from border_sim.inputs.port_plan import Day, PortPlan
from border_sim.inputs.staffing_calendar import Calendar, empty_calendar
from border_sim.records import (
    CROSSING_DTYPES,
    DISRUPTION_DTYPES,
    VISITS,
    Array,
    Crossings,
    Disruptions,
    PostedWaits,
    Records,
    StaffingChanges,
    select,
)
from border_sim.vocabulary import MISSING, NEVER_US, Mode, Station, code


class Kernel:
    """The compiled engine of one port; see `protocol.Engine`."""

    def __init__(self, plan: PortPlan) -> None:
        self._plan = plan
        self._layout = plan.layout
        self._rows = _no_rows(plan.layout)
        pools, queues = plan.layout.rank.shape
        self._calendar = empty_calendar(pools, len(plan.modes))
        self._disruptions: list[tuple[int, ...]] = []
        scalars = np.zeros(8, np.int64)
        scalars[DISRUPTED_US] = NEVER_US
        nobody = np.full(plan.layout.room.shape, MISSING, np.int32)
        self._blocked = Blocked(nobody, nobody.copy()) if plan.layout.has_room else None
        entitlements = len(plan.layout.entitled)
        self._state = State(
            control=new_control(plan.layout),
            scalars=scalars,
            agenda_us=np.zeros(1, np.int64),
            agenda_row=np.zeros(1, np.int32),
            busy=np.zeros(pools, np.int64),
            logged_open=open_before(plan.layout),
            head=np.full(queues, MISSING, np.int32),
            tail=np.full(queues, MISSING, np.int32),
            choice=np.zeros(entitlements, np.int64),
            barrier_min=np.zeros(entitlements, np.int64),
            log=_new_log(self._calendar, plan, 0),
        )

    @property
    def control(self) -> Control:
        """See `protocol.Engine`."""
        return self._state.control

    def feed(self, day: Day) -> None:
        """See `protocol.Engine`."""
        state = self._state
        inside = np.flatnonzero(self._rows.outcome[: state.scalars[NEXT]] == PRESENT)
        place = np.full(self._rows.step.size + 1, MISSING, np.int32)
        place[inside] = np.arange(inside.size)
        self._rows = _rows_inside(self._rows, inside, place)  # the others leave before the new ones come
        self._rows = _followed_by(self._rows, day)
        self._calendar = day.calendar
        room, count = self._rows.step.size + 1, int(state.scalars[AGENDA])
        state.scalars[[NEXT, TICK, STAFFING_COUNT, POSTED_COUNT]] = inside.size, 0, 0, 0
        self._state = state._replace(
            agenda_us=_longer(state.agenda_us[:count], room),
            agenda_row=_longer(place[state.agenda_row[:count]], room),
            head=place[state.head],
            tail=place[state.tail],
        )
        self._blocked = self._blocked and Blocked(*(place[rows] for rows in self._blocked))
        self._make_room()

    def advance(self, until_us: int, *, stop_when_empty: bool = False) -> int:
        """See `protocol.Engine`."""
        port = (self._layout, self._calendar, self._rows, self._state)
        if self._blocked is None:
            return int(advance(*port, until_us, stop_when_empty))
        return int(advance_with_room(*port, self._blocked, until_us, stop_when_empty))

    def disrupt(self, at_us: int, mode: Mode, *, gate_shut: bool, booths_cap: int | None) -> None:
        """See `protocol.Engine`."""
        place, cap = self._plan.modes.index(mode), MISSING if booths_cap is None else booths_cap
        self._disruptions.append((at_us, code(mode), int(gate_shut), cap, MISSING, MISSING, MISSING))
        disrupt(self._layout, self._state.control, place, int(gate_shut), cap)
        self._state.scalars[DISRUPTED_US] = at_us
        self._make_room()

    def disrupt_pool(self, at_us: int, pool: int, *, bays_cap: int | None, pace_permille: int) -> None:
        """See `protocol.Engine`."""
        cap = MISSING if bays_cap is None else bays_cap
        self._disruptions.append((at_us, *state_of_mode(self._layout, self.control, pool), pool, cap, pace_permille))
        disrupt_pool(self._layout, self._state.control, pool, cap, pace_permille)
        self._state.scalars[DISRUPTED_US] = at_us
        self._make_room()

    def is_empty(self) -> bool:
        """See `protocol.Engine`."""
        scalars = self._state.scalars
        return bool(scalars[INSIDE] == 0 and scalars[NEXT] == self._rows.step.size)

    def records(self, from_us: int, until_us: int) -> Records:
        """See `protocol.Engine`."""
        state, layout, log = self._state, self._layout, self._state.log
        staffed, posted = int(state.scalars[STAFFING_COUNT]), int(state.scalars[POSTED_COUNT])
        lanes = log.posted_lane[:posted]
        records = Records(
            from_us,
            until_us,
            _crossings(self._rows, self._plan, int(state.scalars[NEXT])),
            StaffingChanges(*(column[:staffed].copy() for column in log[:3])),
            PostedWaits(
                log.posted_us[:posted].copy(),
                layout.mode_code[layout.lane_mode[lanes]].astype(np.uint8),
                layout.lane_class[lanes].astype(np.int8),
                log.posted_min[:posted].copy(),
                log.posted_queue[:posted].copy(),
            ),
            disruption_columns(self._disruptions),
        )
        state.scalars[[STAFFING_COUNT, POSTED_COUNT]] = 0
        self._disruptions = []
        return records

    def _make_room(self) -> None:
        """Room to log what the calendar and one more change can bring, behind what was not taken out yet."""
        logged = int(self._state.scalars[[STAFFING_COUNT, POSTED_COUNT]].max())
        log = _new_log(self._calendar, self._plan, logged)
        for old, new in zip(self._state.log, log, strict=True):
            size = min(old.size, new.size, logged)
            new[:size] = old[:size]
        self._state = self._state._replace(log=log)


def disruption_columns(rows: list[tuple[int, ...]]) -> Disruptions:
    """Rows as tuples, in the order of the columns, as columns."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, len(Disruptions._fields)).T
    return Disruptions._make(column.astype(dtype) for column, dtype in zip(columns, DISRUPTION_DTYPES, strict=True))


def _no_rows(layout: Layout) -> Rows:
    steps = layout.pools_at.size
    return Rows(
        candidates=blank_candidates(0, steps),
        crossing=np.zeros(0, np.int64),
        lane_class=np.zeros(0, np.int8),
        outcome=np.zeros(0, np.uint8),
        pool=np.zeros((0, steps), np.int16),
        joined_us=np.zeros((0, steps), np.int64),
        started_us=np.zeros((0, steps), np.int64),
        ended_us=np.zeros((0, steps), np.int64),
        released_us=np.zeros(0, np.int64),
        next_in_queue=np.zeros(0, np.int32),
        step=np.zeros(0, np.int8),
        service_us=np.zeros(0, np.int64),
    )


def _rows_inside(rows: Rows, inside: Array, place: Array) -> Rows:
    """The rows of those inside; `place` is the new row of each old one."""
    mine = Rows(select(rows.candidates, inside), *(column[inside] for column in rows[1:]))
    return mine._replace(next_in_queue=place[mine.next_in_queue])


def _followed_by(inside: Rows, day: Day) -> Rows:
    """Rows with those of a day's candidates behind them; the event loop writes these when they come."""
    first = inside.step.size
    candidates = appended(inside.candidates, day.candidates)
    count = candidates.arrived_us.size
    rows = Rows(candidates, *(_longer(column, count) for column in inside[1:]))
    rows.crossing[first:] = np.arange(day.first_id, day.first_id + count - first)
    return rows


def _crossings(rows: Rows, plan: PortPlan, count: int) -> Crossings:
    """The first so many rows as columns; of stations that are not on the port's route nothing is known."""
    spare = 1 << count.bit_length()
    columns = {name: _missing(spare, getattr(CROSSING_DTYPES, name)) for name in _elsewhere(plan.route)}
    for step, station in enumerate(plan.route):
        visit = (rows.pool[:, step], rows.joined_us[:, step], rows.started_us[:, step], rows.ended_us[:, step])
        columns |= dict(zip(VISITS[station], visit, strict=True))
    columns |= {name: getattr(rows, name) for name in ("crossing", "lane_class", "outcome", "released_us")}
    columns |= {name: getattr(rows.candidates, name) for name in ("mode", "programme", "loaded", "arrived_us")}
    return Crossings(**{name: column[:count] for name, column in columns.items()})


def _elsewhere(route: Sequence[Station]) -> set[str]:
    """The columns of crossings that tell of stations that are not on a route."""
    return {name for station, visit in VISITS.items() if station not in route for name in visit}


@lru_cache(maxsize=32)
def _missing(size: int, dtype: type[np.generic]) -> Array:
    """A column without values, shared by all that need one: nobody writes into records."""
    return np.full(size, MISSING, dtype)


def _longer(column: Array, size: int) -> Array:
    """A column, or several, with rows for more behind its own."""
    longer = np.empty((size, *column.shape[1:]), column.dtype)
    longer[: len(column)] = column
    return longer


def _new_log(calendar: Calendar, plan: PortPlan, more: int) -> ChangeLog:
    """Room for what a calendar and one more change can bring, and for `more` rows."""
    instants = calendar.t_us.size + 2
    staffed, posted = instants * len(plan.pools) + more, instants * len(plan.lanes) + more
    return ChangeLog(
        np.empty(staffed, np.int64),
        np.empty(staffed, np.int16),
        np.empty(staffed, np.int32),
        np.empty(posted, np.int64),
        np.empty(posted, np.int16),
        np.empty(posted, np.int32),
        np.empty(posted, np.int32),
    )
