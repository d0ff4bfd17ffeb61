"""What can be replayed: a run directory, or a file of NDJSON; `broker.source` reads a topic."""

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa

from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey, decode_batches
from border_sim.events.parse_line import CodecError
from border_sim.events.sink import ZSTD
from border_sim.records import Events, RunFacts
from border_sim.run.manifest import read_ended
from border_sim.run.manifest_model import Manifest, PortEntry
from border_sim.run.recompute import logged_events
from border_sim.run.run_files import EVENTS
from border_sim.streaming.playback.play import EventStream
from border_sim.streaming.playback.spool import spooled

_BUFFER: Final = 1 << 20


class SourceError(BorderSimError):
    """Something that cannot be replayed; the message says which, why, and what would do."""


class Source(NamedTuple):
    """What can be replayed, once."""

    streams: dict[StreamKey, EventStream]
    event_hash: str | None = None
    """That of all streams, as the run's manifest says; `None`: there is no manifest, or it says none"""


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The streams of a run directory, from its Parquet log if it keeps one, else from its NDJSON, or of a file of
    NDJSON, plain or zstd (`.zst`).

    They can be read once, while the context lasts. A file is read whole before it begins: ports may stand one behind
    the other in it. Raises `SourceError`, and `DirectoryError` for a run directory; this may be while a stream is read.
    """
    manifest = read_ended(path) if path.is_dir() else None
    if manifest is None or "parquet" not in manifest.logs:
        if manifest is not None and "ndjson" not in manifest.logs:
            raise SourceError(f"{path}: keeps no log; run with --log parquet, ndjson or both")
        with _file(path if manifest is None else path / EVENTS) as streams:
            yield Source(streams, manifest.event_hash if manifest else None)
    else:
        yield Source(_parquet(path, manifest), manifest.event_hash)


def _parquet(folder: Path, manifest: Manifest) -> dict[StreamKey, EventStream]:
    """The streams of a run directory that keeps a Parquet log."""
    facts = _facts(manifest)
    return {StreamKey(*facts[:2], slug): _stream(folder, entry, facts) for slug, entry in manifest.ports.items()}


def _facts(manifest: Manifest) -> RunFacts:
    """What events say of their run: as many ports as it has, not as many as it came to before it was interrupted."""
    ports = len(manifest.configuration.ports)
    return RunFacts(manifest.run, manifest.replication, ports, manifest.seed, manifest.configuration_hash)


def _stream(folder: Path, entry: PortEntry, facts: RunFacts) -> EventStream:
    return EventStream(Start(entry.info, facts), entry.from_us, entry.until_us - 1, logged_events(folder, entry))


def _decoded(path: Path, text: Any) -> Iterator[tuple[StreamKey, Start, Events]]:
    """The events of a file of NDJSON; what goes wrong with it is told apart from what goes wrong with their spool."""
    try:
        yield from decode_batches(io.BufferedReader(text, _BUFFER))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error


@contextmanager
def _file(path: Path) -> Iterator[dict[StreamKey, EventStream]]:
    """The streams of a file of NDJSON."""
    compression = "zstd" if path.suffix == ZSTD else None
    with ExitStack() as stack:
        try:
            text = stack.enter_context(pa.input_stream(str(path), compression=compression))
            streams = stack.enter_context(spooled(_decoded(path, text)))
        except FileNotFoundError as error:
            raise SourceError(f"{path}: is not there; name a run directory or a file of NDJSON") from error
        except (CodecError, OSError) as error:
            raise SourceError(f"{path}: cannot be read: {error}") from error
        if not streams:
            raise SourceError(f"{path}: holds no events")
        yield streams
