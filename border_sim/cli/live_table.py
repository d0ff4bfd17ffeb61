"""What a live run shows: a table of the busiest ports on a terminal, else a line each simulated hour."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click
from rich.box import SIMPLE
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from border_sim.streaming.board import LaneNow
from border_sim.streaming.play import Reached
from border_sim.streaming.replay import utc
from border_sim.vocabulary import HOUR_US

HEADS: Final = ("port", "mode", "lane", "posted min", "queue", "open booths", "arrivals per hour", "mean wait min")
_WORDS: Final = 3
"""Columns that hold words; the others hold numbers."""
_REFRESH_S: Final = 0.5
_FRAME: Final = 6
"""Lines of a terminal that the table's rows leave to its heads, what stands above it, and the prompt."""

Look = Callable[[], list[LaneNow]]
Told = Callable[[Reached], Any]


@contextmanager
def watching(look: Look) -> Iterator[Told]:
    """Show how far it is, and the lanes if there are any; call what it gives after every few events."""
    if not sys.stdout.isatty():
        yield _hour_by_hour(look)
        return
    console = Console()
    with Live(console=console, auto_refresh=False, transient=True) as live:
        shown_s = 0.0

        def tell(reached: Reached) -> None:
            nonlocal shown_s
            if time.monotonic() - shown_s >= _REFRESH_S:
                live.update(_picture(look(), reached, console.height - _FRAME), refresh=True)
                shown_s = time.monotonic()

        yield tell


def _hour_by_hour(look: Look) -> Told:
    """Print a line at the first event of each simulated hour."""
    hour = -1

    def tell(reached: Reached) -> None:
        nonlocal hour
        if reached.until_us // HOUR_US > hour:
            hour = reached.until_us // HOUR_US
            click.echo(_line(look(), reached))

    return tell


def _line(lanes: list[LaneNow], reached: Reached) -> str:
    posted = [(lane.posted_wait_min, lane.lane) for lane in lanes if lane.posted_wait_min is not None]
    if not posted:
        return _heading(lanes, reached)
    longest, (port, mode, lane_class) = max(posted)
    return f"{_heading(lanes, reached)}, longest posted wait {longest} min ({port} {mode} {lane_class})"


def _heading(lanes: list[LaneNow], reached: Reached) -> str:
    waiting = f", {sum(lane.queue for lane in lanes):,} waiting" if lanes else ""
    return f"{utc(reached.until_us)}: {reached.sent.sum():,} events{waiting}"


def _picture(lanes: list[LaneNow], reached: Reached, rows: int) -> Group:
    heading = Text(_heading(lanes, reached))
    if not lanes:
        return Group(heading)
    table = Table(box=SIMPLE, padding=0)
    for place, head in enumerate(HEADS):
        table.add_column(Text(head), justify="left" if place < _WORDS else "right")
    for lane in _busiest(lanes, rows):
        table.add_row(*map(Text, _cells(lane)))
    return Group(heading, table)


def _busiest(lanes: Iterable[LaneNow], most: int) -> list[LaneNow]:
    """The lanes of the ports with the most traffic and the longest queues, as many whole ports as there is room for."""
    ports: dict[str, list[LaneNow]] = {}
    for lane in lanes:
        ports.setdefault(lane.lane.port, []).append(lane)
    ranked = sorted(ports.values(), key=lambda mine: -sum(lane.per_hour + lane.queue for lane in mine))
    shown: list[LaneNow] = []
    for mine in ranked:
        if shown and len(shown) + len(mine) > most:
            break
        shown += mine
    return shown


def _cells(now: LaneNow) -> list[str]:
    posted = "closed" if now.posted_wait_min is None else str(now.posted_wait_min)
    wait = "-" if now.mean_wait_min is None else f"{now.mean_wait_min:.1f}"
    return [*now.lane, posted, f"{now.queue:,}", str(now.open_booths), f"{now.per_hour:,.0f}", wait]
