"""Who is timed. A contender simulates its part of a world, off the clock proves its work, and says how long it took."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Final, NamedTuple

import numpy as np

from border_sim.engine.conductor import Period, conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.reference import Reference
from border_sim.events.order import events_of
from border_sim.inputs.port_plan import PortPlan
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.metrics.window_columns import Windows
from border_sim.vocabulary import MISSING, QUARTER_US, SECOND_US, Station, code
from tests.benchmarks import peers_ciw, peers_simpy
from tests.benchmarks.limit import ENDED, SECONDARY_ENDED, SECONDARY_STARTED, STARTED, instants_without_waits
from tests.benchmarks.work import DifferentWorkError, prove_same, simulate, work_of_rows
from tests.benchmarks.workloads import PlainPort, World

PASSES: Final = 20
"""What takes milliseconds is done so often in a round, so that the clock is fine enough."""


class Timed(NamedTuple):
    """A contender in one round."""

    seconds: float
    crossings: int
    mean_wait_s: float | None
    """At primary; `None`: it simulates no queue"""

    @property
    def rate(self) -> float:
        """Crossings per second."""
        return self.crossings / self.seconds


Contender = Callable[[World], Timed]


def all_ports(world: World) -> Timed:
    """The compiled engine over the ports of the catalogue, one after the other on one core."""
    runs = [simulate(plan) for plan in world.ports]
    for plan, run, expected in zip(world.ports, runs, world.works, strict=True):
        prove_same(plan.slug, run.work, expected)
    waits = np.concatenate([run.work.wait_us for run in runs])
    crossings = sum(run.work.crossings for run in runs)
    return Timed(sum(run.seconds for run in runs), crossings, float(waits.mean()) / SECOND_US)


def compiled(world: World) -> Timed:
    """The compiled engine at the plain port."""
    runs = [simulate(world.plain.plan) for _ in range(PASSES)]
    for run in runs:
        prove_same("compiled engine", run.work, world.plain.work)
    seconds = sum(run.seconds for run in runs) / PASSES
    return Timed(seconds, runs[0].work.crossings, runs[0].work.mean_wait_s)


def reference(world: World) -> Timed:
    """The reference engine at the plain port."""
    seconds, work = simulate(world.plain.plan, Reference)
    prove_same("reference engine", work, world.plain.work)
    return Timed(seconds, work.crossings, work.mean_wait_s)


def simpy_processes(world: World) -> Timed:
    """SimPy with a process per crossing at the plain port."""
    return _simpy(peers_simpy.processes, world.plain)


def simpy_callbacks(world: World) -> Timed:
    """SimPy with callbacks at the plain port."""
    return _simpy(peers_simpy.callbacks, world.plain)


def _simpy(model: Callable[[PlainPort], list[peers_simpy.Row]], port: PlainPort) -> Timed:
    began = perf_counter()
    rows = model(port)
    seconds = perf_counter() - began
    work = work_of_rows(rows)
    prove_same(f"SimPy {model.__name__}", work, port.work)
    return Timed(seconds, work.crossings, work.mean_wait_s)


def ciw_nodes(world: World) -> Timed:
    """Ciw at the plain port, with draws of its own; see `rounds.prove_ciw`."""
    began = perf_counter()
    crossings, mean_wait_s = peers_ciw.day(world.plain, world.replication)
    return Timed(perf_counter() - began, crossings, mean_wait_s)


def limit(world: World) -> Timed:
    """Draws and six columns, no queue, at the plain port; its durations are those of the visits."""
    began = perf_counter()
    for _ in range(PASSES):
        columns = instants_without_waits(world.plain.plan)
    seconds = (perf_counter() - began) / PASSES
    durations = zip(
        (columns[ENDED] - columns[STARTED]).tolist(),
        (columns[SECONDARY_ENDED] - columns[SECONDARY_STARTED]).tolist(),
        strict=True,
    )
    drawn = [(visit.service_us, max(0, visit.secondary_us)) for visit in world.plain.visits]
    if list(durations) != drawn:
        raise DifferentWorkError(f"limit: other durations than those of the engine's {len(drawn):,} crossings")
    return Timed(seconds, columns.shape[1], None)


def events_and_windows(world: World) -> Timed:
    """From the records of the catalogue's ports to events and windows of 15 minutes; the engine is off the clock."""
    seconds = sum(_fold_port(plan) for plan in world.ports)
    return Timed(seconds, sum(work.crossings for work in world.works), None)


def _fold_port(plan: PortPlan) -> float:
    """Seconds."""
    periods = list(conduct(plan, Kernel(plan)))
    began = perf_counter()
    state = new_state(plan.info, QUARTER_US)
    windows = [
        fold(state, events_of(period.records, starts=period.is_first, ends=period.is_last)) for period in periods
    ]
    seconds = perf_counter() - began
    _prove_windows(plan, periods, windows)
    return seconds


def _prove_windows(plan: PortPlan, periods: Sequence[Period], windows: Sequence[Windows]) -> None:
    """Starts at primary and their waits after the warm-up are as many and as long in the windows as in the records."""
    told = [_starts_at_primary(each) for each in windows]
    starts, wait_us = (sum(column) for column in zip(*told, strict=True))
    true = list(_starts(plan, periods))
    if (starts, wait_us) != (len(true), sum(true)):
        waits = f"{starts:,} starts with waits of {wait_us:,} us instead of {len(true):,} with {sum(true):,}"
        raise DifferentWorkError(f"windows of {plan.slug}: {waits}")


def _starts_at_primary(windows: Windows) -> tuple[int, int]:
    """How many, and the sum of their waits."""
    at_primary = (windows.station == code(Station.PRIMARY)) & (windows.pool == MISSING)
    return int(windows.starts[at_primary].sum()), int(windows.wait_us[at_primary].sum())


def _starts(plan: PortPlan, periods: Sequence[Period]) -> Iterator[int]:
    """The wait of each start at primary after the warm-up."""
    for period in periods:
        rows = period.records.crossings
        is_measured = rows.started_us >= max(period.records.from_us, plan.measured_from_us)
        yield from (rows.started_us - rows.joined_us)[is_measured].tolist()


CONTENDERS: Final[tuple[Contender, ...]] = (
    all_ports,
    compiled,
    reference,
    simpy_processes,
    simpy_callbacks,
    ciw_nodes,
    limit,
    events_and_windows,
)
COMPILED: Final[tuple[Contender, ...]] = (all_ports, compiled, limit, events_and_windows)
"""Those that the first call of a new version compiles."""
