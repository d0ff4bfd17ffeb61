"""A new run directory: made, and never in place of another by accident."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from border_sim.run.directory import MANIFEST, DirectoryError
from border_sim.run.manifest import read_manifest

_WRITTEN: Final = re.compile(
    r"manifest\.json(\.new)?|report\.html|crossings/[a-z0-9-]+\.parquet|(metrics|booths|posted|disruptions)\.parquet"
    r"|events\.ndjson\.zst|.*\.part(\..+)?"
)
"""The files that a run writes."""


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
