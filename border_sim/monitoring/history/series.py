"""The series of a port of a finished run: what a scrape would find at each of its instants."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.codes import DOOR_TO_DOOR, PRIMARY
from border_sim.metrics.state import LANES, STATIONS
from border_sim.monitoring.history.instants import Instants
from border_sim.monitoring.history.of_windows import Counted
from border_sim.monitoring.history.standing import Standing
from border_sim.monitoring.known_ports import KnownPort
from border_sim.records import Array, PortInfo
from border_sim.vocabulary import BEFORE_LANES, HOUR_US, MINUTE_US, SECOND_US, LaneClass, Mode, Station, code

_MINUTE_S: Final = MINUTE_US // SECOND_US
_COUNTERS: Final = {
    "border_released_total": ("completions", DOOR_TO_DOOR),
    "border_deterred_total": ("deterred", DOOR_TO_DOOR),
    "border_referrals_total": ("referrals", PRIMARY),
}
"""By lane class: the measure and the station whose counts add up to a counter"""
_HISTOGRAMS: Final = {"border_wait_seconds": PRIMARY, "border_time_in_system_seconds": DOOR_TO_DOOR}


class Series(NamedTuple):
    """A metric at each instant of a port."""

    family: str
    """Its name in `monitoring.families`"""
    labels: tuple[str, ...]
    """The values of the family's labels, in its order"""
    values: Array
    """Of a gauge or counter int64 or float64[instants], NaN where it is absent; of a histogram int64[instants, buckets
    + 1]: in each bucket and those before it, then the sum of all durations, microseconds
    """


class PortHistory(NamedTuple):
    """All that the series of a port are made of."""

    info: PortInfo
    known: KnownPort
    """As its run knew it"""
    instants: Instants
    lengths_us: Array
    """As `Instants.lengths_us`"""
    counts: Counted
    standing: Standing


class _Lane(NamedTuple):
    """A lane class of a mode, and its place in `standing.MODE_LANES`."""

    place: int
    mode: Mode
    lane_class: LaneClass | None
    """`None`: none is chosen yet"""

    @property
    def labels(self) -> tuple[str, str]:
        """Its labels."""
        return self.mode.value, self.lane_class.value if self.lane_class else ""


def port_series(port: PortHistory) -> Iterator[Series]:
    """The series of a port. When its run has ended, at the last instant, only what was counted is told."""
    lanes = _lanes(port)
    yield from _facts(port)
    yield from _counters(port, lanes)
    yield from _histograms(port, lanes)
    for gauge in (*_booths(port), *_posted(port, lanes), *_stations(port, lanes)):
        yield gauge._replace(values=np.append(gauge.values[:-1].astype(float), np.nan))


def _lanes(port: PortHistory) -> list[_Lane]:
    """The lane classes that the port posts waits for, and those that anything was counted of."""
    counts, standing = port.counts.of_lanes, port.standing
    is_there = (
        ~np.isnan(standing.lane_open).all(axis=0)
        | counts["starts"][:, PRIMARY::STATIONS].any(axis=0)
        | counts["deterred"][:, DOOR_TO_DOOR::STATIONS].any(axis=0)
    )
    classes = (None, *LaneClass)
    places = np.flatnonzero(is_there).tolist()
    return [_Lane(place, list(Mode)[place // LANES], classes[place % LANES]) for place in places]


def _facts(port: PortHistory) -> Iterator[Series]:
    """Of the port as a whole."""
    info, known = port.info, port.known
    place = ("" if degrees is None else str(degrees) for degrees in (info.latitude, info.longitude))
    ones = np.ones(port.instants.number, np.int64)
    yield Series("border_port_info", (info.slug, known.name, known.state, info.time_zone, *place), ones)
    yield Series("border_sim_time_seconds", (info.slug,), port.instants.us // SECOND_US)
    for mode, booths in info.installed.items():
        yield Series("border_booths_installed", (info.slug, mode.value), ones * booths)


def _counters(port: PortHistory, lanes: list[_Lane]) -> Iterator[Series]:
    counts, slug = port.counts.of_lanes, port.info.slug
    arrivals = counts["arrivals"][:, DOOR_TO_DOOR::STATIONS].cumsum(axis=0)
    for mode in port.info.installed:
        yield Series("border_arrivals_total", (slug, mode.value), arrivals[:, code(mode) * LANES])
    for family, (measure, station) in _COUNTERS.items():
        so_far = counts[measure][:, station::STATIONS].cumsum(axis=0)
        yield from (Series(family, (slug, *lane.labels), so_far[:, lane.place]) for lane in lanes)


def _histograms(port: PortHistory, lanes: list[_Lane]) -> Iterator[Series]:
    for family, station in _HISTOGRAMS.items():
        durations = port.standing.durations[station].cumsum(axis=2)
        sums_us = port.counts.of_lanes["wait_us"][:, station::STATIONS].cumsum(axis=0)
        for lane in lanes:
            values = np.column_stack([durations[:, lane.place], sums_us[:, lane.place]])
            yield Series(family, (port.info.slug, *lane.labels), values)


def _booths(port: PortHistory) -> Iterator[Series]:
    for place, pool in enumerate(port.info.pools):
        if pool.station is Station.PRIMARY:
            labels = (port.info.slug, pool.mode.value, pool.name)
            yield Series("border_booths_open", labels, port.standing.open_booths[:, place])
            yield Series("border_booths_busy", labels, port.standing.busy_booths[:, place])
            yield Series("border_booths_blocked", labels, port.standing.blocked_booths[:, place])


def _posted(port: PortHistory, lanes: list[_Lane]) -> Iterator[Series]:
    hours, known_s = _local_hours(port), port.known.accustomed_wait_s
    for lane in lanes:
        labels, lane_open = (port.info.slug, *lane.labels), port.standing.lane_open[:, lane.place]
        if lane.lane_class is None or np.isnan(lane_open).all():
            continue
        yield Series("border_lane_open", labels, lane_open)
        yield Series("border_posted_wait_seconds", labels, port.standing.posted_min[:, lane.place] * _MINUTE_S)
        if by_hour := known_s.get((lane.mode, lane.lane_class)):
            yield Series("border_accustomed_wait_seconds", labels, np.array(by_hour)[hours])


def _stations(port: PortHistory, lanes: list[_Lane]) -> Iterator[Series]:
    """Queues and throughput of each station of a mode's route, without lane classes where none is chosen yet."""
    per_hour = (
        port.counts.of_lanes["completions"] * (HOUR_US / np.where(port.lengths_us, port.lengths_us, np.nan))[:, None]
    )
    for lane, station in _visits(port.info, lanes):
        cell = lane.place * STATIONS + code(station)
        labels = (port.info.slug, *lane.labels, station.value)
        if station is not Station.DOOR_TO_DOOR:
            yield Series("border_queue_length", labels, port.standing.queue[:, cell])
        yield Series("border_throughput_per_hour", labels, per_hour[:, cell])


def _visits(info: PortInfo, lanes: list[_Lane]) -> Iterator[tuple[_Lane, Station]]:
    stations = dict.fromkeys((pool.mode, pool.station) for pool in info.pools)
    yield from ((_Lane(code(mode) * LANES, mode, None), at) for mode, at in stations if at in BEFORE_LANES)
    for lane in lanes:
        if lane.lane_class is not None:
            yield lane, Station.DOOR_TO_DOOR
            yield from ((lane, at) for mode, at in stations if mode is lane.mode and at not in BEFORE_LANES)


def _local_hours(port: PortHistory) -> Array:
    """The hour of the port's wall clock at each instant."""
    return np.asarray(pc.hour(pa.array(port.instants.us).cast(pa.timestamp("us", port.info.time_zone))))
