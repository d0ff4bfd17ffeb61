"""The manifest of a run directory: the one place that makes, writes and reads it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from border_sim.events.digest import combine
from border_sim.inputs.local_time import horizon_us
from border_sim.run.directory import MANIFEST, DirectoryError
from border_sim.run.host import versions
from border_sim.run.lock import require_unlocked
from border_sim.run.manifest_model import (
    READ_VERSIONS,
    VERSION,
    Counts,
    Manifest,
    PortEntry,
    RunInfo,
    Status,
    ValueChanged,
    ValueNotice,
)
from border_sim.run.port_run import PortResult, RunSettings
from border_sim.spec.notice import Notice
from border_sim.spec.problem import path_text
from border_sim.spec.resolve import configuration_hash
from border_sim.spec.scenario import Resolved
from border_sim.spec.value_change import ValueChange

ENDED: Final = ("complete", "interrupted")
"""`status` of a run whose files are whole"""
_HEAD: Final = 200
"""Bytes of a manifest in which its status stands"""
_MOST_MISTAKES: Final = 3
"""Of a damaged manifest, told at once."""


def measured_us(manifest: Manifest, slug: str) -> int:
    """How long a port was measured: from the end of the warm-up until arrivals stop or its run was interrupted."""
    entry = manifest.ports[slug]
    return max(0, min(entry.until_us, horizon_of(manifest, slug)) - entry.info.measured_from_us)


def horizon_of(manifest: Manifest, slug: str) -> int:
    """Where the measured days of a run end at a port, and arrivals stop."""
    configuration = manifest.configuration
    return horizon_us(manifest.ports[slug].info.time_zone, configuration.start, configuration.days)


def manifest_of(
    resolved: Resolved, settings: RunSettings, status: Status, ports: Sequence[PortResult], run_info: RunInfo
) -> Manifest:
    """The manifest of a run, as far as it has come."""
    counts: Counter[str] = Counter()
    for port in ports:
        counts.update(port.counts)
    hashes = {port.slug: port.event_hash for port in ports if port.event_hash}
    return Manifest.model_validate(
        {
            "manifest_version": VERSION,
            "status": status,
            "run": settings.run_id,
            "seed": settings.seed,
            "replication": settings.replication,
            "engine": settings.engine,
            "window_us": settings.window_us,
            "logs": tuple(sorted(settings.logs)),
            "configuration_hash": configuration_hash(resolved),
            "event_hash": combine(hashes) if ports and len(hashes) == len(ports) else None,
            "counts": counts,
            "versions": versions(),
            "ports": {port.slug: _entry(port) for port in sorted(ports)},
            "description": resolved.description,
            "notices": [_notice(notice) for notice in resolved.notices],
            "changes": [_change(change) for change in resolved.changes],
            "configuration": resolved.model_dump(mode="json", by_alias=True),
            "run_info": run_info,
        }
    )


def _notice(notice: Notice) -> ValueNotice:
    return ValueNotice(place=path_text(notice.path), value=notice.value, message=notice.message)


def _change(change: ValueChange) -> ValueChanged:
    return ValueChanged(place=path_text(change.path), old=change.old, new=change.new)


def _entry(port: PortResult) -> PortEntry:
    return PortEntry(
        end=port.end,
        from_us=port.from_us,
        until_us=port.until_us,
        counts=Counts(**port.counts),
        event_hash=port.event_hash,
        info=port.info,
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest in one step: a reader sees the old one or the new one."""
    fresh = folder / f"{MANIFEST}.new"
    try:
        fresh.write_text(manifest.model_dump_json(indent=1, by_alias=True) + "\n", encoding="utf-8")
        fresh.replace(folder / MANIFEST)
    except BaseException:
        with suppress(OSError):  # the first failure is the one to tell
            fresh.unlink(missing_ok=True)
        raise


def mark_failed(folder: Path) -> None:
    """Say of a run that is being written that it failed, in place: on a full disk there is no room for a file more."""
    running, failed = b'"status": "running"', b'"status": "failed" '
    with suppress(OSError), (folder / MANIFEST).open("r+b") as file:
        place = file.read(_HEAD).find(running)
        if place >= 0:
            file.seek(place)
            file.write(failed)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run directory. Raises `DirectoryError` if there is none that this version reads."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise DirectoryError(f"{path}: cannot be read ({error.strerror}); name a folder that `run` wrote") from error
    except ValidationError as error:
        raise DirectoryError(f"{path}: {in_words(error)}") from error


def read_ended(folder: Path) -> Manifest:
    """The manifest of a run that has ended, complete or interrupted. Raises `DirectoryError` for any other, for one
    that is being written and for one without ports.
    """
    _require_no_file(folder)
    require_unlocked(folder)
    manifest = read_manifest(folder)
    if manifest.status not in ENDED:
        why = "; it was killed" if manifest.status == "running" else ""
        raise DirectoryError(f"{folder}: its status is {manifest.status}; only a run that has ended can be read{why}")
    if not manifest.ports:  # of a version that did not end ports that had not begun
        raise DirectoryError(f"{folder}: was interrupted before any port had begun; run it again")
    return manifest


def _require_no_file(folder: Path) -> None:
    if folder.is_file():
        run = folder.parent if (folder.parent / MANIFEST).is_file() else "that `run` wrote"
        raise DirectoryError(f"{folder}: is a file; name the folder {run}")


def require_parquet(folder: Path, manifest: Manifest) -> None:
    """Raise `DirectoryError` unless the run in a folder keeps the tables of its log."""
    if "parquet" not in manifest.logs:
        logs = ", ".join(manifest.logs) or "none"
        raise DirectoryError(f"{folder}: keeps no Parquet log (logs: {logs}); run with --log parquet or both")


def in_words(error: ValidationError) -> str:
    """What is wrong with a manifest, or with a part of it."""
    mistakes = error.errors(include_url=False)
    first = mistakes[0]
    if first["type"] == "json_invalid":
        return f"is not JSON ({first['msg'].removeprefix('Invalid JSON: ')}); the run was damaged"
    if first["loc"] == ("manifest_version",) or (not first["loc"] and first["type"] == "model_type"):
        version = first["input"] if first["type"] == "literal_error" else None
        return f"manifest_version is {version}; this version reads {' and '.join(map(str, READ_VERSIONS))}"
    return f"{'; '.join(_mistakes(mistakes))}; the run was damaged"


def _mistakes(mistakes: Sequence[ErrorDetails]) -> Iterator[str]:
    for mistake in mistakes[:_MOST_MISTAKES]:
        value = "" if mistake["type"] == "missing" else f"{str(mistake['input'])[:60]!r}: "
        place, why = ".".join(map(str, mistake["loc"])), mistake["msg"].removeprefix("Value error, ")
        yield f"has no valid {place} ({value}{why})" if place else why
    if len(mistakes) > _MOST_MISTAKES:
        yield f"and {len(mistakes) - _MOST_MISTAKES} more"
