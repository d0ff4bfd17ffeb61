"""A new run directory: made, held while a run is written into it, and never in place of another by accident."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from border_sim.run.directory import MANIFEST, DirectoryError
from border_sim.run.lock import LOCK, locked, require_unlocked
from border_sim.run.manifest import read_manifest

_WRITTEN: Final = re.compile(
    r"manifest\.json(\.new)?|report\.html|crossings/[a-z0-9-]+\.parquet|(metrics|booths|posted|disruptions)\.parquet"
    r"|events\.ndjson\.zst|.*\.part(\..+)?"
)
"""The files that a run writes."""


@contextmanager
def new_directory(folder: Path, *, force: bool) -> Iterator[None]:
    """Make an empty run directory as `make_directory` does, and keep other runs out of it while the context lasts.

    Raises `DirectoryError` too if a run is being written into it.
    """
    with ExitStack() as stack:
        with _writable(folder):
            require_unlocked(folder)
            _replaced(folder, force=force)  # before anything is written
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(folder))
        make_directory(folder, force=force)
        yield


def make_directory(folder: Path, *, force: bool) -> None:
    """Make an empty run directory; `force` empties one that holds a run.

    Raises `DirectoryError` if it exists, if `force` meets anything but a run, or if it cannot be written.
    """
    with _writable(folder):
        for path in _replaced(folder, force=force):
            path.unlink()
        (folder / "crossings").mkdir(parents=True, exist_ok=True)


@contextmanager
def emptied_on_failure(folder: Path) -> Iterator[None]:
    """Leave the folder that `make_directory` made empty if what is done within fails: the next run may have it."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            (folder / "crossings").rmdir()
        raise


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DirectoryError(f"{folder}: cannot be written ({error.strerror}); name another folder") from error


def _replaced(folder: Path, *, force: bool) -> list[Path]:
    """The files that a new run takes the place of: those of a run, and nothing else. The manifest is the last, lest
    somebody who is killed meanwhile leaves files of nothing. Raises `DirectoryError`.
    """
    if not folder.exists() or (folder.is_dir() and all(path.name == LOCK for path in folder.iterdir())):
        return []
    if not force:
        raise DirectoryError(
            f"{folder}: exists; name another folder, or remove this one first (`border-sim run --force` replaces a run)"
        )
    if (folder / MANIFEST).is_file():
        read_manifest(folder)
    elif not (folder / LOCK).is_file():  # which a run leaves that was killed before its first manifest
        raise DirectoryError(
            f"{folder}: exists and holds no {MANIFEST}, so it is not a run; --force replaces runs only"
        )
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    files = [path for path in files if path != folder / LOCK]
    for path in files:
        if not _WRITTEN.fullmatch(path.relative_to(folder).as_posix()):
            raise DirectoryError(f"{path}: no run wrote this; --force replaces a run only where nothing else is")
    return sorted(files, key=lambda path: path.name == MANIFEST)
