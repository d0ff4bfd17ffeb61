"""Where lines of events go: a file of NDJSON. `streaming.broker.sink` is another, Kafka."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Final, Protocol, Self

import pyarrow as pa

ZSTD: Final = ".zst"
"""How the name of a compressed file ends."""


class EventSink(Protocol):
    """Takes in the events of any number of ports, from several threads at once."""

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Take in events in order: the port, and the line without its newline. Blocks while behind; drops none."""

    def flush(self) -> None:
        """Return when all that was taken in is kept."""


class NdjsonSink:
    """Writes events as NDJSON to a path (zstd if its name ends so), or to a stream that stays open afterwards.

    A context manager: closed on every way out, so that an interrupted run leaves a file that can be read. Raises
    `OSError` where the file cannot be written.
    """

    def __init__(self, target: Path | BinaryIO) -> None:
        self._target = target
        self._stack = ExitStack()
        self._lock = Lock()

    def __enter__(self) -> Self:
        if isinstance(self._target, Path):
            self._stream = self._stack.enter_context(_opened(self._target))
        else:
            self._stream = self._target
            self._stack.callback(self._target.flush)
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Write a line for each event."""
        text = b"".join(b"%b\n" % line for _, line in events)
        with self._lock:
            self._stream.write(text)

    def flush(self) -> None:
        """Hand all lines to the system."""
        with self._lock:
            self._stream.flush()


def _opened(path: Path) -> Any:
    return pa.CompressedOutputStream(str(path), "zstd") if path.suffix == ZSTD else path.open("wb")
