"""Ctrl-C and SIGTERM: the first asks to stop, the second stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import click

INTERRUPTED: Final = 130
"""The exit code of a command that was asked to stop."""


@contextmanager
def stopping(stop: threading.Event, told: str, at_once: Callable[[], Any] = lambda: None) -> Iterator[None]:
    """The first signal sets `stop` and prints `told`; a second calls `at_once`, and does what it does to any programme.

    Only within the context, and only in the main thread.
    """

    def ask(number: int, _: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            click.echo(told, err=True)
            return
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        at_once()
        signal.raise_signal(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
