"""What one port tells while it runs, as tables of some thousand rows and lines of events, to whatever keeps them."""

from contextlib import AbstractContextManager, ExitStack
from itertools import repeat
from typing import Any, Final, Protocol, Self

import pyarrow as pa

from border_sim.events.encode import encode_events
from border_sim.events.sink import EventSink
from border_sim.metrics.window_columns import Windows
from border_sim.metrics.window_tables import METRICS_SCHEMA, to_table
from border_sim.records import Events, PortInfo, RunFacts, concatenate, select
from border_sim.run import arrow_tables, change_tables
from border_sim.run.pipeline import Stretch

ROWS_PER_GROUP: Final = 65_536
WINDOWS_PER_TABLE: Final = 8_192
EVENTS_AT_ONCE: Final = 16_384
"""Events whose lines are held in memory at a time."""
CHANGES: Final = {
    "booths": change_tables.STAFFING_SCHEMA,
    "posted": change_tables.POSTED_SCHEMA,
    "disruptions": change_tables.DISRUPTIONS_SCHEMA,
}


class TableWriter(Protocol):
    """Takes in the rows of one table of one port."""

    def write_table(self, table: pa.Table) -> Any:
        """Add rows."""


class Sink(Protocol):
    """What keeps the tables and events of a run: files, or memory. Ports open theirs from several threads."""

    def open_table(self, slug: str, name: str, schema: pa.Schema) -> AbstractContextManager[TableWriter]:
        """Where a port puts the rows of one of its tables."""

    def open_events(self, slug: str) -> AbstractContextManager[EventSink] | None:
        """Where a port puts its log of events; `None`: no log is kept."""


def shared_tables(logs: frozenset[str]) -> dict[str, pa.Schema]:
    """The tables of a run that hold all ports, by name."""
    return {"metrics": METRICS_SCHEMA} | (CHANGES if "parquet" in logs else {})


def port_tables(logs: frozenset[str]) -> dict[str, pa.Schema]:
    """The tables that each port tells, by name."""
    return shared_tables(logs) | ({"crossings": arrow_tables.CROSSINGS_SCHEMA} if "parquet" in logs else {})


class PortLog:
    """Writes as it goes; closed on every way out, so that an interrupted run leaves what can be read."""

    def __init__(
        self, sink: Sink, info: PortInfo, logs: frozenset[str], facts: RunFacts, stream: EventSink | None = None
    ) -> None:
        self._sink, self._info, self._logs, self._facts = sink, info, logs, facts
        self._seq = 0
        self._writers: dict[str, TableWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._windows: list[Windows] = []
        self._events = [] if stream is None else [stream]
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        slug = self._info.slug
        for name, schema in port_tables(self._logs).items():
            self._writers[name] = self._stack.enter_context(self._sink.open_table(slug, name, schema))
            self._waiting[name] = []
        if events := self._sink.open_events(slug):
            self._events.append(self._stack.enter_context(events))
        return self

    def __exit__(self, *failure: object) -> None:
        with self._stack:
            self._flush_windows()
            for name in self._writers:
                self._flush(name)

    def add_windows(self, windows: Windows) -> None:
        """Add windows that closed."""
        self._windows.append(windows)
        if sum(waiting.mode.size for waiting in self._windows) >= WINDOWS_PER_TABLE:
            self._flush_windows()

    def add(self, stretch: Stretch) -> None:
        """Add the crossings whose story ended (all, if the port's run is over), changes and events."""
        info, records = self._info, stretch.records
        if "parquet" in self._logs:
            gone = arrow_tables.ended_in(records, is_last=stretch.end is not None)
            self._add("crossings", arrow_tables.crossings_table(gone, info))
            del gone
            self._add("booths", change_tables.staffing_table(records.staffing, info))
            self._add("posted", change_tables.posted_table(records.posted, info))
            self._add("disruptions", change_tables.disruptions_table(records.disruptions, info))
        if self._events:
            self._write_events(stretch.events)

    def _write_events(self, events: Events) -> None:
        for first in range(0, events.t_us.size, EVENTS_AT_ONCE):
            part = select(events, slice(first, first + EVENTS_AT_ONCE))
            lines = encode_events(part, self._info, self._facts, self._seq)
            for sink in self._events:
                sink.write(zip(repeat(self._info.slug), lines))
            self._seq += len(lines)

    def _add(self, name: str, table: pa.Table) -> None:
        self._waiting[name].append(table)
        if sum(waiting.num_rows for waiting in self._waiting[name]) >= ROWS_PER_GROUP:
            self._flush(name)

    def _flush_windows(self) -> None:
        """Windows wait as columns, since a table of each few costs more than they do."""
        if self._windows:
            table = to_table(concatenate(self._windows), self._info, self._facts.replication)
            self._writers["metrics"].write_table(table)
        self._windows = []

    def _flush(self, name: str) -> None:
        if self._waiting[name]:
            self._writers[name].write_table(pa.concat_tables(self._waiting[name]).combine_chunks())
        self._waiting[name] = []
