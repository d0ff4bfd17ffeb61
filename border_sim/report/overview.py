"""What the first screen says of all ports together, added up port by port."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

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


class Overview(NamedTuple):
    """Figures of ports together."""

    queues: list[Queue]
    """The `LONGEST` longest of the largest queues, one a lane class; none of nobody"""
    queueing: dict[str, Array]
    """Tenths of crossings in queues, by mode and bin; each port's bins are in its own local time"""
    present: int
    """Crossings still inside at the end"""
    deterred: int
    """Candidates that stayed away in the measured time"""


NOTHING: Final = Overview([], {}, 0, 0)


def with_port(overview: Overview, port: Figures) -> Overview:
    """The overview with a port more: its `name`, `zone`, `present` and `modes` (of `port_figures`)."""
    queueing = dict(overview.queueing)
    for mode, figures in port["modes"].items():
        for lane in figures["lanes"].values():
            queueing[mode] = _added(
                queueing.get(mode, np.zeros(0, np.int64)), np.array(lane["series"]["queue"], np.int64)
            )
    return Overview(
        sorted(overview.queues + _queues(port), key=lambda queue: (-queue.crossings, *queue[1:4]))[:LONGEST],
        queueing,
        overview.present + port["present"],
        overview.deterred + sum(mode["deterred"] for mode in port["modes"].values()),
    )


def crossings_by_mode(lanes: Iterable[LaneSummary]) -> dict[str, int]:
    """Crossings that joined the primary queue in the measured time, by mode; modes without any are left out."""
    counts = dict.fromkeys((mode.value for mode in Mode), 0)
    for lane in lanes:
        counts[lane.mode.value] += lane.arrivals
    return {mode: count for mode, count in counts.items() if count}


def _queues(port: Figures) -> list[Queue]:
    return [
        Queue(lane["largest"], port["name"], mode, name, local_moment(port["zone"], lane["largest_us"]))
        for mode, figures in port["modes"].items()
        for name, lane in figures["lanes"].items()
        if lane["largest"]
    ]


def _added(sums: Array, more: Array) -> Array:
    """The sum of two series, the shorter one being zero beyond its end."""
    total = np.zeros(max(len(sums), len(more)), np.int64)
    total[: len(sums)] += sums
    total[: len(more)] += more
    return total
