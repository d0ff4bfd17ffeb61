"""What can be replayed: a run directory, or a file of NDJSON; `topic_source` reads a topic."""

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from border_sim.errors import BorderSimError
from border_sim.events.decode import CodecError, Start, StreamKey, decode_batches
from border_sim.events.sink import ZSTD
from border_sim.records import Events, PortInfo, RunFacts
from border_sim.run.defaults import MAX_SEED
from border_sim.run.directory import MANIFEST, DirectoryError, read_ended
from border_sim.run.manifest import infos_of
from border_sim.run.recompute import port_events
from border_sim.run.run_files import EVENTS
from border_sim.streaming.playback.play import Stream
from border_sim.streaming.playback.spool import spooled

Streams = dict[StreamKey, Stream]
_BUFFER: Final = 1 << 20
_DAMAGE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a log raises that says what no run writes."""


class SourceError(BorderSimError):
    """Something that cannot be replayed; the message says which, why, and what would do."""


@contextmanager
def opened(path: Path) -> Iterator[Streams]:
    """The streams of a run directory, from its Parquet log if it keeps one, else from its NDJSON, or of a file of
    NDJSON, plain or zstd (`.zst`).

    They can be read once, while the context lasts. A file is read whole before it begins: ports may stand one behind
    the other in it. Raises `SourceError`, and `DirectoryError` for a run directory; this may be while a stream is read.
    """
    manifest = read_ended(path) if path.is_dir() else None
    if manifest is None or "parquet" not in manifest["logs"]:
        if manifest is not None and "ndjson" not in manifest["logs"]:
            raise SourceError(f"{path}: keeps no log; run with --log parquet, ndjson or both")
        with _file(path if manifest is None else path / EVENTS) as streams:
            yield streams
    else:
        yield _parquet(path, manifest)


def _parquet(folder: Path, manifest: dict[str, Any]) -> Streams:
    """The streams of a run directory that keeps a Parquet log."""
    infos, facts, streams = infos_of(manifest), _facts(folder, manifest), {}
    if not infos and manifest["status"] == "interrupted":
        raise SourceError(f"{folder}: holds no events; the run was interrupted before it had finished a port")
    if not infos:
        raise DirectoryError(f"{folder}: names no ports; the run was damaged")
    for slug, info in infos.items():
        entry = manifest["ports"][slug]
        pieces = _guarded(folder, info, entry)
        streams[StreamKey(*facts[:2], slug)] = Stream(
            Start(info, facts), entry["from_us"], entry["until_us"] - 1, pieces
        )
    return streams


def _facts(folder: Path, manifest: dict[str, Any]) -> RunFacts:
    """What a manifest tells of its run; raises `DirectoryError` where it is damaged."""
    try:
        # how many ports the run has, not how many of them it came to before it was interrupted
        ports = len(manifest["configuration"]["ports"])
        seed, configuration_hash = manifest["seed"], manifest["configuration_hash"]
        if type(seed) is not int or not 0 <= seed <= MAX_SEED or not isinstance(configuration_hash, str):
            raise ValueError(f"seed is {seed!r}, configuration_hash {configuration_hash!r}")
    except _DAMAGE as error:
        why = f"the run was damaged ({type(error).__name__}: {error})"
        raise DirectoryError(f"{folder / MANIFEST}: {why}") from error
    return RunFacts(manifest["run"], manifest["replication"], ports, seed, configuration_hash)


def _guarded(folder: Path, info: PortInfo, entry: dict[str, Any]) -> Iterator[Events]:
    try:
        yield from port_events(folder, info, entry)
    except _DAMAGE as error:
        why = f"{info.slug}: the run was damaged ({type(error).__name__}: {error})"
        raise DirectoryError(f"{folder}: {why}") from error


def _decoded(path: Path, text: Any) -> Iterator[tuple[StreamKey, Start, Events]]:
    """The events of a file of NDJSON; what goes wrong with it is told apart from what goes wrong with their spool."""
    try:
        yield from decode_batches(io.BufferedReader(text, _BUFFER))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error


@contextmanager
def _file(path: Path) -> Iterator[Streams]:
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
