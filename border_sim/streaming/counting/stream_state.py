"""What the processor remembers of a stream and of a partition, as records of a compacted topic.

A record's key tells the consumer group, and of a stream the run, replication and port; the last record of a key counts.
Values are msgpack: arrays are stored as the places and values of what is not 0.
"""

from typing import Final, Literal, TypeVar

import msgspec
import numpy as np

from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey
from border_sim.metrics.histogram import GROUP
from border_sim.metrics.state import WIDTH, FoldState, new_state
from border_sim.records import PortInfo
from border_sim.streaming.counting.sequence import Position, open_stream
from border_sim.vocabulary import MINUTE_US

_Sparse = tuple[list[int], list[int]]
"""Places, and the values there."""
_Value = TypeVar("_Value")
VERSION: Final = 2
"""Of these records."""


class StateError(BorderSimError, ValueError):
    """A record of the state that cannot be gone on from; the text tells why and what to do."""


class PartitionRecord(msgspec.Struct, array_like=True):
    """The state of a partition of events, beside its streams."""

    version: Literal[2]
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

    version: Literal[2]
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


class _StreamRecord(StreamEnd, array_like=True):
    start: Start | None
    """`None`: it has ended"""
    fold: _Fold | None
    """`None`: it has ended, or nothing is folded yet"""


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


def encode_stream(position: Position, fold: FoldState | None) -> bytes:
    """A stream's state as a record's value; `fold`: `None` if nothing of it is folded."""
    start = position.open.start if position.open else None
    packed = _packed(fold) if fold else None
    values = [getattr(position, name) for name in StreamEnd.__struct_fields__[1:]]
    return msgspec.msgpack.encode((VERSION, *values, start, packed))


def decode_stream(data: bytes) -> tuple[Position, FoldState | None]:
    """What `encode_stream` was given; raises `StateError` if no consumer of this version wrote it."""
    record = decode_record(data, _StreamRecord)
    values = {name: getattr(record, name) for name in StreamEnd.__struct_fields__[1:]}
    position = Position(**values, open=open_stream(record.start) if record.start else None)
    fold = _unpacked(record.fold, record.start.info) if record.start and record.fold else None
    return position, fold


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
