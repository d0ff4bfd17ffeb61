"""What the processor remembers of a stream and of a partition, and how both are kept as records of a compacted topic.

A record's key tells the consumer group, and of a stream the run, replication and port; the last record of a key counts.
Values are msgpack: arrays are kept as the places and values of what is not 0.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal, NamedTuple, TypeVar

import msgspec
import numpy as np

from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey
from border_sim.events.lines import pool_texts
from border_sim.metrics.histogram import GROUP
from border_sim.metrics.state import WIDTH, FoldState, new_state
from border_sim.records import PortInfo
from border_sim.vocabulary import MINUTE_US

_Sparse = tuple[list[int], list[int]]
"""Places, and the values there."""
_ORIGIN_BYTES: Final = 16
_Kept = TypeVar("_Kept")
VERSION: Final = 1
"""Of these records."""


class StateError(BorderSimError, ValueError):
    """A record of the state that cannot be gone on from; the text tells why and what to do."""


class Open(NamedTuple):
    """What is needed of a stream until it ends."""

    info: PortInfo
    fold: FoldState
    pools: frozenset[Any]
    """The port's pools as lines tell them, and `UNSET`, no pool"""


@dataclass
class StreamState:
    """How far a stream has been taken: one port of one replication of one run."""

    origin: bytes
    """A digest of its `run_started`: another run under the same name has another"""
    ports: int | None
    """How many ports the run has; `None`: it does not tell"""
    next_seq: int
    watermark_us: int
    """Nothing earlier is taken; `NEVER_US` once it has ended"""
    open: Open | None
    """`None`: it has ended"""
    is_disputed: bool = False
    """Whether another run is being told under its name: another `run_started` came after its own"""


@dataclass
class Totals:
    """What became of records."""

    events: int = 0
    """Taken"""
    windows: int = 0
    """Closed"""
    duplicates: int = 0
    """Left out, because they were taken before"""
    dead: dict[str, int] = field(default_factory=dict)
    """Not taken, by reason"""

    def add(self, other: "Totals") -> None:
        """Add those of other records."""
        self.events += other.events
        self.windows += other.windows
        self.duplicates += other.duplicates
        for reason, count in other.dead.items():
            self.dead[reason] = self.dead.get(reason, 0) + count


class PartitionRecord(msgspec.Struct, array_like=True):
    """What is kept of a partition of events beside its streams."""

    version: Literal[1]
    width_us: int
    """Of its windows"""
    offset: int
    """The next record to take"""

    def require_width(self, group: str, width_us: int) -> None:
        """Raise `StateError` unless the group's windows are so wide."""
        if self.width_us != width_us:
            has, asked = (f"{width / MINUTE_US:g} minutes" for width in (self.width_us, width_us))
            raise StateError(f"group {group!r} makes windows of {has}, not {asked}; each width needs its own group")


class StreamEnd(msgspec.Struct, array_like=True):
    """What a stream's record tells first, which is enough to know whether it has ended."""

    version: Literal[1]
    origin: bytes
    ports: int | None
    next_seq: int
    watermark_us: int
    is_disputed: bool


class _Fold(msgspec.Struct, array_like=True):
    clock: list[int]
    cells: _Sparse
    waits: _Sparse
    pools: list[int]


class _StreamRecord(StreamEnd, array_like=True):
    info: PortInfo | None
    fold: _Fold | None


def new_stream(start: Start, t_us: int, width_us: int) -> StreamState:
    """The state of a stream before its first event, `run_started` at `t_us`."""
    return StreamState(
        origin_of(start, t_us), start.facts.ports, 0, t_us, _opened(start.info, new_state(start.info, width_us))
    )


def origin_of(start: Start, t_us: int) -> bytes:
    """A digest of what `run_started` tells at `t_us`."""
    told = msgspec.msgpack.encode((start, t_us), order="deterministic")
    return blake2b(told, digest_size=_ORIGIN_BYTES).digest()


def record_key(group: str, stream: StreamKey | None) -> bytes:
    """The key of the record of a stream in a consumer group; `None`: of the partition's own."""
    return msgspec.json.encode((group, *(stream or ())))


def read_key(data: bytes | None) -> tuple[str, StreamKey | None] | None:
    """The group and stream that `record_key` was given; `None` if no consumer made the key."""
    try:
        match msgspec.json.decode(data or b"", type=list[str | int]):
            case [str(group)]:
                return group, None
            case [str(group), str(run), int(replication), str(port)]:
                return group, StreamKey(run, replication, port)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return None


def encode_stream(state: StreamState) -> bytes:
    """A stream's state as a record's value."""
    kept = (state.open.info, _packed(state.open.fold)) if state.open else (None, None)
    told = state.origin, state.ports, state.next_seq, state.watermark_us, state.is_disputed
    return msgspec.msgpack.encode(_StreamRecord(VERSION, *told, *kept))


def decode_stream(data: bytes) -> StreamState:
    """What `encode_stream` was given; raises `StateError` if no consumer of this version wrote it."""
    record = decode(data, _StreamRecord)
    kept = None
    if record.info and record.fold:
        kept = _opened(record.info, _unpacked(record.fold, record.info))
    return StreamState(record.origin, record.ports, record.next_seq, record.watermark_us, kept, record.is_disputed)


def decode(data: bytes, kind: type[_Kept]) -> _Kept:
    """A record's value as a `PartitionRecord` or `StreamEnd`; raises `StateError` as `decode_stream` does."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise _foreign(error) from error


def _opened(info: PortInfo, fold: FoldState) -> Open:
    return Open(info, fold, frozenset({*pool_texts(info.pools), msgspec.UNSET}))


def _foreign(error: Exception) -> StateError:
    return StateError(f"a record was not written by this version of border-sim ({error}); begin with another group")


def _packed(state: FoldState) -> _Fold:
    """The state without `marks`, which `waits` tell."""
    cells = np.flatnonzero(state.cells)
    groups = np.flatnonzero(state.marks)
    marked = state.waits.reshape(-1, GROUP)[groups]
    rows, buckets = np.nonzero(marked)
    return _Fold(
        state.clock.tolist(),
        (cells.tolist(), state.cells.reshape(-1)[cells].tolist()),
        ((groups[rows] * GROUP + buckets).tolist(), marked[rows, buckets].tolist()),
        state.pools.reshape(-1).tolist(),
    )


def _unpacked(fold: _Fold, info: PortInfo) -> FoldState:
    try:
        state = new_state(info, fold.clock[WIDTH])
        state.clock[:] = fold.clock
        state.pools.reshape(-1)[:] = fold.pools
        for array, (places, values) in ((state.cells, fold.cells), (state.waits, fold.waits)):
            array.reshape(-1)[places] = values
        groups, bits = np.divmod(np.array(fold.waits[0], np.int64), GROUP)
        np.bitwise_or.at(state.marks.reshape(-1), groups, np.left_shift(np.int64(1), bits))
    except (IndexError, OverflowError, ValueError) as error:
        raise _foreign(error) from error
    return state
