"""A topic of events to be replayed, as far as it reaches when the reading begins."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, islice
from typing import Any, Final

from msgspec import UNSET

from border_sim.events.decode import (
    CodecError,
    Start,
    StreamKey,
    VersionError,
    line_columns,
    pool_column,
    started,
    stream_of,
)
from border_sim.events.lines import Line, kind_of
from border_sim.records import Events
from border_sim.streaming.broker.reading import read_records
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.topic_names import Topics
from border_sim.streaming.broker.topics import existing, partition_of
from border_sim.streaming.counting.dead_letters import MEANINGS, Reason, Record
from border_sim.streaming.counting.record_lines import line_of
from border_sim.streaming.counting.sequence import RefusedError, begun, require_next, require_own
from border_sim.streaming.counting.stream_state import StreamState
from border_sim.streaming.playback.sources import SourceError, Streams
from border_sim.streaming.playback.spool import spooled
from border_sim.vocabulary import NEVER_US, QUARTER_US, EventKind

_AT_ONCE: Final = 8_192
"""Records that are held as objects."""


@contextmanager
def of_topic(settings: KafkaSettings, topics: Topics, say: Callable[[str], Any]) -> Iterator[Streams]:
    """The streams of a topic of events; they can be read once, while the context lasts.

    What the metrics' consumer would not count is left out, and `say` tells how many records that are. Raises
    `StreamingError` if the broker does not answer or lacks the topic, `SourceError` if there are no events, and
    `SpoolError` if they find no room.
    """
    partitions = existing(settings, topics, topics.events)
    records: Any = read_records(settings, topics.events, partitions)
    sieve = _Sieve(partitions)
    batches = iter(lambda: list(islice(records, _AT_ONCE)), [])
    # a consumer that stayed open would keep a programme that fails from ending
    with closing(records), spooled(chain.from_iterable(map(sieve.events, batches))) as streams:
        if left_out := sieve.left_out:
            reasons = "; ".join(f"{reason}: {count:,}" for reason, count in left_out.most_common())
            say(f"{topics.events}: {left_out.total():,} records are left out ({reasons})")
        if not streams:
            raise SourceError(f"{settings.servers}: {topics.events} holds no events")
        yield streams


class _Sieve:
    """Takes what comes next of each stream, as the metrics' consumer does, and counts what is left out by reason."""

    def __init__(self, partitions: int) -> None:
        self.left_out: Counter[str] = Counter()
        self._partitions = partitions
        self._states: dict[StreamKey, StreamState] = {}
        self._starts: dict[StreamKey, Start] = {}

    def events(self, records: Iterable[Record]) -> Iterator[tuple[StreamKey, Start, Events]]:
        """The events of each stream in the order of `seq`, each once."""
        lines: dict[StreamKey, list[Line]] = {}
        for record in records:
            if (line := self._taken(record)) is not None:
                lines.setdefault(stream_of(line), []).append(line)
        for key, mine in lines.items():
            state, columns = self._states[key], line_columns(mine)
            assert state.open
            pool = pool_column(columns.pool_texts, state.open.info)
            yield key, self._starts[key], columns.events._replace(pool=pool)

    def _taken(self, record: Record) -> Line | None:
        """The event of a record; `None`: it is left out."""
        try:
            line = line_of(record)
            if partition_of(line.port, self._partitions) != record.partition:
                self.left_out[MEANINGS[Reason.MISPLACED]] += 1
            elif self._is_next(line, len(record.value or b"")):
                return line
            else:
                self.left_out["sent twice"] += 1
        except RefusedError as refusal:
            self.left_out[MEANINGS[refusal.reason]] += 1
        except CodecError as error:
            reason = Reason.VERSION if isinstance(error, VersionError) else Reason.MALFORMED
            self.left_out[MEANINGS[reason]] += 1
        return None

    def _is_next(self, line: Line, size: int) -> bool:
        """Take the event, and True, unless it was taken before. Raises `RefusedError` where it cannot be taken."""
        key = stream_of(line)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = begun(line, size, QUARTER_US)
            self._starts[key] = started(line)
        require_own(state, line)
        if line.seq < state.next_seq:
            return False
        require_next(state, line, getattr(line, "pool", UNSET))
        state.next_seq += 1
        state.watermark_us = NEVER_US if kind_of(line) is EventKind.RUN_ENDED else line.t_us
        return True
