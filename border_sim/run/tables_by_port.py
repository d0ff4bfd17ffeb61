"""The files of a run directory that hold all ports, read port by port."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.metrics.window_tables import METRICS_SCHEMA
from border_sim.run.directory import DirectoryError, completed, readable, require_columns

METRICS: Final = "metrics.parquet"


def tables_by_port(
    path: Path, schema: pa.Schema, slugs: Iterable[str], columns: Sequence[str] | None = None
) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """The rows of each port in turn, and each port's in parts, so that little is in memory at once.

    `schema`: the columns of the file; `columns`: those that are wanted (`None`: all). Raises `DirectoryError` if the
    file cannot be read or has other columns.
    """
    with readable(path), pq.ParquetFile(path) as file:
        require_columns(path, file.schema_arrow, schema)
        wanted = schema if columns is None else pa.schema([schema.field(name) for name in columns])
        groups = _groups_by_port(path, file.metadata, file.schema_arrow.get_field_index("port"))
        for slug in slugs:
            yield slug, (_group(path, file, group, wanted) for group in groups.get(slug, []))


def windows_by_port(
    path: Path, slugs: Iterable[str], columns: Sequence[str] | None = None
) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """`tables_by_port` of a file of windows."""
    return tables_by_port(path, METRICS_SCHEMA, slugs, columns)


def _group(path: Path, file: pq.ParquetFile, group: int, wanted: pa.Schema) -> pa.Table:
    with readable(path):
        return completed(file.read_row_group(group, wanted.names), wanted)


def _groups_by_port(path: Path, metadata: Any, port: int) -> dict[str, list[int]]:
    """The row groups of each port; a run writes no group of two."""
    groups = dict[str, list[int]]()
    for place in range(metadata.num_row_groups):
        group = metadata.row_group(place)
        if not group.num_rows:
            continue
        ports = group.column(port).statistics
        if ports is None or not ports.has_min_max or ports.min != ports.max:
            raise DirectoryError(f"{path}: has row groups of several ports, so no run wrote it")
        groups.setdefault(ports.min, []).append(place)
    return groups
