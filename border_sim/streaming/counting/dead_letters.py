"""Records that are refused: why, and what is written of them, with their bytes untouched, where nobody counts them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes | None]]
LARGEST_DEAD_LETTER: Final = 2 * 1_048_588
"""Bytes of a dead letter that its topic takes at least: twice Kafka's largest record by default."""
_OVERHEAD: Final = 1_024
"""Bytes of a record beside its key, value and headers, at most."""
_OF_HEADER: Final = 10
"""Bytes of a header beside its name and value, at most."""
_LONGEST_ERROR: Final = 500
"""Characters; an error may repeat what is wrong, and that may be a megabyte."""
_DIGITS: Final = 20
"""More than an offset has."""


class Record(Protocol):
    """A record of a topic, as Kafka's client or a bus in memory gives it."""

    @property
    def partition(self) -> int:
        """The partition that it came from."""

    @property
    def offset(self) -> int:
        """Its place there."""

    @property
    def timestamp(self) -> int:
        """When the broker wrote it, milliseconds since 1970, UTC."""

    @property
    def key(self) -> bytes | None:
        """The key's bytes."""

    @property
    def value(self) -> bytes | None:
        """The value's bytes."""

    @property
    def headers(self) -> Headers:
        """Names and values."""


class Reason(StrEnum):
    """Why a record is refused."""

    VERSION = "version"
    MALFORMED = "malformed"
    MISPLACED = "misplaced"
    UNKNOWN_STREAM = "unknown_stream"
    CONFLICT = "conflict"
    ENDED = "ended"
    LATE = "late"
    GAP = "gap"
    AHEAD = "ahead"
    UNKNOWN_POOL = "unknown_pool"


MEANINGS: Final = {
    Reason.VERSION: "an event of a version that this programme does not read",
    Reason.MALFORMED: "not an event of border-sim",
    Reason.MISPLACED: "its port belongs to another partition",
    Reason.UNKNOWN_STREAM: "no run_started came before it, or its stream was forgotten",
    Reason.CONFLICT: "of another run under the same name: another run_started came before it",
    Reason.ENDED: "its port's run has ended",
    Reason.LATE: "earlier than the event before it",
    Reason.GAP: "events before it are missing",
    Reason.AHEAD: "too long after the event before it",
    Reason.UNKNOWN_POOL: "its port has no such pool",
}
"""What each reason says of a record, in words."""


class DeadLetter(NamedTuple):
    """A record that is refused."""

    record: Record
    reason: Reason
    error: str
    """What exactly was wrong"""


class Origin(NamedTuple):
    """What the headers of a dead letter say; a field is empty, or -1, if they do not."""

    reason: str
    error: str
    topic: str
    partition: int
    offset: int
    group: str
    """The consumer group that refused it"""


class DeadLetterRecord(NamedTuple):
    """A dead letter as a record of its topic."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    """The record's own, then those of `Origin`"""


def dead_letter_record(letter: DeadLetter, topic: str, group: str) -> DeadLetterRecord:
    """A dead letter that came from `topic`, as `group` writes it: the record with its bytes untouched.

    What Kafka's client does not send is written as empty: a header without a value, the key of a record without key and
    value. A record that is too large for the topic of dead letters goes without its value, and `error` says so.
    """
    record = letter.record
    error, value = letter.error[:_LONGEST_ERROR], record.value
    headers = _headers(letter, error, topic, group)
    if value is not None and _size(record.key, value, headers) > LARGEST_DEAD_LETTER:
        headers = _headers(
            letter, f"{error} (its value of {len(value):,} bytes is too large to be stored)", topic, group
        )
        value = None
    key = b"" if record.key is None and value is None else record.key
    return DeadLetterRecord(key, value, headers)


def _headers(letter: DeadLetter, error: str, topic: str, group: str) -> list[tuple[str, bytes]]:
    record = letter.record
    origin = Origin(letter.reason, error, topic, record.partition, record.offset, group)
    own = [(name, value or b"") for name, value in record.headers if name not in Origin._fields]
    return [*own, *((name, str(value).encode(errors="replace")) for name, value in origin._asdict().items())]


def _size(key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]]) -> int:
    """Bytes of a record on the broker, at most."""
    of_headers = sum(len(name.encode()) + len(text) + _OF_HEADER for name, text in headers)
    return len(key or b"") + len(value) + of_headers + _OVERHEAD


def origin_of(record: Record) -> Origin:
    """What the headers of a dead letter say; also of a record that somebody else put there."""
    texts = {name: value.decode(errors="replace") for name, value in record.headers if value is not None}
    reason, error, topic, partition, offset, group = (texts.get(name, "") for name in Origin._fields)
    return Origin(reason, error, topic, _number(partition), _number(offset), group)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _DIGITS else -1
