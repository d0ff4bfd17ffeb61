"""What the benchmarks simulate: a week of all ports of the catalogue; a day of a plain port that peers can model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from border_sim.inputs.port_plan import PortPlan, port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.vocabulary import MISSING, Station
from tests.benchmarks.work import Work, simulate

SEED = 1
DAYS = 7
PLAIN_PORT = Path(__file__).with_name("plain_port.yaml")


class Visit(NamedTuple):
    """A crossing of the plain port, drawn beforehand, in plain integers as a peer's user would hold them."""

    crossing: int
    arrived_us: int
    lane: int
    service_us: int
    secondary_us: int
    """`MISSING`: it is not referred"""


class PlainPort(NamedTuple):
    """A day of the plain port."""

    plan: PortPlan
    visits: list[Visit]
    booths: list[int]
    """By lane"""
    bays: int
    work: Work
    """What the compiled engine says comes of the visits"""


class World(NamedTuple):
    """What one round of the benchmarks simulates."""

    replication: int
    ports: list[PortPlan]
    """Of the catalogue: a week after a day of warm-up, as `border-sim run` does unless told otherwise"""
    works: list[Work]
    """What the compiled engine says comes of each of them"""
    plain: PlainPort


class Settings(NamedTuple):
    """The scenarios of the benchmarks."""

    catalogue: Resolved
    plain: Resolved


def load_settings(ports: Sequence[str] | Literal["all"]) -> Settings:
    """The scenarios: these `ports` of the catalogue, and the plain port."""
    catalogue = load_catalogue()
    baseline = resolve(Scenario(), catalogue, ports=ports, days=DAYS)
    return Settings(baseline, resolve(load_scenario(PLAIN_PORT, catalogue), catalogue))


def new_world(settings: Settings, replication: int) -> World:
    """The world of one round; each round meets the traffic of another replication."""
    ports = _plans(settings.catalogue, replication)
    return World(replication, ports, [simulate(plan).work for plan in ports], _plain(settings.plain, replication))


def _plans(resolved: Resolved, replication: int) -> list[PortPlan]:
    return [port_plan(port, resolved, seed=SEED, replication=replication) for port in resolved.ports]


def _plain(resolved: Resolved, replication: int) -> PlainPort:
    (plan,) = _plans(resolved, replication)
    arrivals, calendar = next((day.candidates, day.calendar) for day in plan.days())
    best_lane = plan.layout.entitled[arrivals.entitled, 0]
    columns = (arrivals.arrived_us, best_lane, arrivals.service_us[:, 0])
    step = plan.route.index(Station.SECONDARY)
    secondary = np.where(arrivals.pool[:, step] == MISSING, MISSING, arrivals.stay_us[:, step]).tolist()
    rows = zip(*(column.tolist() for column in columns), secondary, strict=True)
    visits = [Visit(crossing, *row) for crossing, row in enumerate(rows)]
    booths = [int(calendar.booths_wanted[0, pool]) for pool in plan.layout.lane_first_pool]
    return PlainPort(plan, visits, booths, plan.pools[-1].limit, simulate(plan).work)
