"""A live run is the run, told while it is made, and it can end at any moment."""

import json
from datetime import UTC, date, datetime
from threading import Event

import pytest

from border_sim.events.digest import PortDigest, combine
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import play
from border_sim.streaming.playback.simulated import Identity, end, live_streams, measured_from_us, today
from border_sim.vocabulary import HOUR_US, SECOND_US, EventKind, code
from tests.memory_sink import MemorySink
from tests.whole_log import decode_events

RUN_ENDED = code(EventKind.RUN_ENDED)


def run(streams, until_us=None):
    """A live run that is stopped after a block that reaches an instant; what arrived, by port."""
    sink, stop = MemorySink(), Event()

    def told(reached):
        if until_us is not None and reached.until_us >= until_us:
            stop.set()

    reached = play(streams, sink, Pacer(0, 0, [].append), stop, told)
    ended = end(streams, reached, sink)
    assert ended.sent.sum() == len(sink.events)
    assert ended.ended.all()
    return reached, {key.port: told for key, told in decode_events([line for _, line in sink.events]).items()}


@pytest.fixture
def streams(two_ports):
    return live_streams(two_ports, Identity("live", 1, 0))


def test_the_events_are_those_of_the_run(streams, run_folder):
    _, told = run(streams)
    digests, manifest = {}, json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))
    for port, (start, events) in told.items():
        assert start.facts == ("live", 0, 2, manifest["seed"], manifest["configuration_hash"])
        digest = PortDigest()
        digest.update(events)
        digests[port] = digest.hexdigest()
    assert combine(digests) == manifest["event_hash"]


def test_the_measured_time_begins_where_the_first_port_says(streams):
    expected = min(stream.start.info.measured_from_us for stream in streams)
    assert measured_from_us(streams) == expected


@pytest.mark.parametrize("hours", [1, 30])
def test_it_ends_at_every_port_where_it_was_stopped(streams, two_ports, hours):
    whole = run(live_streams(two_ports, Identity("live", 1, 0)))[1]
    reached, told = run(streams, min(stream.begins_us for stream in streams) + hours * HOUR_US)
    assert told.keys() == whole.keys()
    for port, (_, events) in told.items():
        assert (events.kind == RUN_ENDED).tolist() == [False] * (events.t_us.size - 1) + [True]
        assert events.t_us[-1] == reached.until_us
        before = int((whole[port][1].t_us <= reached.until_us).sum())
        assert events.crossing[:-1].tolist() == whole[port][1].crossing[:before].tolist()


def test_a_port_that_had_not_begun_begins_and_ends():
    zones_apart = resolve(Scenario(), load_catalogue(), ports=["roma", "tecate"], days=1)
    streams = live_streams(zones_apart, Identity("live", 1, 0))
    east, west = (stream.begins_us for stream in streams)
    assert west - east == 2 * HOUR_US
    _, told = run(streams, east)
    _, events = told["tecate"]
    assert events.kind.tolist() == [code(EventKind.RUN_STARTED), RUN_ENDED]
    assert events.t_us.tolist() == [west, west]


def test_today_has_begun_at_every_port():
    frame = resolve(Scenario(), load_catalogue(), ports=["roma", "tecate"])
    for hour, expected in ((5, 3), (7, 3), (8, 4), (23, 4)):
        now_us = int(datetime(2024, 3, 4, hour, tzinfo=UTC).timestamp()) * SECOND_US
        assert today(frame, now_us) == date(2024, 3, expected)
