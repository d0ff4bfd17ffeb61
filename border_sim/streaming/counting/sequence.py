"""Late, doubled and out-of-order events are refused here, and each is counted with its reason.

One machine for all who read events off a topic. Out of it come, stream by stream (one port of one replication of one
run), the next events in the order of `seq`, each once. An event that was read before is a duplicate, and counted; any
other is a dead letter with its `Reason`, and leaves its stream as it was. Nothing is folded here. Time is that of the
records.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from border_sim.codes import RUN_ENDED, RUN_STARTED
from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey, pool_column, started
from border_sim.events.lines import Line, kind_of, pool_texts
from border_sim.events.parse_line import CodecError
from border_sim.records import Array, Events, select
from border_sim.streaming.counting.dead_letters import DeadLetter, Reason
from border_sim.streaming.counting.record_lines import LineBatch
from border_sim.vocabulary import DAY_US, NEVER_US, EventKind

LONGEST_SILENCE_US: Final = 7 * DAY_US
"""An event that is later than this after the one before is not believed: each simulated minute has its heartbeat, and
every window up to the event would be closed.
"""
LARGEST_START_BYTES: Final = 65_536
"""Of a `run_started`, which has about 2,000; what it says is stored with every state."""
_ORIGIN_BYTES: Final = 16


class RefusedError(BorderSimError):
    """An event that is not the next of its stream, and why."""

    def __init__(self, reason: Reason, error: str) -> None:
        super().__init__(error)
        self.reason = reason


class OpenStream(NamedTuple):
    """What is needed of a stream until it ends."""

    start: Start
    pools: frozenset[Any]
    """The port's pools as lines say them, and `UNSET`, no pool"""


@dataclass
class Position:
    """How far a stream has been read."""

    origin: bytes
    """A digest of its `run_started`: another run under the same name has another"""
    ports: int | None
    """How many ports the run has; `None`: it does not say"""
    next_seq: int
    watermark_us: int
    """Nothing earlier is read; `NEVER_US` once it has ended"""
    began_ms: int
    """When the broker wrote its `run_started`, milliseconds since 1970, UTC"""
    last_ms: int
    """When the broker wrote the last record that was of it, whatever became of that"""
    open: OpenStream | None
    """`None`: it has ended"""
    is_disputed: bool = False
    """Whether another run is being sent under its name: another `run_started` came after its own"""


class StreamEvents(NamedTuple):
    """The next events of a stream, in order."""

    key: StreamKey
    start: Start
    is_begin: bool
    """Whether `run_started` is the first of them"""
    events: Events


class Forgotten(NamedTuple):
    """A stream of which nothing came for so long that it is remembered no more."""

    key: StreamKey
    position: Position

    @property
    def is_abandoned(self) -> bool:
        """Whether it had not ended."""
        return self.position.open is not None


@dataclass
class Sequenced:
    """What became of a batch of events."""

    streams: list[StreamEvents] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    duplicates: int = 0
    forgotten: list[Forgotten] = field(default_factory=list)


class Sequencer:
    """The streams of one partition, each as far as it has been read (`positions`).

    `owns`: whether a port's events belong to the partition; `forget_after_ms`: a stream of which nothing came for
    longer is forgotten, whether it has ended or not.
    """

    def __init__(self, number: int, owns: Callable[[str], bool], forget_after_ms: float = inf) -> None:
        self.positions: dict[StreamKey, Position] = {}
        self._number, self._owns, self._forget_after_ms = number, owns, forget_after_ms

    def read(self, batch: LineBatch) -> Sequenced:
        """Read the next events of the partition."""
        result = Sequenced()
        for key, places in batch.streams.items():
            if not self._owns(key.port):
                error = f"port {key.port!r} does not belong to partition {self._number}"
                result.dead += [DeadLetter(batch.records[place], Reason.MISPLACED, error) for place in places]
                continue
            first, *others = self._between_silences(key, places, batch.times_ms)
            self._read_stream(key, first, batch, result)
            for span in others:
                result.forgotten += self._forget(key)
                self._read_stream(key, span, batch, result)
        return result

    def forget(self, now_ms: float) -> list[Forgotten]:
        """Forget the streams of which nothing has come for so long at an instant, by the broker's clock."""
        silent = [key for key, position in self.positions.items() if now_ms - position.last_ms > self._forget_after_ms]
        return [each for key in silent for each in self._forget(key)]

    def _forget(self, key: StreamKey) -> Iterator[Forgotten]:
        if position := self.positions.pop(key, None):
            yield Forgotten(key, position)

    def _between_silences(self, key: StreamKey, places: Array, times_ms: Array) -> list[Array]:
        """The places of a stream's events, cut where it is forgotten before the next of them."""
        times_ms = times_ms[places]
        position = self.positions.get(key)
        silences_ms = np.diff(times_ms, prepend=position.last_ms if position else times_ms[0])
        return np.split(places, np.flatnonzero(silences_ms > self._forget_after_ms))

    def _read_stream(self, key: StreamKey, places: Array, batch: LineBatch, result: Sequenced) -> None:
        """Read events of a stream; those that come next in it are taken together."""
        if not places.size:
            return
        next_places = self._next_places(key, places, batch, result)
        if (position := self.positions.get(key)) is None:
            return
        position.last_ms = max(position.last_ms, int(batch.times_ms[places].max()))
        if next_places.size:
            assert position.open
            start, columns = position.open.start, batch.columns
            pool = pool_column(columns.pool_texts[next_places], start.info)
            events = Events(*select(columns.events, next_places))._replace(pool=pool)
            result.streams.append(StreamEvents(key, start, columns.seq[next_places[0]] == 0, events))
        if position.watermark_us == NEVER_US:
            position.open = None

    def _next_places(self, key: StreamKey, places: Array, batch: LineBatch, result: Sequenced) -> Array:
        """The places of the events that come next in their stream; the others are counted or dead."""
        position = self.positions.get(key)
        if position and _all_follow(position, places, batch):
            position.next_seq += places.size
            position.watermark_us = batch.lines[places[-1]].t_us
            return places
        next_places = []
        for place in places.tolist():
            try:
                if self._is_next(key, place, batch):
                    next_places.append(place)
                else:
                    result.duplicates += 1
            except RefusedError as refusal:
                result.dead.append(DeadLetter(batch.records[place], refusal.reason, str(refusal)))
        return np.array(next_places, np.int64)

    def _is_next(self, key: StreamKey, place: int, batch: LineBatch) -> bool:
        """Read an event; false: it is a duplicate. Raises `RefusedError` if it is neither that nor the next."""
        line, position = batch.lines[place], self.positions.get(key)
        if position is None:
            size = len(batch.records[place].value or b"")
            position = self.positions[key] = _begun(line, size, int(batch.times_ms[place]))
        _require_own(position, line)
        if line.seq < position.next_seq:
            return False
        _require_next(position, line, batch.columns.pool_texts[place])
        position.next_seq += 1
        position.watermark_us = NEVER_US if kind_of(line) is EventKind.RUN_ENDED else line.t_us
        return True


def origin_of(start: Start, t_us: int) -> bytes:
    """A digest of what `run_started` says at `t_us`."""
    content = msgspec.msgpack.encode((start, t_us), order="deterministic")
    return blake2b(content, digest_size=_ORIGIN_BYTES).digest()


def open_stream(start: Start) -> OpenStream:
    """What is needed of a stream that began so."""
    return OpenStream(start, frozenset({*pool_texts(start.info.pools), msgspec.UNSET}))


def _begun(line: Line, size: int, time_ms: int) -> Position:
    """The position before the first event of a stream, a line of `size` bytes; raises `RefusedError` if it cannot be
    the first.
    """
    if line.seq != 0 or kind_of(line) is not EventKind.RUN_STARTED:
        error = f"seq {line.seq}, {kind_of(line)}; a stream begins with seq 0, run_started"
        raise RefusedError(Reason.UNKNOWN_STREAM, error)
    if size > LARGEST_START_BYTES:
        raise RefusedError(Reason.MALFORMED, f"a run_started of {size} bytes; at most {LARGEST_START_BYTES}")
    start = _start_of(line)
    _require_soon(line.t_us, start.info.measured_from_us)
    origin = origin_of(start, line.t_us)
    return Position(origin, start.facts.ports, 0, line.t_us, time_ms, time_ms, open_stream(start))


def _all_follow(position: Position, places: Array, batch: LineBatch) -> bool:
    """Whether events in the middle of a stream are all the next of it, one after the other, so that they need not be
    looked at one by one; most are.
    """
    columns, seq = batch.columns, batch.columns.seq[places]
    kind = columns.events.kind[places]
    if position.open is None or position.is_disputed or kind.max() == RUN_ENDED or kind.min() == RUN_STARTED:
        return False
    if seq[0] != position.next_seq or (np.diff(seq) != 1).any():
        return False
    gaps_us = np.diff(columns.events.t_us[places], prepend=position.watermark_us)
    are_in_time = bool(gaps_us.min() >= 0 and gaps_us.max() <= LONGEST_SILENCE_US)
    return are_in_time and position.open.pools.issuperset(columns.pool_texts[places].tolist())


def _require_own(position: Position, line: Line) -> None:
    """Raise `RefusedError` for the events of another run under the stream's name: a `run_started` that is not the one
    with which the stream began, and all that follow until that one comes again.
    """
    if line.seq < position.next_seq and kind_of(line) is EventKind.RUN_STARTED:
        position.is_disputed = origin_of(_start_of(line), line.t_us) != position.origin
    if position.is_disputed:
        error = f"seq {line.seq} after another run_started than its stream's; each run needs an identifier of its own"
        raise RefusedError(Reason.CONFLICT, error)


def _require_next(position: Position, line: Line, pool: Any) -> None:
    """Raise `RefusedError` unless the event is the next of the stream; `pool`: `UNSET` if the line says none.

    A refused event does not take the place of the next, which may still come.
    """
    if line.t_us < position.watermark_us or position.open is None:
        raise _too_late(position, line)
    if line.seq > position.next_seq:
        raise RefusedError(Reason.GAP, f"seq {line.seq}; the next is {position.next_seq}")
    if line.seq and kind_of(line) is EventKind.RUN_STARTED:
        raise RefusedError(Reason.CONFLICT, f"run_started with seq {line.seq}; a stream begins once, with seq 0")
    _require_soon(line.t_us, max(position.watermark_us, position.open.start.info.measured_from_us))
    if pool not in position.open.pools:
        raise _unknown_pool(position.open, pool)


def _start_of(line: Line) -> Start:
    try:
        return started(line)
    except CodecError as error:
        raise RefusedError(Reason.MALFORMED, str(error)) from error


def _require_soon(t_us: int, after_us: int) -> None:
    if t_us > after_us + LONGEST_SILENCE_US:
        days = LONGEST_SILENCE_US // DAY_US
        raise RefusedError(
            Reason.AHEAD, f"t_us {t_us}; more than {days} days after {after_us}, which its stream reached"
        )


def _too_late(position: Position, line: Line) -> RefusedError:
    if position.watermark_us == NEVER_US:
        return RefusedError(Reason.ENDED, f"seq {line.seq}; the stream ended with seq {position.next_seq - 1}")
    return RefusedError(Reason.LATE, f"t_us {line.t_us}; its stream has reached {position.watermark_us}")


def _unknown_pool(stream: OpenStream, pool: Any) -> RefusedError:
    known = ", ".join(sorted(f"{each.mode}/{each.name}" for each in stream.start.info.pools))
    return RefusedError(Reason.UNKNOWN_POOL, f"no pool {str(pool)[:100]!r}; the port's pools are {known[:500]}")
