"""Windows as Arrow tables: of one port, or of all ports and replications together, and compared."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.metrics.state import cell_of
from border_sim.metrics.window_columns import MEASURES, Windows
from border_sim.records import Array, PortInfo
from border_sim.vocabulary import MISSING, LaneClass, Mode, Station, code

KEYS: Final = ("replication", "port", "mode", "lane_class", "station", "pool", "window_us")
"""What tells rows apart. `lane_class` is null where none is chosen yet and in rows of a pool; `pool` in all others."""
_WORD: Final = pa.dictionary(pa.int32(), pa.string())
METRICS_SCHEMA: Final = pa.schema(
    [("replication", pa.int32())]
    + [(name, _WORD) for name in KEYS[1:-1]]
    + [("window_us", pa.int64())]
    + [(name, pa.int64()) for name in MEASURES]
    + [("buckets", pa.list_(pa.int16())), ("counts", pa.list_(pa.int32()))]
)
"""The columns of windows; their meaning is that of `window_columns`."""


class Differences(NamedTuple):
    """What tells two tables of windows apart."""

    rows: int
    """Rows that are in one table only, or in both with other figures"""
    example: str
    """One of them in words; empty if there is none"""


def to_table(windows: Windows, info: PortInfo, replication: int) -> pa.Table:
    """The windows of one port and replication as a table of `METRICS_SCHEMA`; rows of a pool have its mode and key."""
    modes = [code(pool.mode) for pool in info.pools]
    mode = np.where(windows.pool == MISSING, windows.mode, np.array([*modes, MISSING])[windows.pool])
    count = len(windows.window_us)
    columns = {
        "replication": np.full(count, replication, np.int32),
        "port": word_column(np.zeros(count, np.int32), [info.slug], np.int32),
        "mode": word_column(mode, list(Mode), np.int32),
        "lane_class": word_column(windows.lane_class, list(LaneClass), np.int32),
        "station": word_column(windows.station, list(Station), np.int32),
        "pool": word_column(windows.pool, [pool.key for pool in info.pools], np.int32),
    }
    ends = np.append(0, np.cumsum(windows.sizes)).astype(np.int32)
    columns |= {name: getattr(windows, name) for name in ("window_us", *MEASURES)}
    columns |= {name: pa.ListArray.from_arrays(ends, getattr(windows, name)) for name in ("buckets", "counts")}
    return pa.table(columns, schema=METRICS_SCHEMA)


def _words(kind: type[StrEnum]) -> pa.Array:
    return pa.array([word.value for word in kind], pa.string())


def word_column(places: Array, words: Sequence[str], dtype: Any) -> pa.DictionaryArray:
    """Words, no two alike, by their places in `words`, null where that is `MISSING`; indices are of `dtype`.

    Without the type Arrow would look for dates in words.
    """
    indices = places.astype(dtype)
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices == MISSING), pa.array(words, pa.string()))


def from_table(table: pa.Table, info: PortInfo) -> Windows:
    """The windows of one port and replication, from a table of theirs; what `to_table` made gives the same columns."""
    keys = pa.array([pool.key for pool in info.pools], pa.string())
    mode = table["mode"].cast(pa.string())
    places = _codes(with_pool_keys(table)["pool"].cast(pa.string()), keys)
    columns = (
        table["window_us"].to_numpy(),
        np.where(places == MISSING, _codes(mode, _words(Mode)), MISSING),
        _codes(table["lane_class"].cast(pa.string()), _words(LaneClass)),
        _codes(table["station"].cast(pa.string()), _words(Station)),
        places,
    )
    return Windows(*columns, **measures_of(table))


def with_pool_keys(table: pa.Table) -> pa.Table:
    """The table with pools spelt by their keys, where it was written before they were and tells their names alone."""
    pool = table["pool"].cast(pa.string())
    if not pc.any(pc.invert(pc.match_substring(pool, "/"))).as_py():
        return table
    keys = pc.binary_join_element_wise(table["mode"].cast(pa.string()), pool, "/")
    place = table.schema.get_field_index("pool")
    return table.set_column(place, table.schema.field(place), keys.cast(table.schema.field(place).type))


def _codes(column: Any, values: pa.Array) -> Array:
    places = pc.fill_null(pc.index_in(column, value_set=values, skip_nulls=True), MISSING)
    return np.asarray(places.to_numpy(), np.int64)


def table_cells(table: pa.Table) -> Array:
    """The cell of each row of a table, as `metrics.state.cells_of` gives those of windows; `MISSING` of a pool's."""
    return np.where(table["pool"].is_null().to_numpy(), _cells(table), MISSING)


def table_pool_cells(table: pa.Table) -> Array:
    """As `metrics.state.pool_cells_of`, of the rows of a table."""
    return np.where(table["pool"].is_null().to_numpy(), MISSING, _cells(table))


def _cells(table: pa.Table) -> Array:
    mode, lane_class, station = (
        _codes(table[name].cast(pa.string()), _words(kind))
        for name, kind in (("mode", Mode), ("lane_class", LaneClass), ("station", Station))
    )
    return np.asarray(cell_of(mode, lane_class, station))


def measures_of(table: pa.Table) -> dict[str, Array]:
    """The columns of a table that are no keys, by their names in `Windows`: measures, sizes, buckets and counts."""
    sizes, buckets = _flat(table["buckets"])
    measures = {name: table[name].to_numpy() for name in MEASURES}
    return measures | {"sizes": sizes.astype(np.int64), "buckets": buckets, "counts": _flat(table["counts"])[1]}


def differences(a: pa.Table, b: pa.Table) -> Differences:
    """Compare two tables of windows of one schema, in any order of rows; one that is there twice is one too many."""
    ids = _numbered(row_codes(pa.concat_tables([a.select(KEYS), b.select(KEYS)]), KEYS), len(a))
    common, in_a, in_b = np.intersect1d(ids[: len(a)], ids[len(a) :], assume_unique=True, return_indices=True)
    differ = _histograms_differ(a.take(pa.array(in_a)), b.take(pa.array(in_b)))
    for name in MEASURES:
        differ |= a[name].to_numpy()[in_a] != b[name].to_numpy()[in_b]
    rows = int(differ.sum()) + len(a) + len(b) - 2 * len(common)
    if differ.any():
        first = int(np.argmax(differ))
        return Differences(rows, _changed(a, b, int(in_a[first]), int(in_b[first])))
    for table, name, matched in ((a, "first", in_a), (b, "second", in_b)):
        if len(matched) < len(table):
            unmatched = int(np.setdiff1d(np.arange(len(table)), matched)[0])
            return Differences(rows, f"{_row_in_words(table, unmatched)}: only in the {name}")
    return Differences(0, "")


def _flat(column: pa.ChunkedArray) -> tuple[Array, Array]:
    """The length of each list of a column, and the values of all lists."""
    return pc.list_value_length(column).to_numpy(), pc.list_flatten(column).to_numpy()


def row_codes(table: pa.Table, keys: Sequence[str]) -> Array:
    """A number for each row, the same for rows that have the same keys."""
    codes = np.zeros(len(table), np.int64)
    for key in keys:
        column = table[key].unify_dictionaries().combine_chunks()
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        indices = pc.fill_null(encoded.indices, MISSING).to_numpy(zero_copy_only=False)
        codes = codes * (len(encoded.dictionary) + 1) + indices + 1
    return codes


def _numbered(codes: Array, count: int) -> Array:
    """A number for each row of two tables, the first of `count` rows: the n-th of the same keys is the same in both."""
    ids = np.empty_like(codes)
    for part in (slice(None, count), slice(count, None)):
        order = np.argsort(codes[part], kind="stable")
        ordered = codes[part][order]
        nth = np.arange(len(order)) - np.searchsorted(ordered, ordered)
        ids[part][order] = ordered * (len(codes) + 1) + nth
    return ids


def _histograms_differ(a: pa.Table, b: pa.Table) -> Array:
    """Which rows of two tables of the same keys have different histograms."""
    sizes = _flat(a["buckets"])[0]
    differ: Array = sizes != _flat(b["buckets"])[0]
    alike = np.flatnonzero(~differ)
    rows = np.repeat(alike, sizes[alike])
    for name in ("buckets", "counts"):
        left, right = (_flat(table[name].take(pa.array(alike)))[1] for table in (a, b))
        differ[rows[left != right]] = True
    return differ


def _changed(a: pa.Table, b: pa.Table, in_a: int, in_b: int) -> str:
    """In words, the first column in which two rows of the same keys differ."""
    values = ((name, a[name][in_a].as_py(), b[name][in_b].as_py()) for name in (*MEASURES, "buckets", "counts"))
    name, left, right = next(value for value in values if value[1] != value[2])
    return f"{_row_in_words(a, in_a)}: {name} is {left} in the first and {right} in the second"


def _row_in_words(table: pa.Table, place: int) -> str:
    row = {key: table[key][place].as_py() for key in KEYS}
    begins = f"{np.datetime64(row['window_us'], 'us').astype('datetime64[s]')}+00:00"  # of any year, unlike datetime
    keys = " ".join(row[key] for key in ("port", "mode", "lane_class", "station", "pool") if row[key] is not None)
    return f"replication {row['replication']}, {keys}, window from {begins}"
