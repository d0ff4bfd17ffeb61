"""Records that are not taken: why, and how they are kept, with their bytes untouched, where nobody counts them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes | None]]
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
    def key(self) -> bytes | None:
        """The key's bytes."""

    @property
    def value(self) -> bytes | None:
        """The value's bytes."""

    @property
    def headers(self) -> Headers:
        """Names and values."""


class Reason(StrEnum):
    """Why a record is not taken, in the order in which it is looked at."""

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
    Reason.UNKNOWN_STREAM: "no run_started came before it",
    Reason.CONFLICT: "another run_started than the first of its run, replication and port",
    Reason.ENDED: "its port's run has ended",
    Reason.LATE: "earlier than what its port has told already",
    Reason.GAP: "events before it are missing",
    Reason.AHEAD: "too long after the event before it",
    Reason.UNKNOWN_POOL: "its port has no such pool",
}
"""What each reason says of a record, in words."""


class DeadLetter(NamedTuple):
    """A record that is not taken."""

    record: Record
    reason: Reason
    error: str
    """What exactly was wrong"""


class Origin(NamedTuple):
    """What a dead letter tells of itself; a field is empty, or -1, if it does not."""

    reason: str
    error: str
    topic: str
    partition: int
    offset: int


def headers(letter: DeadLetter, topic: str) -> list[tuple[str, bytes | None]]:
    """The headers of a dead letter that came from `topic`: its own, then those of `Origin`."""
    record = letter.record
    origin = Origin(letter.reason, letter.error, topic, record.partition, record.offset)
    told = [(name, str(value).encode()) for name, value in origin._asdict().items()]
    return [*(each for each in record.headers if each[0] not in Origin._fields), *told]


def origin_of(record: Record) -> Origin:
    """What the headers of a dead letter tell; also of a record that somebody else put there."""
    told = {name: value.decode(errors="replace") for name, value in record.headers if value is not None}
    reason, error, topic, partition, offset = (told.get(name, "") for name in Origin._fields)
    return Origin(reason, error, topic, _number(partition), _number(offset))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _DIGITS else -1
