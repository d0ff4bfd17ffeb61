"""The event that a record of a topic holds, if it holds one that this version reads."""

from typing import Final

from border_sim.events.decode import CodecError, VersionError, parse
from border_sim.events.lines import Line
from border_sim.events.models import READABLE, SCHEMA
from border_sim.streaming.counting.dead_letters import Record

SCHEMA_HEADER: Final = "schema"
"""The header that tells the version of an event's model."""
_SHOWN: Final = 40
"""Bytes of a header that an error shows."""
_SCHEMAS: Final = frozenset(str(version).encode() for version in READABLE)
HEADERS: Final = [(SCHEMA_HEADER, str(SCHEMA).encode())]
"""Of the events that this version writes."""


def line_of(record: Record) -> Line:
    """The event of a record; raises `CodecError`, which is a `VersionError` if another version wrote it."""
    if record.headers != HEADERS:
        _require_readable(record)
    if record.value is None:
        raise CodecError("has no value; an event is one JSON object")
    return parse(record.value)


def _require_readable(record: Record) -> None:
    for name, value in record.headers:
        if name == SCHEMA_HEADER and value not in _SCHEMAS:
            told = (value or b"")[:_SHOWN].decode(errors="replace")
            raise VersionError(f"header {name} is {told!r}; this version reads {', '.join(map(str, READABLE))}")
