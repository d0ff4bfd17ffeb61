"""What the first screen says of all ports together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.records import Array
from border_sim.report.clock import local_moment
from border_sim.report.port_figures import Figures
from border_sim.run.summary import LaneSummary
from border_sim.vocabulary import Mode

LONGEST: Final = 5


class Queue(NamedTuple):
    """The largest queue of a lane class at a port, and the local time at which its window began."""

    crossings: int
    port: str
    mode: str
    lane_class: str
    when: datetime


def longest_queues(ports: Iterable[Figures]) -> list[Queue]:
    """The `LONGEST` longest of the largest queues, one a lane class; none of nobody."""
    queues = [
        Queue(lane["largest"], port["name"], mode, name, local_moment(port["zone"], lane["largest_us"]))
        for port in ports
        for mode, figures in port["modes"].items()
        for name, lane in figures["lanes"].items()
        if lane["largest"]
    ]
    return sorted(queues, key=lambda queue: (-queue.crossings, queue.port, queue.mode, queue.lane_class))[:LONGEST]


def crossings_by_mode(lanes: Iterable[LaneSummary]) -> dict[str, int]:
    """Crossings that joined the primary queue in the measured time, by mode; modes without any are left out."""
    counts = dict.fromkeys((mode.value for mode in Mode), 0)
    for lane in lanes:
        counts[lane.mode.value] += lane.arrivals
    return {mode: count for mode, count in counts.items() if count}


def queue_by_mode(ports: Iterable[Figures]) -> dict[str, list[int]]:
    """Tenths of crossings queueing at all ports, by mode and bin; each port's bins are in its own local time."""
    sums: dict[str, Array] = {}
    for port in ports:
        for mode, figures in port["modes"].items():
            for lane in figures["lanes"].values():
                sums[mode] = _added(sums.get(mode), np.array(lane["series"]["queue"]))
    return {mode.value: sums[mode.value].tolist() for mode in Mode if mode.value in sums}


def _added(sums: Array | None, more: Array) -> Array:
    """The sum of two series, the shorter one being zero beyond its end."""
    if sums is None:
        return more
    total: Any = np.zeros(max(len(sums), len(more)), np.int64)
    total[: len(sums)] += sums
    total[: len(more)] += more
    return total
