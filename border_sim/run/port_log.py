"""The log of one port while it runs: its crossings in a Parquet file, its events in a piece of the NDJSON file."""

from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.events.encode import encode
from border_sim.records import Events, PortInfo, Records
from border_sim.run import tables

ROWS_PER_GROUP: Final = 250_000
_DICTIONARIES = [
    name for name in tables.CROSSINGS_SCHEMA.names if pa.types.is_dictionary(tables.CROSSINGS_SCHEMA.field(name).type)
]
_DELTAS = ["crossing", "arrived_us", *tables.STAYS]
_FORMAT: Final[dict[str, Any]] = {
    "compression": "zstd",
    "use_dictionary": _DICTIONARIES,
    "column_encoding": dict.fromkeys(_DELTAS, "DELTA_BINARY_PACKED"),
}


class PortLog:
    """Writes as it goes; closed on every way out, so that an interrupted run leaves readable files."""

    def __init__(self, folder: Path, info: PortInfo, logs: frozenset[str], run_id: str, replication: int) -> None:
        self._info, self._run_id, self._replication = info, run_id, replication
        self._parquet = "parquet" in logs
        self._crossings: list[pa.Table] = []
        self._changes: dict[str, list[pa.Table]] = {"booths": [], "posted": [], "disruptions": []}
        self._seq = 0
        self._writer = (
            pq.ParquetWriter(folder / "crossings" / f"{info.slug}.parquet", tables.CROSSINGS_SCHEMA, **_FORMAT)
            if self._parquet
            else None
        )
        self._events = pa.CompressedOutputStream(str(piece(folder, info.slug)), "zstd") if "ndjson" in logs else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._writer:
                self._flush()
        finally:
            for stream in (self._writer, self._events):
                if stream:
                    stream.close()

    def write(self, records: Records, events: Events, *, is_over: bool) -> None:
        """Add the crossings whose story ended in the period (all of them, if the port's run is over), its changes
        and its events.
        """
        if self._parquet:
            told = tables.told_in(records, is_last=is_over)
            self._crossings.append(tables.crossings_table(told, self._info))
            self._changes["booths"].append(tables.staffing_table(records.staffing, self._info))
            self._changes["posted"].append(tables.posted_table(records.posted, self._info))
            self._changes["disruptions"].append(tables.disruptions_table(records.disruptions, self._info))
            if sum(table.num_rows for table in self._crossings) >= ROWS_PER_GROUP:
                self._flush()
        if self._events:
            self._events.write(encode(events, self._info, self._run_id, self._replication, self._seq))
        self._seq += events.t_us.size

    def tables(self) -> dict[str, pa.Table]:
        """Booths, posted waits and disruptions of the whole run so far; empty without a Parquet log."""
        return {name: pa.concat_tables(parts) for name, parts in self._changes.items() if parts}

    def _flush(self) -> None:
        if self._writer and self._crossings:
            self._writer.write_table(pa.concat_tables(self._crossings))
        self._crossings = []


def piece(folder: Path, slug: str) -> Path:
    """Where the events of one port are kept until the run's file takes them in."""
    return folder / f"events.{slug}.part"
