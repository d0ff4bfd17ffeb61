"""How a consumer is doing, in one line: kept up to date on a terminal, else told now and then."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import click
from rich.console import Console
from rich.text import Text

from border_sim.loading.mistakes import printable
from border_sim.streaming.consume import Status
from border_sim.streaming.progress import RunProgress, Waiting
from border_sim.streaming.stream_state import Totals

TERMINAL_EVERY_S: Final = 0.5
PIPE_EVERY_S: Final = 10.0
_AVERAGED: Final = 10
"""Lines over which the rate is taken."""
_MOST_NAMED: Final = 5
"""Ports and runs that are named; of more their number is told."""

Reporters = tuple[Callable[[str], Any], Callable[[Status], Any]]


@contextmanager
def status_line(*, quiet: bool) -> Iterator[Reporters]:
    """What tells the user a line that matters, and what tells how it goes; both on standard error."""
    if quiet:
        yield _echo, lambda _: None
    elif not sys.stderr.isatty():
        yield _echo, _Line(PIPE_EVERY_S, _echo).tell
    else:
        console = Console(stderr=True)
        with console.status("joining the group") as line:
            yield (
                lambda text: console.print(Text(text)),
                _Line(TERMINAL_EVERY_S, lambda text: line.update(Text(text))).tell,
            )


def _echo(text: str) -> None:
    click.echo(text, err=True)


class _Line:
    """Shows how it goes, at most once in `every_s`."""

    def __init__(self, every_s: float, show: Callable[[str], Any]) -> None:
        self._every_s, self._show = every_s, show
        self._seen = deque([(monotonic(), 0)], _AVERAGED)
        """When, and how many records were committed by then"""

    def tell(self, status: Status) -> None:
        now_s = monotonic()
        if now_s - self._seen[-1][0] < self._every_s:
            return
        self._seen.append((now_s, _records(status.committed)))
        (first_s, first), (_, last) = self._seen[0], self._seen[-1]
        self._show(in_words(status, (last - first) / (now_s - first_s)))


def in_words(status: Status, per_second: float) -> str:
    """How it goes; `per_second`: records committed."""
    committed = status.committed
    parts = [
        f"{per_second:,.0f} records/s",
        f"{status.lag:,} to go",
        f"{committed.windows:,} windows",
        f"{committed.duplicates:,} duplicates",
        f"{sum(committed.dead.values()):,} dead letters",
        f"{status.partitions} partition{'' if status.partitions == 1 else 's'}",
    ]
    waiting = _waiting_in_words(status.waiting) if status.waiting else ""
    return ", ".join(parts) + (f"; waiting for {waiting}" if waiting else "")


def _records(totals: Totals) -> int:
    return totals.events + totals.duplicates + sum(totals.dead.values())


def _waiting_in_words(waiting: Waiting) -> str:
    if not waiting.has_begun:
        return "the first run"
    runs = _listed([_run_in_words(run) for run in waiting.runs[: _MOST_NAMED + 1]], len(waiting.runs))
    return runs or (f"{waiting.records:,} records to be committed" if waiting.records else "")


def _run_in_words(run: RunProgress) -> str:
    told = f"run {printable(run.run)}, replication {run.replication} ("
    expected = run.ports or run.ended + len(run.going_on)
    told += f"{run.ended} of {expected} ports have ended"
    if run.going_on:
        told += f"; not yet {_listed([*map(printable, run.going_on)], len(run.going_on))}"
    if missing := expected - run.ended - len(run.going_on):
        told += f"; {missing} not begun"
    return told + ")"


def _listed(words: Sequence[str], count: int) -> str:
    named = ", ".join(words[:_MOST_NAMED])
    return f"{named} and {count - _MOST_NAMED} more" if count > _MOST_NAMED else named
