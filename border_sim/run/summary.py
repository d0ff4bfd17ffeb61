"""What windows say of ports, modes, lane classes and stations, in a row each: for the closing table, `summary` and the
page.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.codes import DOOR_TO_DOOR, PRIMARY
from border_sim.metrics.state import CELLS, LANES, STATIONS, cells_of, pool_cells_of
from border_sim.metrics.totals import Totals
from border_sim.metrics.window_columns import Windows
from border_sim.metrics.window_tables import measures_of, table_cells, table_pool_cells
from border_sim.records import Array, PoolInfo
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, NEVER_US, ROUTE, LaneClass, Mode, Station, code

Key = Literal["port", "mode", "lane", "station"]
KEYS: Final[tuple[Key, ...]] = ("port", "mode", "lane", "station")
LONGEST_WAIT_MIN: Final = 120
"""A station with a mean wait above this is overloaded, those included who still wait or stand blocked."""
LONGEST_QUEUE_HOURS: Final = 2
"""So is one where more wait or stand blocked at the end than it serves in these hours."""
_SHARE: Final = 0.9
_MODES, _LANE_CLASSES, _STATIONS = (*Mode, None), (None, *LaneClass, None), (*Station, None)
_ORDER: Final = np.argsort([code(station) for station in (*ROUTE, Station.DOOR_TO_DOOR)])
"""By the code of a station: its place on the route"""
_STATION_OF_CELL: Final = np.arange(CELLS) % STATIONS
_OPEN, _BUSY, _BLOCKED = range(3)
"""Rows of `PortTotals.places_us`."""


class SummaryRow(NamedTuple):
    """The measured time of a port, mode, lane class or station, or of several together; the drain included.

    Where a row is of no single station, its arrivals, waits and completions are those at primary.
    """

    port: str | None
    """`None`: of all ports"""
    mode: Mode | None
    """`None`: of all modes"""
    lane_class: LaneClass | None
    """`None`: of all lane classes, or of crossings that have chosen none yet"""
    station: Station | None
    """`None`: of the whole way"""
    arrivals: int
    """Crossings that joined the queue"""
    deterred: int
    """Candidates that stayed away, because of the posted wait or a closed gate; in rows of a station at door_to_door"""
    starts: int
    """Crossings whose wait is known: they began to be served"""
    completions: int
    mean_wait_min: float | None
    """At door_to_door the time in the system; `None`: no wait is known"""
    p90_wait_min: float | None
    door_to_door_min: float | None
    """Mean time in the system of those who left; `None`: nobody, or a row of another station"""
    served_per_hour: float | None
    """Completions until arrivals stop by each port's own measured time; those of the drain are in neither. `None`: that
    time is not known
    """
    largest_lane_queue: int
    """The longest queue that any one lane class had at a station and port; `queue_at_end`, which is of all of them, may
    be longer
    """
    queue_at_end: float
    """Mean queue in the last window of the measured time, of all lane classes and ports together"""
    utilisation: float | None
    """Share of the time of open booths or bays in which they serve or are blocked; `None`: of a lane class, whose pools
    serve others too, of a station whose places are not told, or none were open
    """
    blocked: float | None
    """Share of the same time in which they are blocked: their crossing finds no place at the next station"""
    blocked_at_end: float | None
    """Mean number of booths or bays blocked in the last window of the measured time; `None`: as of their share"""
    waited_min: float | None
    """Time in the queue and (but in rows of a lane class) blocked after it, over the arrivals: of those too whose wait
    has not ended; `None`: nobody arrived, or at door_to_door
    """


class PortTotals:
    """Sums over the windows of a port by mode, lane class and station; of its places by mode and station."""

    def __init__(self, port: str, horizon_us: int = NEVER_US) -> None:
        self.port = port
        self.totals = Totals(CELLS)
        """By cell (`metrics.state`)"""
        self.served = np.zeros(CELLS, np.int64)
        """int64[CELLS]: completions in windows that begin before arrivals stop"""
        self.measured_us: int | None = None
        """The length of these windows together; `None`: not known"""
        self.queue_at_end = np.zeros(CELLS)
        """float64[CELLS]: mean queue in the last window of the measured time"""
        self.blocked_at_end = np.zeros(CELLS)
        """float64[CELLS]: mean number of booths or bays blocked in it, in the cells of `places_us`"""
        self.places_us = np.zeros((3, CELLS), np.int64)
        """int64[3, CELLS]: time of booths or bays open, busy and blocked, in the cell of their mode and station without
        a lane class
        """
        self._horizon_us = horizon_us
        self._latest: Windows | None = None
        self._pools: Sequence[PoolInfo] = ()

    def add(self, windows: Windows, pools: Sequence[PoolInfo]) -> None:
        """Add windows that closed, in order of time; `pools`: those of the port."""
        self.totals.add(cells_of(windows), windows._asdict())
        self.add_served(cells_of(windows), windows.window_us, windows.completions)
        self.add_places(pool_cells_of(windows, pools), (windows.open_us, windows.busy_us, windows.blocked_us))
        if len(windows.window_us) and windows.window_us[0] < self._horizon_us:
            self._latest, self._pools = windows, pools

    def add_served(self, cells: Array, window_us: Array, completions: Array) -> None:
        """Add the completions of those rows of crossings, in their `cells`, that are not of the drain."""
        rows = (cells != MISSING) & (window_us < self._horizon_us)
        np.add.at(self.served, cells[rows], completions[rows])

    def add_places(self, cells: Array, times_us: Sequence[Array]) -> None:
        """Add the time of booths or bays open, busy and blocked of the rows of pools, to their `cells`."""
        rows = cells != MISSING
        for sums, column in zip(self.places_us, times_us, strict=True):
            np.add.at(sums, cells[rows], column[rows])

    def end(self, from_us: int, until_us: int, width_us: int) -> None:
        """All windows are there, `width_us` wide; the port was run until `until_us`, and measured from `from_us` until
        then, or to the end of the last window that begins before the horizon.
        """
        begins_us = (min(until_us, self._horizon_us) - 1) // width_us * width_us
        ends_us = min(until_us, begins_us + width_us)
        self.measured_us = max(1, ends_us - from_us)
        if self._latest is not None:
            last, us = self._of_window(begins_us), max(1, ends_us - max(from_us, begins_us))
            self.queue_at_end = last.totals["queue_us"] / us
            self.blocked_at_end = last.places_us[_BLOCKED] / us
            self._latest = None

    def _of_window(self, begins_us: int) -> "PortTotals":
        """The sums of one window, of those that were added last."""
        assert self._latest is not None
        windows, sums, is_of = self._latest, PortTotals(self.port), self._latest.window_us == begins_us
        sums.totals.add(np.where(is_of, cells_of(windows), MISSING), windows._asdict())
        pool_cells = np.where(is_of, pool_cells_of(windows, self._pools), MISSING)
        sums.add_places(pool_cells, (windows.open_us, windows.busy_us, windows.blocked_us))
        return sums


def totals_by_port(table: pa.Table, horizons_us: Mapping[str, int] | None = None) -> list[PortTotals]:
    """The sums of a table of windows of any ports, in the order of their slugs. `horizons_us`: where arrivals stop at
    each; `None`: in no window.
    """
    slugs = table["port"].cast(pa.string())
    ports = []
    for slug in sorted(slugs.unique().to_pylist()):
        part = table.filter(pc.equal(slugs, slug))
        port = PortTotals(slug, horizons_us[slug] if horizons_us else NEVER_US)
        measures, cells = measures_of(part), table_cells(part)
        port.totals.add(cells, measures)
        port.add_served(cells, part["window_us"].to_numpy(), measures["completions"])
        port.add_places(table_pool_cells(part), [measures[name] for name in ("open_us", "busy_us", "blocked_us")])
        ports.append(port)
    return ports


def summary_rows(ports: Sequence[PortTotals], by: Collection[Key]) -> list[SummaryRow]:
    """A row for each port, mode, lane class and station, as far as they are in `by`, with anything to say.

    Ports are in the order in which they come, modes in that of the vocabulary, stations in that of the route, the
    busiest lane is first.
    """
    keys = np.stack(np.unravel_index(np.arange(len(ports) * CELLS), (len(ports), len(Mode), LANES, STATIONS)), axis=1)
    keys[:, [key not in by for key in KEYS]] = MISSING
    keys, groups = np.unique(keys, axis=0, return_inverse=True)
    rows = len(keys)
    sums = _Sums(Totals(rows), Totals(rows), np.zeros(rows), np.zeros(rows), np.zeros((3, rows)), np.zeros(rows))
    for port, of_cell in zip(ports, groups.reshape(-1, CELLS), strict=True):
        _add_port(sums, port, of_cell, np.full(CELLS, "station" in by) | (_STATION_OF_CELL == PRIMARY))
    return _rows(sums, [port.port for port in ports], keys)


def is_overloaded(row: SummaryRow) -> bool:
    """Whether the wait of a station, or its queue at the end, is out of hand."""
    if row.station is Station.DOOR_TO_DOOR:
        return False
    standing = row.queue_at_end + (row.blocked_at_end or 0)
    is_slow = max(row.mean_wait_min or 0, row.waited_min or 0) > LONGEST_WAIT_MIN
    return is_slow or standing > max(1, LONGEST_QUEUE_HOURS * (row.served_per_hour or 0))


def overload_in_words(row: SummaryRow) -> str:
    """How long the wait of a station is, and how many wait there, in words. With those who still wait, where the waits
    that ended do not show it.
    """
    wait = "no wait has ended" if row.mean_wait_min is None else f"mean wait {row.mean_wait_min / 60:,.1f} h"
    if row.waited_min and row.waited_min > LONGEST_WAIT_MIN >= (row.mean_wait_min or 0):
        wait = f"{wait} ({row.waited_min / 60:,.1f} h with those who still wait and time blocked)"
    blocked = f" and {row.blocked_at_end:,.0f} blocked" if row.blocked_at_end else ""
    rate = "" if row.served_per_hour is None else f", {row.served_per_hour:,.1f} served per hour"
    return f"{wait}, {row.queue_at_end:,.0f} waiting{blocked} at the end{rate}"


class _Sums(NamedTuple):
    """Of each row of a summary."""

    waiting: Totals
    """At the station of the row"""
    whole: Totals
    """Door to door"""
    per_hour: Array
    queue_at_end: Array
    places_us: Array
    """As `PortTotals.places_us`"""
    blocked_at_end: Array


def _add_port(sums: _Sums, port: PortTotals, groups: Array, is_of_station: Array) -> None:
    """Add a port whose cells belong to the rows `groups`; the station of a row has those that are `is_of_station`."""
    sums.waiting.add_totals(np.where(is_of_station, groups, MISSING), port.totals)
    sums.whole.add_totals(np.where(_STATION_OF_CELL == DOOR_TO_DOOR, groups, MISSING), port.totals)
    hours = np.nan if port.measured_us is None else port.measured_us / HOUR_US
    np.add.at(sums.per_hour, groups[is_of_station], port.served[is_of_station] / hours)
    np.add.at(sums.queue_at_end, groups[is_of_station], port.queue_at_end[is_of_station])
    np.add.at(sums.blocked_at_end, groups[is_of_station], port.blocked_at_end[is_of_station])
    for of_row, of_cell in zip(sums.places_us, port.places_us, strict=True):
        np.add.at(of_row, groups[is_of_station], of_cell[is_of_station])


def _rows(sums: _Sums, slugs: list[str], keys: Array) -> list[SummaryRow]:
    waiting, whole = sums.waiting, sums.whole
    open_us = np.where(keys[:, 2] == MISSING, sums.places_us[_OPEN], 0)
    joined = np.where(keys[:, 3] == DOOR_TO_DOOR, 0, waiting["arrivals"])
    columns = (
        [slugs[place] if place != MISSING else None for place in keys[:, 0].tolist()],
        [_MODES[place] for place in keys[:, 1].tolist()],
        [_LANE_CLASSES[place] for place in keys[:, 2].tolist()],
        [_STATIONS[place] for place in keys[:, 3].tolist()],
        waiting["arrivals"].tolist(),
        whole["deterred"].tolist(),
        waiting["starts"].tolist(),
        waiting["completions"].tolist(),
        _mean_min(waiting),
        [None if p90_us == MISSING else p90_us / MINUTE_US for p90_us in waiting.quantiles((_SHARE,))[0].tolist()],
        _mean_min(whole),
        [None if np.isnan(rate) else rate for rate in sums.per_hour.tolist()],
        waiting["largest_queue"].tolist(),
        sums.queue_at_end.tolist(),
        _shares(sums.places_us[_BUSY] + sums.places_us[_BLOCKED], open_us),
        _shares(sums.places_us[_BLOCKED], open_us),
        [at_end if us else None for at_end, us in zip(sums.blocked_at_end.tolist(), open_us.tolist(), strict=True)],
        _shares((waiting["queue_us"] + sums.places_us[_BLOCKED]) / MINUTE_US, joined),
    )
    rows = [*map(SummaryRow._make, zip(*columns, strict=True))]
    places = np.lexsort((keys[:, 2], -waiting["arrivals"], _order(keys[:, 3]), keys[:, 1], keys[:, 0]))
    ordered = map(rows.__getitem__, places)
    return [row for row in ordered if row.arrivals or row.starts or row.completions or row.deterred]


def _order(stations: Array) -> Array:
    """The places of stations on the route; of none, before all."""
    return np.where(stations == MISSING, MISSING, _ORDER[stations])


def _shares(part: Array, whole: Array) -> list[float | None]:
    pairs = zip(part.tolist(), whole.tolist(), strict=True)
    return [mine / all_ if all_ else None for mine, all_ in pairs]


def _mean_min(totals: Totals) -> list[float | None]:
    """The mean wait of each group, minutes; `None` of none."""
    pairs = zip(totals["wait_us"].tolist(), totals.waits().tolist(), strict=True)
    return [wait_us / waits / MINUTE_US if waits else None for wait_us, waits in pairs]
