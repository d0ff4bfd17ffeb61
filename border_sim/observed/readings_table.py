"""A table of readings of CBP's feed: made, written as Parquet or CSV, read back, and summed up by cells."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.loading.observed import CELLS, row_problems
from border_sim.observed.feed.readings import Reading
from border_sim.observed.simulated import CELL
from border_sim.run.meanings import INSTANT, Meaning
from border_sim.spec.problem import shown
from border_sim.vocabulary import Mode

SUFFIXES: Final = (".parquet", ".csv")
"""How the name of a table ends, which tells its format."""
SCHEMA: Final = pa.schema(
    [
        *(pa.field(name, pa.string(), nullable=False) for name in Reading._fields[:4]),
        ("local_time", pa.timestamp("s")),
        ("t_us", pa.int64()),
        ("wait_min", pa.int16()),
        ("lanes_open", pa.int16()),
        pa.field("is_closed", pa.bool_(), nullable=False),
    ]
)
MEANINGS: Final = {
    "port": Meaning("slug of the port"),
    "mode": Meaning("`commercial`, `passenger` or `pedestrian`"),
    "lane_class": Meaning("the lane class"),
    "port_number": Meaning("CBP's number of the entry that was read; a port may have several"),
    "local_time": Meaning(
        "the hour for which CBP posted the wait, by the port's clock; of a closed lane, which has none, when the feed "
        "was made",
        null="closed, in a feed that does not tell when it was made and has no wait either",
    ),
    "t_us": Meaning("`local_time` as an instant; of an hour that comes twice the first", INSTANT, "as `local_time`"),
    "wait_min": Meaning('the wait posted; 0 where it is "no delay" without minutes', "min", "closed"),
    "lanes_open": Meaning("open lanes; 0 where it is closed", "lanes", "not told"),
    "is_closed": Meaning("whether the lane is closed"),
}
"""By column of `SCHEMA`."""
FIRST_S: Final = int(datetime.min.replace(tzinfo=UTC).timestamp())
LAST_S: Final = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())
"""The first and the last local time that a reading may have, seconds since 1970."""
_LANE: Final = ("port", "mode", "lane_class")
_OPTIONAL: Final = ("wait_min", "lanes_open")


def readings_table(readings: Iterable[Reading]) -> pa.Table:
    """Readings as a table of `SCHEMA`, in their order."""
    columns = zip(*readings, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=False)]
    return pa.table(arrays, schema=SCHEMA) if arrays else SCHEMA.empty_table()


def without_repeats(table: pa.Table) -> pa.Table:
    """Each reading once, by port, lane and time: copies of the feed repeat a posting until the next."""
    once = table.group_by(SCHEMA.names, use_threads=False).aggregate([])
    return once.sort_by([(name, "ascending") for name in (*_LANE, "t_us", "port_number")]).cast(SCHEMA)


def write_readings(path: Path, table: pa.Table) -> None:
    """Write a table, whole or not at all; `OSError` if it cannot be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        (csv.write_csv if path.suffix == ".csv" else parquet.write_table)(table, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_readings(path: Path) -> pa.Table:
    """A table that `write_readings` wrote, or another of `SCHEMA`; `LoadError` with every problem.

    Problems are told with lines, the header being the first; a row of Parquet has that of CSV.
    """
    try:
        table = _read(path)
    except (OSError, pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise _refusal(path, f"cannot be read ({' '.join(str(error).split())})") from None
    if problems := [*_missing(path, table), *_out_of_calendar(path, table)]:
        raise LoadError(problems)
    words = {"mode": list(Mode)}
    if problems := sorted(
        [*row_problems(path, table, words, ("wait_min", "lanes_open")), *_closed_with_wait(path, table)]
    ):
        raise LoadError(problems)
    return table.cast(SCHEMA)


def cells_of(table: pa.Table, source: str) -> pa.Table:
    """The waits of a table by port, lane class, day of the week and local hour, of `loading.observed.CELLS`; their
    source is `source`.
    """
    waits = table.filter(pc.and_(pc.is_valid(table["wait_min"]), pc.is_valid(table["local_time"])))
    local = waits["local_time"]
    times = {
        "day_of_week": pc.cast(pc.day_of_week(local), pa.int8()),
        "hour": pc.cast(pc.hour(local), pa.int8()),
        "date": pc.cast(local, pa.date32()),
    }
    keyed = pa.table({name: waits[name] for name in (*_LANE, *_OPTIONAL)} | times)
    sums = [("wait_min", "mean"), ("wait_min", "count"), ("lanes_open", "mean"), ("date", "min"), ("date", "max")]
    cells = keyed.group_by(list(CELL), use_threads=False).aggregate(sums)
    cells = cells.sort_by([(name, "ascending") for name in CELL])
    names = ["source", *CELL, *(f"{name}_{what}" for name, what in sums)]
    cells = cells.append_column("source", pa.array([source] * len(cells), pa.string())).select(names)
    return cells.rename_columns(CELLS.names).cast(CELLS)


def _read(path: Path) -> pa.Table:
    if path.suffix not in SUFFIXES:
        raise _refusal(path, f"is no table; its name must end in {' or '.join(SUFFIXES)}")
    if path.suffix == ".parquet":
        table = parquet.read_table(path)
    else:
        options = csv.ConvertOptions(column_types=SCHEMA, strings_can_be_null=False)
        table = csv.read_csv(path, convert_options=options)
    if set(SCHEMA.names) - set(table.schema.names):
        names, valid = ", ".join(table.schema.names), ", ".join(SCHEMA.names)
        raise _refusal(path, f"has columns {names}; a table of readings has {valid}: make it with import-waits")
    return table.select(SCHEMA.names).cast(pa.schema([field.with_nullable(True) for field in SCHEMA]))


def _missing(path: Path, table: pa.Table) -> Iterator[FileProblem]:
    """Rows without what every reading has, as Parquet of others may be."""
    for name in (field.name for field in SCHEMA if not field.nullable):
        is_text = pa.types.is_string(SCHEMA.field(name).type)
        wrong = pc.or_kleene(pc.is_null(table[name]), pc.equal(table[name], "")) if is_text else pc.is_null(table[name])
        for row in pc.indices_nonzero(wrong).to_pylist():
            yield FileProblem(str(path), row + 2, name, shown(table[name][row].as_py()), "must not be empty")


def _out_of_calendar(path: Path, table: pa.Table) -> Iterator[FileProblem]:
    """Rows whose local time lies in no year that Python knows."""
    seconds = pc.cast(table["local_time"], pa.int64())
    wrong = pc.or_(pc.less(seconds, FIRST_S), pc.greater(seconds, LAST_S))
    for row in pc.indices_nonzero(pc.fill_null(wrong, False)).to_pylist():
        years = "must lie in the years 1 to 9999"
        yield FileProblem(str(path), row + 2, "local_time", f"{seconds[row]} s since 1970", years)


def _closed_with_wait(path: Path, table: pa.Table) -> Iterator[FileProblem]:
    """Rows that are closed and have a wait, or neither."""
    wrong = pc.equal(table["is_closed"], pc.is_valid(table["wait_min"]))
    for row in pc.indices_nonzero(wrong).to_pylist():
        wait = shown(table["wait_min"][row].as_py())
        yield FileProblem(str(path), row + 2, "wait_min", wait, "must be empty where is_closed is true, and only there")


def _refusal(path: Path, message: str) -> LoadError:
    return LoadError([FileProblem(str(path), 0, "", "", message)])
