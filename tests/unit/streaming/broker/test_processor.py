"""What is half done is never committed, whatever broke it off."""

import json
from math import inf
from typing import NamedTuple

import pytest
from kafka import TopicPartition
from kafka.errors import IllegalStateError, KafkaTimeoutError

from border_sim.events.decode import StreamKey
from border_sim.streaming.broker import processor as module
from border_sim.streaming.broker.membership import EvictedError, Membership
from border_sim.streaming.broker.processor import DAY_MS, MOST_MESSAGES, Processor, Task
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.transactions import Message
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.port_now import PortNow
from border_sim.streaming.counting.stream_state import record_key
from border_sim.vocabulary import QUARTER_US

EVENTS = TopicPartition("border.events", 0)
TASK = Task(kafka_settings("localhost:1", environment={}), topic_names(), 6, "group", QUARTER_US, 10, inf)


class Rec(NamedTuple):
    offset: int
    value: bytes
    key: bytes | None = None
    headers: tuple = ()
    partition: int = 0
    timestamp: int = 0


NOISE = [Rec(0, b"noise"), Rec(1, b"noise")]


class Broker:
    """What a processor meets: one partition with some records, and the transactions that it commits."""

    transactional_id = "id"
    is_member = True

    def __init__(self, batches):
        self.batches, self.commits, self.read_to = iter(batches), [], 0
        self.end, self.messages = 0, []

    def __call__(self, *_):
        return self

    def poll(self):
        batch = next(self.batches, [])
        self.read_to = batch[-1].offset + 1 if batch else self.read_to
        return {EVENTS: batch} if batch else {}

    def lost(self):
        return set()

    def assigned(self):
        return {EVENTS}

    def position(self, _):
        return self.read_to

    def end_of(self, _):
        return self.end

    def first_offset(self, _):
        return 0

    def seek(self, _, offset):
        self.read_to = offset

    def read(self, _):
        return []

    def metadata(self):
        return "member"

    def commit(self, messages, offset, _):
        self.commits.append((len(messages), offset))
        self.messages += messages

    def lag(self, offsets):
        return sum(max(0, self.end - offset) for offset in offsets.values())

    def drop(self):
        """Nothing is open."""

    close = drop


class Calm:
    """An outage that is over."""

    def __init__(self):
        self.failures = []

    def failed(self, error):
        self.failures.append(error)

    def over(self):
        """Nobody is told."""

    mended = over


@pytest.fixture
def at_work(monkeypatch):
    """A processor that has its partition, with what it meets from then on."""

    def make(*batches, task=TASK, say=print, **options):
        broker, outage = Broker([[], *batches]), Calm()
        for name in ("admin", "StateReader", "Membership", "Writer"):
            monkeypatch.setattr(module, name, broker)
        monkeypatch.setattr(module, "end_hanging", lambda *_: None)
        made = Processor(task, outage, say, **options)
        made.step()
        return made, broker, outage

    return make


def test_what_an_unforeseen_error_broke_off_is_not_committed(at_work, monkeypatch):
    made, broker, _ = at_work(NOISE)
    monkeypatch.setattr(module, "dead_letter_record", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made.step()
    assert made.partitions == 0
    made.finish()
    made.close()
    assert broker.commits == []


def test_what_kafka_failed_to_do_is_forgotten_and_begun_again(at_work, monkeypatch):
    made, broker, outage = at_work(NOISE, [], [], NOISE)
    made.step()
    with monkeypatch.context() as failing:
        failing.setattr(broker, "lost", raising(KafkaTimeoutError("slow")))
        made.step()
    assert (made.partitions, len(outage.failures), broker.commits) == (0, 1, [])
    made.step()
    assert (made.partitions, broker.read_to) == (1, 0)
    made.step()
    made.finish()
    assert broker.commits == [(3, 2)]


def test_marks_of_transactions_behind_the_last_record_are_committed_too(at_work):
    made, broker, _ = at_work(NOISE)
    made.step()
    broker.read_to = 3
    made.step()
    made.finish()
    assert broker.commits == [(3, 3)]
    assert made.committed.dead == {"malformed": 2}


def test_many_messages_are_committed_at_once(at_work):
    made, broker, _ = at_work([Rec(offset, b"noise") for offset in range(MOST_MESSAGES)])
    assert made.step() == MOST_MESSAGES
    assert broker.commits == [(MOST_MESSAGES + 1, MOST_MESSAGES)]


START = {
    "run": "r",
    "replication": 0,
    "port": "p",
    "seq": 0,
    "t_us": 0,
    "kind": "run_started",
    "schema": 3,
    "time_zone": "UTC",
    "latitude": None,
    "longitude": None,
    "installed": {"commercial": 1},
    "pools": [{"name": "standard", "mode": "commercial", "station": "primary"}],
    "measured_from_us": 0,
    "ports": 1,
    "seed": 1,
    "configuration_hash": "0123",
}
DAY_S = 24 * 3_600
KEY_OF_PARTITION = record_key("group", None)


@pytest.fixture
def waiting(at_work, monkeypatch):
    """A processor that forgets after a week and has read a stream's first event at second 0 of its clock, the broker
    that it meets, the clock, and what is said.
    """
    monkeypatch.setattr(module, "partition_of", lambda *_: 0)
    said, clock = [], [0.0]
    options = {"task": TASK._replace(forget_after_ms=7 * DAY_MS), "say": said.append, "now_s": lambda: clock[0]}
    made, broker, _ = at_work([Rec(0, json.dumps(START).encode())], **options)
    made.step()
    made.finish()
    return made, broker, clock, said


def test_a_stream_of_which_nothing_comes_is_forgotten_committed_and_told(waiting):
    made, broker, clock, said = waiting
    key = record_key("group", StreamKey("r", 0, "p"))
    assert (made.committed.events, [message.key for message in broker.messages]) == (1, [key, KEY_OF_PARTITION])
    clock[0] = 7 * DAY_S
    made.step()
    made.finish()
    assert (len(broker.commits), said) == (1, [])
    clock[0] = 7 * DAY_S + 1
    made.step()
    made.finish()
    assert broker.messages[2] == Message("border.metrics.state", key, None, [])
    expected = "run r, replication 0, port p: nothing has come for 7 days, and it had not ended; it is forgotten"
    assert (said, made.committed.abandoned) == ([expected], 1)


def test_what_was_not_committed_is_not_told_to_be_forgotten(waiting, monkeypatch):
    made, broker, clock, said = waiting
    monkeypatch.setattr(broker, "commit", raising(KafkaTimeoutError("slow")))
    clock[0] = 7 * DAY_S + 1
    made.step()
    made.finish()
    assert (said[:-1], made.committed.abandoned) == ([], 0)
    assert said[-1].startswith("the last records were not committed")


def test_nothing_is_forgotten_by_the_clock_while_there_are_records_to_be_read(waiting):
    made, broker, clock, said = waiting
    broker.end, clock[0] = 5, 70 * DAY_S
    made.step()
    made.finish()
    assert (made.committed.abandoned, said) == (0, [])


def test_a_client_that_cannot_be_closed_does_not_matter(at_work, monkeypatch):
    made, broker, _ = at_work()
    monkeypatch.setattr(broker, "drop", lambda: None)
    monkeypatch.setattr(broker, "close", raising(KafkaTimeoutError("slow")))
    made.close()


@pytest.fixture
def shown(at_work):
    """A processor with its partition, and the board on which a port of that is shown, as long as it has it."""
    board = Board()
    board.show([PortNow(StreamKey("r", 0, "p"), 0, None, 0, 0, False, None, None, None)])
    board.has_been_read()

    def make(*batches, **options):
        made, broker, _ = at_work(*batches, board=board, **options)
        assert len(board.owned_ports()) == 1
        return made, broker, board

    return make


def test_a_partition_that_was_lost_is_shown_no_longer_and_one_that_was_gained_again_is(shown, monkeypatch):
    made, broker, board = shown()
    with monkeypatch.context() as gone:
        gone.setattr(broker, "lost", lambda: {EVENTS})
        gone.setattr(broker, "assigned", set)
        made.step()
        assert board.owned_ports() == []
    made.step()
    assert len(board.owned_ports()) == 1


def test_what_kafka_failed_to_do_changes_nothing_in_what_is_shown_as_long_as_the_partition_is_not_anothers(
    shown, monkeypatch
):
    made, broker, board = shown(NOISE)
    monkeypatch.setattr(broker, "lost", raising(KafkaTimeoutError("slow")))
    made.step()
    assert (made.partitions, len(board.owned_ports())) == (0, 1)


@pytest.mark.parametrize("how", ["evicted", "closed", "broken off"])
def test_a_process_that_is_none_of_the_group_shows_nothing(shown, monkeypatch, how):
    made, broker, board = shown(NOISE)
    if how == "evicted":
        made.step()
        monkeypatch.setattr(broker, "metadata", raising(EvictedError("not a member")))
        monkeypatch.setattr(module, "COMMIT_SOON_S", 0)
        made.step()
    elif how == "closed":
        made.close()
    else:
        monkeypatch.setattr(module, "dead_letter_record", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made.step()
    assert board.owned_ports() == []


def test_how_it_goes_is_told_as_it_is_committed(shown, monkeypatch):
    monkeypatch.setattr(module, "partition_of", lambda *_: 0)
    beat = {"run": "r", "replication": 0, "port": "p", "kind": "heartbeat"}
    times_us = (3, 60_000_000, 90_000_000)
    events = [START, *(beat | {"seq": 1 + nth, "t_us": t_us} for nth, t_us in enumerate(times_us))]
    records = [Rec(nth, json.dumps(event).encode(), timestamp=1_000 + nth) for nth, event in enumerate(events)]
    made, broker, _ = shown(records[:2], records[2:], now_s=lambda: 5.0)
    broker.end = 4
    made.step()
    made.finish()
    facts = made.facts()
    assert (facts.committed.events, facts.transactions, facts.lag_records, facts.oldest_ms) == (2, 1, 2, 1_001)
    assert (facts.event_lag_us, facts.streams, facts.partitions, facts.is_settled) == (0, 1, 1, True)
    assert facts.state_bytes == sum(len(each.key) + len(each.value) for each in broker.messages)
    made.step()
    facts = made.facts()
    assert (facts.committed.events, facts.lag_records, facts.oldest_ms) == (2, 2, 1_002)
    assert facts.event_lag_us == 90_000_000 - 3
    made.finish()
    facts = made.facts()
    assert (facts.lag_records, facts.oldest_ms, facts.event_lag_us, facts.transactions) == (0, None, 0, 2)


def raising(error):
    def call(*_):
        raise error

    return call


@pytest.mark.parametrize("error", [IllegalStateError("Partition is not assigned"), KeyError(EVENTS)])
def test_of_a_partition_that_was_taken_away_nothing_is_known(error):
    member = Membership.__new__(Membership)
    member._consumer = type("Gone", (), {"highwater": raising(error), "position": lambda *_, **__: raising(error)()})()
    assert member.lag({EVENTS: 5}) == 0
    assert member.end_of(EVENTS) is None
    assert member.position(EVENTS) == -1
