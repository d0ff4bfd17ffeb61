"""Records of a topic -> the events that they hold, decoded once, as far as this version reads them."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from border_sim.events.decode import LineColumns, StreamKey, by_stream, line_columns
from border_sim.events.lines import Line
from border_sim.events.models import READABLE_VERSIONS, SCHEMA_VERSION
from border_sim.events.parse_line import CodecError, VersionError, parse
from border_sim.records import Array
from border_sim.streaming.counting.dead_letters import DeadLetter, Reason, Record

SCHEMA_HEADER: Final = "schema"
"""The header that tells the version of an event's model."""
_SHOWN: Final = 40
"""Bytes of a header that an error shows."""
_SCHEMAS: Final = frozenset(str(version).encode() for version in READABLE_VERSIONS)
HEADERS: Final = [(SCHEMA_HEADER, str(SCHEMA_VERSION).encode())]
"""Of the events that this version writes."""


class LineBatch(NamedTuple):
    """Records that hold events, and the events."""

    records: list[Record]
    lines: list[Line]
    columns: LineColumns
    times_ms: Array
    """int64: when the broker wrote each record, milliseconds since 1970, UTC"""
    streams: dict[StreamKey, Array]
    """int64: the places of each stream's events"""


def line_batch(records: Iterable[Record]) -> tuple[LineBatch, list[DeadLetter]]:
    """The records that hold events of a version that is read, and the others."""
    events: list[Record] = []
    lines: list[Line] = []
    dead: list[DeadLetter] = []
    for record in records:
        try:
            lines.append(_line_of(record))
        except CodecError as error:
            reason = Reason.VERSION if isinstance(error, VersionError) else Reason.MALFORMED
            dead.append(DeadLetter(record, reason, str(error)))
        else:
            events.append(record)
    times_ms = np.array([record.timestamp for record in events], np.int64)
    return LineBatch(events, lines, line_columns(lines), times_ms, by_stream(lines)), dead


def _line_of(record: Record) -> Line:
    """The event of a record; raises `CodecError`, which is a `VersionError` if another version wrote it."""
    if record.headers != HEADERS:
        _require_readable(record)
    if record.value is None:
        raise CodecError("has no value; an event is one JSON object")
    return parse(record.value)


def _require_readable(record: Record) -> None:
    for name, value in record.headers:
        if name == SCHEMA_HEADER and value not in _SCHEMAS:
            shown = (value or b"")[:_SHOWN].decode(errors="replace")
            raise VersionError(
                f"header {name} is {shown!r}; this version reads {', '.join(map(str, READABLE_VERSIONS))}"
            )
