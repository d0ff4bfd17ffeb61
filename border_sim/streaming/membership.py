"""One process's part in a consumer group: the partitions that it has now, and their records."""

from collections.abc import Iterable, Mapping
from queue import Empty, SimpleQueue
from typing import Any, Final

from kafka import ConsumerRebalanceListener, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from border_sim.streaming.clients import consumer
from border_sim.streaming.dead_letters import Record
from border_sim.streaming.settings import KafkaSettings

MOST_RECORDS: Final = 4_000
"""That are taken at a time."""
_POLL_MS: Final = 100
_CLOSE_MS: Final = 5_000
_MAX_POLL_MS: Final = 120_000
"""How long a commit and a restore together may take before the group goes on without this process."""


class EvictedError(Exception):
    """The group has gone on without this process: it may not write. The broker alone would not refuse it."""


class _Notes(ConsumerRebalanceListener):  # type: ignore[misc] # kafka has no types
    """The partitions that were lost; the client tells them from a thread of its own, so nothing else is done here."""

    def __init__(self) -> None:
        self.lost: SimpleQueue[Iterable[TopicPartition]] = SimpleQueue()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self.lost.put(revoked)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        self.lost.put(lost)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """What is assigned is asked for."""


class Membership:
    """A member of a consumer group that reads the partitions of a topic.

    `session_s`: after how long without a sign of it the group goes on without it. Raises `KafkaError` and
    `StreamingError` as Kafka's client does.
    """

    def __init__(self, settings: KafkaSettings, topic: str, group: str, session_s: float) -> None:
        self._consumer = consumer(
            settings,
            group_id=group,
            isolation_level="read_committed",
            session_timeout_ms=round(session_s * 1000),
            heartbeat_interval_ms=round(session_s * 1000 / 4),
            max_poll_interval_ms=_MAX_POLL_MS,
            max_partition_fetch_bytes=2**22,
            fetch_max_wait_ms=_POLL_MS,
            partition_assignment_strategy=[CooperativeStickyAssignor],
        )
        self._notes = _Notes()
        self._consumer.subscribe([topic], listener=self._notes)

    def poll(self) -> dict[TopicPartition, list[Record]]:
        """The next records, by partition; waits a moment for them."""
        return dict(self._consumer.poll(timeout_ms=_POLL_MS, max_records=MOST_RECORDS))

    def lost(self) -> set[TopicPartition]:
        """The partitions that were lost since the last call; some may be assigned again."""
        lost: set[TopicPartition] = set()
        try:
            while True:
                lost.update(self._notes.lost.get_nowait())
        except Empty:
            return lost

    def assigned(self) -> set[TopicPartition]:
        """The partitions that it has now."""
        return set(self._consumer.assignment() or ())

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read a partition from an offset on; of one that was lost meanwhile nothing is read."""
        if partition in self.assigned():
            self._consumer.seek(partition, offset)

    def first_offset(self, partition: TopicPartition) -> int:
        """The oldest record that is still there."""
        return int(self._consumer.beginning_offsets([partition])[partition])

    def lag(self, offsets: Mapping[TopicPartition, int]) -> int:
        """How many records the partitions hold from these offsets on, as far as is known."""
        assigned = self.assigned()
        ends = ((self._consumer.highwater(each), offset) for each, offset in offsets.items() if each in assigned)
        return sum(max(0, (end or 0) - offset) for end, offset in ends)

    def metadata(self) -> Any:
        """What tells a transaction who commits; raises `EvictedError` if it is no member now."""
        metadata = self._consumer.group_metadata()
        if metadata.generation_id < 0 or not metadata.member_id:
            raise EvictedError("not a member of its consumer group now")
        return metadata

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)
