"""What is followed is shown from the end on, told when it cannot be read, and never wrong in silence."""

import json
from contextlib import contextmanager
from math import inf
from time import monotonic, sleep
from types import SimpleNamespace

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from border_sim.events.decode import StreamKey
from border_sim.streaming.broker import state_follower as module
from border_sim.streaming.broker.clients import StreamingError
from border_sim.streaming.broker.processor import Task
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.state_follower import following
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.embedded import BusRecord
from border_sim.streaming.counting.partition import Partition
from border_sim.vocabulary import QUARTER_US
from tests.patience import PATIENCE_S

TASK = Task(kafka_settings("localhost:1", environment={}), topic_names(), 1, "group", QUARTER_US, 10, inf)
START = {
    "run": "r", "replication": 0, "port": "p", "seq": 0, "t_us": 0, "kind": "run_started", "schema": 3,
    "time_zone": "UTC", "latitude": None, "longitude": None, "installed": {}, "pools": [], "measured_from_us": 0,
    "ports": 1, "seed": 1, "configuration_hash": "0123",
}  # fmt: skip


class Topic:
    """The topic of states with its one partition, and a reader of it: each poll gives the next of `batches`, which are
    records or an error.
    """

    def __init__(self, *batches, end=0):
        self.batches, self.end, self.read_to, self.made = list(batches), end, 0, 0

    def __call__(self, *_, **__):
        self.made += 1
        self.read_to = 0
        return self

    def assign(self, *_):
        """There is one."""

    close = assign

    def end_offsets(self, partitions, **_):
        return dict.fromkeys(partitions, self.end)

    def position(self, *_, **__):
        return self.read_to

    def poll(self, **_):
        batch = self.batches.pop(0) if self.batches else []
        if isinstance(batch, Exception):
            raise batch
        self.read_to += len(batch)
        return {TopicPartition("border.metrics.state", 0): [SimpleNamespace(key=k, value=v) for k, v in batch]}


def states(*events, group="group"):
    """The records of the state after events of a stream."""
    partition = Partition(0, QUARTER_US)
    partition.count([BusRecord(0, nth, b"", json.dumps(event).encode()) for nth, event in enumerate(events)])
    return partition.state_records(group)


def beat(seq, t_us):
    return {"run": "r", "replication": 0, "port": "p", "seq": seq, "t_us": t_us, "kind": "heartbeat"}


@pytest.fixture
def followed(monkeypatch):
    """Follows a topic until all its batches were read and something holds; the board, and what was said."""

    @contextmanager
    def follow(topic, until):
        monkeypatch.setattr(module, "consumer", topic)
        monkeypatch.setattr(module, "_RETRY_AFTER_S", 0)
        board, said = Board(), []
        with following(TASK, board, said.append) as require_whole:
            wait(lambda: not topic.batches and until(board))
            yield board, said, require_whole

    return follow


def wait(held):
    deadline = monotonic() + PATIENCE_S
    while not held():
        assert monotonic() < deadline
        sleep(0.001)


def reached(board):
    return [port.watermark_us for port in board.ports()]


def test_a_port_is_shown_as_it_was_committed_last(followed):
    topic = Topic(states(START, beat(1, 5)), states(START, beat(1, 5), beat(2, 9)), end=2)
    with followed(topic, lambda board: reached(board) == [9]) as (board, said, _):
        assert [port.key for port in board.ports()] == [StreamKey("r", 0, "p")]
        board.own({0: 3})
        assert len(board.owned_ports()) == 1
        board.disown([0])
        board.own({0: 4})
        assert board.owned_ports() == []  # its state tells less than was committed
        assert said == []


def test_nothing_is_shown_before_the_end_so_that_nothing_goes_back(followed):
    old, new = states(START, beat(1, 5)), states(START, beat(1, 5), beat(2, 9))
    seen = []
    with followed(Topic(old, [], new, end=4), lambda board: seen.append(reached(board)) or seen[-1] == [9]):
        assert [5] not in seen


def test_of_other_groups_and_forgotten_streams_nothing_is_shown(followed):
    mine = states(START, beat(1, 5))
    topic = Topic([*states(START, group="other"), (b"x", b"foreign"), *mine], [(mine[0][0], None)], end=5)
    with followed(topic, lambda board: board.is_read and not board.ports()):
        pass


def test_an_outage_is_told_once_and_what_was_shown_stays_until_it_is_read_again(followed):
    old, new = states(START, beat(1, 5)), states(START, beat(1, 5), beat(2, 9))
    failures = [KafkaTimeoutError("slow"), KafkaTimeoutError("slow")]
    with followed(Topic(old, *failures, new, end=2), lambda board: reached(board) == [9]) as (_, said, _):
        wait(lambda: len(said) == 2)
        assert "the stored state cannot be read (localhost:1: " in said[0]
        assert said[1] == "the stored state is read again: the ports shown are up to date"


def test_a_stream_that_was_forgotten_during_an_outage_is_gone(followed):
    gone, mine = states(START, beat(1, 5)), states(START | {"port": "q"}, beat(1, 5) | {"port": "q"})
    topic = Topic(gone, KafkaTimeoutError("slow"), mine, end=2)
    with followed(topic, lambda board: [port.key.port for port in board.ports()] == ["q"]):
        pass


@pytest.mark.parametrize(
    ("batch", "error", "told"),
    [
        ([(b'["group","r",0,"p"]', b"\x91\x02")], StreamingError, "border.metrics.state, partition 0: .*another group"),
        (ValueError("a fault of ours"), ValueError, "a fault of ours"),
    ],
)
def test_what_ends_the_following_is_raised_where_the_process_works(followed, batch, error, told):
    with followed(Topic(batch, end=1), lambda _: True) as (_, _, require_whole):
        wait(lambda: is_raised(require_whole))
        with pytest.raises(error, match=told):
            require_whole()


def is_raised(call):
    try:
        call()
    except (StreamingError, ValueError):
        return True
    return False


def test_as_long_as_nothing_is_wrong_nothing_is_raised(followed):
    with followed(Topic(end=0), lambda board: board.is_read) as (_, _, require_whole):
        require_whole()
