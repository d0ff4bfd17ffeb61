"""Events leave when they are due: simulated time goes so many times as fast as the clock."""

import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any, Final

import numpy as np

from border_sim.records import Array
from border_sim.vocabulary import SECOND_US

LATE_S: Final = 1.0
"""Events that leave so long after they are due are reported."""
TICK_S: Final = 0.05
"""The shortest wait, so that a busy second is sent in twenty parts and not event by event."""
LONGEST_WAIT_S: Final = 3_600.0


class Pacer:
    """Says when events are due, and how far behind it is where whoever takes them cannot keep up.

    The event of instant `from_us` is due when the clock shows `began_s`, one a simulated second later 1 / `speed`
    seconds after it; earlier events are due at once. `began_s` `None`: the pace begins when the first event from
    `from_us` on is asked for. Speed 0: everything is due at once. `clock` gives seconds; `wait` lets seconds go by and
    gives True if they were cut short because nothing more is wanted; `say` takes a line for people.
    """

    def __init__(
        self,
        speed: float,
        from_us: int,
        say: Callable[[str], Any],
        *,
        began_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._speed, self._from_us, self._say, self._began_s = speed, from_us, say, began_s
        self._clock, self._wait = clock, wait or Event().wait
        self._behind_s: float | None = None
        """How far behind it was when it was reported last, or when the pace began; `None`: it has not begun"""
        self._is_reported = False

    def due(self, t_us: Array) -> Iterator[slice]:
        """Cut instants, int64 in order, into slices, and give each when it is due; events of one instant stay together.

        Ends early if a wait is cut short. What is done with a slice takes its time: the next may be due already.
        """
        at = 0
        while at < t_us.size:
            end = int(np.searchsorted(t_us, self._reached_us(int(t_us[at])), "right")) if self._speed else t_us.size
            if end > at:
                self._report_lag(int(t_us[at]), int(t_us[end - 1]))
                yield slice(at, end)
                at = end
            elif self._wait(min(max(self._ahead_s(int(t_us[at])), TICK_S), LONGEST_WAIT_S)):
                return

    def _reached_us(self, next_us: int) -> int:
        """The simulated time until which events are due."""
        if self._began_s is None:
            if next_us < self._from_us:
                return self._from_us - 1
            self._began_s = self._clock()
        return self._from_us + int((self._clock() - self._began_s) * self._speed * SECOND_US)

    def _ahead_s(self, t_us: int) -> float:
        """Seconds until an instant is due, of the clock; negative: since it was."""
        began_s = self._clock() if self._began_s is None else self._began_s
        return began_s + (t_us - self._from_us) / (self._speed * SECOND_US) - self._clock()

    def _report_lag(self, first_us: int, last_us: int) -> None:
        """Report once that it cannot keep up, again when it is twice as far behind, and once that it has caught up.

        What is to be caught up with when the pace begins is not reported, unless it doubles.
        """
        if not self._speed or last_us < self._from_us:
            return
        late_s = -self._ahead_s(max(first_us, self._from_us))
        if self._behind_s is None:
            self._behind_s = late_s
        elif late_s > max(LATE_S, 2 * self._behind_s):
            self._behind_s, self._is_reported = late_s, True
            self._say(f"cannot keep up with speed {self._speed:g}: events leave {late_s:,.1f} s after they are due")
        elif late_s < LATE_S / 2:
            if self._is_reported:
                self._say(f"keeping up with speed {self._speed:g} again")
            self._behind_s, self._is_reported = 0.0, False
