"""The tables of a run in memory: the sink of a run that leaves no files."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pyarrow as pa

from border_sim.events.sink import EventSink
from border_sim.run.port_log import TableWriter


class _Rows:
    """Collects the rows of one table of one port."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._parts: list[pa.Table] = []

    def write_table(self, table: pa.Table) -> Any:
        self._parts.append(table)

    def table(self) -> pa.Table:
        return pa.concat_tables(self._parts) if self._parts else self._schema.empty_table()


class RunTables:
    """Keeps the tables of every port, and no events."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], _Rows] = {}

    def open_table(self, slug: str, name: str, schema: pa.Schema) -> AbstractContextManager[TableWriter]:
        """Where a port puts its rows."""
        rows = self._rows[name, slug] = _Rows(schema)
        return nullcontext(rows)

    def open_events(self, _slug: str) -> AbstractContextManager[EventSink] | None:
        """Nobody wants the events: the tables tell the same."""
        return None

    def table(self, name: str, slug: str) -> pa.Table:
        """The rows of one table (`crossings`, `booths`, `posted`, `disruptions`, `metrics`) of one port."""
        return self._rows[name, slug].table()
