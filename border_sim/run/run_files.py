"""The files of a run that hold all ports: they take in the ports' pieces in the order given."""

from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.run.port_log import EVENTS, piece, run_tables

BATCHES_PER_GROUP: Final = 1
"""Of a piece, to a row group: each group of the file costs memory until the file is closed."""


class RunFiles:
    """Open while the run lasts, closed on every way out; pieces that are left over then are removed."""

    def __init__(self, folder: Path, logs: frozenset[str]) -> None:
        self._folder, self._logs = folder, logs
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._writers = {
            name: self._stack.enter_context(
                pq.ParquetWriter(self._folder / f"{name}.parquet", schema, compression="zstd")
            )
            for name, schema in run_tables(self._logs).items()
        }
        self._events = self._stack.enter_context((self._folder / EVENTS).open("wb")) if "ndjson" in self._logs else None
        return self

    def __exit__(self, *failure: object) -> None:
        with self._stack:
            for left_over in self._folder.glob("*.part"):
                left_over.unlink()

    def take(self, slug: str) -> None:
        """Take in a port: its tables, and its events (zstd frames may stand one behind the other)."""
        for name, writer in self._writers.items():
            mine = piece(self._folder, name, slug)
            with pa.OSFile(str(mine)) as source, pa.ipc.open_stream(source) as batches:
                while rows := list(islice(batches, BATCHES_PER_GROUP)):
                    writer.write_table(pa.Table.from_batches(rows), row_group_size=2**20)
            mine.unlink()
        if self._events:
            mine = piece(self._folder, EVENTS, slug)
            with mine.open("rb") as events:
                copyfileobj(events, self._events)
            mine.unlink()
