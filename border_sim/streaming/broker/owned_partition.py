"""A partition that this process has, and what of it is not committed yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from border_sim.events.decode import StreamKey
from border_sim.streaming.broker.transactions import Message, Writer
from border_sim.streaming.counting.dead_letters import Record
from border_sim.streaming.counting.partition import BatchResult, Partition
from border_sim.streaming.counting.record_counts import RecordCounts


@dataclass
class OwnedPartition:
    """A partition as it was gained, and what was made of it since."""

    partition: Partition
    writer: Writer
    messages: list[Message] = field(default_factory=list)
    abandoned: list[StreamKey] = field(default_factory=list)
    counts: RecordCounts = field(default_factory=RecordCounts)
    offset: int = field(init=False)
    """Committed"""
    done_ms: int = field(init=False)
    """All records that the broker wrote before are committed; milliseconds since 1970, UTC, 0: nothing is known"""
    _read_ms: tuple[int, int] | None = field(default=None, init=False)
    """When the broker wrote the first and the last record that were read and are not committed; `None`: none were"""

    def __post_init__(self) -> None:
        self.offset = self.partition.offset
        self.done_ms = max((position.last_ms for position in self.partition.positions.values()), default=0)

    @property
    def is_ahead(self) -> bool:
        """Whether there is anything to commit."""
        return self.partition.offset > self.offset or self.partition.has_changed

    def add(self, result: BatchResult, messages: Sequence[Message], records: Sequence[Record] = ()) -> None:
        """Add what became of records, and what is to be written."""
        self.messages += messages
        self.abandoned += result.abandoned
        self.counts.add(result.counts)
        if records:
            first_ms, _ = self._read_ms or (records[0].timestamp, 0)
            self._read_ms = first_ms, records[-1].timestamp

    def note_commit(self) -> None:
        """What was added is committed."""
        self.counts, self.messages, self.abandoned = RecordCounts(), [], []
        if self._read_ms:
            self.done_ms, self._read_ms = max(self.done_ms, self._read_ms[1]), None

    def oldest_ms(self, end: int | None, now_ms: float) -> int | None:
        """When the broker wrote the oldest record that is not committed, or a little before; `None`: there is none, or
        nothing is known of it. `end`: the offset after the last record there is (`None`: not known).
        """
        if end is None:
            return None
        if self.offset >= end:
            self.done_ms = max(self.done_ms, int(now_ms))
            return None
        return self._read_ms[0] if self._read_ms else self.done_ms or None
