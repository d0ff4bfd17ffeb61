"""What a live run shows: a table of the busiest ports on a terminal that can be redrawn, else a line each simulated
hour.
"""

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

from border_sim.cli.standard_streams import is_redrawn
from border_sim.spec.words import counted
from border_sim.streaming.counting.lanes_now import LaneNow
from border_sim.streaming.playback.play import Reached
from border_sim.streaming.playback.selection import utc
from border_sim.vocabulary import HOUR_US, MINUTE_US, QUARTER_US

WORDS: Final = ("port", "mode", "lane")
NOW: Final = ("posted\nmin", "\nqueue", "open\nbooths")
BLOCKED: Final = "blocked\nbooths"
"""Shown beside them while there are any."""
LAST: Final = ("arrivals\nper hour", "mean\nwait min")
"""Of the last window. With these heads, which stand one line higher, all slugs have room on 80 columns."""
_REFRESH_S: Final = 0.5
_FRAME: Final = 8
"""Lines of a terminal that the table's rows leave to its heads, what stands above it, and the prompt."""

_HOUR_MIN: Final = HOUR_US // MINUTE_US

Look = Callable[[], list[LaneNow]]
Phase = Callable[[int], str]
Show = Callable[[Reached], Any]


@contextmanager
def watching(phase: Phase, look: Look = list, width_us: int = QUARTER_US) -> Iterator[Show]:
    """Give the function that shows how far a run has come, and the lanes if there are any, in windows of `width_us`; it
    is to be called after every few events. `phase`: what is special about an instant, in words.
    """
    if not is_redrawn(sys.stdout):
        yield _hour_by_hour(phase, look)
        return
    console = Console()
    is_shared = sys.stderr.isatty()  # else messages go where they were sent to
    with Live(console=console, auto_refresh=False, transient=True, redirect_stderr=is_shared) as live:
        shown_s = 0.0

        def show(reached: Reached) -> None:
            nonlocal shown_s
            if time.monotonic() - shown_s >= _REFRESH_S:
                lanes = look()
                heading = Text(_heading(lanes, reached, phase))
                table = [_table(_busiest(lanes, console.height - _FRAME), width_us)] if lanes else []
                # what the terminal adds when Ctrl-C is pressed stands on a line of its own, or a full one would break
                live.update(Group(heading, *table, Text()), refresh=True)
                shown_s = time.monotonic()

        yield show


def _hour_by_hour(phase: Phase, look: Look) -> Show:
    """Print a line at the first event of each simulated hour."""
    hour = -1

    def show(reached: Reached) -> None:
        nonlocal hour
        if reached.until_us // HOUR_US > hour:
            hour = reached.until_us // HOUR_US
            click.echo(_line(look(), reached, phase))

    return show


def _line(lanes: list[LaneNow], reached: Reached, phase: Phase) -> str:
    posted = [(lane.posted_wait_min, lane.lane) for lane in lanes if lane.posted_wait_min is not None]
    if not posted:
        return _heading(lanes, reached, phase)
    longest, (port, mode, lane_class) = max(posted)
    return f"{_heading(lanes, reached, phase)}, longest posted wait {longest} min ({port} {mode} {lane_class})"


def _heading(lanes: list[LaneNow], reached: Reached, phase: Phase) -> str:
    special = phase(reached.until_us)
    waiting = f", {sum(lane.queue for lane in lanes):,} waiting" if lanes else ""
    return f"{utc(reached.until_us)}{special and f' ({special})'}: {counted(reached.sent.sum(), 'event')}{waiting}"


def _table(lanes: list[LaneNow], width_us: int) -> Table:
    table = Table(box=SIMPLE, padding=0, show_edge=False)
    for head in WORDS:
        table.add_column(Text(head), no_wrap=True)
    minutes = width_us // MINUTE_US
    width = f"{minutes} min" if minutes < _HOUR_MIN else f"{minutes // _HOUR_MIN} h"
    tells_blocked = any(lane.blocked_booths for lane in lanes)
    heads = (*NOW, BLOCKED) if tells_blocked else NOW
    numbers = [*(f"now\n{head}" for head in heads), *(f"last\n{width}\n{head}" for head in LAST)]
    for head in numbers:
        table.add_column(Text(head), justify="right")
    for lane in lanes:
        table.add_row(*map(Text, _cells(lane, tells_blocked=tells_blocked)))
    return table


def _busiest(lanes: Iterable[LaneNow], most: int) -> list[LaneNow]:
    """The lanes of the ports with the most traffic and the longest queues, as many whole ports as there is room for."""
    ports: dict[str, list[LaneNow]] = {}
    for lane in lanes:
        ports.setdefault(lane.lane.port, []).append(lane)
    ranked = sorted(ports.values(), key=lambda mine: -sum((lane.per_hour or 0) + lane.queue for lane in mine))
    shown: list[LaneNow] = []
    for mine in ranked:
        if shown and len(shown) + len(mine) > most:
            break
        shown += mine
    return shown


def _cells(now: LaneNow, *, tells_blocked: bool) -> list[str]:
    posted = "closed" if now.posted_wait_min is None else str(now.posted_wait_min)
    per_hour = "-" if now.per_hour is None else f"{now.per_hour:,.0f}"
    wait = "-" if now.mean_wait_min is None else f"{now.mean_wait_min:.1f}"
    booths = (now.open_booths, now.blocked_booths) if tells_blocked else (now.open_booths,)
    return [*now.lane, posted, f"{now.queue:,}", *map(str, booths), per_hour, wait]
