"""Rounds: all contenders in turn, again and again, so that whatever else the machine does hits them all alike."""

import gc
from collections.abc import Callable
from statistics import median
from typing import Final, NamedTuple

from tests.benchmarks.contenders import COMPILED, CONTENDERS, Contender, Timed, ciw_nodes, compiled
from tests.benchmarks.work import DifferentWorkError
from tests.benchmarks.workloads import Settings, new_world

COUNT_TOLERANCE: Final = 0.01
WAIT_TOLERANCE: Final = 0.15
"""Ciw draws for itself: over the rounds its count and mean wait are those of our engine within these shares."""


class Measured(NamedTuple):
    """A contender over all rounds."""

    rounds: list[Timed]

    @property
    def crossings(self) -> int:
        """Of a round, the median."""
        return round(median(each.crossings for each in self.rounds))

    @property
    def mean_wait_s(self) -> float | None:
        """The mean over the rounds; `None`: it simulates no queue."""
        waits = [each.mean_wait_s for each in self.rounds if each.mean_wait_s is not None]
        return sum(waits) / len(waits) if waits else None

    @property
    def rate(self) -> float:
        """Crossings per second, the median."""
        return median(each.rate for each in self.rounds)

    def against(self, other: "Measured") -> float:
        """How many times as fast as another: the median over the rounds, in each of which both met the same machine."""
        return median(mine.rate / theirs.rate for mine, theirs in zip(self.rounds, other.rounds, strict=True))


Results = dict[Contender, Measured]


def measure(settings: Settings, rounds: int, tell: Callable[[str], None]) -> Results:
    """Time all contenders in turn, round after round, when all is compiled.

    `tell` is called with what is being done. Raises `DifferentWorkError` if any did other work than the rest.
    """
    results = {contender: Measured([]) for contender in CONTENDERS}
    for contender in COMPILED:
        contender(new_world(settings, 0))
    for replication in range(rounds):
        world = new_world(settings, replication)
        for contender, measured in results.items():
            tell(f"round {replication + 1} of {rounds}: {contender.__name__}")
            gc.collect()
            measured.rounds.append(contender(world))
    prove_alike(results[ciw_nodes], results[compiled])
    return results


def prove_alike(ciw: Measured, ours: Measured) -> None:
    """Raise `DifferentWorkError` unless count and mean wait agree within `COUNT_TOLERANCE` and `WAIT_TOLERANCE`."""
    counts = [sum(each.crossings for each in measured.rounds) for measured in (ciw, ours)]
    waits = [measured.mean_wait_s or 0.0 for measured in (ciw, ours)]
    for what, (theirs, mine), tolerance in (
        ("crossings", counts, COUNT_TOLERANCE),
        ("s of mean wait", waits, WAIT_TOLERANCE),
    ):
        if abs(theirs - mine) > tolerance * mine:
            told = f"{theirs:,.2f} {what}, ours {mine:,.2f}"
            raise DifferentWorkError(f"Ciw: {told}; they must agree within {tolerance:.0%}")
