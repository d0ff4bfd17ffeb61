"""The table at the end of a run: the busiest ports by mode and lane class, and who is not in it."""

from typing import Final

import click

from border_sim.cli.table import print_table
from border_sim.run.port_run import PortResult
from border_sim.run.simulate import Run
from border_sim.run.summary import LaneSummary
from border_sim.spec.scenario import Resolved

BUSIEST: Final = 8
HEADS: Final = ("port", "mode", "lane", "arrivals", "mean wait min", "p90 wait min", "served per hour")


def print_closing_table(resolved: Resolved, run: Run) -> None:
    """Print what happened from `start` on, at the ports with the most arrivals; waits are those before primary.

    Whoever is still inside at the end of the measured days is served in the drain and counts too.
    """
    ports = sorted(run.ports, key=lambda port: -_arrivals(port))[:BUSIEST]
    hours = resolved.days * 24
    rows = [_row(port.slug, lane, hours) for port in ports for lane in port.lanes]
    if rows:
        print_table(HEADS, rows, right=3, fold=0, same=2)
    total = sum(map(_arrivals, run.ports))
    days, ports_run = _counted(resolved.days, "day"), _counted(len(run.ports), "port")
    click.echo(f"{total:,} crossings in {days} from {resolved.start} at {ports_run}")
    if deterred := sum(port.deterred for port in run.ports):
        click.echo(f"{deterred:,} more would have come, had the posted wait been shorter or the gate open")
    present = sum(port.counts["present"] for port in run.ports)
    if present:
        click.echo(f"{present:,} were still inside at the end; waits that had not ended are not in the table")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _arrivals(port: PortResult) -> int:
    return sum(lane.arrivals for lane in port.lanes)


def _row(slug: str, lane: LaneSummary, hours: int) -> list[str]:
    return [
        slug,
        lane.mode,
        lane.lane_class,
        f"{lane.arrivals:,}",
        _minutes(lane.mean_wait_min),
        _minutes(lane.p90_wait_min),
        f"{lane.completions / hours:,.1f}",
    ]


def _minutes(wait: float | None) -> str:
    return "-" if wait is None else f"{wait:.1f}"
