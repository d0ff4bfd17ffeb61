"""The metrics of one partition of events: records in, closed windows out; no Kafka and no clock in it.

Each stream (one port of one replication of one run) is taken in the order of `seq`, once, whatever comes twice, late or
from elsewhere, and folded as a run folds its own events. What is remembered can be kept and gone on from: however the
records are cut into batches and wherever it was begun again, the windows are the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np

from border_sim.codes import RUN_ENDED
from border_sim.events.decode import (
    CodecError,
    LineColumns,
    StreamKey,
    VersionError,
    by_stream,
    line_columns,
    pool_column,
)
from border_sim.events.lines import Line
from border_sim.metrics.fold import fold
from border_sim.metrics.state import Windows
from border_sim.records import Array, PortInfo, select
from border_sim.streaming.counting.dead_letters import DeadLetter, Reason, Record
from border_sim.streaming.counting.record_lines import line_of
from border_sim.streaming.counting.sequence import (
    LONGEST_SILENCE_US,
    RefusedError,
    begun,
    follow,
    require_next,
    require_own,
)
from border_sim.streaming.counting.stream_state import (
    VERSION,
    PartitionRecord,
    StreamState,
    Totals,
    decode,
    decode_stream,
    encode_stream,
    read_key,
    record_key,
)
from border_sim.vocabulary import NEVER_US

MOST_WINDOWS: Final = 20_000
"""That records taken at a time close, about: each silence of a port may close many, and all are written at once."""


class Closed(NamedTuple):
    """Windows of a stream that closed, in order."""

    stream: StreamKey
    info: PortInfo
    windows: Windows


class Taken(NamedTuple):
    """What a batch of records gave."""

    closed: list[Closed]
    dead: list[DeadLetter]
    """In the order of offsets"""
    totals: Totals


class _Batch(NamedTuple):
    """The records that are events, and what they say."""

    records: list[Record]
    lines: list[Line]
    columns: LineColumns


class Partition:
    """One partition of events, as far as it has been taken.

    `width_us`: of its windows; `owns`: whether a port's events belong to it. `offset`: the next record to take.
    """

    def __init__(self, number: int, width_us: int, owns: Callable[[str], bool] = lambda _: True) -> None:
        self.number, self.width_us, self.owns = number, width_us, owns
        self.offset = 0
        self.streams: dict[StreamKey, StreamState] = {}
        self._changed: set[StreamKey] = set()

    def take(self, records: Sequence[Record]) -> Taken:
        """Take in the next records; those below `offset` were taken before and are skipped.

        Records that would close far too many windows are not all taken: `offset` tells where to go on.
        """
        taken = Taken([], [], Totals())
        batch = _parsed([record for record in records if record.offset >= self.offset], taken.dead)
        streams = {key: places.tolist() for key, places in by_stream(batch.lines).items()}
        if (most := self._most(batch, streams)) < len(batch.lines):
            return self.take([record for record in records if record.offset < batch.records[most].offset])
        for key, places in streams.items():
            self._take_stream(key, places, batch, taken)
        taken.dead.sort(key=lambda letter: letter.record.offset)
        for letter in taken.dead:
            taken.totals.add(Totals(dead={letter.reason: 1}))
        if records:
            self.offset = max(self.offset, records[-1].offset + 1)
        return taken

    def skip_to(self, offset: int) -> None:
        """Go on from `offset`, before which there are no records any more."""
        self.offset = max(self.offset, offset)

    def _most(self, batch: _Batch, streams: Mapping[StreamKey, list[int]]) -> int:
        """How many of the first events may be taken at a time, one at least."""
        gaps_us = np.zeros(len(batch.lines), np.int64)
        for key, places in streams.items():
            t_us, state = batch.columns.events.t_us[places], self.streams.get(key)
            gaps_us[places] = np.diff(t_us, prepend=state.watermark_us if state else t_us[:1])
        windows = np.cumsum(np.clip(gaps_us, 0, LONGEST_SILENCE_US) / self.width_us)
        return max(1, int(np.searchsorted(windows, MOST_WINDOWS, "right")))

    def _take_stream(self, key: StreamKey, places: list[int], batch: _Batch, taken: Taken) -> None:
        next_ones = self._next_ones(key, places, batch, taken)
        if key in self.streams:
            self._changed.add(key)
        if not next_ones:
            return
        state = self.streams[key]
        assert state.open
        pool = pool_column(batch.columns.pool_texts[next_ones], state.open.info)
        windows = fold(state.open.fold, select(batch.columns.events, next_ones)._replace(pool=pool))
        taken.totals.events += len(next_ones)
        if len(windows.window_us):
            taken.totals.windows += len(np.unique(windows.window_us))
            taken.closed.append(Closed(key, state.open.info, windows))
        if state.watermark_us == NEVER_US:
            state.open = None

    def _next_ones(self, key: StreamKey, places: list[int], batch: _Batch, taken: Taken) -> list[int]:
        """The places of the events that come next in their stream; the others are counted or dead."""
        state = self.streams.get(key)
        if state and follow(state, *_looked_at(batch.columns, places)):
            state.next_seq += len(places)
            state.watermark_us = batch.lines[places[-1]].t_us
            return places
        next_ones = []
        kinds, pools = (column[places].tolist() for column in (batch.columns.events.kind, batch.columns.pool_texts))
        for place, kind, pool in zip(places, kinds, pools, strict=True):
            line = batch.lines[place]
            try:
                if state is None:
                    self._require_mine(key.port)
                    state = self.streams[key] = begun(line, len(batch.records[place].value or b""), self.width_us)
                require_own(state, line)
                if line.seq < state.next_seq:
                    taken.totals.duplicates += 1
                else:
                    require_next(state, line, pool)
                    state.next_seq += 1
                    state.watermark_us = NEVER_US if kind == RUN_ENDED else line.t_us
                    next_ones.append(place)
            except RefusedError as refusal:
                taken.dead.append(DeadLetter(batch.records[place], refusal.reason, str(refusal)))
        return next_ones

    def _require_mine(self, port: str) -> None:
        if not self.owns(port):
            raise RefusedError(Reason.MISPLACED, f"port {port!r} does not belong to partition {self.number}")

    def kept(self, group: str) -> list[tuple[bytes, bytes]]:
        """The keys and values of what a consumer group keeps of this partition and has changed since the last call."""
        changed = [(record_key(group, key), encode_stream(self.streams[key])) for key in sorted(self._changed)]
        self._changed.clear()
        own = PartitionRecord(VERSION, self.width_us, self.offset)
        return [*changed, (record_key(group, None), msgspec.msgpack.encode(own))]

    def restore(self, group: str, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """Go on from what a consumer group kept: keys and values in their order, those of other groups among them.

        Raises `StateError` if another version wrote them, or if the group's windows have another width.
        """
        last = {}
        for key, value in records:
            match read_key(key):
                case (name, stream) if name == group and value is not None:
                    last[stream] = value
        if None not in last:
            return
        own = decode(last.pop(None), PartitionRecord)
        own.require_width(group, self.width_us)
        self.offset = own.offset
        self.streams = {stream: decode_stream(value) for stream, value in last.items() if stream}


def _parsed(records: Iterable[Record], dead: list[DeadLetter]) -> _Batch:
    """The records that are events of a version that is read; the others are dead."""
    events, lines = [], []
    for record in records:
        try:
            lines.append(line_of(record))
        except CodecError as error:
            reason = Reason.VERSION if isinstance(error, VersionError) else Reason.MALFORMED
            dead.append(DeadLetter(record, reason, str(error)))
        else:
            events.append(record)
    return _Batch(events, lines, line_columns(lines))


def _looked_at(columns: LineColumns, places: list[int]) -> tuple[Array, Array, Array, Array]:
    """The kinds, times, places in their stream and pools of some lines."""
    events, seq, pools = columns
    return events.kind[places], events.t_us[places], seq[places], pools[places]
