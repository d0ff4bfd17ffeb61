"""A process of a consumer group from its beginning to its end: until it is asked to stop, or every run has ended."""

from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from threading import Event
from time import monotonic
from typing import Any, Final, NamedTuple

from kafka.errors import KafkaError

from border_sim.streaming.broker.clients import StreamingError
from border_sim.streaming.broker.outage import Outage
from border_sim.streaming.broker.processor import Processor, Task
from border_sim.streaming.broker.reading import read_records
from border_sim.streaming.broker.state_follower import following
from border_sim.streaming.broker.until_ended import GroupProgress, RunProgress, Waiting
from border_sim.streaming.broker.watchdog import Watchdog
from border_sim.streaming.counting.board import Board, PipelineFacts
from border_sim.streaming.counting.record_counts import RecordCounts
from border_sim.streaming.counting.stream_state import PartitionRecord, StateError, decode_record, read_key

LOOK_EVERY_S: Final = 1.0
"""How often a process that has nothing to do looks whether the group has finished."""
PROBE_EVERY_S: Final = 10.0
"""How often one that has nothing to do looks whether the broker is there."""


class ConsumeResult(NamedTuple):
    """What a process did."""

    committed: RecordCounts
    """What became of the records that it read"""
    has_ended: bool
    """Whether every run has ended; false: it was asked to stop before, or was not asked to look"""
    given_up: tuple[RunProgress, ...]
    """Runs of which it did not wait for every port: nothing had come of the others for too long"""


class Status(NamedTuple):
    """How it goes."""

    partitions: int
    """That this process has"""
    lag: int
    """Records that they hold and that are not read yet"""
    committed: RecordCounts
    """What became of the records that this process read"""
    waiting: Waiting | None
    """What the group waits for; `None`: not asked, or not known yet"""


def consume(
    task: Task,
    stop: Event,
    *,
    until_ended: bool,
    say: Callable[[str], Any],
    report: Callable[[Status], Any],
    board: Board | None = None,
) -> ConsumeResult:
    """Turn events into metrics until `stop` is set or, with `until_ended`, every run on the topic has ended and all is
    committed by the whole group.

    `say` is given what the user should know, `report` some times a second how it goes. `board` is shown the ports as
    the whole group has committed them, which of them this process has, and how it goes. Raises `StreamingError` where
    the broker cannot be reached at the beginning, refuses, or holds what does not go together.
    """
    _require_width(task)
    has_ended = False
    with ExitStack() as stack:
        outage = Outage(task.settings, say)
        lookout = _Lookout(task, outage, until_ended=until_ended)
        stack.callback(lookout.close)
        processor = Processor(task, outage, say, board)
        stack.callback(processor.close)
        require_shown = stack.enter_context(following(task, board, say)) if board else None
        watchdog = stack.enter_context(Watchdog(say))
        while not has_ended and not stop.is_set():
            watchdog.alive()
            is_idle = not processor.step()
            has_ended = is_idle and lookout.sees_the_end()
            report(Status(processor.partitions, processor.lag, processor.committed, lookout.waiting))
            if board and require_shown:
                require_shown()
                board.pipeline = _facts(processor, board.pipeline)
        watchdog.alive()
        processor.finish()
    return ConsumeResult(processor.committed, has_ended, lookout.given_up if has_ended else ())


def _facts(processor: Processor, before: PipelineFacts | None) -> PipelineFacts:
    """How it goes. A process without its partitions, as in an outage, knows nothing new of them: what it knew stays."""
    facts = processor.facts()
    if before is None or facts.is_settled or facts.partitions:
        return facts
    known = ("lag_records", "oldest_ms", "event_lag_us", "state_bytes", "streams")
    return facts._replace(**{name: getattr(before, name) for name in known})


def _require_width(task: Task) -> None:
    """Raise `StreamingError` if the group makes windows of another width, whether or not there is anything to do.

    All its partitions have the same: nothing is read past the first record that says it.
    """
    records: Any = read_records(task.settings, task.topics.state, task.partitions)
    with closing(records):
        own = (record for record in records if read_key(record.key) == (task.group, None) and record.value)
        if (record := next(own, None)) is None:
            return
    try:
        decode_record(record.value, PartitionRecord).require_width(task.group, task.width_us)
    except StateError as error:
        raise StreamingError(f"{task.topics.state}, partition {record.partition}: {error}") from error


class _Lookout:
    """Looks now and then, while there is nothing else to do, how far the group is, or whether the broker is there."""

    def __init__(self, task: Task, outage: Outage, *, until_ended: bool) -> None:
        self.waiting: Waiting | None = None
        self._outage = outage
        self._progress: GroupProgress | None = None
        if until_ended:
            arguments = (task.settings, task.topics, task.partitions, task.group, task.forget_after_ms)
            self._progress = GroupProgress(*arguments)
        self._looked_s = monotonic()

    @property
    def given_up(self) -> tuple[RunProgress, ...]:
        """Runs of which not every port is waited for."""
        return self.waiting.given_up if self.waiting else ()

    def sees_the_end(self) -> bool:
        """Whether every run has ended and all is committed, if that is asked."""
        if monotonic() - self._looked_s < (LOOK_EVERY_S if self._progress else PROBE_EVERY_S):
            return False
        self._looked_s = monotonic()
        if self._progress is None:
            self._outage.look()
            return False
        try:
            self.waiting = self._progress.waiting()
        except KafkaError as error:
            self._outage.failed(error)
            return False
        self._outage.over()
        return self.waiting.is_over

    def close(self) -> None:
        """Close its connection."""
        if self._progress:
            with suppress(KafkaError):  # nothing depends on it
                self._progress.close()
