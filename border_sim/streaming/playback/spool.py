"""Streams that come mixed or one behind the other, held in a temporary file, each to be read by itself."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa

from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey
from border_sim.events.parse_line import CodecError
from border_sim.records import EVENT_DTYPES, Events, concatenate
from border_sim.streaming.playback.play import EventStream


class SpoolError(BorderSimError):
    """The temporary folder does not take what it is to hold; the message says which, why, and what would do."""


ROWS: Final = 8_192
"""Events of a stream that wait in memory until they are written; a hundred streams wait in 40 MiB."""
_SCHEMA: Final = pa.schema(
    [(name, pa.from_numpy_dtype(dtype)) for name, dtype in zip(Events._fields, EVENT_DTYPES, strict=True)]
)


@dataclass
class _Spooled:
    """What is known of a stream so far."""

    start: Start
    begins_us: int
    ends_us: int
    waiting: list[Events] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """Of its batches in the file"""


@contextmanager
def spooled(batches: Iterable[tuple[StreamKey, Start, Events]]) -> Iterator[dict[StreamKey, EventStream]]:
    """The streams of batches, which must be in order within each stream, for as long as the context lasts.

    All batches are read, into a file in a temporary folder, before the context begins. The pieces of a stream can be
    read once. Raises `CodecError` if the time of a stream goes back, and `SpoolError` if there is no room.
    """
    with ExitStack() as stack:
        place = "temporary folder"
        try:
            folder = stack.enter_context(TemporaryDirectory(prefix="border-sim-"))
            path, place = Path(folder) / "events.arrow", str(Path(folder).parent)
            spooled_streams = _write(batches, path)
        except OSError as error:
            why = f"cannot hold the events while they are sorted ({error.strerror or error})"
            raise SpoolError(f"{place}: {why}; make room there, or name another folder by TMPDIR") from error
        with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
            yield {
                key: EventStream(one.start, one.begins_us, one.ends_us, _pieces(reader, one.places))
                for key, one in spooled_streams.items()
            }


def _write(batches: Iterable[tuple[StreamKey, Start, Events]], path: Path) -> dict[StreamKey, _Spooled]:
    spooled_streams: dict[StreamKey, _Spooled] = {}
    written = 0
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, _SCHEMA, options=options) as writer:
        for key, start, events in batches:
            first_us = int(events.t_us[0])
            one = spooled_streams.setdefault(key, _Spooled(start, first_us, first_us))
            _require_order(key, one.ends_us, events)
            one.ends_us = int(events.t_us[-1])
            one.waiting.append(events)
            if sum(part.t_us.size for part in one.waiting) >= ROWS:
                written += _flush(writer, one, written)
        for one in spooled_streams.values():
            written += _flush(writer, one, written)
    return spooled_streams


def _require_order(key: StreamKey, after_us: int, events: Events) -> None:
    if np.any(np.diff(events.t_us, prepend=after_us) < 0):
        raise CodecError(f"run {key.run!r}, replication {key.replication}, port {key.port!r}: its time goes back")


def _flush(writer: Any, one: _Spooled, place: int) -> int:
    """Write what waits of a stream as the batch of a place; the number of batches written."""
    if not one.waiting:
        return 0
    writer.write_batch(pa.record_batch(list(concatenate(one.waiting)), schema=_SCHEMA))
    one.places.append(place)
    one.waiting = []
    return 1


def _pieces(reader: Any, places: list[int]) -> Iterator[Events]:
    for place in places:
        columns = reader.get_batch(place).columns
        yield Events._make(column.to_numpy(zero_copy_only=False) for column in columns)
