"""What people look at while events flow: each lane's posted wait, queue, open booths, and its last window."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from border_sim.codes import POSTED, PRIMARY
from border_sim.inputs.local_time import horizon_us
from border_sim.metrics import now
from border_sim.metrics.state import FoldState
from border_sim.metrics.window_columns import Windows
from border_sim.records import PortInfo, select
from border_sim.run.summary import PortTotals
from border_sim.spec.scenario import Resolved
from border_sim.streaming.counting.partition import BatchResult, Partition
from border_sim.streaming.counting.sequence import StreamEvents
from border_sim.vocabulary import (
    HOUR_US,
    MINUTE_US,
    MISSING,
    LaneClass,
    Mode,
    Station,
    code,
    lane_classes,
)

_MODES, _LANE_CLASSES = tuple(Mode), tuple(LaneClass)


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
        self._last_windows: dict[str, Windows] = {}
        self._posted: dict[Lane, int | None] = {}

    def update(self, result: BatchResult) -> None:
        """Take in what became of a batch of events."""
        for stream in result.events:
            self._posted.update(_posted(stream))
        for key, _, windows in result.closed:
            self.totals[key.port].add(windows)
            self._last_windows[key.port] = windows
        self.dead += len(result.dead)

    def lanes(self, partition: Partition) -> list[LaneNow]:
        """All lanes of the ports whose run goes on, in no order of ports; of one port by mode, best lane first."""
        ports = {key.port: (info, fold) for key, info, fold in partition.folds()}
        return [self._lane_now(lane, *ports[lane.port]) for lane in self._pools if lane.port in ports]

    def _lane_now(self, lane: Lane, info: PortInfo, fold: FoldState) -> LaneNow:
        _, mode, lane_class = lane
        pools = [
            place
            for place, pool in enumerate(info.pools)
            if pool.station is Station.PRIMARY and pool.mode is mode and pool.name in self._pools[lane]
        ]
        arrivals, starts, wait_us = self._last_window(lane, now.last_window_us(fold))
        return LaneNow(
            lane,
            self._posted.get(lane),
            now.queue(fold, mode, lane_class),
            now.open_booths(fold, pools),
            arrivals * HOUR_US / now.width_us(fold) if lane.port in self._last_windows else None,
            wait_us / starts / MINUTE_US if starts else None,
        )

    def _last_window(self, lane: Lane, begins_us: int) -> tuple[int, int, int]:
        """Arrivals, starts and the sum of waits of a lane in the window that closed last; 0 if nothing happened."""
        windows = self._last_windows.get(lane.port)
        if windows is None:
            return 0, 0, 0
        rows = (windows.window_us == begins_us) & (windows.station == PRIMARY)
        rows &= (windows.mode == code(lane.mode)) & (windows.lane_class == code(lane.lane_class))
        return int(windows.arrivals[rows].sum()), int(windows.starts[rows].sum()), int(windows.wait_us[rows].sum())


def _totals(resolved: Resolved) -> Iterator[tuple[str, PortTotals]]:
    """Each port, and the sums over none of its windows yet."""
    for each in resolved.ports:
        yield each.slug, PortTotals(each.slug, horizon_us(each.port.time_zone, resolved.start, resolved.days))


def _posted(stream: StreamEvents) -> Iterator[tuple[Lane, int | None]]:
    """The waits that events post, in minutes, lane by lane in their order; `None`: closed."""
    events = stream.events
    posted = select(events, events.kind == POSTED)
    columns = (posted.mode.tolist(), posted.lane_class.tolist(), posted.posted_wait_min.tolist())
    for mode, lane_class, wait_min in zip(*columns, strict=True):
        yield Lane(stream.key.port, _MODES[mode], _LANE_CLASSES[lane_class]), None if wait_min == MISSING else wait_min


def _serving(resolved: Resolved) -> Iterator[tuple[Lane, Sequence[str]]]:
    """Each lane class of each port, and the names of the pools that serve it."""
    for each in resolved.ports:
        for mode, part in each.port.modes.items():
            for lane_class in lane_classes(mode):
                pools = [pool.name for pool in part.pools if any(lane_class in rank for rank in pool.serves)]
                yield Lane(each.slug, mode, lane_class), pools
