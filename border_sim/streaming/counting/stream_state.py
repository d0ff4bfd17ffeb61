"""What the processor remembers of a stream and of a partition, as records of a compacted topic.

A record's key tells the consumer group, and of a stream the run, replication and port; the last record of a key counts.
Values are msgpack: arrays are stored as the values that are not 0, and how far each is from the one before.
"""

from typing import Final, Literal, NamedTuple, TypeVar

import msgspec
import numpy as np

from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey
from border_sim.metrics.counters import NOT_POSTED, Counters, new_counters
from border_sim.metrics.histogram import GROUP
from border_sim.metrics.state import CELL, CELLS, CLOCK_FIELDS, POOL, WIDTH, FoldState, new_state, new_unmoved
from border_sim.records import Array, PortInfo
from border_sim.streaming.counting.sequence import Position, open_stream
from border_sim.vocabulary import MINUTE_US, NEVER_US

_Sparse = tuple[list[int], list[int]]
"""Distances between places, the first from 0, and the values there: most distances take one byte."""
_Value = TypeVar("_Value")
VERSION: Final = 4
"""Of these records."""
_NOTHING: Final = np.zeros((0, 2), np.int64)


class StateError(BorderSimError, ValueError):
    """A record of the state that cannot be gone on from; the text tells why and what to do."""


class PartitionRecord(msgspec.Struct, array_like=True):
    """The state of a partition of events, beside its streams."""

    version: Literal[4]
    width_us: int
    """Of its windows"""
    offset: int
    """The next record to count"""
    forgotten: int
    """Streams that were forgotten: their records are deleted"""

    def require_width(self, group: str, width_us: int) -> None:
        """Raise `StateError` unless the group's windows are so wide."""
        if self.width_us != width_us:
            has, asked = (f"{width / MINUTE_US:g} minutes" for width in (self.width_us, width_us))
            raise StateError(f"group {group!r} makes windows of {has}, not {asked}; each width needs its own group")


class StreamEnd(msgspec.Struct, array_like=True):
    """The first fields of a stream's record, which are enough to know whether it has ended; see `Position`."""

    version: Literal[4]
    origin: bytes
    ports: int | None
    next_seq: int
    watermark_us: int
    began_ms: int
    last_ms: int
    is_disputed: bool


class _Fold(msgspec.Struct, array_like=True):
    clock: list[int]
    cells: _Sparse
    waits: _Sparse
    pools: list[int]
    unmoved: list[int]
    """Its rows that are used, one after the other"""


class _Counters(msgspec.Struct, array_like=True):
    clock: list[int]
    totals: _Sparse
    last_window: _Sparse
    durations: _Sparse
    posted: _Sparse
    """Minutes, less `NOT_POSTED`"""


class _StreamRecord(StreamEnd, array_like=True):
    start: Start | None
    """`None`: it has ended, and its counters are not kept"""
    fold: _Fold | None
    """`None`: it has ended, or nothing is folded yet"""
    counters: _Counters | None
    """`None`: they are not kept, or nothing is folded yet"""


class StreamState(NamedTuple):
    """What is remembered of a stream."""

    position: Position
    start: Start | None
    """`None`: it has ended, and its counters are not kept"""
    fold: FoldState | None
    """`None`: it has ended, or nothing is folded yet"""
    counters: Counters | None
    """`None`: they are not kept, or nothing is folded yet"""


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


def encode_partition(width_us: int, offset: int, forgotten: int) -> bytes:
    """The value of a partition's own record, a `PartitionRecord`."""
    return msgspec.msgpack.encode(PartitionRecord(VERSION, width_us, offset, forgotten))


def encode_stream(state: StreamState) -> bytes:
    """A stream's state as a record's value."""
    position, start, fold, counters = state
    values = [getattr(position, name) for name in StreamEnd.__struct_fields__[1:]]
    packed = _packed(fold) if fold else None, _packed_counters(counters) if counters else None
    return msgspec.msgpack.encode((VERSION, *values, start, *packed))


def decode_stream(data: bytes, *, is_looked_at: bool = False) -> StreamState:
    """What `encode_stream` was given; raises `StateError` if no consumer of this version wrote it.

    `is_looked_at`: and not gone on from; then the fold comes without its histograms, which are a megabyte, and without
    those who have not moved on.
    """
    record = decode_record(data, _StreamRecord)
    start = record.start
    values = {name: getattr(record, name) for name in StreamEnd.__struct_fields__[1:]}
    is_open = start is not None and record.watermark_us < NEVER_US
    position = Position(**values, open=open_stream(start) if start and is_open else None)
    try:
        unpack = _without_waits if is_looked_at else _unpacked
        fold = unpack(record.fold, start.info) if start and record.fold else None
        counters = _unpacked_counters(record.counters) if record.counters else None
    except (IndexError, OverflowError, ValueError) as error:
        raise _foreign(error) from error
    return StreamState(position, start, fold, counters)


def decode_record(data: bytes, kind: type[_Value]) -> _Value:
    """A record's value as a `PartitionRecord` or `StreamEnd`; raises `StateError` as `decode_stream` does."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise _foreign(error) from error


def _foreign(error: Exception) -> StateError:
    return StateError(f"a record was not written by this version of border-sim ({error}); begin with another group")


def _packed(state: FoldState) -> _Fold:
    """The state without `marks`, which `waits` tell."""
    groups = np.flatnonzero(state.marks)
    marked = state.waits.reshape(-1, GROUP)[groups]
    rows, buckets = np.nonzero(marked)
    waits = _distances(groups[rows] * GROUP + buckets), marked[rows, buckets].tolist()
    unmoved = state.unmoved[: state.unmoved_count[0]].reshape(-1).tolist()
    return _Fold(state.clock.tolist(), _sparse(state.cells), waits, state.pools.reshape(-1).tolist(), unmoved)


def _unpacked(fold: _Fold, info: PortInfo) -> FoldState:
    clock, cells, _, _, pools, _, _ = _without_waits(fold, info)
    waits, marks = new_state(info, fold.clock[WIDTH])[2:4]
    groups, bits = np.divmod(_fill(waits, fold.waits), GROUP)
    np.bitwise_or.at(marks.reshape(-1), groups, np.left_shift(np.int64(1), bits))
    return FoldState(clock, cells, waits, marks, pools, *_unmoved(fold, info))


def _unmoved(fold: _Fold, info: PortInfo) -> tuple[Array, Array]:
    """The crossings that have not moved on, and how many; compiled code finds their pools without looking further."""
    rows = np.array(fold.unmoved, np.int64).reshape(-1, 2)
    if rows.size and not 0 <= rows[:, 1].min() <= rows[:, 1].max() < len(info.pools):
        raise IndexError(f"a crossing is at a pool that is none of the {len(info.pools)} of its port")
    unmoved = new_unmoved(info)
    unmoved[: len(rows)] = rows
    return unmoved, np.array([len(rows)])


def _without_waits(fold: _Fold, info: PortInfo) -> FoldState:
    clock = np.array(fold.clock, np.int64).reshape(CLOCK_FIELDS)
    cells = np.zeros((CELLS, len(CELL)), np.int64)
    _fill(cells, fold.cells)
    pools = np.array(fold.pools, np.int64).reshape(len(info.pools), len(POOL))
    return FoldState(clock, cells, np.zeros((0, 0), np.int32), _NOTHING, pools, _NOTHING, np.zeros(1, np.int64))


def _packed_counters(counters: Counters) -> _Counters:
    return _Counters(
        counters.clock.tolist(),
        _sparse(counters.totals),
        _sparse(counters.last_window),
        _sparse(counters.durations),
        _sparse(counters.posted_min - NOT_POSTED),
    )


def _unpacked_counters(packed: _Counters) -> Counters:
    counters = new_counters()
    counters.clock[:] = packed.clock
    _fill(counters.totals, packed.totals)
    _fill(counters.last_window, packed.last_window)
    _fill(counters.durations, packed.durations)
    counters.posted_min[:] = 0
    _fill(counters.posted_min, packed.posted)
    counters.posted_min[:] += NOT_POSTED
    return counters


def _sparse(array: Array) -> _Sparse:
    places = np.flatnonzero(array)
    return _distances(places), array.reshape(-1)[places].tolist()


def _distances(places: Array) -> list[int]:
    distances: list[int] = np.diff(places, prepend=0).tolist()
    return distances


def _fill(array: Array, sparse: _Sparse) -> Array:
    """Write into an array of zeros what `_sparse` made of another; the places where that is, int64."""
    distances, values = sparse
    places = np.cumsum(np.array(distances, np.int64))
    array.reshape(-1)[places] = values
    return places
