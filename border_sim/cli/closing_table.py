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
    """Print what happened in the measured days, at the ports with the most arrivals; waits are those before primary."""
    ports = sorted(run.ports, key=lambda port: -_arrivals(port))[:BUSIEST]
    hours = resolved.days * 24
    rows = [_row(port.slug, lane, hours) for port in ports for lane in port.lanes]
    if rows:
        print_table(HEADS, rows, right=3, fold=0, same=2)
    total = sum(map(_arrivals, run.ports))
    of_ports = (
        f"{len(run.ports)} ports" if len(run.ports) > 1 else f"1 port ({run.ports[0].slug})" if run.ports else "no port"
    )
    click.echo(f"{total:,} crossings in {resolved.days} days from {resolved.start} at {of_ports}")
    deterred = sum(port.counts["deterred_wait"] + port.counts["deterred_gate"] for port in run.ports)
    if deterred:
        click.echo(f"{deterred:,} more stayed away, deterred by the posted wait or a closed gate (warm-up included)")
    present = sum(port.counts["present"] for port in run.ports)
    if present:
        click.echo(f"{present:,} were still inside at the end; waits that had not ended are not in the table")


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
