"""How a consumer is doing, in one line: kept up to date on a terminal that can be redrawn, else said now and then."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from border_sim.cli.messages import say
from border_sim.cli.standard_streams import is_redrawn
from border_sim.spec.words import counted, printable
from border_sim.streaming.broker.consume import Status
from border_sim.streaming.broker.until_ended import RunProgress, Waiting

TERMINAL_EVERY_S: Final = 0.5
PIPE_EVERY_S: Final = 10.0
_AVERAGED: Final = 10
"""Lines over which the rate is taken."""
_MOST_NAMED: Final = 5
"""Ports and runs that are named; of more their number is given."""

Reporters = tuple[Callable[[str], Any], Callable[[Status], Any]]


@contextmanager
def status_line(*, quiet: bool) -> Iterator[Reporters]:
    """Two functions that write to standard error: a message of its own, and how it goes."""
    if quiet:
        yield say, lambda _: None
    elif not is_redrawn(sys.stderr):
        yield say, _StatusLine(PIPE_EVERY_S, say, only_news=True).update
    else:
        with Console(stderr=True).status("joining the group") as line:
            yield say, _StatusLine(TERMINAL_EVERY_S, lambda text: line.update(Text(text))).update


class _StatusLine:
    """Shows how it goes once in `every_s`, and at once when it waits for something else.

    `only_news`: not again where nothing but the rate is another.
    """

    def __init__(self, every_s: float, show: Callable[[str], Any], *, only_news: bool = False) -> None:
        self._every_s, self._show, self._only_news = every_s, show, only_news
        self._seen = deque([(monotonic(), 0)], _AVERAGED)
        """When, and how many records were committed by then"""
        self._waiting = self._shown = ""
        """What it waits for; what was shown last, but for the rate"""

    def update(self, status: Status) -> None:
        now_s, waiting = monotonic(), _runs_in_words(status.waiting) if status.waiting else ""
        if waiting == self._waiting and now_s - self._seen[-1][0] < self._every_s:
            return
        self._waiting = waiting
        self._seen.append((now_s, status.committed.records))
        (first_s, first), (_, last) = self._seen[0], self._seen[-1]
        text = in_words(status, 0)
        if text != self._shown or not self._only_news:
            self._show(in_words(status, (last - first) / max(now_s - first_s, 1e-3)))
        self._shown = text


def in_words(status: Status, per_second: float) -> str:
    """How it goes; `per_second`: records committed."""
    committed = status.committed
    parts = [
        f"{per_second:,.0f} records/s",
        f"{status.lag:,} to go",
        counted(committed.windows, "window"),
        counted(committed.duplicates, "duplicate"),
        counted(sum(committed.dead.values()), "dead letter"),
        counted(status.partitions, "partition"),
    ]
    waiting = _waiting_in_words(status.waiting) if status.waiting else ""
    return ", ".join(parts) + (f"; waiting for {waiting}" if waiting else "")


def _waiting_in_words(waiting: Waiting) -> str:
    return _runs_in_words(waiting) or (
        f"{counted(waiting.records, 'record')} to be committed" if waiting.records else ""
    )


def _runs_in_words(waiting: Waiting) -> str:
    if not waiting.has_begun:
        return "the first run"
    return _listed([run_in_words(run) for run in waiting.runs[:_MOST_NAMED]], len(waiting.runs))


def run_in_words(run: RunProgress, missing_are: str = "not begun") -> str:
    """Which run, and how far it has come; `missing_are`: what is said of ports of which nothing is known."""
    text = f"run {printable(run.run)}, replication {run.replication} ("
    expected = run.ports or run.ended + len(run.going_on)
    text += f"{run.ended} of {expected} ports have ended"
    if run.going_on:
        text += f"; not yet {_listed([*map(printable, run.going_on)], len(run.going_on))}"
    if missing := expected - run.ended - len(run.going_on):
        text += f"; {missing} {missing_are}"
    return text + ")"


def _listed(words: Sequence[str], count: int) -> str:
    named = ", ".join(words[:_MOST_NAMED])
    return f"{named} and {count - _MOST_NAMED} more" if count > _MOST_NAMED else named
