"""Windows as tables: of one port from a fold, of many put together, summed over any keys, and compared."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.metrics.histogram import BUCKETS, quantile
from border_sim.metrics.state import Windows
from border_sim.records import Array, PortInfo, words
from border_sim.vocabulary import MISSING, LaneClass, Mode, Station

KEYS: Final = ("replication", "port", "mode", "lane_class", "station", "pool", "window_us")
"""What tells rows apart. `lane_class` is null where none is chosen yet, and in rows of a pool; `pool` is null in all others."""
COUNTS: Final = Windows._fields[Windows._fields.index("arrivals") : Windows._fields.index("sizes")]
_LARGEST: Final = "largest_queue"
_WORD: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [("replication", pa.int32())]
    + [(name, _WORD) for name in KEYS[1:-1]]
    + [("window_us", pa.int64())]
    + [(name, pa.int64()) for name in COUNTS]
    + [("buckets", pa.list_(pa.int16())), ("counts", pa.list_(pa.int32()))]
)
"""The columns of windows; their meaning is that of `Windows`."""


class Differences(NamedTuple):
    """What tells two tables of windows apart."""

    rows: int
    """Rows that are in one table only, or not the same in both"""
    example: str | None
    """One of them in words; None if there is none"""


def to_table(windows: Windows, info: PortInfo, replication: int) -> pa.Table:
    """The windows of one port and replication as a table of `SCHEMA`; rows of a pool have its mode and name."""
    modes = [[*Mode].index(pool.mode) for pool in info.pools]
    mode = np.where(windows.pool == MISSING, windows.mode, np.array([*modes, MISSING])[windows.pool])
    count = len(windows.window_us)
    columns = {
        "replication": np.full(count, replication, np.int32),
        "port": _dictionary(np.zeros(count, np.int32), pa.array([info.slug])),
        "mode": _dictionary(mode, words(Mode)),
        "lane_class": _dictionary(windows.lane_class, words(LaneClass)),
        "station": _dictionary(windows.station, words(Station)),
        "pool": _dictionary(windows.pool, pa.array([pool.name for pool in info.pools], pa.string())),
    }
    ends = np.append(0, np.cumsum(windows.sizes)).astype(np.int32)
    columns |= {name: getattr(windows, name) for name in ("window_us", *COUNTS)}
    columns |= {name: pa.ListArray.from_arrays(ends, getattr(windows, name)) for name in ("buckets", "counts")}
    return pa.table(columns, schema=SCHEMA)


def _dictionary(codes: Array, values: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=codes == MISSING), values)


def from_table(table: pa.Table, info: PortInfo) -> Windows:
    """The windows of one port and replication, from a table of theirs; what `to_table` made gives the same columns."""
    primary = [f"{pool.mode}/{pool.name}" if pool.station is Station.PRIMARY else "" for pool in info.pools]
    mode, pool = (table[name].cast(pa.string()) for name in ("mode", "pool"))
    places = _codes(pc.binary_join_element_wise(mode, pool, "/"), pa.array(primary, pa.string()))
    counts = [table[name].to_numpy() for name in COUNTS]
    return Windows(
        table["window_us"].to_numpy(),
        np.where(places == MISSING, _codes(mode, words(Mode)), MISSING),
        _codes(table["lane_class"].cast(pa.string()), words(LaneClass)),
        _codes(table["station"].cast(pa.string()), words(Station)),
        places,
        *counts,
        pc.list_value_length(table["buckets"]).to_numpy().astype(np.int64),
        pc.list_flatten(table["buckets"]).to_numpy(),
        pc.list_flatten(table["counts"]).to_numpy(),
    )


def _codes(column: Any, values: pa.Array) -> Array:
    found = pc.fill_null(pc.index_in(column, value_set=values, skip_nulls=True), MISSING)
    return np.asarray(found.to_numpy(), np.int64)


def total(table: pa.Table, keys: tuple[str, ...]) -> pa.Table:
    """The sums over all rows that have the same `keys`, and of their histograms; of `largest_queue` the largest.

    Rows are in the order of `keys`, nulls last; words are plain strings. The order of the rows of `table` does not matter, and the
    total of totals is the total of all, so that parts may be summed as they come.
    """
    groups, firsts = _groups(table, keys)
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(len(firsts)))
    columns: dict[str, Any] = {key: _plain(table[key]).take(pa.array(firsts)) for key in keys}
    for name in COUNTS:
        sum_up = np.maximum if name == _LARGEST else np.add
        columns[name] = sum_up.reduceat(table[name].to_numpy()[order], starts)
    columns |= _merged_histograms(table, groups, len(firsts))
    return pa.table(columns).sort_by([(key, "ascending") for key in keys])


def quantiles(table: pa.Table, q: float) -> list[int | None]:
    """The quantile of each row's waits, microseconds; None for rows without waits."""
    rows = zip(table["buckets"].to_pylist(), table["counts"].to_pylist(), strict=True)
    return [quantile(np.array(buckets), np.array(counts), q) for buckets, counts in rows]


def differences(a: pa.Table, b: pa.Table) -> Differences:
    """Compare two tables of windows row by row, whatever the order of rows; a row told twice is one row too many."""
    ids = _ids(pa.concat_tables([_keys(a), _keys(b)]))
    common, in_a, in_b = np.intersect1d(ids[: len(a)], ids[len(a) :], assume_unique=True, return_indices=True)
    differ = _histograms_differ(a, b, in_a, in_b)
    example = None
    for name in COUNTS:
        left, right = a[name].to_numpy()[in_a], b[name].to_numpy()[in_b]
        differ |= left != right
        for place in np.flatnonzero(left != right)[:1] if example is None else ():
            example = f"{_row_in_words(a, in_a[place])}: {name} is {left[place]} and {right[place]}"
    ...
