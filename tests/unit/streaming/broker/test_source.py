"""A topic gives back what was sent, once, whatever else lies between."""

from typing import NamedTuple

import pytest

from border_sim.events.encode import encode_events
from border_sim.events.order import events_of
from border_sim.records import RunFacts, concatenate, select
from border_sim.streaming.broker import source as source_module
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.source import of_topic
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import partition_of
from border_sim.streaming.playback.sources import SourceError
from border_sim.streaming.playback.spool import SpoolError

FACTS = RunFacts("a", 0, 1, 7, "c0ffee")
PARTITIONS = 6
MINE = partition_of("tiny-port", PARTITIONS)
TRUCK = {"crossing": 0, "lane_class": 0, "arrived_us": 5, "joined_us": 5, "started_us": 7, "pool": 0}


class Rec(NamedTuple):
    """A record where it belongs, unless told otherwise."""

    value: bytes | None
    partition: int = MINE
    headers: list[tuple[str, bytes]] = [("schema", b"3")]
    timestamp: int = 0


@pytest.fixture
def events(made_records):
    records = made_records(0, 20, [TRUCK], staffing=[(1, 0, 2)], posted=[(2, 0, 0, -1, 0)])
    return events_of(records, starts=True, ends=True)


@pytest.fixture
def lines(events, tiny_port):
    return encode_events(events, tiny_port, FACTS, 0)


@pytest.fixture
def read(monkeypatch):
    """What comes of a topic that holds values, and what is said of it."""

    def of(values, at_once=8_192):
        records = [value if isinstance(value, Rec) else Rec(value) for value in values]
        monkeypatch.setattr(source_module, "existing", lambda *_: PARTITIONS)
        monkeypatch.setattr(source_module, "read_records", lambda *_: (record for record in records))
        monkeypatch.setattr(source_module, "_AT_ONCE", at_once)
        said = []
        with of_topic(KafkaSettings(servers="here:9092"), topic_names("t"), said.append) as source:
            return {
                key: (stream.start, concatenate(list(stream.pieces))) for key, stream in source.streams.items()
            }, said

    return of


def same(a, b):
    return all(x.dtype == y.dtype and x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_a_topic_comes_back_as_it_was(read, lines, events, tiny_port, at_once):
    told, said = read(lines, at_once)
    ((key, (start, back)),) = told.items()
    assert key == ("a", 0, "tiny-port")
    assert start == (tiny_port, FACTS)
    assert same(back, events)
    assert said == []


def test_what_would_not_be_counted_is_left_out_and_told(read, lines, events, tiny_port):
    other = encode_events(events, tiny_port, RunFacts("b", 0, 1), 0)
    newer = lines[0].replace(b'"schema":3', b'"schema":9').replace(b'"a"', b'"c"')
    values = [None, b"no event", *lines[:3], lines[1], other[4], newer, *lines[3:]]
    told, said = read(values)
    ((_, back),) = told.values()
    assert same(back, events)
    assert len(said) == 1
    assert said[0].startswith("t.events: 5 records are left out (")
    for words in ("sent twice: 1", "not an event of border-sim: 2", "or its stream was forgotten: 1", "version"):
        assert words in said[0]


def test_a_run_that_was_broken_off_and_sent_again_is_there_once(read, lines, events):
    told, _ = read([*lines[:4], *lines])
    ((_, back),) = told.values()
    assert same(back, events)


def test_what_a_foreign_partition_or_version_tells_does_not_displace_the_true_events(read, lines, events, tiny_port):
    (forged, *_) = encode_events(events, tiny_port, RunFacts("a", 0, 9), 0)
    told, said = read([Rec(forged, MINE + 1), Rec(forged, headers=[("schema", b"9")]), *lines])
    ((_, back),) = told.values()
    assert same(back, events)
    assert "its port belongs to another partition: 1" in said[0]
    assert "an event of a version that this programme does not read: 1" in said[0]


def test_the_reading_ends_where_its_events_find_no_room(monkeypatch, lines):
    is_closed = []

    def records(*_):
        try:
            yield from map(Rec, lines)
        finally:
            is_closed.append(True)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(source_module, "existing", lambda *_: PARTITIONS)
    monkeypatch.setattr(source_module, "read_records", records)
    monkeypatch.setattr("border_sim.streaming.playback.spool._flush", full)
    told = pytest.raises(SpoolError, match="No space left on device")
    with told, of_topic(KafkaSettings(servers="here:9092"), topic_names("t"), print):
        pass
    assert is_closed == [True]


def test_a_topic_without_events_is_refused(read):
    with pytest.raises(SourceError, match=r"here:9092: t\.events holds no events"):
        read([])


def test_what_comes_after_a_missing_event_is_left_out(read, lines, events):
    told, said = read([*lines[:3], *lines[4:]])
    ((_, back),) = told.values()
    assert same(back, select(events, slice(3)))
    assert "events before it are missing" in said[0]
