"""What people look at while events flow: each lane's posted wait, queue, open booths, and its last window."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from border_sim.codes import PRIMARY
from border_sim.inputs.local_time import horizon_us
from border_sim.metrics.counters import COUNT, per_hour
from border_sim.metrics.state import CELL, POOL, cell_of
from border_sim.run.summary import PortTotals
from border_sim.spec.scenario import Resolved
from border_sim.streaming.counting.partition import BatchResult, Partition
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import MINUTE_US, LaneClass, Mode, Station, code, lane_classes


class Lane(NamedTuple):
    """A lane class of a port."""

    port: str
    mode: Mode
    lane_class: LaneClass


class LaneNow(NamedTuple):
    """A lane class of a port, as it is now."""

    lane: Lane
    posted_wait_min: int | None
    """`None`: closed"""
    queue: int
    open_booths: int
    """Of the pools that serve it; they may serve other lane classes too"""
    blocked_booths: int
    """Of the same pools: their crossing is served and finds no place at the next station"""
    per_hour: float | None
    """Crossings that joined its queue in the last window; `None`: none of the port has closed"""
    mean_wait_min: float | None
    """Of those whose service began in the last window; `None`: nobody's"""


class LanesNow:
    """The figures of one run and replication, from what its consumer makes of its events."""

    def __init__(self, resolved: Resolved) -> None:
        self.totals = dict(_totals(resolved))
        """By port, the sums over all its windows"""
        self.dead = 0
        """Events that were refused"""
        self._pools = {lane: pools for lane, pools in _serving(resolved) if pools}

    def update(self, result: BatchResult) -> None:
        """Take in what became of a batch of events."""
        for key, info, windows in result.closed:
            self.totals[key.port].add(windows, info.pools)
        self.dead += len(result.dead)

    def lanes(self, partition: Partition) -> list[LaneNow]:
        """All lanes of the ports whose run goes on, in no order of ports; of one port by mode, best lane first."""
        ports = {port.key.port: port for port in partition.ports_now() if not port.is_ended}
        shown = ((lane, ports.get(lane.port)) for lane in self._pools)
        return [self._lane_now(lane, port) for lane, port in shown if port and port.counters]

    def _lane_now(self, lane: Lane, port: PortNow) -> LaneNow:
        _, mode, lane_class = lane
        pools = [
            place
            for place, pool in enumerate(port.info.pools)
            if pool.station is Station.PRIMARY and pool.mode is mode and pool.name in self._pools[lane]
        ]
        counters, cell = port.counters, cell_of(code(mode), code(lane_class), PRIMARY)
        assert counters
        assert port.cells is not None
        assert port.pools is not None
        starts, wait_us = counters.last_window[cell, [COUNT.starts, COUNT.wait_us]].tolist()
        posted_min, arrivals = int(counters.posted_min[cell]), per_hour(counters, "arrivals")
        return LaneNow(
            lane,
            posted_min if posted_min >= 0 else None,
            int(port.cells[cell, CELL.queue]),
            int(port.pools[pools, POOL.open].sum()),
            int(port.pools[pools, POOL.blocked].sum()),
            None if arrivals is None else float(arrivals[cell]),
            wait_us / starts / MINUTE_US if starts else None,
        )


def _totals(resolved: Resolved) -> Iterator[tuple[str, PortTotals]]:
    """Each port, and the sums over none of its windows yet."""
    for each in resolved.ports:
        yield each.slug, PortTotals(each.slug, horizon_us(each.port.time_zone, resolved.start, resolved.days))


def _serving(resolved: Resolved) -> Iterator[tuple[Lane, Sequence[str]]]:
    """Each lane class of each port, and the names of the pools that serve it."""
    for each in resolved.ports:
        for mode, part in each.port.modes.items():
            for lane_class in lane_classes(mode):
                pools = [pool.name for pool in part.pools if any(lane_class in rank for rank in pool.serves)]
                yield Lane(each.slug, mode, lane_class), pools
