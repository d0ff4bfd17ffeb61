"""The table at the end of a run: the busiest ports by mode and lane class, and who is not in it."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import click

from border_sim.cli.table import print_table
from border_sim.run.simulate import Run
from border_sim.run.summary import LaneSummary
from border_sim.spec.scenario import Resolved

BUSIEST: Final = 8
HEADS: Final = ("port", "mode", "lane", "arrivals", "mean wait min", "p90 wait min", "served per hour")


class Closing(NamedTuple):
    """What a closing table tells."""

    lanes: Mapping[str, Sequence[LaneSummary]]
    """By port"""
    hours: float
    """Measured"""
    when: str
    """Which time that is, in words"""
    deterred: int
    """Candidates that stayed away in it"""
    present: int
    """Crossings that were still inside at the end"""


def print_closing_table(resolved: Resolved, run: Run) -> None:
    """Print what happened from `start` on, at the ports with the most arrivals; waits are those before primary.

    Whoever is still inside at the end of the measured days is served in the drain and counts too.
    """
    lanes = {port.slug: port.lanes for port in run.ports}
    deterred, present = sum(port.deterred for port in run.ports), sum(port.counts["present"] for port in run.ports)
    print_closing(Closing(lanes, resolved.days * 24, f"in {measured_days(resolved)}", deterred, present))


def measured_days(resolved: Resolved) -> str:
    """The measured time of a whole run, in words."""
    return f"{counted(resolved.days, 'day')} from {resolved.start}"


def print_closing(closing: Closing) -> None:
    """Print a closing table, and who is not in it."""
    arrivals = {slug: sum(lane.arrivals for lane in lanes) for slug, lanes in closing.lanes.items()}
    busiest = sorted(arrivals, key=lambda slug: -arrivals[slug])[:BUSIEST]
    rows = [_row(slug, lane, closing.hours) for slug in busiest for lane in closing.lanes[slug]]
    if rows:
        print_table(HEADS, rows, right=3, fold=0, same=2)
    click.echo(f"{sum(arrivals.values()):,} crossings {closing.when} at {counted(len(arrivals), 'port')}")
    if closing.deterred:
        click.echo(f"{closing.deterred:,} more would have come, had the posted wait been shorter or the gate open")
    if closing.present:
        click.echo(f"{closing.present:,} were still inside at the end; waits that had not ended are not in the table")


def counted(count: int, word: str) -> str:
    """How many of something, in words."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _row(slug: str, lane: LaneSummary, hours: float) -> list[str]:
    return [slug, *lane_cells(lane), f"{lane.completions / hours:,.1f}"]


def lane_cells(lane: LaneSummary) -> list[str]:
    """What a lane is and how long it waited: the columns of `HEADS` but the first and the last."""
    waits = (_minutes(wait) for wait in (lane.mean_wait_min, lane.p90_wait_min))
    return [lane.mode, lane.lane_class, f"{lane.arrivals:,}", *waits]


def _minutes(wait: float | None) -> str:
    return "-" if wait is None else f"{wait:.1f}"
