"""Events -> metrics on Kafka, exactly once.

The unit of work is one partition of events. Its state lies in the partition of the same number of the state's topic,
and is written in the transaction that writes what it gave: state and windows cannot disagree. What is in memory may be
ahead of what is committed, or half done; so after any failure it is all forgotten. What Kafka failed to do is read
again; any other error ends the process, and nothing of the turn that it broke off is committed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaConnectionError, KafkaError

from border_sim.streaming.broker.clients import StreamingError, admin
from border_sim.streaming.broker.forgotten import end_forgotten
from border_sim.streaming.broker.membership import EvictedError, Membership
from border_sim.streaming.broker.outage import Outage
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.state_reader import StateReader
from border_sim.streaming.broker.topic_names import Topics
from border_sim.streaming.broker.topics import partition_of
from border_sim.streaming.broker.transactions import Message, Writer, side_by_side
from border_sim.streaming.counting import window_records
from border_sim.streaming.counting.dead_letters import Record, written
from border_sim.streaming.counting.partition import Partition, Taken
from border_sim.streaming.counting.stream_state import StateError, Totals

COMMIT_EVERY_S: Final = 1.0
COMMIT_SOON_S: Final = 0.1
"""When there is something to write and nothing more to read."""
MOST_MESSAGES: Final = 20_000
"""That wait to be written: with more it is time, whatever the clock says."""


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
    """One process of a consumer group, at work: call `turn` again and again, `finish` if all went well, then `close`.

    `say`: told what the user should know, a line at a time. `committed`: what became of the records that this process
    took, as far as it is committed.
    """

    def __init__(self, task: Task, outage: Outage, say: Callable[[str], Any]) -> None:
        self._task, self._outage, self._say = task, outage, say
        self._admin = admin(task.settings)
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

        Raises `StreamingError` for what waiting does not mend. After it, or any other error, what is not committed is
        forgotten.
        """
        records = 0
        try:
            batches = self._member.poll()
            for lost in self._member.lost():
                self._let_go(lost)
            for partition, held in self._held.items():
                records += self._take(partition, held, batches.get(partition, []))
            self._restore()
            if self._is_time(is_idle=not records):
                self.commit()
        except (EvictedError, KafkaError) as error:
            self._let_go_of_all()  # what began is undone by the next writers
            self._outage.failed(error)
        except BaseException:
            self._let_go_of_all()
            raise
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
        """Commit for the last time."""
        try:
            self.commit()
        except (EvictedError, KafkaError) as error:
            self._say(f"the last records were not committed ({error}); they are taken again the next time")

    def close(self) -> None:
        """Leave the group, so that others take over at once; what is not committed is theirs to take again."""
        self._let_go_of_all()
        self._member.close()
        self._states.close()
        self._admin.close()

    def _is_time(self, *, is_idle: bool) -> bool:
        waited_s, messages = monotonic() - self._committed_s, sum(len(held.messages) for held in self._held.values())
        if is_idle and messages:
            return waited_s >= COMMIT_SOON_S
        return waited_s >= COMMIT_EVERY_S or messages >= MOST_MESSAGES

    def _take(self, partition: TopicPartition, held: _Held, records: list[Record]) -> int:
        """Take records, as many as can be taken at a time; how many they were."""
        if not records:
            self._skip(held.partition, self._member.position(partition))
            return 0
        self._look_at_jump(held.partition, records)
        taken = held.partition.take(records)
        held.messages += self._messages(taken)
        held.totals.add(taken.totals)
        if left := sum(record.offset >= held.partition.offset for record in records):
            self._member.seek(partition, held.partition.offset)
        return len(records) - left

    def _messages(self, taken: Taken) -> Iterator[Message]:
        topics = self._task.topics
        for closed in taken.closed:
            for key, value in window_records.encode(*closed, self._task.width_us):
                yield Message(topics.metrics, key, value, [])
        for letter in taken.dead:
            yield Message(topics.dead_letters, *written(letter, topics.events, self._task.group))

    def _look_at_jump(self, partition: Partition, records: list[Record]) -> None:
        """Tell of records that were deleted before they were taken; raise `StreamingError` for a topic made anew."""
        name, expected = f"{self._task.topics.events}, partition {partition.number}", partition.offset
        if records[-1].offset < expected:
            told = f"{name}: the next record is {expected}, and it has gone back to {records[0].offset}"
            raise StreamingError(f"{told}: the topic was made anew; begin with another group")
        self._skip(partition, records[0].offset)

    def _skip(self, partition: Partition, offset: int) -> None:
        """Go on from `offset`: what lies before was deleted, or is no record but the mark of a transaction."""
        name, expected = self._task.topics.events, partition.offset
        if offset > expected:
            first = self._member.first_offset(TopicPartition(name, partition.number))
            if first > expected:
                told = f"{name}, partition {partition.number}"
                self._say(f"{told}: records {expected} to {first - 1} were deleted before they were taken")
            partition.skip_to(offset)

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
        number = events.partition
        partition = Partition(number, task.width_us, lambda port: partition_of(port, task.partitions) == number)
        try:
            sisters = [TopicPartition(topic, number) for topic in task.topics if topic != events.topic]
            end_forgotten(self._admin, writer.transactional_id, sisters, self._say)
            partition.restore(task.group, self._states.read(number))
        except StateError as error:
            writer.drop()
            raise StreamingError(f"{task.topics.state}, partition {number}: {error}") from error
        except BaseException:
            writer.drop()
            raise
        return _Held(partition, writer, offset=partition.offset)

    def _let_go(self, partition: TopicPartition) -> None:
        """Forget a partition; what of it is not committed is taken again by its next owner."""
        if held := self._held.pop(partition, None):
            held.writer.drop()

    def _let_go_of_all(self) -> None:
        for partition in list(self._held):
            self._let_go(partition)
