"""What a benchmark did, so that contenders can be held to the same work."""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import NamedTuple

import numpy as np

from border_sim.engine.conductor import Period, conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.protocol import Engine
from border_sim.inputs.port_plan import PortPlan
from border_sim.records import Array, concatenate, select
from border_sim.vocabulary import MISSING, SECOND_US, Outcome, code

DETERRED = (code(Outcome.DETERRED_WAIT), code(Outcome.DETERRED_GATE))


class DifferentWorkError(Exception):
    """A contender did other work than the rest; the message says who, what and by how much."""


class Work(NamedTuple):
    """What came of the crossings of a run."""

    crossings: int
    """That went in: candidates without those deterred"""
    wait_us: Array
    """int64: queue wait at primary of everybody released, by id"""
    secondary_wait_us: Array
    """int64: the same at secondary; `MISSING` for who was not referred"""

    @property
    def mean_wait_s(self) -> float:
        """The mean queue wait at primary."""
        return float(self.wait_us.mean()) / SECOND_US


class Simulated(NamedTuple):
    """A run of an engine: the seconds it took, draws and calendars included, and what came of it."""

    seconds: float
    work: Work


def simulate(plan: PortPlan, engine: Callable[[PortPlan], Engine] = Kernel) -> Simulated:
    """Conduct a port to its end, timed; what comes of it is counted off the clock."""
    began = perf_counter()
    periods = list(conduct(plan, engine(plan)))
    return Simulated(perf_counter() - began, work_of(periods))


def work_of(periods: Iterable[Period]) -> Work:
    """What came of the crossings of all periods of a port."""
    crossings, released = 0, []
    for period in periods:
        rows, from_us = period.records.crossings, period.records.from_us
        crossings += int(((rows.arrived_us >= from_us) & ~np.isin(rows.outcome, DETERRED)).sum())
        released.append(select(rows, rows.released_us >= from_us))
    rows = concatenate(released)
    rows = select(rows, np.argsort(rows.crossing))
    is_referred = rows.secondary_pool != MISSING
    secondary_wait_us = np.where(is_referred, rows.secondary_started_us - rows.ended_us, MISSING)
    return Work(crossings, rows.started_us - rows.joined_us, secondary_wait_us)


def work_of_rows(rows: Iterable[tuple[int, int, int]]) -> Work:
    """What a peer's rows say: crossing, wait at primary, wait at secondary (`MISSING`: not referred), in any order."""
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    return Work(len(table), table[:, 1], table[:, 2])


def prove_same(contender: str, work: Work, expected: Work) -> None:
    """Raise `DifferentWorkError` unless as many crossings went in and every single wait is equal to the microsecond."""
    same_size = work.wait_us.size == expected.wait_us.size
    if work.crossings == expected.crossings and same_size and _waits_that_differ(work, expected) == 0:
        return
    told = [f"{one.crossings:,} crossings, mean wait {one.mean_wait_s:.6f} s" for one in (work, expected)]
    waits = f"; {_waits_that_differ(work, expected):,} waits differ" if same_size else ""
    raise DifferentWorkError(f"{contender}: {told[0]} instead of {told[1]}{waits}")


def _waits_that_differ(work: Work, expected: Work) -> int:
    return sum(int((mine != other).sum()) for mine, other in zip(work[1:], expected[1:], strict=True))
