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

from border_sim.codes import DETERRED_GATE, DETERRED_WAIT, OUTCOME_RELEASED, PRESENT
from border_sim.engine.rules import choose, disrupt, new_control, seen, tick_over
from border_sim.inputs.candidates import Candidates
from border_sim.inputs.port_plan import Day, PortPlan
from border_sim.inputs.staffing_calendar import Calendar
from border_sim.records import (
    CROSSING_DTYPES,
    Crossings,
    Disruptions,
    PostedWaits,
    Records,
    StaffingChanges,
)
from border_sim.vocabulary import MISSING, Mode, code

# Priorities at one instant; SimPy's own (0 and 1) let a process that was just woken go on at once.
QUARTER: Final = 2
TELL: Final = 3
COMPLETION: Final = 1 << 40
ARRIVAL: Final = 2 << 40
START: Final = 3 << 40

Steps = Generator[simpy.Event, Any, Any]


class Turn(simpy.Event):
    """An event at an instant, with its place in the order of that instant."""

    def __init__(self, env: simpy.Environment, at_us: int, priority: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority, at_us - env.now)  # type: ignore[arg-type]


class Crossing:
    """A candidate: what it needs (a row of `Candidates`) and what became of it (a row of `Crossings`)."""

    def __init__(self, identifier: int, needs: Any) -> None:
        self.id = identifier
        self.needs = needs
        blank = Crossings._make(MISSING for _ in CROSSING_DTYPES)
        self.done: dict[str, int] = blank._asdict() | {
            "crossing": identifier,
            "outcome": PRESENT,
            **{name: getattr(needs, name) for name in ("mode", "programme", "loaded", "arrived_us")},
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
        self.shown = [0] * pools
        self.inside = 0
        self.to_come = 0
        self.handled_us = plan.begins_us
        self.waking_us = self.telling_us = MISSING
        self.crossings: list[Crossing] = []
        self.staffing: list[tuple[int, int, int]] = []
        self.posted: list[tuple[int, int, int, int, int]] = []
        self.disruptions: list[tuple[int, int, int, int]] = []

    # What the conductor asks for (`protocol.Engine`).

    def feed(self, day: Day) -> None:
        """See `protocol.Engine`."""
        self.crossings = [crossing for crossing in self.crossings if crossing.done["outcome"] == PRESENT]
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
        self.tell_later(at_us)

    def is_empty(self) -> bool:
        """See `protocol.Engine`."""
        return self.inside == 0 and self.to_come == 0

    def records(self, from_us: int, until_us: int) -> Records:
        """See `protocol.Engine`."""
        done = _columns(Crossings, CROSSING_DTYPES, [tuple(crossing.done.values()) for crossing in self.crossings])
        staffing = _columns(StaffingChanges, (np.int64, np.int16, np.int32), self.staffing)
        posted = _columns(PostedWaits, (np.int64, np.uint8, np.int8, np.int32, np.int32), self.posted)
        disruptions = _columns(Disruptions, (np.int64, np.uint8, np.int8, np.int32), self.disruptions)
        self.staffing, self.posted, self.disruptions = [], [], []
        return Records(from_us, until_us, done, staffing, posted, disruptions)

    # The processes.

    def source(self, crossings: list[Crossing]) -> Steps:
        """The day's candidates come, one after the other."""
        for crossing in crossings:
            yield Turn(self.env, crossing.needs.arrived_us, ARRIVAL + crossing.id)
            self.to_come -= 1
            self.crossings.append(crossing)
            if self.is_admitted(crossing):
                self.inside += 1
                self.env.process(self.cross(crossing))

    def cross(self, crossing: Crossing) -> Steps:
        """The route: export, primary, secondary, state; a station that is not on it has no pool."""
        needs, done, own_queue = crossing.needs, crossing.done, self.layout.pool_queue
        if needs.export_pool >= 0:
            done["export_pool"] = needs.export_pool
            yield from self.visit(crossing, own_queue[needs.export_pool], needs.export_us)
        lanes = self.layout.entitled[needs.entitled]
        choice = choose(self.layout, self.control, lanes)
        lane = lanes[choice]
        done["joined_us"], done["lane_class"] = int(self.env.now), self.layout.lane_class[lane]
        done["ended_us"] = yield from self.visit(crossing, lane, needs.service_us[choice], "started_us")
        if needs.secondary_pool >= 0:
            done["secondary_pool"] = needs.secondary_pool
            queue = own_queue[needs.secondary_pool]
            done["secondary_ended_us"] = yield from self.visit(
                crossing, queue, needs.secondary_us, "secondary_started_us"
            )
        if needs.state_pool >= 0:
            done["state_pool"] = needs.state_pool
            yield from self.visit(crossing, own_queue[needs.state_pool], needs.state_us, "state_started_us")
        done["released_us"], done["outcome"] = int(self.env.now), OUTCOME_RELEASED
        self.inside -= 1

    def visit(self, crossing: Crossing, queue: int, service_us: int, started: str = "") -> Steps:
        """Join a queue, wait until a pool starts the crossing, be served. Returns the instant of completion."""
        start = simpy.Event(self.env)
        self.queues[queue].append((int(self.env.now), crossing, start))
        self.control.waiting[queue] += 1
        self.wake_pools()
        pool = yield start
        if started:
            crossing.done[started] = int(self.env.now)
        if started == "started_us":
            crossing.done["pool"] = pool
        yield Turn(self.env, int(self.env.now) + service_us, COMPLETION + crossing.id)
        self.busy[pool] -= 1
        self.wake_pools()
        return int(self.env.now)

    def quarters(self, calendar: Calendar) -> Steps:
        """The day's quarters of an hour: shift, posted waits, review."""
        for tick, t_us in enumerate(calendar.t_us.tolist()):
            yield Turn(self.env, t_us, QUARTER)
            tick_over(self.layout, self.control, calendar, tick)
            for lane, mode in enumerate(self.layout.lane_mode):
                wait, queue = self.control.posted[lane], self.control.waiting[lane]
                self.posted.append((t_us, self.layout.mode_code[mode], self.layout.lane_class[lane], wait, queue))
            self.tell_later(t_us)

    # The gate and the pools.

    def is_admitted(self, crossing: Crossing) -> bool:
        """Whether a candidate goes in: the gate is open, and the wait posted for the lane it would join is not too
        long.
        """
        needs, done, control = crossing.needs, crossing.done, self.control
        lanes = self.layout.entitled[needs.entitled]
        lane = lanes[choose(self.layout, control, lanes)]
        mode = self.layout.lane_mode[lane]
        if control.shut[mode] or not control.gate[mode]:
            done["outcome"] = DETERRED_GATE
        elif control.lane_open[lane] and seen(control, lane) > needs.tolerance_min:
            done["outcome"] = DETERRED_WAIT
        else:
            return True
        done["lane_class"] = self.layout.lane_class[lane]
        return False

    def wake_pools(self) -> None:
        """Let the pools look for work when this instant has seen all its completions and arrivals."""
        if self.waking_us != self.env.now:
            self.waking_us = int(self.env.now)
            Turn(self.env, self.waking_us, START).callbacks.append(lambda _: self.start_all())

    def start_all(self) -> None:
        """Every pool in turn starts crossings while it has a free place and somebody whom it serves waits."""
        for pool in range(len(self.busy)):
            while self.has_place(pool) and (queue := self.next_queue(pool)) is not None:
                _, _, start = self.queues[queue].popleft()
                self.control.waiting[queue] -= 1
                self.busy[pool] += 1
                start.succeed(pool)

    def has_place(self, pool: int) -> bool:
        """Whether a pool has a free booth or bay; a closed one may serve one stranded crossing at a time."""
        return bool(self.busy[pool] < self.control.open[pool] or (self.control.spare[pool] and not self.busy[pool]))

    def next_queue(self, pool: int) -> int | None:
        """The queue whose first crossing the pool takes next: the lowest rank, within it the first to have joined."""
        heads = []
        for queue in np.flatnonzero(self.layout.rank[pool] >= 0).tolist():
            if self.queues[queue] and (self.control.open[pool] > 0 or self.is_stranded(pool, queue)):
                joined_us, crossing, _ = self.queues[queue][0]
                heads.append((self.layout.rank[pool, queue], joined_us, crossing.id, queue))
        return min(heads)[-1] if heads else None

    def is_stranded(self, pool: int, queue: int) -> bool:
        """Whether a lane has no open pool and this one is the first in file order that serves it."""
        is_lane = queue < self.control.lane_open.size
        return bool(is_lane and self.layout.lane_first_pool[queue] == pool and not self.control.lane_open[queue])

    def tell_later(self, at_us: int) -> None:
        """At `at_us`, when all is decided, tell which pools have other booths open than before, and let them look
        for work.
        """
        if self.telling_us != at_us:
            self.telling_us = at_us
            Turn(self.env, at_us, TELL).callbacks.append(lambda _: self.tell())

    def tell(self) -> None:
        """See `tell_later`."""
        for pool, booths in enumerate(self.control.open.tolist()):
            if self.layout.pool_queue[pool] == MISSING and booths != self.shown[pool]:
                self.staffing.append((int(self.env.now), pool, booths))
                self.shown[pool] = booths
        self.wake_pools()


def _columns(kind: Any, dtypes: Any, rows: list[Any]) -> Any:
    """Rows as a named tuple of columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(kind._fields)
    return kind._make(np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True))
