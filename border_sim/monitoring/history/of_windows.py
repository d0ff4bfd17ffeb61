"""From windows of metrics: what was counted until each instant, and what stood there on the mean of each window."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from border_sim.codes import PRIMARY
from border_sim.metrics.histogram import BUCKETS, midpoint
from border_sim.metrics.state import CELLS, STATIONS, cells_of
from border_sim.metrics.window_columns import LANE_MEASURES, POOL_MEASURES, Windows
from border_sim.monitoring.history.instants import Instants
from border_sim.monitoring.history.standing import EDGES_US, Standing, no_durations
from border_sim.records import Array
from border_sim.run.table_columns import LogError
from border_sim.vocabulary import MISSING

_MIDPOINTS: Final = np.array([midpoint(bucket) for bucket in range(BUCKETS)])
_BUCKET_OF: Final = {station: np.searchsorted(edges_us, _MIDPOINTS) for station, edges_us in EDGES_US.items()}
"""By station, the exact bucket for each log-spaced one: of waits that it holds on both sides of an edge, all go to the
side of its midpoint.
"""


class Counted(NamedTuple):
    """The windows of a port, each at the instant at which it ends."""

    of_lanes: dict[str, Array]
    """By measure, int64[instants, CELLS]"""
    of_pools: dict[str, Array]
    """By measure, int64[instants, pools]"""
    durations: dict[int, Array]
    """As `Standing.durations`, but of each window alone, and by the midpoints of log-spaced buckets"""


def counted(windows: Iterable[Windows], instants: Instants, pools: int) -> Counted:
    """The windows of a port, in parts, side by side. Raises `LogError` where one is not of the port's measured time."""
    of_lanes = {name: np.zeros((instants.number, CELLS), np.int64) for name in LANE_MEASURES}
    of_pools = {name: np.zeros((instants.number, pools), np.int64) for name in POOL_MEASURES}
    durations = no_durations(instants.number)
    for part in windows:
        at, cells = instants.ends_of(part.window_us), cells_of(part)
        if ((at < 1) | (at >= instants.number)).any():
            raise LogError("has windows outside the time that was measured")
        lanes = cells != MISSING
        for name, table in of_lanes.items():
            table[at[lanes], cells[lanes]] = getattr(part, name)[lanes]
        for name, table in of_pools.items():
            table[at[~lanes], part.pool[~lanes]] = getattr(part, name)[~lanes]
        _add_durations(durations, part, at, cells)
    return Counted(of_lanes, of_pools, durations)


def _add_durations(durations: dict[int, Array], part: Windows, at: Array, cells: Array) -> None:
    """Add the histograms of the rows of windows."""
    row = np.repeat(np.arange(len(at)), part.sizes)
    for station, table in durations.items():
        mine = (cells[row] % STATIONS == station) & (cells[row] != MISSING)
        places = _BUCKET_OF[station][part.buckets[mine]]
        np.add.at(table, (at[row[mine]], cells[row[mine]] // STATIONS, places), part.counts[mine])


def standing_of_windows(counts: Counted, lengths_us: Array) -> Standing:
    """Means over the window that ends at each instant, `lengths_us` long; unknown where it has no length."""
    lengths = np.where(lengths_us, lengths_us, np.nan)[:, None]
    at_primary = slice(PRIMARY, None, STATIONS)
    postings, closed = (counts.of_lanes[name][:, at_primary] for name in ("postings", "closed_postings"))
    with np.errstate(divide="ignore", invalid="ignore"):
        posted_min = counts.of_lanes["posted_min"][:, at_primary] / postings
    return Standing(
        queue=counts.of_lanes["queue_us"] / lengths,
        open_booths=counts.of_pools["open_us"] / lengths,
        busy_booths=counts.of_pools["busy_us"] / lengths,
        blocked_booths=counts.of_pools["blocked_us"] / lengths,
        posted_min=posted_min,
        lane_open=np.where(postings > 0, 1.0, np.where(closed > 0, 0.0, np.nan)),
        durations={station: table.cumsum(axis=0) for station, table in counts.durations.items()},
    )
