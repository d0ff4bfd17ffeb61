"""What people look at while events flow: each lane's posted wait, queue, open booths, and its last window."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from border_sim.events.decode import parse
from border_sim.metrics.state import LANES, OPEN, QUEUE, STATIONS, UNTIL, WIDTH, Windows
from border_sim.run.summary import LaneTotals
from border_sim.spec.scenario import Resolved
from border_sim.streaming.counting.partition import Partition, Taken
from border_sim.streaming.counting.stream_state import Open
from border_sim.vocabulary import HOUR_US, MINUTE_US, LaneClass, Mode, Station, code, lane_classes

_POSTED: Final = b'"kind":"posted"'
_PRIMARY: Final = code(Station.PRIMARY)


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


class Board:
    """The figures of one run and replication, from its events and from what its consumer makes of them."""

    def __init__(self, resolved: Resolved) -> None:
        self.totals: dict[str, LaneTotals] = {}
        """By port that has closed a window, the sums over all its windows"""
        self.dead = 0
        """Events that were not taken"""
        self._pools = {lane: pools for lane, pools in _serving(resolved) if pools}
        self._last: dict[str, Windows] = {}
        self._posted: dict[Lane, int | None] = {}

    def take(self, lines: Iterable[bytes], taken: Taken) -> None:
        """Take in lines of events, and what they gave."""
        for line in lines:
            if _POSTED in line:
                told: Any = parse(line)
                self._posted[Lane(told.port, told.mode, told.lane_class)] = told.posted_wait_min
        for key, _, windows in taken.closed:
            self.totals.setdefault(key.port, LaneTotals()).add(windows)
            self._last[key.port] = windows
        self.dead += len(taken.dead)

    def lanes(self, partitions: Iterable[Partition]) -> list[LaneNow]:
        """All lanes of the ports whose run goes on, in no order of ports; of one port by mode, best lane first."""
        streams = chain.from_iterable(partition.streams.items() for partition in partitions)
        inside = {key.port: state.open for key, state in streams if state.open}
        return [self._now(lane, inside[lane.port]) for lane in self._pools if lane.port in inside]

    def _now(self, lane: Lane, state: Open) -> LaneNow:
        _, mode, lane_class = lane
        cells = state.fold.cells.reshape(len(Mode), LANES, STATIONS, -1)
        pools = [
            place
            for place, pool in enumerate(state.info.pools)
            if pool.station is Station.PRIMARY and pool.mode is mode and pool.name in self._pools[lane]
        ]
        width_us = int(state.fold.clock[WIDTH])
        arrivals, starts, wait_us = self._last_window(lane, int(state.fold.clock[UNTIL]) - 2 * width_us)
        return LaneNow(
            lane,
            self._posted.get(lane),
            int(cells[code(mode), 1 + code(lane_class), _PRIMARY, QUEUE]),
            int(state.fold.pools[pools, OPEN].sum()),
            arrivals * HOUR_US / width_us if lane.port in self._last else None,
            wait_us / starts / MINUTE_US if starts else None,
        )

    def _last_window(self, lane: Lane, begins_us: int) -> tuple[int, int, int]:
        """Arrivals, starts and the sum of waits of a lane in the window that closed last; 0 if nothing happened."""
        windows = self._last.get(lane.port)
        if windows is None:
            return 0, 0, 0
        rows = (windows.window_us == begins_us) & (windows.station == _PRIMARY)
        rows &= (windows.mode == code(lane.mode)) & (windows.lane_class == code(lane.lane_class))
        return int(windows.arrivals[rows].sum()), int(windows.starts[rows].sum()), int(windows.wait_us[rows].sum())


def _serving(resolved: Resolved) -> Iterator[tuple[Lane, Sequence[str]]]:
    """Each lane class of each port, and the names of the pools that serve it."""
    for each in resolved.ports:
        for mode, part in each.port.modes.items():
            for lane_class in lane_classes(mode):
                pools = [pool.name for pool in part.pools if any(lane_class in rank for rank in pool.serves)]
                yield Lane(each.slug, mode, lane_class), pools
