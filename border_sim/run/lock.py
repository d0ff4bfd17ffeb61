"""The lock of a run directory: one process writes into it at a time, and whoever reads meanwhile is told so.

The system holds the lock for as long as the process lives: one that was killed leaves a file, and no lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from border_sim.run.directory import DirectoryError
from border_sim.run.host import host

LOCK: Final = "run.lock"
_LONGEST_HOLDER: Final = 300
"""Characters of what a lock says of who holds it."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder that is there. Raises `DirectoryError` if one is being written into it; `OSError`
    if the folder takes no file.
    """
    with closing(_acquired(folder / LOCK)) as lock:
        lock.truncate()
        lock.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {host()['command']}")
        lock.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                (folder / LOCK).unlink()


def require_unlocked(folder: Path) -> None:
    """Raise `DirectoryError` if a run is being written into a folder."""
    path = folder / LOCK
    with (
        _one_asks(folder),
        suppress(FileNotFoundError, NotADirectoryError, PermissionError),
        path.open(encoding="utf-8") as lock,
    ):
        _lock(lock, fcntl.LOCK_SH, folder)


@contextmanager
def _one_asks(folder: Path) -> Iterator[None]:
    """Let one process at a time ask for a folder's lock: whoever only looks holds it for an instant too, which is no
    reason to refuse a run. The folder itself is locked for it.
    """
    with ExitStack() as stack:
        with suppress(OSError):  # a folder that is not there, or a file system that knows no locks
            place = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, place)
            fcntl.flock(place, fcntl.LOCK_EX)
        yield


def _acquired(path: Path) -> IO[str]:
    """The locked file; one that its holder removed while it was opened is no lock any more."""
    while True:
        lock = path.open("a+", encoding="utf-8")
        try:
            with _one_asks(path.parent):
                _lock(lock, fcntl.LOCK_EX, path.parent)
            with suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                    return lock
        except BaseException:
            lock.close()
            raise
        lock.close()


def _lock(lock: IO[str], kind: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = " ".join(lock.read(_LONGEST_HOLDER).split()) or "another process"
        raise DirectoryError(f"{folder}: is being written by {holder}; wait until it has ended") from None
    except OSError:  # a file system that knows no locks
        return
