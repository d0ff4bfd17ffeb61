"""Ctrl-C and SIGTERM: the first asks to stop, the second stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from border_sim.cli.messages import say

INTERRUPTED: Final = 130
"""The exit code of a command that was asked to stop."""


@contextmanager
def stopping(stop: threading.Event, told: str, at_once: Callable[[], Any] = lambda: None) -> Iterator[None]:
    """The first signal sets `stop` and says `told`; a second of either kind calls `at_once` and raises
    `KeyboardInterrupt`, so that whoever is interrupted can still tell what is lost.

    Only within the context, and only in the main thread.
    """
    is_asked = False

    def ask(_: int, __: FrameType | None) -> None:
        nonlocal is_asked
        if is_asked:
            at_once()
            raise KeyboardInterrupt
        is_asked = True
        threading.Thread(target=stop.set).start()  # this thread may be waiting for `stop`, and hold its lock
        say(told)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
