"""The compiled engine: its memory from day to day, what it is fed and what it records; `event_loop` is what happens.

Rows are the crossings of the day that was fed last, behind those still inside from the days before, in the order of
their ids.
"""

import numpy as np

from border_sim.codes import PRESENT
from border_sim.engine.event_loop import advance
from border_sim.engine.kernel_state import (
    AGENDA,
    DISRUPTED_US,
    INSIDE,
    NEXT,
    POSTED_COUNT,
    STAFFING_COUNT,
    TICK,
    ChangeLog,
    Rows,
    State,
)
from border_sim.engine.port_state import Control, new_control
from border_sim.engine.quarter_hour import disrupt
from border_sim.inputs.candidates import appended, blank_candidates
from border_sim.inputs.port_plan import Day, PortPlan
from border_sim.inputs.staffing_calendar import Calendar, empty_calendar
from border_sim.records import (
    CROSSING_DTYPES,
    DISRUPTION_DTYPES,
    Array,
    Crossings,
    Disruptions,
    PostedWaits,
    Records,
    StaffingChanges,
    select,
)
from border_sim.vocabulary import MISSING, NEVER_US, Mode, code


class Kernel:
    """The compiled engine of one port; see `protocol.Engine`."""

    def __init__(self, plan: PortPlan) -> None:
        self._plan = plan
        self._layout = plan.layout
        pools, queues = plan.layout.rank.shape
        nobody = Crossings._make(np.zeros(0, dtype) for dtype in CROSSING_DTYPES)
        self._rows = Rows(blank_candidates(0), nobody, *(np.zeros(0, dtype) for dtype in (np.int32, np.int8, np.int64)))
        self._calendar = empty_calendar(pools, len(plan.modes))
        self._disruptions: list[tuple[int, int, int, int]] = []
        scalars = np.zeros(8, np.int64)
        scalars[DISRUPTED_US] = NEVER_US
        self._state = State(
            new_control(plan.layout),
            scalars,
            np.zeros(1, np.int64),
            np.zeros(1, np.int32),
            np.zeros(pools, np.int64),
            np.zeros(pools, np.int64),
            np.full(queues, MISSING, np.int32),
            np.full(queues, MISSING, np.int32),
            np.zeros(len(plan.layout.entitled), np.int64),
            np.zeros(len(plan.layout.entitled), np.int64),
            _new_log(self._calendar, plan, 0),
        )

    @property
    def control(self) -> Control:
        """See `protocol.Engine`."""
        return self._state.control

    def feed(self, day: Day) -> None:
        """See `protocol.Engine`."""
        state = self._state
        inside = np.flatnonzero(self._rows.crossings.outcome[: state.scalars[NEXT]] == PRESENT)
        place = np.full(self._rows.station.size + 1, MISSING, np.int32)
        place[inside] = np.arange(inside.size)
        self._rows = _rows_inside(self._rows, inside, place)  # the others leave before the new ones come
        self._rows = _followed_by(self._rows, day)
        self._calendar = day.calendar
        room, count = self._rows.station.size + 1, int(state.scalars[AGENDA])
        state.scalars[[NEXT, TICK, STAFFING_COUNT, POSTED_COUNT]] = inside.size, 0, 0, 0
        self._state = state._replace(
            agenda_us=_longer(state.agenda_us[:count], room),
            agenda_row=_longer(place[state.agenda_row[:count]], room),
            head=place[state.head],
            tail=place[state.tail],
        )
        self._make_room()

    def advance(self, until_us: int, *, stop_when_empty: bool = False) -> int:
        """See `protocol.Engine`."""
        return int(advance(self._layout, self._calendar, self._rows, self._state, until_us, stop_when_empty))

    def disrupt(self, at_us: int, mode: Mode, *, gate_shut: bool, booths_cap: int | None) -> None:
        """See `protocol.Engine`."""
        place, cap = self._plan.modes.index(mode), MISSING if booths_cap is None else booths_cap
        self._disruptions.append((at_us, code(mode), int(gate_shut), cap))
        disrupt(self._layout, self._state.control, place, int(gate_shut), cap)
        self._state.scalars[DISRUPTED_US] = at_us
        self._make_room()

    def is_empty(self) -> bool:
        """See `protocol.Engine`."""
        scalars = self._state.scalars
        return bool(scalars[INSIDE] == 0 and scalars[NEXT] == self._rows.station.size)

    def records(self, from_us: int, until_us: int) -> Records:
        """See `protocol.Engine`."""
        state, layout, log = self._state, self._layout, self._state.log
        staffed, posted = int(state.scalars[STAFFING_COUNT]), int(state.scalars[POSTED_COUNT])
        lanes = log.posted_lane[:posted]
        records = Records(
            from_us,
            until_us,
            select(self._rows.crossings, slice(0, int(state.scalars[NEXT]))),
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


def disruption_columns(rows: list[tuple[int, int, int, int]]) -> Disruptions:
    """Rows (instant, mode, gate shut, cap) as columns."""
    t_us, mode, shut, cap = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    of_pools = (np.full(t_us.size, MISSING, dtype) for dtype in DISRUPTION_DTYPES[4:])
    return Disruptions(t_us.copy(), mode.astype(np.uint8), shut.astype(np.int8), cap.astype(np.int32), *of_pools)


def _rows_inside(rows: Rows, inside: Array, place: Array) -> Rows:
    """The rows of those inside; `place` is the new row of each old one."""
    return Rows(
        select(rows.candidates, inside),
        select(rows.crossings, inside),
        place[rows.next_in_queue[inside]],
        rows.station[inside],
        rows.service_us[inside],
    )


def _followed_by(inside: Rows, day: Day) -> Rows:
    """Rows with those of a day's candidates behind them; the event loop writes these when they come."""
    first = inside.station.size
    candidates = appended(inside.candidates, day.candidates)
    count = candidates.arrived_us.size
    crossings = Crossings._make(_longer(column, count) for column in inside.crossings)
    crossings.crossing[first:] = np.arange(day.first_id, day.first_id + count - first)
    shared = {name: getattr(candidates, name) for name in ("mode", "programme", "loaded", "arrived_us")}
    return Rows(candidates, crossings._replace(**shared), *(_longer(column, count) for column in inside[2:]))


def _longer(column: Array, size: int) -> Array:
    """A column with room for more behind its own."""
    longer = np.empty(size, column.dtype)
    longer[: column.size] = column
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
