"""What a consumer group commits, shown on a board as it comes: the ports of all its partitions, whoever has them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from threading import Event, Thread
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaError

from border_sim.events.decode import StreamKey
from border_sim.streaming.broker.clients import StreamingError, consumer, explained
from border_sim.streaming.broker.processor import Task
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.port_now import PortNow, port_now
from border_sim.streaming.counting.stream_state import (
    PartitionRecord,
    StateError,
    decode_record,
    decode_stream,
    read_key,
)

_POLL_MS: Final = 100
_ANSWER_MS: Final = 10_000
_RETRY_AFTER_S: Final = 1.0
_CLOSE_S: Final = 5.0


class _Source(NamedTuple):
    """Whose record it is."""

    partition: int
    stream: StreamKey | None
    """`None`: the partition's own"""


_Values = dict[_Source, bytes | None]
"""The last record of each; without a value the stream was forgotten."""


@contextmanager
def following(task: Task, board: Board, say: Callable[[str], Any]) -> Iterator[Callable[[], None]]:
    """Show on `board` what the group of `task` commits, until the context ends; gives a function that raises what ended
    the following, if anything did: `StreamingError` for states that another version wrote.

    A thread with a consumer of its own reads the topic of states. Where it cannot, it tries again, and `say` is told
    once; what was shown before stands.
    """
    follower = _StateFollower(task, board, say)
    thread = Thread(target=follower.run, name="state follower", daemon=True)
    thread.start()
    try:
        yield follower.require_whole
    finally:
        follower.stop.set()
        thread.join(_CLOSE_S)


class _StateFollower:
    def __init__(self, task: Task, board: Board, say: Callable[[str], Any]) -> None:
        self.stop = Event()
        self._task, self._board, self._say = task, board, say
        self._shown: set[StreamKey] = set()
        self._error: BaseException | None = None
        self._is_behind = False

    def require_whole(self) -> None:
        """Raise what ended the thread, if anything did."""
        if self._error:
            raise self._error

    def run(self) -> None:
        """Follow until `stop` is set."""
        while not self.stop.is_set() and not self._error:
            try:
                self._follow()
            except (KafkaError, StreamingError) as error:
                self._note_outage(error)
                self.stop.wait(_RETRY_AFTER_S)
            except StateError as error:
                self._error = StreamingError(str(error))
            except BaseException as error:  # noqa: BLE001 - raised by the loop beside which it runs
                self._error = error

    def _follow(self) -> None:
        """Read the topic from its beginning and go on with what comes. Nothing is shown before its end is reached: what
        is out of date would make counters go back.
        """
        partitions = [TopicPartition(self._task.topics.state, number) for number in range(self._task.partitions)]
        options = {"isolation_level": "read_committed", "fetch_max_wait_ms": _POLL_MS}
        values: _Values = {}
        with closing(consumer(self._task.settings, **options)) as reader:
            reader.assign(partitions)
            ends = reader.end_offsets(partitions, timeout_ms=_ANSWER_MS)
            while not self.stop.is_set() and not _is_read(reader, ends):
                values |= self._poll(reader)
            self._show(values, self._shown - {source.stream for source in values if source.stream})
            while not self.stop.is_set():
                self._show(self._poll(reader), set())

    def _poll(self, reader: Any) -> _Values:
        """The last records of the group among those that come next."""
        values: _Values = {}
        for partition, records in reader.poll(timeout_ms=_POLL_MS, max_records=10_000).items():
            for record in records:
                match read_key(record.key):
                    case (self._task.group, stream):
                        values[_Source(partition.partition, stream)] = record.value
        return values

    def _show(self, values: _Values, gone: set[StreamKey]) -> None:
        """Show what records say, and that of streams `gone` nothing is known any more."""
        ports, offsets = [], {}
        for source, value in values.items():
            shown = self._decoded(source, value)
            if isinstance(shown, PortNow):
                ports.append(shown)
            elif isinstance(shown, PartitionRecord):
                offsets[source.partition] = shown.offset
            elif source.stream:
                gone.add(source.stream)
        self._board.show(ports, gone, offsets)
        self._board.has_been_read()
        self._shown = self._shown.difference(gone) | {port.key for port in ports}
        if self._is_behind:
            self._is_behind = False
            self._say("the stored state is read again: the ports shown are up to date")

    def _decoded(self, source: _Source, value: bytes | None) -> PortNow | PartitionRecord | None:
        """A port or a partition; `None`: of a stream nothing is known any more."""
        if value is None:
            return None
        try:
            if source.stream is None:
                return decode_record(value, PartitionRecord)
            return port_now(source.stream, source.partition, decode_stream(value, is_looked_at=True))
        except StateError as error:
            raise StateError(f"{self._task.topics.state}, partition {source.partition}: {error}") from error

    def _note_outage(self, error: KafkaError | StreamingError) -> None:
        if not self._is_behind:
            self._is_behind = True
            why = explained(error, self._task.settings) if isinstance(error, KafkaError) else str(error)
            self._say(f"the stored state cannot be read ({why}); the ports shown stay as they were until it can")


def _is_read(reader: Any, ends: Mapping[TopicPartition, int]) -> bool:
    return all((reader.position(each, timeout_ms=_ANSWER_MS) or 0) >= end for each, end in ends.items())
