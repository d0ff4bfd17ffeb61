"""SimPy conducts: processes act on a port from outside, and between their acts the engine advances in one call.

A disruption is such a process. A user extends the model with another: a generator function `process(env, port)` that
waits with `yield env.timeout(...)` (microseconds) and acts on the `Port` it is given.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from enum import StrEnum
from typing import Any, Final, NamedTuple

import simpy

from border_sim.engine.protocol import Engine
from border_sim.inputs.port_plan import DRAIN_LIMIT_US, PortPlan
from border_sim.records import Records
from border_sim.spec.local_clock import instant_us
from border_sim.spec.scenario import Disruption
from border_sim.vocabulary import LaneClass, Mode

Process = Callable[[simpy.Environment, "Port"], Generator[simpy.Event, Any, Any]]


STRETCH_CANDIDATES: Final = 30_000
STRETCH_DAYS: Final = 31
"""Short of these, local days are joined and advanced in one call: a small port's day costs more to begin than run."""


class End(StrEnum):
    """Why the run of a port is over."""

    COMPLETE = "complete"
    """The port is empty after its last day, or two days have passed since"""
    INTERRUPTED = "interrupted"
    """It was asked to stop before that"""


class Period(NamedTuple):
    """The records of one or more local days of a port; the first holds the run's start, the last its end."""

    records: Records
    is_first: bool
    end: End | None
    """Why the run is over with it; `None`: it goes on"""
    days: int
    """Local days with arrivals; 0 in the drain"""

    @property
    def is_last(self) -> bool:
        """Whether the run is over with it."""
        return self.end is not None


class Port:
    """A port as a process sees it: what is posted and queued now, and what can be changed. Changes of several
    processes add up.
    """

    def __init__(self, env: simpy.Environment, plan: PortPlan, engine: Engine) -> None:
        self._env, self._plan, self._engine = env, plan, engine
        self._shut: dict[Mode, int] = dict.fromkeys(plan.modes, 0)
        self._caps: dict[Mode, list[int]] = {mode: [] for mode in plan.modes}

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes of the port."""
        return self._plan.modes

    def posted_wait_min(self, mode: Mode, lane_class: LaneClass) -> int | None:
        """The wait last posted for a lane class, whole minutes; `None` if it was closed. `KeyError` if the port
        has no such lane.
        """
        wait = int(self._engine.control.posted_wait_min[self._lane(mode, lane_class)])
        return wait if wait >= 0 else None

    def queue(self, mode: Mode, lane_class: LaneClass) -> int:
        """Crossings waiting for primary. `KeyError` if the port has no such lane."""
        return int(self._engine.control.queue[self._lane(mode, lane_class)])

    def shut_gate(self, mode: Mode) -> None:
        """Turn arrivals away from now on, until `open_gate` has been called as often."""
        self._shut[mode] += 1
        self._apply(mode)

    def open_gate(self, mode: Mode) -> None:
        """Take back one `shut_gate`; `ValueError` without one."""
        if self._shut[mode] == 0:
            raise ValueError(f"the {mode} gate of {self._plan.slug} is not shut")
        self._shut[mode] -= 1
        self._apply(mode)

    def cap_booths(self, mode: Mode, booths: int) -> None:
        """Let at most so many booths be open from now on; the lowest cap counts. `ValueError` for fewer than none."""
        if booths < 0:
            raise ValueError(f"a cap of {booths} booths; it must be 0 or more")
        self._caps[mode].append(booths)
        self._apply(mode)

    def lift_cap(self, mode: Mode, booths: int) -> None:
        """Take back one `cap_booths` of the same number; `ValueError` without one."""
        if booths not in self._caps[mode]:
            raise ValueError(f"no cap of {booths} {mode} booths at {self._plan.slug}; the caps are {self._caps[mode]}")
        self._caps[mode].remove(booths)
        self._apply(mode)

    def _lane(self, mode: Mode, lane_class: LaneClass) -> int:
        for place, lane in enumerate(self._plan.lanes):
            if self._plan.modes[lane.mode] is mode and lane.lane_class is lane_class:
                return place
        raise KeyError(f"{self._plan.slug} has no {mode} lane {lane_class}")

    def _apply(self, mode: Mode) -> None:
        cap = min(self._caps[mode], default=None)
        self._engine.disrupt(int(self._env.now), mode, gate_shut=self._shut[mode] > 0, booths_cap=cap)


def conduct(
    plan: PortPlan,
    engine: Engine,
    processes: Iterable[Process] = (),
    *,
    stretch_days: int | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Period]:
    """Run a port to its end, with the scenario's disruptions and a user's own `processes`.

    A period has at most `stretch_days` local days (`None`: as many as are quickest); what happens is the same.
    `is_stopped` is asked before the first period and after each: the run of a port that was not begun is its first
    instant, in which nothing happens.
    """
    if is_stopped():
        yield Period(engine.records(plan.begins_us, plan.begins_us + 1), is_first=True, end=End.INTERRUPTED, days=0)
        return
    env = simpy.Environment(plan.begins_us)
    port = Port(env, plan, engine)
    for disruption in plan.frame.disruptions:
        if disruption.port == plan.slug:
            env.process(_disrupt(env, port, disruption, plan))
    for process in processes:
        env.process(process(env, port))
    is_first = True
    for day in plan.days(stretch_days or STRETCH_DAYS, STRETCH_CANDIDATES):
        if day.begins_us == day.ends_us:  # a date that the zone's calendar leaves out
            continue
        engine.feed(day)
        begins_us, drains = day.begins_us, day.begins_us >= plan.horizon_us
        limit_us = min(day.ends_us, plan.horizon_us + DRAIN_LIMIT_US)
        handled_us = _advance(env, engine, limit_us, drains=drains)
        is_over = drains and (engine.is_empty() or limit_us == plan.horizon_us + DRAIN_LIMIT_US)
        until_us = max(handled_us, begins_us) + 1 if is_over else handled_us
        end = End.COMPLETE if is_over else End.INTERRUPTED if is_stopped() else None
        days = 0 if drains else day.days
        yield Period(engine.records(begins_us, until_us), is_first, end, days)
        if end:
            return
        is_first = False


def _advance(env: simpy.Environment, engine: Engine, until_us: int, *, drains: bool) -> int:
    """Advance the engine, stopping at every instant at which a process acts; `ValueError` if one is not whole."""
    while (next_us := env.peek()) < until_us:
        at_us = int(next_us)
        if at_us != next_us:
            raise ValueError(f"a process waits until {next_us!r}; times are whole microseconds")
        handled_us = engine.advance(at_us, stop_when_empty=drains)
        if drains and engine.is_empty():
            return handled_us
        while env.peek() == at_us:
            env.step()
    return engine.advance(until_us, stop_when_empty=drains)


def _disrupt(
    env: simpy.Environment, port: Port, disruption: Disruption, plan: PortPlan
) -> Generator[simpy.Event, Any, None]:
    """A disruption of the scenario; wholly before the run's start, or in a gap of the clock, it does nothing."""
    zone, mode = plan.resolved.port.time_zone, disruption.mode
    begins_us = max(instant_us(zone, disruption.begins), plan.begins_us)
    ends_us = instant_us(zone, disruption.until)
    if ends_us <= begins_us:
        return
    yield env.timeout(begins_us - plan.begins_us)
    if disruption.booths_cap is None:
        port.shut_gate(mode)
    else:
        port.cap_booths(mode, disruption.booths_cap)
    yield env.timeout(ends_us - begins_us)
    if disruption.booths_cap is None:
        port.open_gate(mode)
    else:
        port.lift_cap(mode, disruption.booths_cap)
