"""Columns of a run's log as arrays: words and pools by their places, checked, because compiled code finds its way by
them.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.errors import BorderSimError
from border_sim.records import Array, PortInfo
from border_sim.vocabulary import MISSING, Mode, Station, code

WORD: Final = pa.dictionary(pa.int8(), pa.string())
"""The type of a column of words."""


class LogError(BorderSimError, ValueError):
    """A table of a run's log that says what no run writes."""


def integers(column: pa.ChunkedArray) -> Array:
    """Whole numbers; null is `MISSING`."""
    return np.asarray(column.fill_null(MISSING).combine_chunks())


def codes(column: pa.ChunkedArray, words: type[StrEnum], *, may_be_null: bool = False) -> Array:
    """Codes of words; null is `MISSING`. Raises `LogError` for other words, and for null unless it `may_be_null`."""
    return _places(column, [word.value for word in words], may_be_null=may_be_null)


def _places(column: pa.ChunkedArray, words: list[str], *, may_be_null: bool) -> Array:
    """Places among `words`; null is `MISSING`."""
    text = column.cast(pa.string())
    places = pc.index_in(text, pa.array(words, pa.string()))
    unknown = text.filter(places.is_null()).unique().to_pylist()
    for word in unknown:
        if word is not None or not may_be_null:
            raise LogError(f"its log names {word!r}, which is none of {', '.join(words)}")
    return np.asarray(places.fill_null(MISSING).combine_chunks())


def require_values(table: pa.Table, names: Sequence[str]) -> None:
    """Raise `LogError` where a column has holes that no run leaves."""
    for name in names:
        if table[name].null_count:
            raise LogError(f"its log holds {table[name].null_count} rows without {name}")


def pool_places(
    column: pa.ChunkedArray, modes: Array, info: PortInfo, station: Station | None, *, may_be_null: bool
) -> Array:
    """Places of pools of a station (`None`: of any) by key, or by name alone, as runs of before were written; names
    repeat between modes. Null is `MISSING`.
    """
    words = [pool.key for pool in info.pools] + sorted({pool.name for pool in info.pools})
    place_of = np.full((len(Mode), len(words) + 1), MISSING)
    for place, pool in enumerate(info.pools):
        if station in (pool.station, None):
            place_of[code(pool.mode), [place, words.index(pool.name)]] = place
    places = place_of[modes, _places(column, words, may_be_null=may_be_null)]
    elsewhere = column.filter(pa.array((places == MISSING) & np.asarray(column.is_valid())))
    if len(elsewhere):
        of_station = f" of {station}" if station else ""
        raise LogError(f"its log names the pool {elsewhere[0].as_py()!r}{of_station} in a mode that has none")
    return places
