"""Windows summed over any keys, taken in part by part, so that a year is never in memory at once.

Measures are added (of those that are largest the largest is held), histograms too. All are integers: neither the order
of the parts nor how they are cut changes a total, and the total of totals is the total of all.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from border_sim.compiled import hot, jit
from border_sim.metrics.histogram import BUCKET_BITS, GROUP, GROUPS, midpoint
from border_sim.metrics.window_columns import MEASURES
from border_sim.records import Array
from border_sim.vocabulary import MISSING

_PLACES: Final = {name: place for place, name in enumerate(MEASURES)}
_midpoint = hot(midpoint)


class Totals:
    """Of each group, a number from 0 on that the caller gives to rows: its measures, and the histogram of its waits.

    A histogram is held in pages of 64 buckets, those between a power of two and the next, and only pages with waits.
    """

    def __init__(self, groups: int = 0) -> None:
        self.figures = np.zeros((len(MEASURES), groups), np.int64)
        self.page_of = np.zeros((groups, GROUPS), np.int32)
        """Where each page of a group is in `pages`; 0: it has none"""
        self.pages = np.zeros((1, GROUP), np.int64)

    def __len__(self) -> int:
        """The number of groups."""
        return len(self.page_of)

    def __getitem__(self, measure: str) -> Array:
        """A measure of each group: int64[groups]."""
        return np.asarray(self.figures[_PLACES[measure]])

    def add(self, groups: Array, columns: Mapping[str, Any]) -> None:
        """Add windows: the columns of `Windows` that are no keys, by name, and the group of each row (int64).

        Rows of group `MISSING` are left out. A group that is new has been 0 so far.
        """
        self._grow(int(groups.max(initial=MISSING)) + 1)
        for place, (name, measure) in enumerate(MEASURES.items()):
            _combine(self.figures[place], groups, columns[name], measure.is_largest)
        sizes, buckets = columns["sizes"], columns["buckets"]
        self._reserve(_new_pages(self.page_of, len(self.pages), groups, sizes, buckets))
        _add_histograms(self.page_of, self.pages, groups, sizes, buckets, columns["counts"])

    def add_totals(self, groups: Array, totals: "Totals") -> None:
        """Add other totals; `groups` (int64) says to which group each of theirs goes, `MISSING`: to none."""
        self._grow(int(groups.max(initial=MISSING)) + 1)
        for place, measure in enumerate(MEASURES.values()):
            _combine(self.figures[place], groups, totals.figures[place], measure.is_largest)
        self._reserve(_new_pages_of(self.page_of, len(self.pages), groups, totals.page_of))
        _add_pages(self.page_of, self.pages, groups, totals.page_of, totals.pages)

    def waits(self) -> Array:
        """The number of waits of each group: int64[groups]."""
        return np.asarray(self.pages.sum(axis=1)[self.page_of].sum(axis=1))

    def quantiles(self, shares: Sequence[float]) -> list[Array]:
        """For each share (0 to 1) the quantile of each group's waits, microseconds, int64[groups]; `MISSING` of none.

        It is the midpoint of the bucket that holds the wait of rank ceil(share x waits), at least 1.
        """
        waits = self.waits()
        ranks = [np.where(waits > 0, np.maximum(1, np.ceil(share * waits)), 0).astype(np.int64) for share in shares]
        return [np.asarray(_durations(self.page_of, self.pages, each)) for each in ranks]

    def _grow(self, groups: int) -> None:
        if more := max(0, groups - len(self)):
            self.figures = np.pad(self.figures, ((0, 0), (0, more)))
            self.page_of = np.pad(self.page_of, ((0, more), (0, 0)))

    def _reserve(self, pages: int) -> None:
        if more := pages - len(self.pages):
            self.pages = np.pad(self.pages, ((0, more), (0, 0)))


@hot
def _combine(figures: Any, groups: Any, column: Any, is_largest: Any) -> None:
    for row in range(len(groups)):
        group = groups[row]
        if group == MISSING:
            continue
        if is_largest:
            figures[group] = max(figures[group], column[row])
        else:
            figures[group] += column[row]


@hot
def _new_pages(page_of: Any, pages: Any, groups: Any, sizes: Any, buckets: Any) -> Any:
    """Give each page that is needed and not there the next place from `pages` on; return where the next one goes."""
    at = 0
    for row in range(len(groups)):
        for entry in range(at, at + sizes[row]):
            page = np.int64(buckets[entry]) >> BUCKET_BITS
            if groups[row] != MISSING and page_of[groups[row], page] == 0:
                page_of[groups[row], page] = pages
                pages += 1
        at += sizes[row]
    return pages


@hot
def _add_histograms(page_of: Any, pages: Any, groups: Any, sizes: Any, buckets: Any, counts: Any) -> None:
    at = 0
    for row in range(len(groups)):
        if groups[row] != MISSING:
            for entry in range(at, at + sizes[row]):
                bucket = np.int64(buckets[entry])
                pages[page_of[groups[row], bucket >> BUCKET_BITS], bucket & GROUP - 1] += counts[entry]
        at += sizes[row]


@hot
def _new_pages_of(page_of: Any, pages: Any, groups: Any, others: Any) -> Any:
    """As `_new_pages`, for the pages of other totals."""
    for row in range(len(groups)):
        for page in range(GROUPS):
            if groups[row] != MISSING and others[row, page] and page_of[groups[row], page] == 0:
                page_of[groups[row], page] = pages
                pages += 1
    return pages


@hot
def _add_pages(page_of: Any, pages: Any, groups: Any, others: Any, other_pages: Any) -> None:
    for row in range(len(groups)):
        if groups[row] == MISSING:
            continue
        for page in range(GROUPS):
            if others[row, page]:
                place = page_of[groups[row], page]
                for bucket in range(GROUP):
                    pages[place, bucket] += other_pages[others[row, page], bucket]


@jit
def _durations(page_of: Any, pages: Any, ranks: Any) -> Any:
    """The durations, microseconds, that hold the wait of each group's rank, from 1 on; `MISSING` for rank 0."""
    durations = np.full(len(ranks), MISSING, np.int64)
    for group in range(len(ranks)):
        left = ranks[group]
        for page in range(GROUPS):
            if left <= 0:
                break
            if page_of[group, page]:
                for bucket in range(GROUP):
                    left -= pages[page_of[group, page], bucket]
                    if left <= 0:
                        durations[group] = _midpoint(page << BUCKET_BITS | bucket)
                        break
    return durations
