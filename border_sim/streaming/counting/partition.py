"""The metrics of one partition of events: records in, closed windows out; no Kafka and no clock in it.

Each stream (one port of one replication of one run) is read in the order of `seq` (`sequence`) and folded as a run
folds its own events. What is remembered can be stored and gone on from: however the records are cut into batches and
wherever it was begun again, the windows are the same, and so are the counters that are kept beside them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import inf
from typing import Final, NamedTuple

import numpy as np

from border_sim.events.decode import Start, StreamKey
from border_sim.metrics.counters import REACHED, Counters, fold_and_count, new_counters
from border_sim.metrics.state import FoldState, new_state
from border_sim.metrics.window_columns import Windows
from border_sim.records import PortInfo
from border_sim.streaming.counting.dead_letters import DeadLetter, Record
from border_sim.streaming.counting.port_now import PortNow, port_now
from border_sim.streaming.counting.record_counts import RecordCounts
from border_sim.streaming.counting.record_lines import LineBatch, line_batch
from border_sim.streaming.counting.sequence import (
    LONGEST_SILENCE_US,
    Forgotten,
    Position,
    Sequenced,
    Sequencer,
    StreamEvents,
)
from border_sim.streaming.counting.stream_state import (
    PartitionRecord,
    StreamState,
    decode_record,
    decode_stream,
    encode_partition,
    encode_stream,
    read_key,
    record_key,
)

MOST_WINDOWS: Final = 20_000
"""That records of one batch close, about: each silence of a port may close many, and all are written at once."""


class ClosedWindows(NamedTuple):
    """Windows of a stream that closed, in order."""

    stream: StreamKey
    info: PortInfo
    windows: Windows


class BatchResult(NamedTuple):
    """What became of a batch of records."""

    events: list[StreamEvents]
    """Those that were counted"""
    closed: list[ClosedWindows]
    dead: list[DeadLetter]
    """In the order of offsets"""
    abandoned: list[StreamKey]
    """Streams that were forgotten before they ended; their open windows are not closed"""
    counts: RecordCounts


class _Counted(NamedTuple):
    """What a stream has counted, and of which port and run."""

    start: Start
    counters: Counters

    @property
    def reached_us(self) -> int:
        return int(self.counters.clock[REACHED])


class Partition:
    """One partition of events, as far as it has been counted.

    `width_us`: of its windows; `owns`: whether a port's events belong to it; `forget_after_ms`: a stream of which
    nothing came for longer, by the broker's clock, is forgotten. `offset`: the next record to count.
    """

    def __init__(
        self,
        number: int,
        width_us: int,
        owns: Callable[[str], bool] = lambda _: True,
        forget_after_ms: float = inf,
    ) -> None:
        self.number, self.width_us = number, width_us
        self.offset = 0
        self._sequencer = Sequencer(number, owns, forget_after_ms)
        self._folds: dict[StreamKey, FoldState] = {}
        self._counted: dict[StreamKey, _Counted] = {}
        self._changed: set[StreamKey] = set()
        self._forgotten = 0
        self._stored_us: dict[StreamKey, int] = {}
        self._sizes: dict[bytes, int] = {}

    @property
    def positions(self) -> dict[StreamKey, Position]:
        """How far each stream that is remembered has been read."""
        return self._sequencer.positions

    @property
    def has_changed(self) -> bool:
        """Whether there is more to be stored than a new offset."""
        return bool(self._changed)

    @property
    def stored_bytes(self) -> int:
        """Bytes of the records of its state, as they were made last."""
        return sum(self._sizes.values())

    @property
    def event_lag_us(self) -> int:
        """Simulated time from the last instant that the records of its state tell to what was counted, at the stream
        where it is longest.
        """
        counted = {key: self._counted[key] for key in self._changed & self._counted.keys()}
        return max((each.reached_us - self._stored_us[key] for key, each in counted.items()), default=0)

    def ports_now(self) -> Iterator[PortNow]:
        """The ports of the streams that go on, and of those that ended last."""
        for key in self.positions:
            if port := port_now(key, self.number, self._state(key)):
                yield port

    def folds(self) -> Iterator[tuple[StreamKey, PortInfo, FoldState]]:
        """The streams that go on, and their open windows; one of which only `run_started` came has none."""
        for key, state in self._folds.items():
            if stream := self.positions[key].open:
                yield key, stream.start.info, state

    def count(self, records: Sequence[Record]) -> BatchResult:
        """Count the next records; those below `offset` were counted before and are skipped.

        Of records that would close far too many windows the last ones are left: `offset` tells where to go on.
        """
        batch, dead = line_batch(record for record in records if record.offset >= self.offset)
        if (most := self._most(batch)) < len(batch.lines):
            return self.count([record for record in records if record.offset < batch.records[most].offset])
        sequenced = self._sequencer.read(batch)
        closed = [windows for events in sequenced.streams for windows in self._fold(events)]
        self._changed |= batch.streams.keys() & self.positions.keys()
        self._drop_counters({each.key.port for each in sequenced.streams if each.is_begin or self._has_ended(each.key)})
        abandoned = self._drop([*sequenced.forgotten, *self._sequencer.forget(batch.times_ms.max(initial=0))])
        dead = sorted([*dead, *sequenced.dead], key=lambda letter: letter.record.offset)
        if records:
            self.offset = max(self.offset, records[-1].offset + 1)
        counts = _counts(sequenced, closed, dead, abandoned)
        return BatchResult(sequenced.streams, closed, dead, abandoned, counts)

    def skip_to(self, offset: int) -> None:
        """Go on from `offset`, before which there are no records any more."""
        self.offset = max(self.offset, offset)

    def forget(self, now_ms: float) -> BatchResult:
        """Forget the streams of which nothing has come for too long; call it when all records there are were counted.

        `now_ms`: by the broker's clock, milliseconds since 1970, UTC.
        """
        abandoned = self._drop(self._sequencer.forget(now_ms))
        return BatchResult([], [], [], abandoned, RecordCounts(abandoned=len(abandoned)))

    def _most(self, batch: LineBatch) -> int:
        """How many of the first events may be counted at a time, one at least."""
        gaps_us = np.zeros(len(batch.lines), np.int64)
        for key, places in batch.streams.items():
            t_us, position = batch.columns.events.t_us[places], self.positions.get(key)
            gaps_us[places] = np.diff(t_us, prepend=position.watermark_us if position else t_us[:1])
        windows = np.cumsum(np.clip(gaps_us, 0, LONGEST_SILENCE_US) / self.width_us)
        return max(1, int(np.searchsorted(windows, MOST_WINDOWS, "right")))

    def _fold(self, stream: StreamEvents) -> Iterator[ClosedWindows]:
        """Fold events of a stream. Its fold is made with the first event after `run_started`, which moves nothing."""
        key, info = stream.key, stream.start.info
        if stream.is_begin:
            self._folds.pop(key, None)
            self._counted.pop(key, None)
            if stream.events.kind.size == 1:
                return
        if key not in self._folds:
            self._folds[key] = new_state(info, self.width_us)
            self._counted[key] = _Counted(stream.start, new_counters())
            self._stored_us[key] = int(stream.events.t_us[0])
        counters = self._counted[key].counters
        windows = fold_and_count(self._folds[key], counters, stream.events, info.measured_from_us)
        if len(windows.window_us):
            yield ClosedWindows(key, info, windows)
        if self._has_ended(key):
            del self._folds[key]

    def _has_ended(self, key: StreamKey) -> bool:
        position = self.positions.get(key)
        return position is not None and position.open is None

    def _drop_counters(self, ports: Collection[str]) -> None:
        """Drop the counters of streams that have ended at ports where a newer one has begun."""
        if not ports:
            return
        newest: dict[str, tuple[int, StreamKey]] = {}
        for key, position in self.positions.items():
            newest[key.port] = max(newest.get(key.port, (0, key)), (position.began_ms, key))
        for key in [key for key in self._counted if key.port in ports]:
            if self._has_ended(key) and key != newest[key.port][1]:
                del self._counted[key]
                self._changed.add(key)

    def _drop(self, forgotten: Iterable[Forgotten]) -> list[StreamKey]:
        """Drop what is left of streams that were forgotten; those of them that had not ended."""
        abandoned = []
        for each in forgotten:
            self._forgotten += 1
            self._changed.add(each.key)
            if each.key not in self.positions:
                self._folds.pop(each.key, None)
                self._counted.pop(each.key, None)
            if each.is_abandoned:
                abandoned.append(each.key)
        return abandoned

    def state_records(self, group: str) -> list[tuple[bytes, bytes | None]]:
        """The keys and values of what a consumer group stores of this partition and has changed since the last call;
        without a value where a stream was forgotten.
        """
        changed = [(record_key(group, key), self._stream_value(key)) for key in sorted(self._changed)]
        self._changed.clear()
        self._stored_us = {key: counted.reached_us for key, counted in self._counted.items()}
        records = [*changed, (record_key(group, None), encode_partition(self.width_us, self.offset, self._forgotten))]
        self._note_sizes(records)
        return records

    def _note_sizes(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        for key, value in records:
            if value is None:
                self._sizes.pop(key, None)
            else:
                self._sizes[key] = len(key) + len(value)

    def _stream_value(self, key: StreamKey) -> bytes | None:
        return encode_stream(self._state(key)) if key in self.positions else None

    def _state(self, key: StreamKey) -> StreamState:
        """What is remembered of a stream."""
        position, counted = self.positions[key], self._counted.get(key)
        start = position.open.start if position.open else counted and counted.start
        return StreamState(position, start, self._folds.get(key), counted and counted.counters)

    def restore(self, group: str, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """Go on from what a consumer group stored: keys and values in their order, those of other groups among them.

        Raises `StateError` if another version wrote them, or if the group's windows have another width.
        """
        values: dict[StreamKey | None, bytes] = {}
        for key, value in records:
            match read_key(key):
                case (name, stream) if name == group:
                    if value is None:
                        values.pop(stream, None)
                    else:
                        values[stream] = value
        if None not in values:
            return
        self._note_sizes((record_key(group, stream), value) for stream, value in values.items())
        own = decode_record(values.pop(None), PartitionRecord)
        own.require_width(group, self.width_us)
        self.offset, self._forgotten = own.offset, own.forgotten
        for stream, value in values.items():
            if stream:
                self._take_up(stream, decode_stream(value))

    def _take_up(self, key: StreamKey, state: StreamState) -> None:
        """Go on with a stream."""
        self.positions[key] = state.position
        if state.fold:
            self._folds[key] = state.fold
        if state.start and state.counters:
            self._counted[key] = _Counted(state.start, state.counters)
            self._stored_us[key] = self._counted[key].reached_us


def _counts(
    sequenced: Sequenced,
    closed: Iterable[ClosedWindows],
    dead: Iterable[DeadLetter],
    abandoned: Sequence[StreamKey],
) -> RecordCounts:
    return RecordCounts(
        events=sum(stream.events.kind.size for stream in sequenced.streams),
        windows=sum(len(np.unique(each.windows.window_us)) for each in closed),
        duplicates=sequenced.duplicates,
        abandoned=len(abandoned),
        dead=dict(Counter(letter.reason for letter in dead)),
    )
