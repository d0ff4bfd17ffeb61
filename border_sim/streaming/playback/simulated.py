"""A run told while it is simulated: its streams, where its pace begins, and its end whenever it is wanted."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.events.decode import Start
from border_sim.events.encode import encode_events
from border_sim.events.sink import EventSink
from border_sim.inputs.port_plan import DRAIN_LIMIT_US, PortPlan, port_plan
from border_sim.records import Events, RunFacts, concatenate
from border_sim.run.pipeline import port_events
from border_sim.spec.resolve import configuration_hash
from border_sim.spec.scenario import Resolved
from border_sim.streaming.playback.play import EventStream, Reached
from border_sim.streaming.playback.slicing import one_event
from border_sim.vocabulary import SECOND_US, EventKind


class Identity(NamedTuple):
    """Which run it is: its name, and the key of its draws."""

    run_id: str
    seed: int
    replication: int


def today(resolved: Resolved, now_us: int) -> date:
    """The day on which it is, at every port, midnight or later: what lies before now is part of the run."""
    now = datetime.fromtimestamp(now_us / SECOND_US, UTC)
    return min(now.astimezone(ZoneInfo(each.port.time_zone)).date() for each in resolved.ports)


def live_streams(resolved: Resolved, identity: Identity) -> list[EventStream]:
    """The streams of all ports, simulated a local day at a time as they are read."""
    made_of = identity.seed, configuration_hash(resolved)
    facts = RunFacts(identity.run_id, identity.replication, len(resolved.ports), *made_of)
    plans = [port_plan(port, resolved, seed=identity.seed, replication=identity.replication) for port in resolved.ports]
    return [
        EventStream(Start(plan.info, facts), plan.begins_us, plan.horizon_us + DRAIN_LIMIT_US, _events(plan))
        for plan in plans
    ]


def _events(plan: PortPlan) -> Iterator[Events]:
    return port_events(conduct(plan, Kernel(plan), stretch_days=1))


def measured_from_us(streams: Sequence[EventStream]) -> int:
    """The first instant of the run's measured time at any port."""
    return min(stream.start.info.measured_from_us for stream in streams)


def end(streams: Sequence[EventStream], reached: Reached, sink: EventSink) -> Reached:
    """End the run of every port that has not ended, at the last instant that was sent, of which nothing is left out.

    A port that had not begun begins and ends with its first instant. Returns how far it came with that.
    """
    sent = reached.sent.copy()
    for place in np.flatnonzero(~reached.ended).tolist():
        (info, facts), begins_us, *_ = streams[place]
        events = one_event(EventKind.RUN_ENDED, max(reached.until_us, begins_us))
        if not sent[place]:
            events = concatenate([one_event(EventKind.RUN_STARTED, begins_us), events])
        sink.write((info.slug, line) for line in encode_events(events, info, facts, int(sent[place])))
        sent[place] += events.t_us.size
    sink.flush()
    return reached._replace(sent=sent, ended=np.ones_like(reached.ended))
