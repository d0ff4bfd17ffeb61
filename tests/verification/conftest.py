"""What every verification needs: ports of the scenario files beside this one, and the verdict on their replications."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.inputs.port_plan import PortPlan, port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.records import Array, Crossings, select
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.vocabulary import SECOND_US, Outcome, code
from tests.conftest import EXACT_THEORY

SCENARIOS = Path(__file__).parent / "scenarios"
STANDARD_ERRORS, PRECISION = 4, 0.03


class Estimate(NamedTuple):
    """The mean of independent replications."""

    mean: float
    standard_error: float
    replications: int

    def agrees(self, exact: float) -> bool:
        return abs(self.mean - exact) <= STANDARD_ERRORS * self.standard_error

    def is_precise(self, exact: float) -> bool:
        return STANDARD_ERRORS * self.standard_error <= PRECISION * exact

    def told(self, exact: float) -> str:
        bound = STANDARD_ERRORS * self.standard_error
        return f"exact {exact:.6g}, mean {self.mean:.6g} +- {bound:.2g} (4 SE of {self.replications} replications)"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def scenario(catalogue: Catalogue) -> Callable[[str], Scenario]:
    """A scenario file by name."""
    return cache(lambda name: load_scenario(SCENARIOS / f"{name}.yaml", catalogue))


@pytest.fixture(scope="session")
def resolved(catalogue: Catalogue, scenario: Callable[[str], Scenario]) -> Callable[[str], Resolved]:
    """A scenario file by name, ready to run."""
    return cache(lambda name: resolve(scenario(name), catalogue))


@pytest.fixture(scope="session")
def plan_of(resolved: Callable[[str], Resolved]) -> Callable[..., PortPlan]:
    """The plan of a port of a scenario file."""

    def plan(scenario: str, slug: str, *, seed: int = 1, replication: int = 0) -> PortPlan:
        frame = resolved(scenario)
        port = next(port for port in frame.ports if port.slug == slug)
        return port_plan(port, frame, seed=seed, replication=replication)

    return plan


@pytest.fixture(scope="session")
def measured() -> Callable[[PortPlan], Iterator[Crossings]]:
    """The crossings of a run of the compiled engine that arrived after the warm-up, when they are released, day by day.

    The run goes on until the port is empty, so nobody is left out who waited long.
    """

    def crossings(plan: PortPlan) -> Iterator[Crossings]:
        for period in conduct(plan, Kernel(plan)):
            rows = period.records.crossings
            is_released = (rows.outcome == code(Outcome.RELEASED)) & (rows.arrived_us >= plan.measured_from_us)
            yield select(rows, is_released)

    return crossings


@pytest.fixture(scope="session")
def estimates(plan_of: Callable[..., PortPlan]) -> Callable[..., list[Estimate]]:
    """Estimates of the figures of a port, `figures(plan)`, over replications 0, 1, ... of seed 1."""

    def over_replications(
        scenario: str, slug: str, figures: Callable[[PortPlan], Sequence[float]], *, replications: int
    ) -> list[Estimate]:
        plans = (plan_of(scenario, slug, replication=replication) for replication in range(replications))
        with ThreadPoolExecutor(os.cpu_count()) as executor:
            values = np.array(list(executor.map(figures, plans)))
        errors = values.std(axis=0, ddof=1) / np.sqrt(replications)
        return [Estimate(mean, error, replications) for mean, error in zip(values.mean(axis=0), errors, strict=True)]

    return over_replications


@pytest.fixture(scope="session")
def means_of(
    measured: Callable[[PortPlan], Iterator[Crossings]], estimates: Callable[..., list[Estimate]]
) -> Callable[..., list[Estimate]]:
    """Estimates of the mean of each of `values`, a time that crossings have in microseconds, at a port; in seconds."""

    def means(scenario: str, slug: str, *values: Callable[[Crossings], Array], replications: int) -> list[Estimate]:
        def figures(plan: PortPlan) -> list[float]:
            days = [[times(crossings) for times in values] for crossings in measured(plan)]
            return [float(np.concatenate(times).mean()) / SECOND_US for times in zip(*days, strict=True)]

        return estimates(scenario, slug, figures, replications=replications)

    return means


@pytest.fixture
def check(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[[Estimate, float], None]:
    """Assert that an estimate is precise enough and agrees with the exact value; the session's summary tells it."""

    def holds(estimate: Estimate, exact: float) -> None:
        told = estimate.told(exact)
        record_property(EXACT_THEORY, f"{told}: {request.node.name}")
        assert estimate.is_precise(exact), f"too few replications: {told}"
        assert estimate.agrees(exact), told

    return holds


@pytest.fixture
def check_is_refused(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[[Estimate, float], None]:
    """Assert that an estimate does not agree with the exact value: the check has power."""

    def refused(estimate: Estimate, exact: float) -> None:
        told = estimate.told(exact)
        record_property(EXACT_THEORY, f"{told}: {request.node.name}")
        assert not estimate.agrees(exact), told

    return refused
