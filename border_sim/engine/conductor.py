"""SimPy conducts: processes act on a port from outside, and between their acts the engine advances in one call.

A disruption is such a process. A user extends the model with another: a generator function `process(env, port)` that
waits with `yield env.timeout(...)` (microseconds) and acts on the `Port` it is given.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from enum import StrEnum
from functools import partial
from typing import Any, Final, NamedTuple

import simpy

from border_sim.engine.port import Port
from border_sim.engine.protocol import Engine
from border_sim.inputs.port_plan import DRAIN_LIMIT_US, PortPlan
from border_sim.records import Records
from border_sim.spec.local_clock import instant_us
from border_sim.spec.scenario import Disruption

Process = Callable[[simpy.Environment, Port], Generator[simpy.Event, Any, Any]]


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
    zone = plan.resolved.port.time_zone
    begins_us = max(instant_us(zone, disruption.begins), plan.begins_us)
    ends_us = instant_us(zone, disruption.until)
    if ends_us <= begins_us:
        return
    yield env.timeout(begins_us - plan.begins_us)
    for act, _ in _acts(port, disruption):
        act()
    yield env.timeout(ends_us - begins_us)
    for _, undo in _acts(port, disruption):
        undo()


def _acts(port: Port, disruption: Disruption) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """What a disruption does, and how each of it is taken back."""
    mode = disruption.mode
    if disruption.gate:
        yield partial(port.shut_gate, mode), partial(port.open_gate, mode)
    if (booths := disruption.booths_cap) is not None:
        yield partial(port.cap_booths, mode, booths), partial(port.lift_cap, mode, booths)
    for station, kind, bays in disruption.bays.caps() if disruption.bays else ():
        what = (mode, station, bays, kind)
        yield partial(port.cap_bays, *what), partial(port.lift_bays_cap, *what)
    for station, pace in (disruption.pace or {}).items():
        for name, factor in pace.items() if isinstance(pace, dict) else ((None, pace),):
            change = (mode, station, factor, name)
            yield partial(port.set_pace, *change), partial(port.reset_pace, *change)
