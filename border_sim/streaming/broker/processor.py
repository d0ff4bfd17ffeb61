"""Events -> metrics on Kafka, exactly once.

The unit of work is one partition of events. Its state lies in the partition of the same number of the state's topic,
and is written in the transaction that writes what it gave: state and windows cannot disagree. What is in memory may be
ahead of what is committed, or half done; so after any failure it is all dropped. What Kafka failed to do is read
again; any other error ends the process, and nothing of the step that it broke off is committed.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from time import monotonic, time
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaConnectionError, KafkaError

from border_sim.spec.words import printable
from border_sim.streaming.broker.clients import StreamingError, admin
from border_sim.streaming.broker.hanging_transactions import end_hanging
from border_sim.streaming.broker.membership import EvictedError, Membership
from border_sim.streaming.broker.outage import Outage
from border_sim.streaming.broker.owned_partition import OwnedPartition
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.state_reader import StateReader
from border_sim.streaming.broker.topic_names import Topics
from border_sim.streaming.broker.topics import partition_of
from border_sim.streaming.broker.transactions import Message, Writer, side_by_side
from border_sim.streaming.counting import window_records
from border_sim.streaming.counting.board import Board, PipelineFacts
from border_sim.streaming.counting.dead_letters import Record, dead_letter_record
from border_sim.streaming.counting.partition import BatchResult, Partition
from border_sim.streaming.counting.record_counts import RecordCounts
from border_sim.streaming.counting.stream_state import StateError

COMMIT_EVERY_S: Final = 1.0
COMMIT_SOON_S: Final = 0.1
"""When there is something to write and nothing more to read."""
DAY_MS: Final = 24 * 3_600_000
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
    forget_after_ms: float
    """After how long without a record of it a stream is forgotten, whether it has ended or not"""


class Processor:
    """One process of a consumer group, at work: call `step` again and again, `finish` if all went well, then `close`.

    `say`: given what the user should know, a line at a time; `board`: told which partitions it has, lost ones at once;
    `now_s`: the time, seconds since 1970. `committed`: what became of the records that this process read, as far as it
    is committed; `transactions`: how many were.
    """

    def __init__(
        self,
        task: Task,
        outage: Outage,
        say: Callable[[str], Any],
        board: Board | None = None,
        now_s: Callable[[], float] = time,
    ) -> None:
        self._task, self._outage, self._say, self._now_s = task, outage, say, now_s
        self._board = board or Board()
        self._admin = admin(task.settings)
        self._states = StateReader(task.settings, task.topics.state)
        self._member = Membership(task.settings, task.topics.events, task.group, task.session_s, self._board.disown)
        self._owned: dict[TopicPartition, OwnedPartition] = {}
        self._committed_s = monotonic()
        self.committed = RecordCounts()
        self.transactions = 0

    @property
    def partitions(self) -> int:
        """How many partitions this process has now."""
        return len(self._owned)

    @property
    def lag(self) -> int:
        """How many records its partitions hold, as far as is known, that it has not read."""
        return self._member.lag({each: owned.partition.offset for each, owned in self._owned.items()})

    @property
    def is_settled(self) -> bool:
        """Whether it is a member of its group and goes on with all partitions that it was given."""
        return self._member.is_member and self._member.assigned() == self._owned.keys()

    def facts(self) -> PipelineFacts:
        """How it goes; what lies on partitions and in their state counts those that it has."""
        now_ms, offsets = self._now_s() * 1_000, {each: owned.offset for each, owned in self._owned.items()}
        oldest_ms = [owned.oldest_ms(self._member.end_of(each), now_ms) for each, owned in self._owned.items()]
        partitions = [owned.partition for owned in self._owned.values()]
        return PipelineFacts(
            self.committed.copy(),
            self.transactions,
            self._member.lag(offsets),
            min((each for each in oldest_ms if each is not None), default=None),
            max((each.event_lag_us for each in partitions), default=0),
            sum(each.stored_bytes for each in partitions),
            sum(len(each.positions) for each in partitions),
            len(partitions),
            self.is_settled,
            monotonic(),
        )

    def step(self) -> int:
        """Read some records, if there are any, and commit, if it is time; how many records were read.

        Raises `StreamingError` for what waiting does not mend. After it, or any other error, what is not committed is
        dropped.
        """
        records = 0
        try:
            batches = self._member.poll()
            for lost in self._member.lost():
                self._lose(lost)
            for partition, owned in self._owned.items():
                records += self._read(partition, owned, batches.get(partition, []))
            self._restore()
            if self._is_time(is_idle=not records):
                self.commit()
        except KafkaError as error:
            self._let_go_of_all()  # what began is undone by the next writers
            self._outage.failed(error)
        except EvictedError as error:
            self._lose_all()
            self._outage.failed(error)
        except BaseException:
            self._lose_all()
            raise
        return records

    def commit(self) -> None:
        """Write what was read since the last time. Raises `KafkaError` or `EvictedError` where it was not written."""
        self._committed_s = monotonic()
        ahead = [owned for owned in self._owned.values() if owned.is_ahead]
        if not ahead:
            return
        member = self._member.metadata()
        is_written: list[OwnedPartition] = []
        try:
            side_by_side([partial(self._write, owned, member, is_written) for owned in ahead])
        finally:
            for owned in is_written:
                self._note_commit(owned)
        self._outage.mended()

    def _note_commit(self, owned: OwnedPartition) -> None:
        """What a partition gave is committed."""
        self.committed.add(owned.counts)
        self.transactions += 1
        for stream in owned.abandoned:
            days = self._task.forget_after_ms / DAY_MS
            name = f"run {printable(stream.run)}, replication {stream.replication}, port {printable(stream.port)}"
            self._say(f"{name}: nothing has come for {days:g} days, and it had not ended; it is forgotten")
        owned.note_commit()

    def finish(self) -> None:
        """Commit for the last time."""
        try:
            self.commit()
        except (EvictedError, KafkaError) as error:
            self._say(f"the last records were not committed ({error}); they are read again the next time")

    def close(self) -> None:
        """Leave the group, so that others take over at once; what is not committed is theirs to read again."""
        self._lose_all()
        for client in (self._member, self._states, self._admin):
            with suppress(KafkaError):  # nothing depends on it: without a word of us the group goes on too
                client.close()

    def _is_time(self, *, is_idle: bool) -> bool:
        waited_s, messages = monotonic() - self._committed_s, sum(len(owned.messages) for owned in self._owned.values())
        if is_idle and messages:
            return waited_s >= COMMIT_SOON_S
        return waited_s >= COMMIT_EVERY_S or messages >= MOST_MESSAGES

    def _read(self, partition: TopicPartition, owned: OwnedPartition, records: list[Record]) -> int:
        """Count records, as many as can be counted at a time; how many they were."""
        if not records:
            self._skip(owned.partition, self._member.position(partition))
            end = self._member.end_of(partition)
            if end is not None and owned.partition.offset >= end:
                result = owned.partition.forget(self._now_s() * 1_000)
                owned.add(result, [*self._messages(result)])
            return 0
        self._look_at_jump(owned.partition, records)
        result = owned.partition.count(records)
        counted = [record for record in records if record.offset < owned.partition.offset]
        owned.add(result, [*self._messages(result)], counted)
        if len(counted) < len(records):
            self._member.seek(partition, owned.partition.offset)
        return len(counted)

    def _messages(self, result: BatchResult) -> Iterator[Message]:
        topics = self._task.topics
        for closed in result.closed:
            for key, value in window_records.encode_windows(*closed, self._task.width_us):
                yield Message(topics.metrics, key, value, [])
        for letter in result.dead:
            yield Message(topics.dead_letters, *dead_letter_record(letter, topics.events, self._task.group))

    def _look_at_jump(self, partition: Partition, records: list[Record]) -> None:
        """Tell of records that were deleted before they were read; raise `StreamingError` for a topic made anew."""
        name, expected = f"{self._task.topics.events}, partition {partition.number}", partition.offset
        if records[-1].offset < expected:
            change = f"{name}: the next record is {expected}, and it has gone back to {records[0].offset}"
            raise StreamingError(f"{change}: the topic was made anew; begin with another group")
        self._skip(partition, records[0].offset)

    def _skip(self, partition: Partition, offset: int) -> None:
        """Go on from `offset`: what lies before was deleted, or is no record but the mark of a transaction."""
        name, expected = self._task.topics.events, partition.offset
        if offset > expected:
            first = self._member.first_offset(TopicPartition(name, partition.number))
            if first > expected:
                place = f"{name}, partition {partition.number}"
                self._say(f"{place}: records {expected} to {first - 1} were deleted before they were read")
            partition.skip_to(offset)

    def _write(self, owned: OwnedPartition, member: Any, is_written: list[OwnedPartition]) -> None:
        offset, group = owned.partition.offset, self._task.group
        state = [Message(self._task.topics.state, *record, []) for record in owned.partition.state_records(group)]
        owned.writer.commit([*owned.messages, *state], offset, member)
        owned.offset = offset
        is_written.append(owned)

    def _restore(self) -> None:
        """Go on with the partitions that were gained, from what was committed."""
        for partition in sorted(self._member.assigned() - self._owned.keys()):
            self._owned[partition] = owned = self._restored(partition)
            self._member.seek(partition, owned.offset)
            self._outage.over()
            self._board.own({partition.partition: owned.offset})

    def _restored(self, events: TopicPartition) -> OwnedPartition:
        task = self._task
        try:
            writer = Writer(task.settings, events, task.group)  # first: now nobody else can commit
        except StreamingError as error:
            raise KafkaConnectionError(str(error)) from error
        number = events.partition
        partition = Partition(
            number,
            task.width_us,
            lambda port: partition_of(port, task.partitions) == number,
            task.forget_after_ms,
        )
        try:
            sisters = [TopicPartition(topic, number) for topic in task.topics if topic != events.topic]
            end_hanging(self._admin, writer.transactional_id, sisters, self._say)
            partition.restore(task.group, self._states.read(number))
        except StateError as error:
            writer.drop()
            raise StreamingError(f"{task.topics.state}, partition {number}: {error}") from error
        except BaseException:
            writer.drop()
            raise
        return OwnedPartition(partition, writer)

    def _lose(self, partition: TopicPartition) -> None:
        """A partition is another's now."""
        self._board.disown([partition.partition])
        self._let_go(partition)

    def _lose_all(self) -> None:
        self._board.disown(range(self._task.partitions))
        self._let_go_of_all()

    def _let_go(self, partition: TopicPartition) -> None:
        """Drop what there is of a partition; what is not committed is read again by its next owner, or by this one."""
        if owned := self._owned.pop(partition, None):
            owned.writer.drop()

    def _let_go_of_all(self) -> None:
        for partition in list(self._owned):
            self._let_go(partition)
