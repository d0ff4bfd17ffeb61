"""The model as SimPy processes: the executable specification, to be read in one sitting.

A crossing is a process that visits its stations; a pool is a number of places that take crossings from queues. Whoever
has been served where the next station has no room stays in its place until there is. All that happens at one instant
happens in one order: the quarter of an hour first (shift, posted waits, review), then completions by id, arrivals by
id, then starts, from the last station to the first, pool by pool. SimPy keeps it, because every event here carries its
place in that order as its priority. `reference_queues` says who is the next in line for a pool.
"""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from border_sim.codes import OUTCOME_RELEASED, PRESENT
from border_sim.engine.admission import barrier_min, outcome_at_gate
from border_sim.engine.blocking import count_use
from border_sim.engine.lane_choice import choose_lane
from border_sim.engine.open_booths import paced_us
from border_sim.engine.port_state import new_control, open_before, state_of_mode
from border_sim.engine.quarter_hour import begin_quarter, disrupt, disrupt_pool
from border_sim.engine.reference_parts import (
    ARRIVAL,
    COMPLETION,
    QUARTER,
    RECORD,
    START,
    Crossing,
    OrderedEvent,
    columns_of,
)
from border_sim.engine.reference_queues import Queues
from border_sim.inputs.candidates import Candidates
from border_sim.inputs.port_plan import Day, PortPlan
from border_sim.inputs.staffing_calendar import Calendar
from border_sim.inputs.stations import UNLIMITED
from border_sim.records import (
    CROSSING_DTYPES,
    DISRUPTION_DTYPES,
    VISITS,
    Crossings,
    Disruptions,
    PostedWaits,
    Records,
    StaffingChanges,
    Visit,
)
from border_sim.vocabulary import MISSING, Mode, code

Steps = Generator[simpy.Event, Any, Any]


class Reference:
    """The reference engine of one port; see `protocol.Engine`."""

    def __init__(self, plan: PortPlan) -> None:
        self.modes = plan.modes
        self.columns = [VISITS[station] for station in plan.route]
        self.layout = plan.layout
        self.control = new_control(plan.layout)
        self.env = simpy.Environment(plan.begins_us)
        self.queues = Queues(plan.layout, self.control)
        self.blocked: dict[tuple[int, int], list[Crossing]] = {
            place: [] for place in np.ndindex(plan.layout.room.shape)
        }
        self.recorded_open = open_before(plan.layout).tolist()
        self.inside = 0
        self.to_come = 0
        self.handled_us = plan.begins_us
        self.waking_us = self.recording_us = MISSING
        self.crossings: list[Crossing] = []
        self.staffing: list[tuple[int, int, int]] = []
        self.posted: list[tuple[int, int, int, int, int]] = []
        self.disruptions: list[tuple[int, ...]] = []

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
        self.disruptions.append((at_us, code(mode), int(gate_shut), cap, MISSING, MISSING, MISSING))
        disrupt(self.layout, self.control, self.modes.index(mode), int(gate_shut), cap)
        self.record_later(at_us)

    def disrupt_pool(self, at_us: int, pool: int, *, bays_cap: int | None, pace_permille: int) -> None:
        """See `protocol.Engine`."""
        cap = MISSING if bays_cap is None else bays_cap
        self.disruptions.append((at_us, *state_of_mode(self.layout, self.control, pool), pool, cap, pace_permille))
        disrupt_pool(self.layout, self.control, pool, cap, pace_permille)
        self.record_later(at_us)

    def is_empty(self) -> bool:
        """See `protocol.Engine`."""
        return self.inside == 0 and self.to_come == 0

    def records(self, from_us: int, until_us: int) -> Records:
        """See `protocol.Engine`."""
        crossings = columns_of(
            Crossings, CROSSING_DTYPES, [tuple(crossing.row.values()) for crossing in self.crossings]
        )
        staffing = columns_of(StaffingChanges, (np.int64, np.int16, np.int32), self.staffing)
        posted = columns_of(PostedWaits, (np.int64, np.uint8, np.int8, np.int32, np.int32), self.posted)
        disruptions = columns_of(Disruptions, DISRUPTION_DTYPES, self.disruptions)
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
        """The route, station after station, until it is released."""
        for step, columns in enumerate(self.columns):
            if step == self.layout.step_of_booths or crossing.drawn.pool[step] >= 0:
                yield from self.visit(crossing, step, columns)
        self.leave(crossing)
        crossing.row["released_us"], crossing.row["outcome"] = int(self.env.now), OUTCOME_RELEASED
        self.inside -= 1

    def visit(self, crossing: Crossing, step: int, columns: Visit) -> Steps:
        """Join a station, if need be when there is room, wait until a pool starts the crossing, be served."""
        crossing.go_on = simpy.Event(self.env)
        if self.needs_place(crossing, step):
            count_use(self.control, crossing.pool, int(self.env.now), -1, 1)
            self.blocked[self.layout.pool_mode[crossing.pool], step].append(crossing)
            self.wake_pools()
        else:
            self.leave(crossing)
            self.join(crossing, step)
        yield crossing.go_on
        crossing.row[columns.pool], crossing.row[columns.started_us] = crossing.pool, int(self.env.now)
        service_us = paced_us(crossing.service_us, int(self.control.pace[crossing.pool]))
        yield OrderedEvent(self.env, int(self.env.now) + service_us, COMPLETION + crossing.id)
        crossing.row[columns.ended_us] = int(self.env.now)

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

    def queue_at(self, crossing: Crossing, step: int) -> tuple[int, int]:
        """The queue that a crossing would join at a station now, of a lane where there are booths, and the time of its
        service there.
        """
        drawn = crossing.drawn
        if step != self.layout.step_of_booths:
            return int(self.layout.pool_queue[drawn.pool[step]]), drawn.stay_us[step]
        lanes = self.layout.entitled[drawn.entitled]
        choice = choose_lane(self.layout, self.control, lanes)
        return int(lanes[choice]), drawn.service_us[choice]

    def join(self, crossing: Crossing, step: int) -> None:
        """Stand at the end of a station's queue."""
        row, columns = crossing.row, self.columns[step]
        queue, crossing.service_us = self.queue_at(crossing, step)
        crossing.joined_us = row[columns.joined_us] = int(self.env.now)
        if step == self.layout.step_of_booths:
            row["lane_class"] = self.layout.lane_class[queue]
        else:
            row[columns.pool] = crossing.drawn.pool[step]
        self.queues.join(queue, crossing)
        self.wake_pools()

    def leave(self, crossing: Crossing, *, blocked: bool = False) -> None:
        """Leave the booth or bay where it was served."""
        if crossing.pool != MISSING:
            count_use(self.control, crossing.pool, int(self.env.now), -int(not blocked), -int(blocked))
            self.queues.occupied[crossing.pool] -= 1
            crossing.pool = MISSING
            self.wake_pools()

    def needs_place(self, crossing: Crossing, step: int) -> bool:
        """Whether it must find a place at a station: room is finite there, it does not go to a plain delay, and it
        stands in a booth or bay, not on the road, which a plain delay is.
        """
        pool = crossing.drawn.pool[step]
        return bool(
            crossing.pool != MISSING
            and not self.layout.is_delay[crossing.pool]
            and self.layout.room[self.layout.pool_mode[crossing.pool], step] < UNLIMITED
            and (pool < 0 or not self.layout.is_delay[pool])
        )

    def wake_pools(self) -> None:
        """Let the pools look for work when this instant has seen all its completions and arrivals."""
        if self.waking_us != self.env.now:
            self.waking_us = int(self.env.now)
            OrderedEvent(self.env, self.waking_us, START).callbacks.append(lambda _: self.start_all())

    def start_all(self) -> None:
        """From the last station to the first: its pools start those who wait there, then who is blocked before it goes
        in, which frees a booth or bay of a station before.
        """
        for step in reversed(range(len(self.columns))):
            for pool in self.queues.pools_at[step]:
                self.start(pool)
            for mode in range(len(self.modes)):
                self.let_in(mode, step)

    def start(self, pool: int) -> None:
        """A pool starts crossings while it has a free place and somebody whom it serves waits."""
        while crossing := self.queues.take_next(pool):
            count_use(self.control, pool, int(self.env.now), 1, 0)
            crossing.pool = pool
            crossing.go_on.succeed()

    def let_in(self, mode: int, step: int) -> None:
        """Whoever is blocked before a station, the longest first, joins it where a bay of its kind is free with nobody
        waiting for it, and is started, or where there is room.
        """
        for crossing in list(self.blocked[mode, step]):
            has_room = self.queues.waiting(mode, step) < self.layout.room[mode, step]
            queue, _ = self.queue_at(crossing, step)
            free = self.queues.free_pools(queue, step)
            if free or has_room:
                self.blocked[mode, step].remove(crossing)
                self.leave(crossing, blocked=True)
                self.join(crossing, step)
                for pool in free:
                    self.start(pool)

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
            if booths != self.recorded_open[pool]:
                self.staffing.append((int(self.env.now), pool, booths))
                self.recorded_open[pool] = booths
        self.wake_pools()
