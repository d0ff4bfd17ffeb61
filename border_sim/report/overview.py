"""What the first screen says of all ports together, added up port by port."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from border_sim.records import Array
from border_sim.report.clock import local_moment
from border_sim.report.names import day_name
from border_sim.report.port_figures import Figures
from border_sim.run.summary import SummaryRow
from border_sim.spec.words import counted
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
    queueing: dict[tuple[str, str], Array]
    """Tenths of crossings in queues, by mode and time zone: of each bin of the zone's clock"""
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
            sums, more = queueing.get((mode, port["zone"])), np.array(lane["series"]["queue"], np.int64)
            queueing[mode, port["zone"]] = more if sums is None else _added(sums, more)
    return Overview(
        sorted(overview.queues + _queues(port), key=lambda queue: (-queue.crossings, *queue[1:4]))[:LONGEST],
        queueing,
        overview.present + port["present"],
        overview.deterred + sum(mode["deterred"] for mode in port["modes"].values()),
    )


def on_one_clock(
    queueing: dict[tuple[str, str], Array], labels: dict[str, list[str]], until: str | None = None
) -> Figures:
    """Queues added over time zones: `labels`, and by mode the series `queue`, as far as bins begin before the local
    time `until` (`None`: all).

    `labels`: of each zone's bins. Bins are added where the wall clocks show the same; one that a clock shows twice has
    the mean of both, and one that it skips counts nothing of the zone. Clocks that never show the same (windows of some
    hours begin at one instant everywhere) are added bin by bin, under the labels of the first.
    """
    clocks = list(labels.values())
    if any(set(clocks[0]).isdisjoint(other) for other in clocks):
        labels = {zone: clocks[0][: len(mine)] for zone, mine in labels.items()}
    known = sorted({label for mine in labels.values() for label in mine})
    places = {label: place for place, label in enumerate(known)}
    sums: dict[str, Array] = {}
    for (mode, zone), series in queueing.items():
        at = np.array([places[label] for label in labels[zone][: len(series)]])
        shown = np.maximum(np.bincount(at, minlength=len(known)), 1)
        mine = np.bincount(at, series[: len(at)], len(known)) / shown
        sums[mode] = sums.get(mode, np.zeros(len(known))) + mine
    length = max((len(series) for series in queueing.values()), default=0)
    if until is not None:
        length = min(length, max(1, bisect_left(known, until)))
    return {"labels": known[:length], "queue": {mode: _whole(each[:length]) for mode, each in sums.items()}}


def _whole(series: Array) -> list[int]:
    return [int(each) for each in np.rint(series)]


def clock_changes(axes: dict[str, Figures]) -> list[str]:
    """A sentence for each change of the clock within a run, with the time zones that it leaves alone."""
    zones: dict[tuple[str, int], list[str]] = {}
    for zone, axis in axes.items():
        for change in axis["clock_changes"]:
            zones.setdefault((change["at"], change["minutes"]), []).append(zone)
    return [_clock_change(*change, sorted(set(axes) - set(mine))) for change, mine in sorted(zones.items())]


def _clock_change(at: str, minutes: int, others: list[str]) -> str:
    moment, direction = datetime.fromisoformat(at), "forward" if minutes > 0 else "back"
    change = f"The clock goes {direction} by {counted(abs(minutes), 'minute')} at {moment:%H:%M} on {day_name(moment)}"
    return f"{change}, but not in {' and '.join(others)}." if others else f"{change}."


def crossings_by_mode(lanes: Iterable[SummaryRow]) -> dict[str, int]:
    """Crossings that joined the primary queue in the measured time, by mode; modes without any are left out."""
    counts = dict.fromkeys((mode.value for mode in Mode), 0)
    for lane in lanes:
        counts[str(lane.mode)] += lane.arrivals
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
