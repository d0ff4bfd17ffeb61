"""How far a consumer group has come, over all its processes: told by the states that they keep."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kafka import TopicPartition

from border_sim.events.decode import StreamKey
from border_sim.streaming.broker.clients import StreamingError, consumer
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.topic_names import Topics
from border_sim.streaming.counting.stream_state import PartitionRecord, StateError, StreamEnd, decode, read_key
from border_sim.vocabulary import NEVER_US

_POLL_MS: Final = 100
_ANSWER_MS: Final = 10_000


class RunProgress(NamedTuple):
    """One replication of a run that has not ended at every port."""

    run: str
    replication: int
    ports: int | None
    """How many ports it has; `None`: it does not tell"""
    ended: int
    """Ports at which it has ended"""
    going_on: tuple[str, ...]
    """Ports that have begun and not ended"""


class Waiting(NamedTuple):
    """What a group waits for until every run has ended."""

    records: int
    """That are on the topic and not committed"""
    runs: tuple[RunProgress, ...]
    has_begun: bool
    """Whether there is any run"""

    @property
    def is_over(self) -> bool:
        """Every run on the topic has ended at all its ports, and all is committed."""
        return self.has_begun and not self.records and not self.runs


class GroupProgress:
    """Follows the topic of states; raises `KafkaError` and `StreamingError` as Kafka's client does."""

    def __init__(self, settings: KafkaSettings, topics: Topics, partitions: int, group: str) -> None:
        self._topics, self._group = topics, group
        self._numbers = range(partitions)
        self._partitions: dict[int, PartitionRecord] = {}
        self._streams: dict[StreamKey, StreamEnd] = {}
        self._reader = consumer(settings, isolation_level="read_committed", fetch_max_wait_ms=_POLL_MS)
        self._reader.assign([TopicPartition(topics.state, number) for number in self._numbers])

    def waiting(self) -> Waiting:
        """What the group waits for now."""
        events = [TopicPartition(self._topics.events, number) for number in self._numbers]
        ends = self._reader.end_offsets(events, timeout_ms=_ANSWER_MS)
        begins = self._reader.beginning_offsets(events, timeout_ms=_ANSWER_MS)
        self._read_on()
        records = sum(max(0, ends[each] - max(begins[each], self._offset(each.partition))) for each in events)
        return Waiting(records, tuple(self._not_ended()), bool(self._streams))

    def close(self) -> None:
        """Close its connection."""
        self._reader.close()

    def _offset(self, number: int) -> int:
        record = self._partitions.get(number)
        return record.offset if record else 0

    def _read_on(self) -> None:
        while polled := self._reader.poll(timeout_ms=_POLL_MS, max_records=10_000):
            for partition, records in polled.items():
                for record in records:
                    self._see(partition.partition, record)

    def _see(self, number: int, record: Any) -> None:
        group, stream = read_key(record.key) or ("", None)
        if group != self._group or record.value is None:
            return
        try:
            if stream:
                self._streams[stream] = decode(record.value, StreamEnd)
            else:
                self._partitions[number] = decode(record.value, PartitionRecord)
        except StateError as error:
            raise StreamingError(f"{self._topics.state}, partition {number}: {error}") from error

    def _not_ended(self) -> Iterator[RunProgress]:
        runs: dict[tuple[str, int], dict[str, StreamEnd]] = {}
        for stream, end in sorted(self._streams.items()):
            runs.setdefault((stream.run, stream.replication), {})[stream.port] = end
        for run, ports in runs.items():
            expected = max((end.ports for end in ports.values() if end.ports is not None), default=None)
            going_on = tuple(port for port, end in ports.items() if end.watermark_us < NEVER_US)
            ended = len(ports) - len(going_on)
            if ended < (expected or len(ports)):
                yield RunProgress(*run, expected, ended, going_on)
