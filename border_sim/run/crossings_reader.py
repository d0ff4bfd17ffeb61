"""The crossings of a port in a run's log, read as far as a time needs them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq

from border_sim.codes import PRESENT
from border_sim.records import CROSSING_DTYPES, Array, Crossings, PortInfo, concatenate, select
from border_sim.run import arrow_tables
from border_sim.run.directory import completed, readable, require_columns
from border_sim.vocabulary import NEVER_US

_ARRIVED: Final = "arrived_us"


class CrossingsLog:
    """Reads one file of `crossings/`, whose rows stand in the order in which their stories ended.

    A row group tells when the first of its crossings arrived: one that arrived later is not needed yet. Raises
    `DirectoryError` for a file that cannot be read, `arrow_tables.LogError` for rows that no run writes.
    """

    def __init__(self, path: Path, info: PortInfo) -> None:
        self._path, self._info = path, info
        self._unread = sorted(_first_arrivals(path), reverse=True)
        self._held: Crossings = Crossings._make(np.empty(0, dtype) for dtype in CROSSING_DTYPES)

    def between(self, from_us: int, until_us: int) -> Crossings:
        """The crossings that were at the port, or turned away from it, in [`from_us`, `until_us`), by id.

        Asked for one time after the other; those that left before `from_us` are forgotten.
        """
        parts = [self._held]
        while self._unread and self._unread[-1][0] < until_us:
            parts.append(self._read(self._unread.pop()[1]))
        held = concatenate(parts)
        held = select(held, _last_us(held) >= from_us)
        self._held = select(held, np.argsort(held.crossing, kind="stable"))
        inside: Crossings = select(self._held, self._held.arrived_us < until_us)
        return inside

    def _read(self, group: int) -> Crossings:
        return _group(self._path, group, self._info)


def crossing_groups(path: Path, info: PortInfo) -> Iterator[Crossings]:
    """All candidates of a file of `crossings/`, some ten thousand at a time, in no order. Raises as `CrossingsLog`."""
    for _, place in _first_arrivals(path):
        yield _group(path, place, info)


def _group(path: Path, place: int, info: PortInfo) -> Crossings:
    with readable(path), pq.ParquetFile(path) as file:
        table = file.read_row_group(place)
    return arrow_tables.crossings_of(completed(table, arrow_tables.CROSSINGS_SCHEMA), info)


def _first_arrivals(path: Path) -> list[tuple[int, int]]:
    """The first arrival in each row group, and the group's place."""
    with readable(path):
        metadata = pq.read_metadata(path)
    columns = metadata.schema.to_arrow_schema()
    require_columns(path, columns, arrow_tables.CROSSINGS_SCHEMA)
    column = columns.get_field_index(_ARRIVED)
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    statistics = [group.column(column).statistics for group in groups]
    return [(each.min if each and each.has_min_max else 0, place) for place, each in enumerate(statistics)]


def _last_us(crossings: Crossings) -> Array:
    """The last instant at which each was there; of those present at the end, later than any other."""
    last_us = np.maximum(crossings.released_us, crossings.arrived_us)
    return np.where(crossings.outcome == PRESENT, NEVER_US, last_us)
