"""Ends a process whose main loop hangs: Kafka's client has calls that may never return, and others can take over."""

import os
from collections.abc import Callable
from threading import Event, Thread
from typing import Any, Final, Self

HANGS_AFTER_S: Final = 180
"""Several times what the slowest turn may take."""
EXIT_CODE: Final = 70
"""`EX_SOFTWARE` of sysexits.h"""
_TICK_S: Final = 1.0


class Watchdog:
    """A context manager: within it, call `alive` now and then.

    It counts its own seconds: a process that was stopped as a whole and goes on does not hang. `end`: what ends the
    process, given the exit code; `wait`: lets seconds go by, and gives True when there is nothing more to watch.
    """

    def __init__(
        self,
        say: Callable[[str], Any],
        end: Callable[[int], Any] = os._exit,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._is_over = Event()
        self._say, self._end, self._wait = say, end, wait or self._is_over.wait
        self._silent_ticks = 0

    def __enter__(self) -> Self:
        Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def alive(self) -> None:
        """The loop has made a turn."""
        self._silent_ticks = 0

    def _watch(self) -> None:
        while not self._wait(_TICK_S):
            self._silent_ticks += 1
            if self._silent_ticks >= HANGS_AFTER_S:
                self._say(f"Kafka's client has not returned for {HANGS_AFTER_S} s; ended: start again, nothing is lost")
                self._end(EXIT_CODE)
                return
