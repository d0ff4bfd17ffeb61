"""The model as SimPy processes: the executable specification, to be read in one sitting.

A crossing is a process that visits its stations; a pool is a number of places that take crossings from queues. All
that happens at one instant happens in one order: the quarter of an hour first (shift, posted waits, review), then
completions by id, arrivals by id, then starts, pool by pool. SimPy keeps it, because every event here carries its
place in that order as its priority.
"""

from collections import deque
from collections.abc import Generator
from typing import Any, Final

import numpy as np
import simpy

from border_sim.codes import OUTCOME_RELEASED, PRESENT
from border_sim.engine.admission import barrier_min, outcome_at_gate
from border_sim.engine.lane_choice import choose_lane
from border_sim.engine.port_state import new_control
from border_sim.engine.quarter_hour import begin_quarter, disrupt
from border_sim.inputs.candidates import Candidates
from border_sim.inputs.port_plan import Day, PortPlan
from border_sim.inputs.staffing_calendar import Calendar
from border_sim.records import (
    CROSSING_DTYPES,
    DISRUPTION_DTYPES,
    Crossings,
    Disruptions,
    PostedWaits,
    Records,
    StaffingChanges,
)
from border_sim.vocabulary import MISSING, Mode, code

# Priorities at one instant; SimPy's own (0 and 1) let a process that was just woken go on at once.
QUARTER: Final = 2
RECORD: Final = 3
COMPLETION: Final = 1 << 40
ARRIVAL: Final = 2 << 40
START: Final = 3 << 40

Steps = Generator[simpy.Event, Any, Any]


class OrderedEvent(simpy.Event):
    """An event at an instant, with its place in the order of that instant."""

    def __init__(self, env: simpy.Environment, at_us: int, priority: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority, at_us - env.now)  # type: ignore[arg-type]


class Crossing:
    """A candidate: what it draws (a row of `Candidates`) and what became of it (a row of `Crossings`)."""

    def __init__(self, identifier: int, drawn: Any) -> None:
        self.id = identifier
        self.drawn = drawn
        blank = Crossings._make(MISSING for _ in CROSSING_DTYPES)
        self.row: dict[str, int] = blank._asdict() | {
            "crossing": identifier,
            "outcome": PRESENT,
            **{name: getattr(drawn, name) for name in ("mode", "programme", "loaded", "arrived_us")},
        }


class Reference:
    """The reference engine of one port; see `protocol.Engine`."""

    def __init__(self, plan: PortPlan) -> None:
        self.modes = plan.modes
        self.layout = plan.layout
        self.control = new_control(plan.layout)
        self.env = simpy.Environment(plan.begins_us)
        pools, queues = plan.layout.rank.shape
        self.queues: list[deque[tuple[int, Crossing, simpy.Event]]] = [deque() for _ in range(queues)]
        self.busy = [0] * pools
        self.recorded_open = [0] * pools
        self.inside = 0
        self.to_come = 0
        self.handled_us = plan.begins_us
        self.waking_us = self.recording_us = MISSING
        self.crossings: list[Crossing] = []
        self.staffing: list[tuple[int, int, int]] = []
        self.posted: list[tuple[int, int, int, int, int]] = []
        self.disruptions: list[tuple[int, int, int, int]] = []

    # What the conductor asks for (`protocol.Engine`).

    def feed(self, day: Day) -> None:
        """See `protocol.Engine`."""
        self.crossings = [crossing for crossing in self.crossings if crossing.row["outcome"] == PRESENT]
        rows = zip(*(column.tolist() for column in day.candidates), strict=True)
        new = [Crossing(day.first_id + place, Candidates._make(row)) for place, row in enumerate(rows)]
        self.to_come = len(new)
        self.env.process(self.source(new))
        self.env.process(self.quarters(day.calendar))

    def advance(self, until_us: int, *, stop_when_empty: bool = False) -> int:
        """See `protocol.Engine`."""
        while not (stop_when_empty and self.is_empty()) and self.env.peek() < until_us:
            self.handled_us = int(self.env.peek())
            while self.env.peek() == self.handled_us:
                self.env.step()
        if not (stop_when_empty and self.is_empty()):
            self.handled_us = until_us
        return self.handled_us

    def disrupt(self, at_us: int, mode: Mode, *, gate_shut: bool, booths_cap: int | None) -> None:
        """See `protocol.Engine`."""
        cap = MISSING if booths_cap is None else booths_cap
        self.disruptions.append((at_us, code(mode), int(gate_shut), cap))
        disrupt(self.layout, self.control, self.modes.index(mode), int(gate_shut), cap)
        self.record_later(at_us)

    def is_empty(self) -> bool:
        """See `protocol.Engine`."""
        return self.inside == 0 and self.to_come == 0

    def records(self, from_us: int, until_us: int) -> Records:
        """See `protocol.Engine`."""
        crossings = _columns(Crossings, CROSSING_DTYPES, [tuple(crossing.row.values()) for crossing in self.crossings])
        staffing = _columns(StaffingChanges, (np.int64, np.int16, np.int32), self.staffing)
        posted = _columns(PostedWaits, (np.int64, np.uint8, np.int8, np.int32, np.int32), self.posted)
        changes = [(*change, MISSING, MISSING, MISSING) for change in self.disruptions]
        disruptions = _columns(Disruptions, DISRUPTION_DTYPES, changes)
        self.staffing, self.posted, self.disruptions = [], [], []
        return Records(from_us, until_us, crossings, staffing, posted, disruptions)

    # The processes.

    def source(self, crossings: list[Crossing]) -> Steps:
        """The day's candidates come, one after the other."""
        for crossing in crossings:
            yield OrderedEvent(self.env, crossing.drawn.arrived_us, ARRIVAL + crossing.id)
            self.to_come -= 1
            self.crossings.append(crossing)
            if self.is_admitted(crossing):
                self.inside += 1
                self.env.process(self.cross(crossing))

    def cross(self, crossing: Crossing) -> Steps:
        """The route: export, primary, secondary, state; a station that is not on it has no pool."""
        drawn, row, own_queue = crossing.drawn, crossing.row, self.layout.pool_queue
        if drawn.export_pool >= 0:
            row["export_pool"] = drawn.export_pool
            row["export_ended_us"] = yield from self.visit(crossing, own_queue[drawn.export_pool], drawn.export_us)
        lanes = self.layout.entitled[drawn.entitled]
        choice = choose_lane(self.layout, self.control, lanes)
        lane = lanes[choice]
        row["joined_us"], row["lane_class"] = int(self.env.now), self.layout.lane_class[lane]
        row["ended_us"] = yield from self.visit(crossing, lane, drawn.service_us[choice], "started_us")
        if drawn.secondary_pool >= 0:
            row["secondary_pool"], row["secondary_joined_us"] = drawn.secondary_pool, int(self.env.now)
            queue = own_queue[drawn.secondary_pool]
            row["secondary_ended_us"] = yield from self.visit(
                crossing, queue, drawn.secondary_us, "secondary_started_us"
            )
        if drawn.state_pool >= 0:
            row["state_pool"], row["state_joined_us"] = drawn.state_pool, int(self.env.now)
            yield from self.visit(crossing, own_queue[drawn.state_pool], drawn.state_us, "state_started_us")
        row["released_us"], row["outcome"] = int(self.env.now), OUTCOME_RELEASED
        self.inside -= 1

    def visit(self, crossing: Crossing, queue: int, service_us: int, started: str = "") -> Steps:
        """Join a queue, wait until a pool starts the crossing, be served. Returns the instant of completion."""
        start = simpy.Event(self.env)
        self.queues[queue].append((int(self.env.now), crossing, start))
        self.control.queue[queue] += 1
        self.wake_pools()
        pool = yield start
        if started:
            crossing.row[started] = int(self.env.now)
        if started == "started_us":
            crossing.row["pool"] = pool
        yield OrderedEvent(self.env, int(self.env.now) + service_us, COMPLETION + crossing.id)
        self.busy[pool] -= 1
        self.wake_pools()
        return int(self.env.now)

    def quarters(self, calendar: Calendar) -> Steps:
        """The day's quarters of an hour: shift, posted waits, review."""
        for tick, t_us in enumerate(calendar.t_us.tolist()):
            yield OrderedEvent(self.env, t_us, QUARTER)
            begin_quarter(self.layout, self.control, calendar, tick)
            for lane, mode in enumerate(self.layout.lane_mode):
                wait, queue = self.control.posted_wait_min[lane], self.control.queue[lane]
                self.posted.append((t_us, self.layout.mode_code[mode], self.layout.lane_class[lane], wait, queue))
            self.record_later(t_us)

    # The gate and the pools.

    def is_admitted(self, crossing: Crossing) -> bool:
        """Whether a candidate goes in: the gate is open, and the wait posted for the lane it would join is not too
        long.
        """
        drawn, row = crossing.drawn, crossing.row
        lanes = self.layout.entitled[drawn.entitled]
        lane = lanes[choose_lane(self.layout, self.control, lanes)]
        row["outcome"] = outcome_at_gate(barrier_min(self.layout, self.control, lane), drawn.tolerance_min)
        if row["outcome"] != PRESENT:
            row["lane_class"] = self.layout.lane_class[lane]
        return row["outcome"] == PRESENT

    def wake_pools(self) -> None:
        """Let the pools look for work when this instant has seen all its completions and arrivals."""
        if self.waking_us != self.env.now:
            self.waking_us = int(self.env.now)
            OrderedEvent(self.env, self.waking_us, START).callbacks.append(lambda _: self.start_all())

    def start_all(self) -> None:
        """Every pool in turn starts crossings while it has a free place and somebody whom it serves waits."""
        for pool in range(len(self.busy)):
            while self.has_place(pool) and (queue := self.next_queue(pool)) is not None:
                _, _, start = self.queues[queue].popleft()
                self.control.queue[queue] -= 1
                self.busy[pool] += 1
                start.succeed(pool)

    def has_place(self, pool: int) -> bool:
        """Whether a pool has a free booth or bay; a closed one may serve one stranded crossing at a time."""
        return bool(
            self.busy[pool] < self.control.booths_open[pool]
            or (self.control.serves_stranded[pool] and not self.busy[pool])
        )

    def next_queue(self, pool: int) -> int | None:
        """The queue whose first crossing the pool takes next: the lowest rank, within it the first to have joined."""
        heads = []
        for queue in np.flatnonzero(self.layout.rank[pool] >= 0).tolist():
            if self.queues[queue] and (self.control.booths_open[pool] > 0 or self.is_stranded(pool, queue)):
                joined_us, crossing, _ = self.queues[queue][0]
                heads.append((self.layout.rank[pool, queue], joined_us, crossing.id, queue))
        return min(heads)[-1] if heads else None

    def is_stranded(self, pool: int, queue: int) -> bool:
        """Whether a lane has no open pool and this one is the first in file order that serves it."""
        is_lane = queue < self.control.lane_open.size
        return bool(is_lane and self.layout.lane_first_pool[queue] == pool and not self.control.lane_open[queue])

    def record_later(self, at_us: int) -> None:
        """At `at_us`, when all is decided, record which pools have other booths open than before, and let them
        look for work.
        """
        if self.recording_us != at_us:
            self.recording_us = at_us
            OrderedEvent(self.env, at_us, RECORD).callbacks.append(lambda _: self.record_booths())

    def record_booths(self) -> None:
        """See `record_later`."""
        for pool, booths in enumerate(self.control.booths_open.tolist()):
            if self.layout.pool_queue[pool] == MISSING and booths != self.recorded_open[pool]:
                self.staffing.append((int(self.env.now), pool, booths))
                self.recorded_open[pool] = booths
        self.wake_pools()


def _columns(kind: Any, dtypes: Any, rows: list[Any]) -> Any:
    """Rows as a named tuple of columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(kind._fields)
    return kind._make(np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True))
