"""A run directory: what is in it, and how its tables are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.errors import BorderSimError
from border_sim.metrics.window_columns import MEASURES

MANIFEST: Final = "manifest.json"
ADDED: Final = {
    "crossings": (
        *("scan_pool", "scan_wait_us", "scan_us"),
        *("scan_blocked_us", "primary_blocked_us", "secondary_blocked_us"),
    ),
    "disruptions": ("pool", "bays_cap", "pace_permille"),
    "metrics": ("blocked_us",),
}
"""Columns that runs of before event schema 3 lack. Null says in each of them what was true of those runs: nobody is
scanned before primary, nobody finds a station full, and no disruption is of a pool. Measures are never null: 0 says it.
"""


class DirectoryError(BorderSimError):
    """A run directory that cannot be made or read; the message says which, why, and what would do."""


def read_table(path: Path, schema: pa.Schema | None = None, **options: Any) -> pa.Table:
    """A table of a run directory with the columns of `schema` (`None`: any), those that it lacks as `completed` fills
    them; `options` are those of `pyarrow.parquet.read_table`. Raises `DirectoryError`.
    """
    with readable(path):
        table = pq.read_table(path, **options)
    if schema is not None:
        require_columns(path, table.schema, schema)
        table = completed(table, schema)
    return table


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what goes wrong where a Parquet file is read into a `DirectoryError`."""
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise DirectoryError(f"{path}: cannot be read ({error}); the run was damaged") from error


def require_columns(path: Path, columns: pa.Schema, wanted: pa.Schema) -> None:
    """Raise `DirectoryError` unless a file's columns are those that are wanted, or those of a version before; words may
    be dictionaries or not.
    """
    added = ADDED.get("crossings" if path.parent.name == "crossings" else path.stem, ())
    if columns.names != [name for name in wanted.names if name in columns.names or name not in added]:
        names = ", ".join(wanted.names)
        raise DirectoryError(f"{path}: has the columns {', '.join(columns.names)}, not {names}; the run was damaged")
    for name in columns.names:
        mine, other = _plain_type(columns.field(name).type), _plain_type(wanted.field(name).type)
        if mine != other:
            raise DirectoryError(f"{path}: {name} is of type {mine}, not {other}; the run was damaged")


def completed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table of a run of before with all columns of `schema`; those that it lacks hold null, a measure 0."""
    for place, field in enumerate(schema):
        if field.name not in table.column_names:
            nothing = pa.scalar(0 if field.name in MEASURES else None, field.type)
            table = table.add_column(place, field, pa.repeat(nothing, len(table)))
    return table


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
