"""The table at the end of a run: the busiest ports of each mode by lane class, every station that is blocked or
overloaded, and who is not in it.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import click

from border_sim.cli.table import print_table
from border_sim.run.blockage import Rooms, blockage_in_words, rooms_of, wanting_room
from border_sim.run.simulate import Run
from border_sim.run.summary import SummaryRow, is_overloaded, overload_in_words
from border_sim.spec.scenario import Resolved
from border_sim.spec.words import counted
from border_sim.vocabulary import HOUR_US, Mode

BUSIEST: Final = 3
"""Ports of each mode in the table"""
HEADS: Final = (
    "mode", "port", "lane", "arrivals", "mean wait min", "p90 wait min", "door to door min", "served per hour",
)  # fmt: skip


class Closing(NamedTuple):
    """What a closing table is about."""

    lanes: Sequence[SummaryRow]
    """By port, mode and lane class"""
    stations: Sequence[SummaryRow]
    """By port, mode and station"""
    rooms: Rooms
    """Where room is given"""
    ports: str
    """How many were measured, in words"""
    when: str
    """Which time that is, in words"""
    present: int
    """Crossings that were still inside at the end"""


def print_closing_table(resolved: Resolved, run: Run) -> None:
    """Print what happened from `start` on at the busiest ports; waits are those before primary.

    Whoever is still inside at the end of the measured days is served in the drain and counts too.
    """
    lanes = [row for port in run.ports for row in port.lanes]
    stations = [row for port in run.ports for row in port.stations]
    present = sum(port.counts["present"] for port in run.ports)
    when, where = f"in {measured_days(resolved)}", counted(len(run.ports), "port")
    if run.status == "interrupted":
        measured = [port.measured_us for port in run.ports if port.measured_us]
        hours = f"{max(measured, default=0) / HOUR_US:,.1f} hours at most"
        when = f"from {resolved.start} on, until the run was interrupted ({hours})"
        where = f"{len(measured)} of {where}"
    print_closing(Closing(lanes, stations, rooms_of(resolved), where, when, present))
    if missing := sum(not port.measured_us for port in run.ports if run.status == "interrupted"):
        click.echo(f"interrupted before {counted(missing, 'port')} had come to the measured days")


def measured_days(resolved: Resolved) -> str:
    """The measured time of a whole run, in words."""
    return f"{counted(resolved.days, 'day')} from {resolved.start}"


def print_closing(closing: Closing) -> None:
    """Print a closing table, and who is not in it."""
    if rows := [_cells(lane) for lane in busiest(closing.lanes)]:
        print_table(HEADS, rows, right=3, fold=1, same=2)
    print_trouble(closing.stations, closing.rooms)
    arrivals, deterred = (sum(getattr(row, name) for row in closing.lanes) for name in ("arrivals", "deterred"))
    click.echo(f"{counted(arrivals, 'crossing')} {closing.when} at {closing.ports}")
    if deterred:
        click.echo(f"{deterred:,} more would have come, had the posted wait been shorter or the gate open")
    if closing.present:
        click.echo(f"{closing.present:,} were still inside at the end; waits that had not ended are not in the table")


def print_trouble(stations: Sequence[SummaryRow], rooms: Rooms) -> None:
    """Print every station whose booths or bays were blocked, and every one that is overloaded."""
    for row in stations:
        if row.blocked:
            words = blockage_in_words(row, wanting_room(row, rooms))
            click.echo(f"blocked: {row.port} {row.mode} {row.station}: {words}")
    for row in stations:
        if is_overloaded(row):
            click.echo(f"overloaded: {row.port} {row.mode} {row.station}: {overload_in_words(row)}")


def interruption(measured_us: Sequence[int]) -> str:
    """How far a run came that was interrupted, in words; `measured_us`: how long each of its ports was measured."""
    hours = [each / HOUR_US for each in measured_us if each]
    came = f"interrupted: {len(hours)} of {counted(len(measured_us), 'port')} came to the measured days"
    if not hours:
        return came
    span = f"{min(hours):,.1f} to {max(hours):,.1f}" if min(hours) < max(hours) else f"{min(hours):,.1f}"
    return f"{came}, for {span} hours; figures end there"


def busiest(lanes: Sequence[SummaryRow]) -> Iterator[SummaryRow]:
    """The lanes that anybody joined, at the ports with the most arrivals of each mode, the busiest first."""
    for mode in Mode:
        arrivals: dict[str, int] = {}
        for lane in lanes:
            if lane.mode is mode and lane.port:
                arrivals[lane.port] = arrivals.get(lane.port, 0) + lane.arrivals
        for port in sorted(arrivals, key=lambda slug: (-arrivals[slug], slug))[:BUSIEST]:
            yield from (lane for lane in lanes if (lane.port, lane.mode) == (port, mode) and lane.arrivals)


def _cells(lane: SummaryRow) -> list[str]:
    return [*lane_cells(lane), _number(lane.served_per_hour)]


def lane_cells(lane: SummaryRow) -> list[str]:
    """What a lane is, how long it waited and was on its way: the columns of `HEADS` but the last."""
    minutes = map(_number, (lane.mean_wait_min, lane.p90_wait_min, lane.door_to_door_min))
    return [str(lane.mode), str(lane.port), str(lane.lane_class), f"{lane.arrivals:,}", *minutes]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}"
