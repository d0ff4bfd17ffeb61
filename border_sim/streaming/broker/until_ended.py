"""What `consume --until-ended` waits for: how far a consumer group has come, over all its processes, as the states that
they store say.
"""

from collections.abc import Callable, Iterator
from time import time
from typing import Any, Final, NamedTuple

from kafka import TopicPartition

from border_sim.events.decode import StreamKey
from border_sim.streaming.broker.clients import StreamingError, consumer
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.topic_names import Topics
from border_sim.streaming.counting.stream_state import (
    PartitionRecord,
    StateError,
    StreamEnd,
    decode_record,
    read_key,
)
from border_sim.vocabulary import NEVER_US

_POLL_MS: Final = 100
_ANSWER_MS: Final = 10_000


class RunProgress(NamedTuple):
    """One replication of a run that has not ended at every port."""

    run: str
    replication: int
    ports: int | None
    """How many ports it has; `None`: it does not say"""
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
    """Whether there is, or was, any run"""
    given_up: tuple[RunProgress, ...] = ()
    """Runs whose other ports are not waited for: they began too long ago"""

    @property
    def is_over(self) -> bool:
        """Every run on the topic has ended at all its ports, and all is committed."""
        return self.has_begun and not self.records and not self.runs


class GroupStates:
    """What the states of a group say, as far as they were read."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._partitions: dict[int, PartitionRecord] = {}
        self._streams: dict[StreamKey, StreamEnd] = {}

    def read(self, number: int, key: bytes | None, value: bytes | None) -> None:
        """Read a record of partition `number` of the topic of states; raises `StateError` if another version wrote it.

        Without a value it says that a stream was forgotten.
        """
        group, stream = read_key(key) or ("", None)
        if group != self._group:
            return
        if stream and value is None:
            self._streams.pop(stream, None)
        elif stream and value is not None:
            self._streams[stream] = decode_record(value, StreamEnd)
        elif value is not None:
            self._partitions[number] = decode_record(value, PartitionRecord)

    def offset(self, number: int) -> int:
        """Up to where a partition of events is committed."""
        record = self._partitions.get(number)
        return record.offset if record else 0

    def waiting(self, records: int, silent_since_ms: float) -> Waiting:
        """What the group waits for, while `records` are not committed.

        Of a run that began before `silent_since_ms` only the ports that go on are waited for: what has ended of it may
        be forgotten, and what has not begun will not come.
        """
        runs: list[RunProgress] = []
        given_up: list[RunProgress] = []
        for progress, began_ms in self._not_ended():
            is_given_up = not progress.going_on and began_ms < silent_since_ms
            (given_up if is_given_up else runs).append(progress)
        has_begun = bool(self._streams) or any(record.forgotten for record in self._partitions.values())
        return Waiting(records, tuple(runs), has_begun, tuple(given_up))

    def _not_ended(self) -> Iterator[tuple[RunProgress, int]]:
        """Runs that have not ended at every port, and when they began."""
        runs: dict[tuple[str, int], dict[str, StreamEnd]] = {}
        for stream, end in sorted(self._streams.items()):
            runs.setdefault((stream.run, stream.replication), {})[stream.port] = end
        for run, ports in runs.items():
            expected = max((end.ports for end in ports.values() if end.ports is not None), default=None)
            going_on = tuple(port for port, end in ports.items() if end.watermark_us < NEVER_US)
            ended = len(ports) - len(going_on)
            if ended < (expected or len(ports)):
                yield RunProgress(*run, expected, ended, going_on), min(end.began_ms for end in ports.values())


class GroupProgress:
    """Follows the topic of states; raises `KafkaError` and `StreamingError` as Kafka's client does.

    `now_s`: the time, seconds since 1970.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topics: Topics,
        partitions: int,
        group: str,
        forget_after_ms: float,
        now_s: Callable[[], float] = time,
    ) -> None:
        self._topics, self._forget_after_ms, self._now_s = topics, forget_after_ms, now_s
        self._numbers = range(partitions)
        self._states = GroupStates(group)
        self._reader = consumer(settings, isolation_level="read_committed", fetch_max_wait_ms=_POLL_MS)
        self._reader.assign([TopicPartition(topics.state, number) for number in self._numbers])

    def waiting(self) -> Waiting:
        """What the group waits for now."""
        events = [TopicPartition(self._topics.events, number) for number in self._numbers]
        ends = self._reader.end_offsets(events, timeout_ms=_ANSWER_MS)
        begins = self._reader.beginning_offsets(events, timeout_ms=_ANSWER_MS)
        self._read_on()
        records = sum(max(0, ends[each] - max(begins[each], self._states.offset(each.partition))) for each in events)
        return self._states.waiting(records, self._now_s() * 1_000 - self._forget_after_ms)

    def close(self) -> None:
        """Close its connection."""
        self._reader.close()

    def _read_on(self) -> None:
        while polled := self._reader.poll(timeout_ms=_POLL_MS, max_records=10_000):
            for partition, records in polled.items():
                for record in records:
                    self._read(partition.partition, record)

    def _read(self, number: int, record: Any) -> None:
        try:
            self._states.read(number, record.key, record.value)
        except StateError as error:
            raise StreamingError(f"{self._topics.state}, partition {number}: {error}") from error
