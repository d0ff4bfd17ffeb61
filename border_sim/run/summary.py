"""What a run's windows say of each lane, in one line: for the closing table."""

from typing import NamedTuple

import numpy as np

from border_sim.metrics.histogram import BUCKETS, quantile
from border_sim.metrics.state import Windows
from border_sim.vocabulary import MINUTE_US, LaneClass, Mode, Station, code


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


def lane_summaries(windows: Windows) -> list[LaneSummary]:
    """The lanes of a port in the order of modes and lane classes; those that nobody joined are left out."""
    at_primary = (windows.station == code(Station.PRIMARY)) & (windows.lane_class >= 0)
    row_of_bucket = np.repeat(np.arange(windows.sizes.size), windows.sizes)
    summaries = []
    for mode in Mode:
        for lane_class in LaneClass:
            mine = at_primary & (windows.mode == code(mode)) & (windows.lane_class == code(lane_class))
            if windows.arrivals[mine].sum() > 0:
                of_mine = mine[row_of_bucket]
                waits = np.bincount(windows.buckets[of_mine], weights=windows.counts[of_mine], minlength=BUCKETS)
                summaries.append(_summary(mode, lane_class, windows, mine, waits.astype(np.int64)))
    return sorted(summaries, key=lambda lane: (list(Mode).index(lane.mode), -lane.arrivals))


def _summary(
    mode: Mode, lane_class: LaneClass, windows: Windows, mine: np.ndarray, waits: np.ndarray
) -> LaneSummary:
    starts = int(windows.starts[mine].sum())
    p90_us = quantile(np.flatnonzero(waits), waits[waits > 0], 0.9)
    return LaneSummary(
        mode,
        lane_class,
        int(windows.arrivals[mine].sum()),
        starts,
        int(windows.completions[mine].sum()),
        float(windows.wait_us[mine].sum() / starts / MINUTE_US) if starts else None,
        None if p90_us is None else float(p90_us / MINUTE_US),
    )
