"""One process's part in a consumer group: the partitions that it has now, and their records."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final

from kafka import ConsumerRebalanceListener, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import IllegalStateError
from kafka.structs import MemberState

from border_sim.errors import BorderSimError
from border_sim.streaming.broker.clients import consumer
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.counting.dead_letters import Record

MOST_RECORDS: Final = 4_000
"""That are read at a time."""
_POLL_MS: Final = 100
_CLOSE_MS: Final = 5_000
_MAX_POLL_MS: Final = 120_000
"""How long a commit and a restore together may take before the group goes on without this process."""


class EvictedError(BorderSimError):
    """The group has gone on without this process: it may not write. The broker alone would not refuse it."""


class _Notes(ConsumerRebalanceListener):  # type: ignore[misc] # kafka has no types
    """The partitions that were lost; the client tells them from a thread of its own, so little else is done here."""

    def __init__(self, on_lost: Callable[[Iterable[int]], Any]) -> None:
        self.lost: SimpleQueue[Iterable[TopicPartition]] = SimpleQueue()
        self._on_lost = on_lost

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self.on_partitions_lost(revoked)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        self.lost.put(lost)
        self._on_lost([each.partition for each in lost])

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """What is assigned is asked for."""


class Membership:
    """A member of a consumer group that reads the partitions of a topic.

    `session_s`: after how long without a sign of it the group goes on without it; `on_lost`: given the numbers of
    partitions that were lost at once, in a thread of the client's. Raises `KafkaError` and `StreamingError` as Kafka's
    client does.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        group: str,
        session_s: float,
        on_lost: Callable[[Iterable[int]], Any] = lambda _: None,
    ) -> None:
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
        self._notes = _Notes(on_lost)
        self._consumer.subscribe([topic], listener=self._notes)

    def poll(self) -> dict[TopicPartition, list[Record]]:
        """The next records, by partition; waits a moment for them."""
        self._take_up_join()
        return dict(self._consumer.poll(timeout_ms=_POLL_MS, max_records=MOST_RECORDS))

    def _take_up_join(self) -> None:
        """Ask for a join again that is going on and that the client has forgotten.

        kafka-python 3.0.12 joins again when it learns of the topic's partitions after the first join; if `poll` ends
        before that join does, the next one sees no reason to join, and the process is left without partitions for ever.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001 - nothing public asks for a join
        if self._consumer.group_metadata().state is MemberState.REBALANCING and not coordinator.need_rejoin():
            coordinator.request_rejoin()

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

    @property
    def is_member(self) -> bool:
        """Whether it is a member of its group now."""
        return _is_of_member(self._consumer.group_metadata())

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read a partition from an offset on; of one that was lost meanwhile nothing is read."""
        with suppress(ValueError, KeyError):  # it was taken away, by a thread of the client's own
            self._consumer.seek(partition, offset)

    def first_offset(self, partition: TopicPartition) -> int:
        """The oldest record that is still there."""
        return int(self._consumer.beginning_offsets([partition])[partition])

    def lag(self, offsets: Mapping[TopicPartition, int]) -> int:
        """How many records the partitions hold from these offsets on, as far as is known."""
        return sum(max(0, (self.end_of(each) or 0) - offset) for each, offset in offsets.items())

    def end_of(self, partition: TopicPartition) -> int | None:
        """The offset after a partition's last record; `None`: not known, as before its first answer."""
        try:
            end = self._consumer.highwater(partition)
        except (IllegalStateError, KeyError):  # as in `seek`
            return None
        return None if end is None else int(end)

    def position(self, partition: TopicPartition) -> int:
        """Up to where it was read: past its last record there may be marks of transactions. -1: not known."""
        try:
            position = self._consumer.position(partition, timeout_ms=_POLL_MS)
        except (IllegalStateError, KeyError):  # as in `seek`
            return -1
        return -1 if position is None else int(position)

    def metadata(self) -> Any:
        """What tells a transaction who commits; raises `EvictedError` if it is no member now."""
        metadata = self._consumer.group_metadata()
        if not _is_of_member(metadata):
            raise EvictedError("not a member of its consumer group now")
        return metadata

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)


def _is_of_member(metadata: Any) -> bool:
    return bool(metadata.generation_id >= 0 and metadata.member_id)
