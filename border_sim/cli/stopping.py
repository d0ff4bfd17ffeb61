"""Ctrl-C and SIGTERM: the first asks to stop, the second stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import Any, Final

from border_sim.cli.messages import say

INTERRUPTED: Final = 130
"""The exit code of a command that was asked to stop."""


@contextmanager
def stopping(stop: threading.Event, message: str, at_once: Callable[[], Any] = lambda: None) -> Iterator[None]:
    """The first signal sets `stop` and says `message`; a second of either kind calls `at_once` and raises
    `KeyboardInterrupt`, so that whoever is interrupted can still tell what is lost.

    Only within the context, and only in the main thread. `at_once` is called in a signal's handler: it takes no lock
    and writes nothing.
    """
    signals: SimpleQueue[bool] = SimpleQueue()
    is_asked = False

    def ask(_: int, __: FrameType | None) -> None:
        # Whatever this thread was doing when the signal came it is doing still: it may hold the lock of `stop`, or of
        # standard error, where another line would raise `RuntimeError`. To put into this queue is safe: another thread
        # does the rest.
        nonlocal is_asked
        if is_asked:
            at_once()
            raise KeyboardInterrupt
        is_asked = True
        signals.put(True)

    def answer() -> None:
        if signals.get():
            stop.set()
            say(message)

    answering = threading.Thread(target=answer, daemon=True)
    answering.start()
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signals.put(False)
        answering.join()  # what is said is said before the command goes on
