"""What one port writes while it runs: its crossings to a file of its own, all else to pieces of the run's files."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.events.encode import encode
from border_sim.metrics.state import Windows
from border_sim.metrics.windows import SCHEMA as METRICS_SCHEMA
from border_sim.metrics.windows import to_table
from border_sim.records import Events, PortInfo, Records, concatenate
from border_sim.run import tables

ROWS_PER_GROUP: Final = 65_536
WINDOWS_PER_TABLE: Final = 8_192
EVENTS: Final = "events.ndjson.zst"
CHANGES: Final = {
    "booths": tables.STAFFING_SCHEMA,
    "posted": tables.POSTED_SCHEMA,
    "disruptions": tables.DISRUPTIONS_SCHEMA,
}
_CROSSINGS_FORMAT: Final[dict[str, Any]] = {
    "compression": "zstd",
    "use_dictionary": [field.name for field in tables.CROSSINGS_SCHEMA if pa.types.is_dictionary(field.type)],
    "column_encoding": dict.fromkeys(("crossing", "arrived_us", *tables.STAYS), "DELTA_BINARY_PACKED"),
}


def run_tables(logs: frozenset[str]) -> dict[str, pa.Schema]:
    """The tables of a run that hold all ports, by name."""
    return {"metrics": METRICS_SCHEMA} | (CHANGES if "parquet" in logs else {})


def piece(folder: Path, name: str, slug: str) -> Path:
    """Where one port's part of a file of the run is kept until that file takes it in."""
    return folder / f"{name}.{slug}.part"


class PortLog:
    """Writes as it goes; closed on every way out, so that an interrupted run leaves readable files."""

    def __init__(self, folder: Path, info: PortInfo, logs: frozenset[str], run_id: str, replication: int) -> None:
        self._folder, self._info, self._logs = folder, info, logs
        self._run_id, self._replication = run_id, replication
        self._seq = 0
        self._writers: dict[str, Any] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._windows: list[Windows] = []
        self._events: pa.CompressedOutputStream | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        slug = self._info.slug
        for name, schema in run_tables(self._logs).items():
            self._open(name, pa.ipc.new_stream(str(piece(self._folder, name, slug)), schema))
        if "parquet" in self._logs:
            path = self._folder / "crossings" / f"{slug}.parquet"
            self._open("crossings", pq.ParquetWriter(path, tables.CROSSINGS_SCHEMA, **_CROSSINGS_FORMAT))
        if "ndjson" in self._logs:
            stream = pa.CompressedOutputStream(str(piece(self._folder, EVENTS, slug)), "zstd")
            self._events = self._stack.enter_context(stream)
        return self

    def __exit__(self, *failure: object) -> None:
        with self._stack:
            self._flush_windows()
            for name in self._writers:
                self._flush(name)

    def write(self, records: Records, events: Events, windows: Windows, *, is_over: bool) -> None:
        """Add a period: closed windows, the crossings whose story ended (all, if the run is over), changes, events."""
        info = self._info
        self._windows.append(windows)
        if sum(waiting.mode.size for waiting in self._windows) >= WINDOWS_PER_TABLE:
            self._flush_windows()
        if "parquet" in self._logs:
            self._add("crossings", tables.crossings_table(tables.told_in(records, is_last=is_over), info))
            self._add("booths", tables.staffing_table(records.staffing, info))
            self._add("posted", tables.posted_table(records.posted, info))
            self._add("disruptions", tables.disruptions_table(records.disruptions, info))
        if self._events:
            self._events.write(encode(events, info, self._run_id, self._replication, self._seq))
        self._seq += events.t_us.size

    def _open(self, name: str, writer: Any) -> None:
        self._writers[name] = self._stack.enter_context(writer)
        self._waiting[name] = []

    def _add(self, name: str, table: pa.Table) -> None:
        self._waiting[name].append(table)
        if sum(waiting.num_rows for waiting in self._waiting[name]) >= ROWS_PER_GROUP:
            self._flush(name)

    def _flush_windows(self) -> None:
        """Windows wait as columns, since a table of each few costs more than they do."""
        if self._windows:
            table = to_table(concatenate(self._windows), self._info, self._replication)
            self._writers["metrics"].write_table(table)
        self._windows = []

    def _flush(self, name: str) -> None:
        if self._waiting[name]:
            self._writers[name].write_table(pa.concat_tables(self._waiting[name]).combine_chunks())
        self._waiting[name] = []
