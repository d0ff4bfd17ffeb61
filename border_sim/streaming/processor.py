"""Events -> metrics on Kafka, exactly once.

The unit of work is one partition of events. Its state lies in the partition of the same number of the state's topic,
and is written in the transaction that writes what it gave: state and windows cannot disagree. What is in memory may be
ahead of what is committed; so after any failure it is all forgotten and read again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaConnectionError, KafkaError

from border_sim.streaming import window_records
from border_sim.streaming.clients import StreamingError
from border_sim.streaming.dead_letters import Record, headers
from border_sim.streaming.membership import EvictedError, Membership
from border_sim.streaming.outage import Outage
from border_sim.streaming.partition import Partition, Taken
from border_sim.streaming.settings import KafkaSettings
from border_sim.streaming.state_reader import StateReader
from border_sim.streaming.stream_state import StateError, Totals
from border_sim.streaming.topics import Topics, partition_of
from border_sim.streaming.transactions import Message, Writer, side_by_side

COMMIT_EVERY_S: Final = 1.0
COMMIT_SOON_S: Final = 0.1
"""When there is something to write and nothing more to read."""


class Task(NamedTuple):
    """What is made of which topics, for whom."""

    settings: KafkaSettings
    topics: Topics
    partitions: int
    """Of each topic"""
    group: str
    """The consumer group, and whose state it is"""
    width_us: int
    """Of the windows"""
    session_s: float
    """After how long without a sign of a process the group goes on without it"""


@dataclass
class _Held:
    """A partition that this process has, and what of it is not committed yet."""

    partition: Partition
    writer: Writer
    messages: list[Message] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    offset: int = 0
    """Committed"""

    @property
    def is_ahead(self) -> bool:
        return self.partition.offset > self.offset


class Processor:
    """One process of a consumer group, at work: call `turn` again and again, `finish` at the end.

    `say`: told what the user should know, a line at a time. `committed`: what became of the records that this process
    took, as far as it is committed.
    """

    def __init__(self, task: Task, outage: Outage, say: Callable[[str], Any]) -> None:
        self._task, self._outage, self._say = task, outage, say
        self._states = StateReader(task.settings, task.topics.state)
        self._member = Membership(task.settings, task.topics.events, task.group, task.session_s)
        self._held: dict[TopicPartition, _Held] = {}
        self._committed_s = monotonic()
        self.committed = Totals()

    @property
    def partitions(self) -> int:
        """How many partitions this process has now."""
        return len(self._held)

    @property
    def lag(self) -> int:
        """How many records its partitions hold, as far as is known, that it has not taken."""
        return self._member.lag({each: held.partition.offset for each, held in self._held.items()})

    def turn(self) -> int:
        """Take some records, if there are any, and commit, if it is time; how many records were taken.

        Raises `StreamingError` for what waiting does not mend.
        """
        records = 0
        try:
            batches = self._member.poll()
            for lost in self._member.lost():
                self._let_go(lost)
            for partition, batch in batches.items():
                if partition in self._held:
                    self._take(self._held[partition], batch)
                    records += len(batch)
            self._restore()
            if self._is_time(is_idle=not records):
                self.commit()
        except (EvictedError, KafkaError) as error:
            self._forget(error)
        return records

    def commit(self) -> None:
        """Write what was taken since the last time. Raises `KafkaError` or `EvictedError` where it was not written."""
        self._committed_s = monotonic()
        ahead = [held for held in self._held.values() if held.is_ahead]
        if not ahead:
            return
        member = self._member.metadata()
        try:
            side_by_side([partial(self._write, held, member) for held in ahead])
        finally:
            for held in ahead:
                if not held.is_ahead:
                    self.committed.add(held.totals)
                    held.totals, held.messages = Totals(), []
        self._outage.mended()

    def finish(self) -> None:
        """Commit, and leave the group, so that others take over at once."""
        try:
            self.commit()
        except (EvictedError, KafkaError) as error:
            self._say(f"the last records were not committed ({error}); they are taken again the next time")
        for partition in list(self._held):
            self._let_go(partition)
        self._member.close()
        self._states.close()

    def _is_time(self, *, is_idle: bool) -> bool:
        waited_s = monotonic() - self._committed_s
        if is_idle and any(held.messages for held in self._held.values()):
            return waited_s >= COMMIT_SOON_S
        return waited_s >= COMMIT_EVERY_S

    def _take(self, held: _Held, records: list[Record]) -> None:
        self._look_at_jump(held.partition, records)
        taken = held.partition.take(records)
        held.messages += self._messages(taken)
        held.totals.add(taken.totals)

    def _messages(self, taken: Taken) -> Iterator[Message]:
        topics = self._task.topics
        for closed in taken.closed:
            for key, value in window_records.encode(*closed, self._task.width_us):
                yield Message(topics.metrics, key, value, [])
        for letter in taken.dead:
            yield Message(topics.dead_letters, letter.record.key, letter.record.value, headers(letter, topics.events))

    def _look_at_jump(self, partition: Partition, records: list[Record]) -> None:
        """Tell of records that were deleted before they were taken; raise `StreamingError` for a topic made anew."""
        name, expected = f"{self._task.topics.events}, partition {partition.number}", partition.offset
        if records[-1].offset < expected:
            told = f"{name}: the next record is {expected}, and it has gone back to {records[0].offset}"
            raise StreamingError(f"{told}: the topic was made anew; begin with another group")
        if records[0].offset > expected:
            first = self._member.first_offset(TopicPartition(self._task.topics.events, partition.number))
            if first > expected:
                self._say(f"{name}: records {expected} to {first - 1} were deleted before they were taken")

    def _write(self, held: _Held, member: Any) -> None:
        offset = held.partition.offset
        state = [Message(self._task.topics.state, *kept, []) for kept in held.partition.kept(self._task.group)]
        held.writer.commit([*held.messages, *state], offset, member)
        held.offset = offset

    def _restore(self) -> None:
        """Go on with the partitions that were gained, from what was committed."""
        for partition in sorted(self._member.assigned() - self._held.keys()):
            self._held[partition] = held = self._restored(partition)
            self._member.seek(partition, held.offset)
            self._outage.over()

    def _restored(self, events: TopicPartition) -> _Held:
        task = self._task
        try:
            writer = Writer(task.settings, events, task.group)  # first: now nobody else can commit
        except StreamingError as error:
            raise KafkaConnectionError(str(error)) from error
        partition = Partition(
            events.partition, task.width_us, lambda port: partition_of(port, task.partitions) == events.partition
        )
        try:
            partition.restore(task.group, self._states.read(events.partition))
        except StateError as error:
            writer.drop()
            raise StreamingError(f"{task.topics.state}, partition {events.partition}: {error}") from error
        except BaseException:
            writer.drop()
            raise
        return _Held(partition, writer, offset=partition.offset)

    def _let_go(self, partition: TopicPartition) -> None:
        """Forget a partition; what of it is not committed is taken again by its next owner."""
        if held := self._held.pop(partition, None):
            held.writer.drop()

    def _forget(self, error: Exception) -> None:
        """Memory may be ahead of what is committed, or behind: forget all. What began is undone by the next writers."""
        for partition in list(self._held):
            self._let_go(partition)
        self._outage.failed(error)
