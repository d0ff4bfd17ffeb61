"""A topic read to the end that it has now."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Any, Final

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from border_sim.streaming.broker.clients import clear_errors, consumer
from border_sim.streaming.broker.settings import KafkaSettings

_POLL_MS: Final = 200
_ANSWER_MS: Final = 10_000
_READ_WITHIN_S: Final = 60
"""Without a single record."""


def read_records(settings: KafkaSettings, topic: str, partitions: int) -> Iterator[Any]:
    """The committed records of a topic, up to the end that it has now, partition by partition; `StreamingError`."""
    with clear_errors(settings), closing(consumer(settings, isolation_level="read_committed")) as reader:
        every = [TopicPartition(topic, number) for number in range(partitions)]
        for partition, end in reader.end_offsets(every).items():
            yield from read_partition(reader, partition, end)


def read_partition(reader: Any, partition: TopicPartition, end: int) -> Iterator[Any]:
    """The records of a partition below `end`, from the beginning, as `reader` sees them; raises `KafkaError`."""
    reader.assign([partition])
    reader.seek_to_beginning(partition)
    heard_s = monotonic()
    while (reader.position(partition, timeout_ms=_ANSWER_MS) or 0) < end:
        for record in reader.poll(timeout_ms=_POLL_MS, max_records=10_000).get(partition, ()):
            heard_s = monotonic()
            if record.offset < end:
                yield record
        if monotonic() - heard_s > _READ_WITHIN_S:
            place = f"{partition.topic}, partition {partition.partition}"
            raise KafkaTimeoutError(f"{place}: not readable to its end {end}; nothing came for {_READ_WITHIN_S} s")
