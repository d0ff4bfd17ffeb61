"""The samples of a port: what its state says, by the names and labels of `families`."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from border_sim.metrics.counters import COUNT, NOT_POSTED, Counters, per_hour
from border_sim.metrics.state import CELL, POOL, cell_of
from border_sim.monitoring.known_ports import KnownPort, local_hour
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import BEFORE_LANES, MINUTE_US, MISSING, SECOND_US, LaneClass, Mode, Station, code

_MINUTE_S: Final = MINUTE_US // SECOND_US


class Sample(NamedTuple):
    """A figure of a family of `families`."""

    family: str
    labels: tuple[str, ...]
    """Values, in the family's order"""
    value: float


class HistogramSample(NamedTuple):
    """A histogram of a family of `families`."""

    family: str
    labels: tuple[str, ...]
    """Values, in the family's order"""
    counts: list[int]
    """Durations in each bucket, that without an end last"""
    sum_s: float


class _Lane(NamedTuple):
    """A lane class of a mode."""

    mode: Mode
    lane_class: LaneClass | None
    """`None`: none is chosen yet"""
    labels: tuple[str, str]
    cells: dict[Station, int]
    """Where it is counted at each station, see `metrics.state.cell_of`"""


def _lane(mode: Mode, lane_class: LaneClass | None) -> _Lane:
    lane = MISSING if lane_class is None else code(lane_class)
    cells = {station: int(cell_of(code(mode), lane, code(station))) for station in Station}
    return _Lane(mode, lane_class, (mode.value, "" if lane_class is None else lane_class.value), cells)


_NO_LANE: Final = {mode: _lane(mode, None) for mode in Mode}
_LANES: Final = [_lane(mode, lane_class) for mode in Mode for lane_class in LaneClass]


def port_samples(port: PortNow, known: KnownPort | None) -> Iterator[Sample | HistogramSample]:
    """All samples of a port; `known`: what the catalogue knows of it (`None`: it is not in it)."""
    yield from _of_port(port, known)
    if port.counters is None:
        return
    lanes = _lanes(port.counters)
    yield from _counted(port, port.counters, lanes)
    if not port.is_ended:
        yield from _posted(port, port.counters, lanes, known)
        yield from _throughput(port, port.counters, lanes)
        yield from _queues_and_booths(port, lanes)


def _of_port(port: PortNow, known: KnownPort | None) -> Iterator[Sample]:
    slug, info = port.key.port, port.info
    name, state = (known.name, known.state) if known else (slug, "")
    place = ("" if degrees is None else str(degrees) for degrees in (info.latitude, info.longitude))
    yield Sample("border_port_info", (slug, name, state, info.time_zone, *place), 1)
    yield Sample("border_sim_time_seconds", (slug,), port.watermark_us / SECOND_US)
    for mode, booths in info.installed.items():
        yield Sample("border_booths_installed", (slug, mode.value), booths)


def _lanes(counters: Counters) -> list[_Lane]:
    """The lane classes of a port: those posted, and those that anything has been counted of."""
    posted, counted = counters.posted_min.tolist(), np.count_nonzero(counters.totals, axis=1).tolist()
    return [
        lane
        for lane in _LANES
        if posted[lane.cells[Station.PRIMARY]] != NOT_POSTED or any(counted[cell] for cell in lane.cells.values())
    ]


def _counted(port: PortNow, counters: Counters, lanes: list[_Lane]) -> Iterator[Sample | HistogramSample]:
    slug, totals, durations = port.key.port, counters.totals.tolist(), counters.durations.tolist()
    for mode in port.info.installed:
        gate = _NO_LANE[mode].cells[Station.DOOR_TO_DOOR]
        yield Sample("border_arrivals_total", (slug, mode.value), totals[gate][COUNT.arrivals])
    for lane in lanes:
        labels = (slug, *lane.labels)
        primary, whole = lane.cells[Station.PRIMARY], lane.cells[Station.DOOR_TO_DOOR]
        yield Sample("border_released_total", labels, totals[whole][COUNT.completions])
        yield Sample("border_deterred_total", labels, totals[whole][COUNT.deterred])
        yield Sample("border_referrals_total", labels, totals[primary][COUNT.referrals])
        for family, cell in (("border_wait_seconds", primary), ("border_time_in_system_seconds", whole)):
            yield HistogramSample(family, labels, durations[cell], totals[cell][COUNT.wait_us] / SECOND_US)


def _posted(port: PortNow, counters: Counters, lanes: list[_Lane], known: KnownPort | None) -> Iterator[Sample]:
    hour = local_hour(port.info.time_zone, port.watermark_us)
    for lane in lanes:
        labels, posted_min = (port.key.port, *lane.labels), int(counters.posted_min[lane.cells[Station.PRIMARY]])
        if posted_min == NOT_POSTED:
            continue
        yield Sample("border_lane_open", labels, posted_min != MISSING)
        if posted_min != MISSING:
            yield Sample("border_posted_wait_seconds", labels, posted_min * _MINUTE_S)
        by_hour = known.accustomed_wait_s.get(lane.labels) if known else None
        if by_hour and hour is not None:
            yield Sample("border_accustomed_wait_seconds", labels, by_hour[hour])


def _throughput(port: PortNow, counters: Counters, lanes: list[_Lane]) -> Iterator[Sample]:
    if (rates := per_hour(counters)) is None:
        return
    by_cell = rates.tolist()
    whole = [(lane, Station.DOOR_TO_DOOR) for lane in lanes]
    for lane, station in [*_stations(port, lanes), *whole]:
        labels = (port.key.port, *lane.labels, station.value)
        yield Sample("border_throughput_per_hour", labels, by_cell[lane.cells[station]])


def _queues_and_booths(port: PortNow, lanes: list[_Lane]) -> Iterator[Sample]:
    slug = port.key.port
    if port.cells is not None:
        queues = port.cells[:, CELL.queue].tolist()
        for lane, station in _stations(port, lanes):
            labels = (slug, *lane.labels, station.value)
            yield Sample("border_queue_length", labels, queues[lane.cells[station]])
    if port.pools is not None:
        for pool, figures in zip(port.info.pools, port.pools.tolist(), strict=True):
            if pool.station is Station.PRIMARY:
                name = (slug, pool.mode.value, pool.name)
                yield Sample("border_booths_open", name, figures[POOL.open])
                yield Sample("border_booths_busy", name, figures[POOL.serving])
                yield Sample("border_booths_blocked", name, figures[POOL.blocked])


def _stations(port: PortNow, lanes: list[_Lane]) -> Iterator[tuple[_Lane, Station]]:
    """Where crossings wait: each station of a mode's route for its lane classes, for none before one is chosen."""
    for mode, station in dict.fromkeys((pool.mode, pool.station) for pool in port.info.pools):
        if station in BEFORE_LANES:
            yield _NO_LANE[mode], station
        else:
            yield from ((lane, station) for lane in lanes if lane.mode is mode)
