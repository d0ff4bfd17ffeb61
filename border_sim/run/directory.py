"""The run directory: made, described by its manifest, and never overwritten by accident."""

import json
import platform
import re
import resource
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.errors import BorderSimError
from border_sim.version import __version__

MANIFEST: Final = "manifest.json"
MANIFEST_VERSION: Final = 1
ENDED: Final = ("complete", "interrupted")
"""`status` of a run whose files are whole"""
_KINDS: Final = {
    "status": str, "run": str, "replication": int, "window_us": int, "logs": list, "counts": dict, "ports": dict,
}  # fmt: skip
"""What readers ask of every manifest, and of what kind it is"""
_REPLICATIONS: Final = 2**31
_WRITTEN: Final = re.compile(
    r"manifest\.json(\.new)?|report\.html|crossings/[a-z0-9-]+\.parquet|(metrics|booths|posted|disruptions)\.parquet"
    r"|events\.ndjson\.zst|.*\.part(\..+)?"
)
"""The files that a run writes."""
_LIBRARIES: Final = ("numba", "numpy", "pyarrow", "pydantic", "simpy")


class DirectoryError(BorderSimError):
    """A run directory that cannot be made or read; the message says which, why, and what would do."""


def make_directory(folder: Path, *, force: bool) -> None:
    """Make an empty run directory; `force` empties one that holds a run.

    Raises `DirectoryError` if it exists, if `force` meets anything but a run, or if it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            _make_way(folder, force=force)
        (folder / "crossings").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DirectoryError(f"{folder}: cannot be written ({error.strerror}); name another folder") from error


@contextmanager
def emptied_on_failure(folder: Path) -> Iterator[None]:
    """Leave the folder that `make_directory` made empty if what is done within fails: the next run may have it."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            (folder / "crossings").rmdir()
        raise


def _make_way(folder: Path, *, force: bool) -> None:
    """Remove the files of a run, and nothing else."""
    if not force:
        raise DirectoryError(
            f"{folder}: exists; name another folder, or remove this one first (`border-sim run --force` replaces a run)"
        )
    if not (folder / MANIFEST).is_file():
        raise DirectoryError(
            f"{folder}: exists and holds no {MANIFEST}, so it is not a run; --force replaces runs only"
        )
    read_manifest(folder)
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    for path in files:
        if not _WRITTEN.fullmatch(path.relative_to(folder).as_posix()):
            raise DirectoryError(f"{path}: no run wrote this; --force replaces a run only where nothing else is")
    for path in files:
        path.unlink()


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest in one step: a reader sees the old one or the new one."""
    fresh = folder / f"{MANIFEST}.new"
    try:
        fresh.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(folder / MANIFEST)
    except BaseException:
        with suppress(OSError):  # the first failure is the one to tell
            fresh.unlink(missing_ok=True)
        raise


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run directory. Raises `DirectoryError` if there is none that this version reads."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DirectoryError(f"{path}: cannot be read ({error.strerror}); name a folder that `run` wrote") from error
    except ValueError as error:
        raise DirectoryError(f"{path}: is not JSON ({error}); the run was damaged") from error
    found = manifest.get("manifest_version") if isinstance(manifest, dict) else None
    if found != MANIFEST_VERSION:
        raise DirectoryError(f"{path}: manifest_version is {found}; this version reads {MANIFEST_VERSION}")
    if wrong := [key for key, kind in _KINDS.items() if not isinstance(manifest.get(key), kind)]:
        raise DirectoryError(f"{path}: has no valid {', '.join(wrong)}; the run was damaged")
    if not 0 <= manifest["replication"] < _REPLICATIONS:
        raise DirectoryError(f"{path}: replication is {manifest['replication']}; the run was damaged")
    return dict(manifest)


def read_ended(folder: Path) -> dict[str, Any]:
    """The manifest of a run that has ended, complete or interrupted. Raises `DirectoryError` for any other."""
    manifest = read_manifest(folder)
    if manifest["status"] not in ENDED:
        raise DirectoryError(f"{folder}: its status is {manifest['status']}; only a run that has ended can be read")
    return manifest


def read_table(path: Path, **options: Any) -> pa.Table:
    """A table of a run directory; `options` are those of `pyarrow.parquet.read_table`. Raises `DirectoryError`."""
    try:
        return pq.read_table(path, **options)
    except (OSError, pa.ArrowInvalid) as error:
        raise DirectoryError(f"{path}: cannot be read ({error}); the run was damaged") from error


def versions() -> dict[str, str]:
    """Versions of what can change a result."""
    return {"border-sim": __version__, **{name: version(name) for name in _LIBRARIES}}


def host() -> dict[str, str]:
    """Facts of the machine, for `run_info`."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }


def peak_memory_mib() -> int:
    """The most memory that this process has held, MiB.

    Linux counts what the parent held at the start of a process as its own, but not in its status file.
    """
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        if told := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
            return round(int(told[1]) / 1024)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
