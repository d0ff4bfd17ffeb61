"""How fast simulated time goes, from the instants that ports have reached at one time and another."""

from collections import deque
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Final, NamedTuple

from border_sim.vocabulary import SECOND_US

AVERAGED_S: Final = 30.0
"""Seconds over which the speed is taken, at least from one step of a port's time to the next."""

_FEWEST: Final = 2
"""Steps that a speed is taken between."""


class _Step(NamedTuple):
    """When a port was first seen to have reached an instant."""

    seen_s: float
    reached_us: int


class ClockSpeed:
    """Told now and then (`note`, the more often the better) which instants have been reached, by stream.

    Time at a port goes in steps: from event to event, or from commit to commit. So the speed is taken from step to
    step, and a clock that goes once a minute does not stand in between. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._steps: dict[Hashable, deque[_Step]] = {}
        self._lock = Lock()

    def note(self, now_s: float, reached_us: Mapping[Hashable, int]) -> None:
        """Take in how far the streams that go on have come; others are forgotten. `now_s`: of a clock that never goes
        back.
        """
        with self._lock:
            for gone in self._steps.keys() - reached_us.keys():
                del self._steps[gone]
            for stream, t_us in reached_us.items():
                steps = self._steps.setdefault(stream, deque())
                if not steps or (steps[-1].reached_us != t_us and steps[-1].seen_s < now_s):
                    steps.append(_Step(now_s, t_us))
                while len(steps) > _FEWEST and now_s - steps[1].seen_s >= AVERAGED_S:
                    steps.popleft()

    def ratio(self, now_s: float) -> float | None:
        """Simulated seconds per second at the slowest stream; `None`: none goes on, or nobody can tell yet."""
        with self._lock:
            speeds = [_speed(steps, now_s) for steps in self._steps.values()]
        return min((speed for speed in speeds if speed is not None), default=None)


def _speed(steps: deque[_Step], now_s: float) -> float | None:
    first, last = steps[0], steps[-1]
    longest_pause_s = AVERAGED_S if len(steps) < _FEWEST else max(AVERAGED_S, 2 * (last.seen_s - steps[-2].seen_s))
    if now_s - last.seen_s > longest_pause_s:
        return 0.0
    if len(steps) < _FEWEST:
        return None
    return (last.reached_us - first.reached_us) / SECOND_US / (last.seen_s - first.seen_s)
