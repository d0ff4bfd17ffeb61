"""What is played arrives in one order, numbered without gaps, and stops where it is told to."""

import json
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.order import events_of
from border_sim.records import select
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import play
from border_sim.vocabulary import EventKind, code
from tests.memory_sink import MemorySink
from tests.whole_log import decode_events


def at_once():
    return Pacer(0, 0, [].append)


def same(a, b):
    return all(x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_every_stream_arrives_whole_and_all_of_them_in_the_order_of_time_and_port(port_runs, stream_from, data):
    streams, expected = [], {}
    for slug in ("east", "north", "west"):
        info, records = data.draw(port_runs)
        events = events_of(records, starts=True, ends=True)
        middle = data.draw(st.integers(1, events.t_us.size - 1))
        pieces = [select(events, slice(middle)), select(events, slice(middle, None))]
        streams.append(stream_from(info, pieces, slug))
        expected[slug] = events
    sink = MemorySink()
    reached = play(streams, sink, at_once(), Event())
    told = {key.port: events for key, (_, events) in decode_events([line for _, line in sink.events]).items()}
    assert all(same(told[slug], expected[slug]) for slug in expected)
    places = [(event["t_us"], event["port"]) for _, line in sink.events if (event := json.loads(line))]
    assert places == sorted(places)
    assert [port for port, _ in sink.events] == [port for _, port in places]
    assert reached.sent.tolist() == [events.t_us.size for events in expected.values()]
    assert reached.ended.all()
    assert reached.until_us == places[-1][0]
    assert reached.kinds[code(EventKind.RUN_STARTED)] == len(streams)


@pytest.fixture
def stream(made_records, tiny_port, stream_from):
    """A heartbeat a minute for three hours."""
    return stream_from(tiny_port, [events_of(made_records(0, 180 * 60_000_000), starts=True, ends=True)])


def test_it_stops_at_once_between_two_instants(stream):
    sink, stop = MemorySink(), Event()

    def told(reached):
        if reached.until_us >= 10 * 60_000_000:
            stop.set()

    now_s = [0.0]

    def wait(seconds):
        now_s[0] += seconds
        return stop.is_set()

    reached = play([stream], sink, Pacer(60, 0, [].append, clock=lambda: now_s[0], wait=wait), stop, told)
    assert reached.until_us == 10 * 60_000_000
    assert reached.sent.tolist() == [len(sink.events)] == [12]
    assert not reached.ended.any()


def test_without_a_pace_it_stops_within_a_simulated_hour(stream):
    stop = Event()
    stop.set()
    reached = play([stream], MemorySink(), at_once(), stop)
    assert reached.until_us == 59 * 60_000_000


def test_what_was_sent_is_flushed(stream):
    class Counting(MemorySink):
        flushed = 0

        def flush(self):
            self.flushed = len(self.events)

    sink = Counting()
    play([stream], sink, at_once(), Event())
    assert sink.flushed == len(sink.events) > 0


def test_nothing_to_play():
    reached = play([], MemorySink(), at_once(), Event())
    assert (reached.sent.size, reached.kinds.sum()) == (0, 0)
