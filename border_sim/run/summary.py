"""What a run's windows say of each lane, in one line: for the closing table."""

from typing import Final, NamedTuple

import numpy as np

from border_sim.codes import PRIMARY
from border_sim.metrics.histogram import BUCKETS, quantile
from border_sim.metrics.state import Windows
from border_sim.records import Array
from border_sim.vocabulary import MINUTE_US, LaneClass, Mode, code

_SUMMED: Final = ("arrivals", "starts", "completions", "wait_us")


class LaneSummary(NamedTuple):
    """One lane class at primary over the measured time, drain included."""

    mode: Mode
    lane_class: LaneClass
    arrivals: int
    """Crossings that joined the queue"""
    starts: int
    """Crossings whose wait is known: they began to be served"""
    completions: int
    mean_wait_min: float | None
    """`None`: nobody started"""
    p90_wait_min: float | None


class LaneTotals:
    """Sums over the windows of a port, by mode and lane class at primary."""

    def __init__(self) -> None:
        shape = (len(Mode), len(LaneClass))
        self._sums = np.zeros((*shape, len(_SUMMED)), np.int64)
        self._waits = np.zeros((*shape, BUCKETS), np.int64)
        self.deterred = 0

    def add(self, windows: Windows) -> None:
        """Add windows that closed."""
        self.deterred += int(windows.deterred.sum())
        rows = (windows.station == PRIMARY) & (windows.lane_class >= 0)
        mode, lane = windows.mode[rows], windows.lane_class[rows]
        for place, name in enumerate(_SUMMED):
            np.add.at(self._sums[..., place], (mode, lane), getattr(windows, name)[rows])
        of_rows = np.repeat(rows, windows.sizes)
        cells = np.ravel_multi_index((mode, lane), self._waits.shape[:2])
        places = np.repeat(cells, windows.sizes[rows]) * BUCKETS + windows.buckets[of_rows]
        counts = np.bincount(places, weights=windows.counts[of_rows], minlength=self._waits.size)
        self._waits += counts.astype(np.int64).reshape(self._waits.shape)

    def summaries(self) -> list[LaneSummary]:
        """The lanes that somebody joined, by mode and falling arrivals."""
        lanes = [
            _summary(mode, lane, self._sums[code(mode), code(lane)], self._waits[code(mode), code(lane)])
            for mode in Mode
            for lane in LaneClass
            if self._sums[code(mode), code(lane), 0]
        ]
        return sorted(lanes, key=lambda lane: (code(lane.mode), -lane.arrivals))


def _summary(mode: Mode, lane_class: LaneClass, sums: Array, waits: Array) -> LaneSummary:
    arrivals, starts, completions, wait_us = sums.tolist()
    p90_us = quantile(np.flatnonzero(waits), waits[waits > 0], 0.9)
    return LaneSummary(
        mode,
        lane_class,
        arrivals,
        starts,
        completions,
        wait_us / starts / MINUTE_US if starts else None,
        None if p90_us is None else p90_us / MINUTE_US,
    )
