"""What consumer groups have kept of partitions, read back from the topic of states."""

from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from border_sim.streaming.clients import consumer
from border_sim.streaming.settings import KafkaSettings

_POLL_MS: Final = 200
_ANSWER_MS: Final = 10_000
_READ_WITHIN_S: Final = 60
"""Without a single record."""


class StateReader:
    """Reads partitions of a topic to their very end: what was committed, and past what is not decided yet.

    Whoever reads committed records alone is told that a topic ends before the first transaction that is open. So the
    end is asked for by a consumer that reads all. Raises `KafkaError` and `StreamingError` as Kafka's client does.
    """

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        self._topic = topic
        self._reader = consumer(settings, isolation_level="read_committed", fetch_max_wait_ms=_POLL_MS)
        self._ends = consumer(settings, isolation_level="read_uncommitted")

    def read(self, number: int) -> Iterator[tuple[bytes | None, bytes | None]]:
        """The keys and values of a partition, from the beginning to the end that it has now."""
        partition = TopicPartition(self._topic, number)
        end = self._ends.end_offsets([partition], timeout_ms=_ANSWER_MS)[partition]
        self._reader.assign([partition])
        self._reader.seek_to_beginning(partition)
        deadline_s = monotonic() + _READ_WITHIN_S
        while (self._reader.position(partition, timeout_ms=_ANSWER_MS) or 0) < end:
            for record in self._polled().get(partition, ()):
                deadline_s = monotonic() + _READ_WITHIN_S
                yield record.key, record.value
            if monotonic() > deadline_s:
                raise KafkaTimeoutError(f"{self._topic}, partition {number}: not readable to its end {end}")

    def _polled(self) -> dict[TopicPartition, list[Any]]:
        return dict(self._reader.poll(timeout_ms=_POLL_MS, max_records=10_000))

    def close(self) -> None:
        """Close its connections."""
        self._reader.close()
        self._ends.close()
