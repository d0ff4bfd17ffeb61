"""The figures of one port, as numbers for the page: series over the bins of its clock, an average week, totals.

Numbers are whole so that they are short: waits in tenths of a minute, queues and booths in tenths, flows in crossings;
`MISSING` where there is none. A wait belongs to the window in which service started; whoever still queues at the end
is in no wait, and is counted as `present`.
"""

from typing import Any, Final

import numpy as np

from border_sim.codes import PRIMARY
from border_sim.metrics.totals import Totals
from border_sim.metrics.window_columns import Windows
from border_sim.records import Array, PortInfo
from border_sim.report.clock import HOURS_OF_WEEK, Clock
from border_sim.vocabulary import MINUTE_US, MISSING, ROUTE, LaneClass, Mode, Station, code

TENTH_MIN_US: Final = MINUTE_US // 10
_MODES, _LANES, _STATIONS = len(Mode), len(LaneClass), len(Station)
_OF_LANES: Final = ("joined", "served", "mean", "p90", "posted", "queue")
_OF_STATIONS: Final = ("joined", "mean", "p90")
Figures = dict[str, Any]


class PortTally:
    """What is summed of one port while its windows come; `until_us` is the end of its run."""

    def __init__(self, info: PortInfo, clock: Clock, until_us: int) -> None:
        self.info, self.clock = info, clock
        self.bins = clock.bins_until(until_us)
        edges = clock.edges_us[: self.bins + 1]
        self.lengths_us = np.maximum(1, np.minimum(edges[1:], max(until_us, edges[0] + 1)) - edges[:-1])
        self.lanes = Totals(_MODES * _LANES * self.bins)
        self.stations = Totals(_MODES * _STATIONS * self.bins)
        self.week = np.zeros((2, _MODES * _LANES * HOURS_OF_WEEK))
        self.places_us = np.zeros((3, len(info.pools) * self.bins))
        """Of each pool and bin: its booths or bays open, busy and blocked"""
        self.seen = np.zeros(_MODES * _LANES, bool)
        self.deterred = np.zeros(_MODES * (_LANES + 1), np.int64)
        self.largest = np.zeros((2, _MODES * _LANES), np.int64)

    def add(self, windows: Windows) -> None:
        """Take in windows, in order."""
        bins = np.minimum(self.clock.bins(windows.window_us), self.bins - 1)
        of_pool = windows.pool != MISSING
        at_primary = ~of_pool & (windows.station == PRIMARY) & (windows.lane_class != MISSING)
        elsewhere = ~of_pool & (windows.station != PRIMARY)
        self._add_lanes(windows, at_primary, bins)
        place = windows.mode[elsewhere] * _STATIONS + windows.station[elsewhere]
        groups = np.full(len(elsewhere), MISSING)
        groups[elsewhere] = place * self.bins + bins[elsewhere]
        self.stations.add(groups, windows._asdict())
        pool = windows.pool[of_pool] * self.bins + bins[of_pool]
        for figure, column in enumerate((windows.open_us, windows.busy_us, windows.blocked_us)):
            self.places_us[figure] += np.bincount(pool, column[of_pool], self.places_us.shape[1])
        lane_or_none = windows.mode[elsewhere] * (_LANES + 1) + windows.lane_class[elsewhere] + 1
        np.add.at(self.deterred, lane_or_none, windows.deterred[elsewhere])

    def _add_lanes(self, windows: Windows, rows: Array, bins: Array) -> None:
        lane = windows.mode[rows] * _LANES + windows.lane_class[rows]
        groups = np.full(len(rows), MISSING)
        groups[rows] = lane * self.bins + bins[rows]
        self.lanes.add(groups, windows._asdict())
        hour = lane * HOURS_OF_WEEK + self.clock.hours(windows.window_us[rows])
        for figure, column in enumerate((windows.wait_us, windows.starts)):
            self.week[figure] += np.bincount(hour, column[rows], self.week.shape[1])
        for place in np.flatnonzero(np.bincount(lane)):
            self.seen[place] = True
            queues = windows.largest_queue[rows][lane == place]
            if queues.max() > self.largest[0, place]:
                self.largest[:, place] = queues.max(), windows.window_us[rows][lane == place][np.argmax(queues)]


def port_figures(tally: PortTally) -> dict[str, Figures]:
    """What the page says of each mode of a port that has a booth or anybody to serve."""
    lanes, pools, stations, places = _lanes(tally), _pools(tally), _stations(tally), _places(tally)
    deterred = tally.deterred.reshape(_MODES, -1).sum(axis=1)
    return {
        mode.value: {
            "installed": tally.info.installed.get(mode, 0),
            "deterred": int(deterred[code(mode)]),
            "lanes": lanes[mode],
            "pools": pools[mode],
            "places": places[mode],
            **stations[mode],
        }
        for mode in Mode
        if lanes[mode] or tally.info.installed.get(mode)
    }


def _lanes(tally: PortTally) -> dict[Mode, Figures]:
    """By mode and lane class at primary: totals, series, an average week."""
    series, whole = _series(tally.lanes), _coarser(tally.lanes, tally.bins)
    series["queue"] = _tenths(tally.lanes["queue_us"].reshape(-1, tally.bins) / tally.lengths_us).ravel()
    totals, shares = _series(whole), ("p50", "p90", "p95")
    totals |= zip(shares, map(_tenths_min, whole.quantiles((0.5, 0.9, 0.95))), strict=True)
    totals["deterred"] = tally.deterred.reshape(_MODES, -1)[:, 1:].ravel()
    totals["largest"], totals["largest_us"] = tally.largest
    week = _ratio(tally.week[0] / TENTH_MIN_US, tally.week[1]).reshape(-1, HOURS_OF_WEEK)
    split = {name: column.reshape(-1, tally.bins) for name, column in series.items()}
    figures: dict[Mode, Figures] = {mode: {} for mode in Mode}
    for place in np.flatnonzero(tally.seen).tolist():
        figures[tuple(Mode)[place // _LANES]][tuple(LaneClass)[place % _LANES].value] = {
            **{name: int(column[place]) for name, column in totals.items()},
            "series": {name: split[name][place].tolist() for name in _OF_LANES},
            "week": week[place].tolist(),
        }
    return figures


def _stations(tally: PortTally) -> dict[Mode, Figures]:
    """By mode: totals of all `stations` on the route, and those but primary over the bins, `later`."""
    series, totals = _series(tally.stations), _series(_coarser(tally.stations, tally.bins))
    split = {name: column.reshape(-1, tally.bins) for name, column in series.items()}
    primary = _series(_coarser(tally.lanes, tally.bins * _LANES))
    figures: dict[Mode, Figures] = {mode: {"stations": {}, "later": {}} for mode in Mode}
    for mode in Mode:
        for station in (*ROUTE, Station.DOOR_TO_DOOR):
            place = code(mode) * _STATIONS + code(station)
            source, at = (primary, code(mode)) if station is Station.PRIMARY else (totals, place)
            if not (source["joined"][at] or source["served"][at]):
                continue
            figures[mode]["stations"][station.value] = {name: int(column[at]) for name, column in source.items()}
            if station is not Station.PRIMARY:
                figures[mode]["later"][station.value] = {name: split[name][place].tolist() for name in _OF_STATIONS}
    return figures


def _coarser(totals: Totals, per: int) -> Totals:
    """The totals of each `per` groups in a row."""
    sums = Totals(len(totals) // per)
    sums.add_totals(np.arange(len(totals)) // per, totals)
    return sums


def _series(totals: Totals) -> dict[str, Array]:
    """Flows, waits and posted waits of each group."""
    return {
        "joined": totals["arrivals"],
        "started": totals["starts"],
        "served": totals["completions"],
        "mean": _ratio(totals["wait_us"] / TENTH_MIN_US, totals.waits()),
        "p90": _tenths_min(totals.quantiles((0.9,))[0]),
        "posted": _ratio(totals["posted_min"] * 10, totals["postings"]),
    }


def _pools(tally: PortTally) -> dict[Mode, Figures]:
    """By mode and pool of primary, the mean booths open and serving; and `blocked`, where any ever are."""
    series = [_tenths(row.reshape(-1, tally.bins) / tally.lengths_us) for row in tally.places_us]
    figures: dict[Mode, Figures] = {mode: {} for mode in Mode}
    for place, pool in enumerate(tally.info.pools):
        if pool.station is Station.PRIMARY:
            open_booths, busy, blocked = (each[place].tolist() for each in series)
            more = {"blocked": blocked} if any(blocked) else {}
            figures[pool.mode][pool.name] = {"open": open_booths, "busy": busy, **more}
    return figures


def _places(tally: PortTally) -> dict[Mode, list[Figures]]:
    """By mode, of each pool its mean booths or bays open, in tenths, and of their time the thousandths that were busy
    and blocked; nothing of a mode of which booths alone are told, and none was ever blocked.
    """
    open_us, busy_us, blocked_us = tally.places_us.reshape(3, -1, tally.bins).sum(axis=2)
    means = _tenths(open_us / tally.lengths_us.sum())
    figures: dict[Mode, list[Figures]] = {mode: [] for mode in Mode}
    for place in np.flatnonzero(open_us).tolist():
        pool, share = tally.info.pools[place], 1_000 / open_us[place]
        figures[pool.mode].append(
            {
                "pool": pool.name,
                "station": pool.station.value,
                "open": int(means[place]),
                "busy": round(busy_us[place] * share),
                "blocked": round(blocked_us[place] * share),
            }
        )
    order = [station.value for station in ROUTE]
    return {
        mode: sorted(rows, key=lambda row: order.index(row["station"])) if _tells_more_than_booths(rows) else []
        for mode, rows in figures.items()
    }


def _tells_more_than_booths(places: list[Figures]) -> bool:
    return any(row["blocked"] or row["station"] != Station.PRIMARY for row in places)


def _ratio(numerator: Array, denominator: Array) -> Array:
    """The quotient rounded; `MISSING` where the denominator is 0."""
    known = denominator > 0
    quotient = np.divide(numerator, denominator, out=np.full(denominator.shape, float(MISSING)), where=known)
    return np.rint(quotient).astype(np.int64)


def _tenths(figure: Array) -> Array:
    return np.asarray(np.rint(figure * 10).astype(np.int64))


def _tenths_min(duration_us: Array) -> Array:
    known = duration_us != MISSING
    return np.where(known, np.rint(duration_us / TENTH_MIN_US), MISSING).astype(np.int64)
