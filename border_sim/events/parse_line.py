"""One NDJSON line -> one decoded line, or why it is none."""

from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec

from border_sim.errors import BorderSimError
from border_sim.events.lines import DISRUPTION_1, STARTED_1, STARTED_2, STRUCTS, Line
from border_sim.events.models import READABLE_VERSIONS
from border_sim.vocabulary import EventKind

_SHOWN: Final = 160
"""Bytes of a line that an error shows."""


class _Version(msgspec.Struct, tag_field="kind", tag=EventKind.RUN_STARTED.value):
    """What `run_started` of any version tells of it."""

    schema: int


_LINE: Final = msgspec.json.Decoder(reduce(or_, STRUCTS.values()))
_STARTED_OF: Final = {1: msgspec.json.Decoder(STARTED_1), 2: msgspec.json.Decoder(STARTED_2)}
"""By old version"""
_DISRUPTION_1: Final = msgspec.json.Decoder(DISRUPTION_1)
_VERSION: Final = msgspec.json.Decoder(_Version)
_REFUSED: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises; the last of JSON that is nested without end."""


class CodecError(BorderSimError, ValueError):
    """A line that is not an event of this project, or not the next of its stream; the text tells why."""


class VersionError(CodecError):
    """A line of a version of the events that is not read here."""


class UnknownPoolError(CodecError):
    """An event at a pool that its port does not have; `place` is that of the first such event."""

    def __init__(self, pool: str, known: tuple[str, ...], place: int) -> None:
        super().__init__(f"it has no pool {pool!r}; its pools are {', '.join(known)}")
        self.place = place


def parse(line: bytes) -> Line:
    """The event that a line tells; the line may end with a newline. Raises `CodecError`."""
    try:
        return _LINE.decode(line)
    except _REFUSED as error:
        return _parse_other(line, error)


def require_readable(version: int) -> None:
    """Raise `VersionError` unless events of a version are read here."""
    if version not in READABLE_VERSIONS:
        *others, last = map(str, READABLE_VERSIONS)
        known = f"{', '.join(others)} and {last}"
        raise VersionError(f"the event is of schema {version}; this version of border-sim reads {known}")


def _parse_other(line: bytes, error: Exception) -> Line:
    """A line that this version of the events does not have."""
    version = _version(line)
    if version is not None:
        require_readable(version)
    else:
        with suppress(*_REFUSED):
            return _DISRUPTION_1.decode(line)
    try:
        if version in _STARTED_OF:
            return _STARTED_OF[version].decode(line)
    except _REFUSED as wrong:
        error = wrong
    shown = bytes(line[:_SHOWN]).decode(errors="replace").rstrip() + ("..." if len(line) > _SHOWN else "")
    raise CodecError(f"{error}; an event is one JSON object a line, here is {shown!r}") from error


def _version(line: bytes) -> Any:
    """The version that `run_started` tells; `None` for any other line."""
    try:
        return _VERSION.decode(line).schema
    except _REFUSED:
        return None
