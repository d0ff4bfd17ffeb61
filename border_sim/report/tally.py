"""Sums and waits of windows by group, taken in part by part, so that a year never is in memory at once."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from border_sim.codes import DOOR_TO_DOOR
from border_sim.metrics.histogram import BUCKETS, midpoint
from border_sim.metrics.state import Windows
from border_sim.records import Array
from border_sim.vocabulary import MISSING

_COUNT_BITS: Final = 31
"""A count is an int32 that is not negative; it travels in the low bits of a key that is sorted."""
_COUNT: Final = (1 << _COUNT_BITS) - 1
_SUMMED: Final = ("arrivals", "starts", "completions", "wait_us", "queue_us", "posted_min", "postings")


class Tally:
    """Of each group (0 to `groups` - 1, fewer than 2**20): sums of columns of `Windows`, and its waits."""

    def __init__(self, groups: int) -> None:
        self._groups = groups
        self.sums = {name: np.zeros(groups) for name in (*_SUMMED, "waits")}
        """By column; `waits` are those that ended: in service, or door to door in release."""
        self._waits: list[Array] = []
        """Keys of `_merged`, a part each"""

    def add(self, windows: Windows, rows: Array, groups: Array) -> None:
        """Add the windows at `rows` (a mask); `groups` holds the group of each of them."""
        columns = {name: getattr(windows, name)[rows] for name in _SUMMED}
        columns["waits"] = np.where(windows.station[rows] == DOOR_TO_DOOR, columns["completions"], columns["starts"])
        for name, column in columns.items():
            self.sums[name] += np.bincount(groups, column, self._groups)
        entries = np.repeat(rows, windows.sizes)
        cells = np.repeat(groups, windows.sizes[rows]) * BUCKETS + windows.buckets[entries]
        self._waits.append(_merged(cells, windows.counts[entries]))

    def totals(self, name: str, per: int) -> Array:
        """Sums of a column over each `per` groups in a row."""
        return np.asarray(self.sums[name].reshape(-1, per).sum(axis=1))

    def quantiles(self, shares: Sequence[float], per: int = 1) -> list[Array]:
        """For each share the quantile of the waits of each `per` groups in a row, microseconds; `MISSING` of none.

        A quantile is that of `border_sim.metrics.histogram.quantile`.
        """
        keys = np.concatenate([np.empty(0, np.int64), *self._waits])
        if per > 1:
            cells = keys >> _COUNT_BITS
            keys += (cells // (BUCKETS * per) * BUCKETS + cells % BUCKETS - cells) << _COUNT_BITS
        keys.sort()
        cells, counts = keys >> _COUNT_BITS, keys & _COUNT
        up_to = np.append(0, np.cumsum(counts))
        edges = np.searchsorted(cells, np.arange(self._groups // per + 1) * BUCKETS)
        before, totals = up_to[edges[:-1]], np.diff(up_to[edges])
        return [_at_share(share, cells, up_to, before, totals) for share in shares]


def _at_share(share: float, cells: Array, up_to: Array, before: Array, totals: Array) -> Array:
    """The durations that hold the rank ceil(share x total) of each group."""
    ranks = np.maximum(1, np.ceil(share * totals)).astype(np.int64)
    known = totals > 0
    durations = np.full(len(totals), MISSING)
    durations[known] = _midpoints()[cells[np.searchsorted(up_to[1:], (before + ranks)[known])] % BUCKETS]
    return durations


def _merged(cells: Array, counts: Array) -> Array:
    """Cells and their counts in one ascending key each, each cell once; no cell holds 2**31 waits."""
    keys = cells.astype(np.int64) << _COUNT_BITS | counts
    keys.sort()
    cells, counts = keys >> _COUNT_BITS, keys & _COUNT
    firsts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1])[: len(cells)])
    return cells[firsts] << _COUNT_BITS | np.add.reduceat(counts, firsts) if len(firsts) else keys


@cache
def _midpoints() -> Array:
    return np.array([midpoint(bucket) for bucket in range(BUCKETS)])
