"""A run directory: what is in it, and how its tables are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from border_sim.errors import BorderSimError

MANIFEST: Final = "manifest.json"


class DirectoryError(BorderSimError):
    """A run directory that cannot be made or read; the message says which, why, and what would do."""


def read_table(path: Path, schema: pa.Schema | None = None, **options: Any) -> pa.Table:
    """A table of a run directory with the columns of `schema` (`None`: any); `options` are those of
    `pyarrow.parquet.read_table`. Raises `DirectoryError`.
    """
    with readable(path):
        table = pq.read_table(path, **options)
    if schema is not None:
        require_columns(path, table.schema, schema)
    return table


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what goes wrong where a Parquet file is read into a `DirectoryError`."""
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise DirectoryError(f"{path}: cannot be read ({error}); the run was damaged") from error


def require_columns(path: Path, columns: pa.Schema, wanted: pa.Schema) -> None:
    """Raise `DirectoryError` unless a file's columns are those that are wanted; words may be dictionaries or not."""
    if columns.names != wanted.names:
        names = ", ".join(wanted.names)
        raise DirectoryError(f"{path}: has the columns {', '.join(columns.names)}, not {names}; the run was damaged")
    for name in wanted.names:
        mine, other = _plain_type(columns.field(name).type), _plain_type(wanted.field(name).type)
        if mine != other:
            raise DirectoryError(f"{path}: {name} is of type {mine}, not {other}; the run was damaged")


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
