"""What one partition gave, written whole or not at all: a transaction that only the partition's owner can commit."""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError
from kafka.structs import OffsetAndMetadata

from border_sim.streaming.broker.clients import drop, producer
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.counting.dead_letters import Headers

ANSWERED_WITHIN_S: Final = 15
"""After how long without an answer a transaction is given up."""
_OPTIONS: Final = {
    "transaction_timeout_ms": 60_000,  # longer than a broker takes to start: see `hanging_transactions`
    "max_block_ms": ANSWERED_WITHIN_S * 1000,
    "request_timeout_ms": 10_000,
    "max_request_size": 2**22,  # the largest record there is, and why it is dead
    "retry_backoff_ms": 10,  # the first step of a transaction often meets the end of the last one
    "linger_ms": 5,
}


class Message(NamedTuple):
    """A record to be written."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


class Writer:
    """The transactions of one partition of `events`, for one consumer group.

    The transactional id is the partition's: when a new owner makes its writer, what the one before had begun is undone,
    and whatever it still tries is refused. Raises `KafkaError` or `StreamingError` if the broker does not answer.
    """

    def __init__(self, settings: KafkaSettings, events: TopicPartition, group: str) -> None:
        self._events = events
        self.transactional_id = f"border-sim/{group}/{events.topic}/{events.partition}"
        self._producer = producer(settings, transactional_id=self.transactional_id, **_OPTIONS)
        try:
            self._producer.init_transactions()
        except BaseException:
            self.drop()
            raise

    def commit(self, messages: Sequence[Message], offset: int, member: Any) -> None:
        """Write messages into the partition's sisters, and up to which offset its events were read, all or nothing.

        `member`: the consumer's membership of its group; a member that is no longer one is refused. Every answer is
        looked at before the end, which Kafka's client may report although a message was not taken.
        """
        self._producer.begin_transaction()
        number = self._events.partition
        futures = [self._producer.send(m.topic, m.value, m.key, list(m.headers), number) for m in messages]
        self._producer.send_offsets_to_transaction({self._events: OffsetAndMetadata(offset, "", -1)}, member)
        self._producer.flush(ANSWERED_WITHIN_S)
        for future in futures:
            future.get(ANSWERED_WITHIN_S)
        self._producer.commit_transaction()

    def drop(self) -> None:
        """Give up what is not committed."""
        drop(self._producer)


def side_by_side(jobs: Sequence[Callable[[], None]]) -> None:
    """Do jobs at the same time; raise what the first to fail raised, or `KafkaTimeoutError` if one takes too long.

    Kafka's client has calls without a limit of time: each job has a thread that may be left behind.
    """
    done: SimpleQueue[BaseException | None] = SimpleQueue()

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits
            done.put(error)
        else:
            done.put(None)

    for job in jobs:
        Thread(target=run, args=(job,), daemon=True).start()
    deadline_s = monotonic() + ANSWERED_WITHIN_S
    for _ in jobs:
        try:
            error = done.get(timeout=max(0.0, deadline_s - monotonic()))
        except Empty:
            raise KafkaTimeoutError(f"no answer within {ANSWERED_WITHIN_S} s") from None
        if error is not None:
            raise error
