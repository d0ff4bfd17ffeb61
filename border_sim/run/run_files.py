"""The files of a run: crossings a file a port; all else in files of all ports, which take in the ports' pieces."""

from contextlib import AbstractContextManager, ExitStack
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.events.sink import EventSink, NdjsonSink
from border_sim.run import arrow_tables
from border_sim.run.port_log import TableWriter, shared_tables

BATCHES_PER_GROUP: Final = 1
"""Of a piece, to a row group: each group of the file costs memory until the file is closed."""
EVENTS: Final = "events.ndjson.zst"
_CROSSINGS_FORMAT: Final[dict[str, Any]] = {
    "compression": "zstd",
    "use_dictionary": [field.name for field in arrow_tables.CROSSINGS_SCHEMA if pa.types.is_dictionary(field.type)],
    "column_encoding": dict.fromkeys(("crossing", "arrived_us", *arrow_tables.STAYS), "DELTA_BINARY_PACKED"),
}


class RunFiles:
    """The sink of a run directory; closed on every way out, and pieces that are left over then are removed."""

    def __init__(self, folder: Path, logs: frozenset[str]) -> None:
        self._folder, self._logs = folder, logs
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._writers = {
            name: self._stack.enter_context(
                pq.ParquetWriter(self._folder / f"{name}.parquet", schema, compression="zstd")
            )
            for name, schema in shared_tables(self._logs).items()
        }
        self._events = self._stack.enter_context((self._folder / EVENTS).open("wb")) if "ndjson" in self._logs else None
        return self

    def __exit__(self, *failure: object) -> None:
        with self._stack:
            for left_over in self._folder.glob("*.part.*"):
                left_over.unlink()

    def open_table(self, slug: str, name: str, schema: pa.Schema) -> AbstractContextManager[TableWriter]:
        """Where a port puts its rows: the file of its crossings, else its piece of a file of all ports."""
        if name == "crossings":
            return pq.ParquetWriter(self._folder / name / f"{slug}.parquet", schema, **_CROSSINGS_FORMAT)
        return pa.ipc.new_stream(str(self._piece(name, slug)), schema)

    def open_events(self, slug: str) -> AbstractContextManager[EventSink] | None:
        """Where a port puts its log of events."""
        return NdjsonSink(self._piece(EVENTS, slug)) if self._events else None

    def add_port(self, slug: str) -> None:
        """Add a port whose run is over: its tables, and its events (zstd frames may stand one behind the other)."""
        for name, writer in self._writers.items():
            mine = self._piece(name, slug)
            with pa.OSFile(str(mine)) as source, pa.ipc.open_stream(source) as batches:
                while rows := list(islice(batches, BATCHES_PER_GROUP)):
                    writer.write_table(pa.Table.from_batches(rows), row_group_size=2**20)
            mine.unlink()
        if self._events:
            mine = self._piece(EVENTS, slug)
            with mine.open("rb") as events:
                copyfileobj(events, self._events)
            mine.unlink()

    def _piece(self, name: str, slug: str) -> Path:
        """Where one port's part of a file is kept until that file takes it in."""
        return self._folder / f"{slug}.part.{name}"
