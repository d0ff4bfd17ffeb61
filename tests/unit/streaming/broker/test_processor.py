"""What is half done is never committed, whatever broke it off."""

from typing import NamedTuple

import pytest
from kafka import TopicPartition
from kafka.errors import IllegalStateError, KafkaTimeoutError

from border_sim.streaming.broker import processor as module
from border_sim.streaming.broker.membership import Membership
from border_sim.streaming.broker.processor import MOST_MESSAGES, Processor, Task
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.vocabulary import QUARTER_US

EVENTS = TopicPartition("border.events", 0)
TASK = Task(kafka_settings("localhost:1", environment={}), topic_names(), 6, "group", QUARTER_US, 10)


class Rec(NamedTuple):
    offset: int
    value: bytes
    key: bytes | None = None
    headers: tuple = ()
    partition: int = 0


NOISE = [Rec(0, b"noise"), Rec(1, b"noise")]


class Broker:
    """What a processor meets: one partition with some records, and the transactions that it commits."""

    transactional_id = "id"

    def __init__(self, batches):
        self.batches, self.commits, self.read_to = iter(batches), [], 0

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

    def make(*batches):
        broker, outage = Broker([[], *batches]), Calm()
        for name in ("admin", "StateReader", "Membership", "Writer"):
            monkeypatch.setattr(module, name, broker)
        monkeypatch.setattr(module, "end_forgotten", lambda *_: None)
        made = Processor(TASK, outage, print)
        made.turn()
        return made, broker, outage

    return make


def test_what_an_unforeseen_error_broke_off_is_not_committed(at_work, monkeypatch):
    made, broker, _ = at_work(NOISE)
    monkeypatch.setattr(module, "written", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made.turn()
    assert made.partitions == 0
    made.finish()
    made.close()
    assert broker.commits == []


def test_what_kafka_failed_to_do_is_forgotten_and_begun_again(at_work, monkeypatch):
    made, broker, outage = at_work(NOISE, [], [], NOISE)
    made.turn()
    with monkeypatch.context() as failing:
        failing.setattr(broker, "lost", raising(KafkaTimeoutError("slow")))
        made.turn()
    assert (made.partitions, len(outage.failures), broker.commits) == (0, 1, [])
    made.turn()
    assert (made.partitions, broker.read_to) == (1, 0)
    made.turn()
    made.finish()
    assert broker.commits == [(3, 2)]


def test_marks_of_transactions_behind_the_last_record_are_committed_too(at_work):
    made, broker, _ = at_work(NOISE)
    made.turn()
    broker.read_to = 3
    made.turn()
    made.finish()
    assert broker.commits == [(3, 3)]
    assert made.committed.dead == {"malformed": 2}


def test_many_messages_are_committed_at_once(at_work):
    made, broker, _ = at_work([Rec(offset, b"noise") for offset in range(MOST_MESSAGES)])
    assert made.turn() == MOST_MESSAGES
    assert broker.commits == [(MOST_MESSAGES + 1, MOST_MESSAGES)]


def raising(error):
    def call(*_):
        raise error

    return call


@pytest.mark.parametrize("error", [IllegalStateError("Partition is not assigned"), KeyError(EVENTS)])
def test_of_a_partition_that_was_taken_away_nothing_is_known(error):
    member = Membership.__new__(Membership)
    member._consumer = type("Gone", (), {"highwater": raising(error), "position": lambda *_, **__: raising(error)()})()
    assert member.lag({EVENTS: 5}) == 0
    assert member.position(EVENTS) == -1
