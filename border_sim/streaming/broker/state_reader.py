"""What consumer groups have stored of partitions, read back from the topic of states."""

from collections.abc import Iterator
from typing import Final

from kafka import TopicPartition

from border_sim.streaming.broker.clients import consumer
from border_sim.streaming.broker.reading import read_partition
from border_sim.streaming.broker.settings import KafkaSettings

_POLL_MS: Final = 200
_ANSWER_MS: Final = 10_000


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
        return ((record.key, record.value) for record in read_partition(self._reader, partition, end))

    def close(self) -> None:
        """Close its connections."""
        self._reader.close()
        self._ends.close()
