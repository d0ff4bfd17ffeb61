"""The plain port in Ciw, which draws for itself, from the same distributions."""

from math import log, log1p, sqrt
from typing import NamedTuple

import ciw  # type: ignore[import-untyped]

from border_sim.spec.demand import Rate
from border_sim.spec.distribution import Distribution, Lognormal
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import PortMode
from border_sim.vocabulary import DAY_US, ENTITLED, HOUR_US, SECOND_US, LaneClass, Mode
from tests.benchmarks.workloads import PlainPort

DAY_S = DAY_US // SECOND_US


class Queued(NamedTuple):
    """Who was through primary when the day ended, and their mean wait."""

    crossings: int
    mean_wait_s: float


def day(port: PlainPort, seed: int) -> Queued:
    """A day of the plain port: a node per lane, and one for secondary. Arrivals go on, so it ends at midnight."""
    ciw.seed(seed)
    simulation = ciw.Simulation(_network(port))
    simulation.simulate_until_max_time(DAY_S)
    waits = [record.waiting_time for record in simulation.get_all_records() if record.node <= len(port.booths)]
    return Queued(len(waits), sum(waits) / len(waits))


def _network(port: PlainPort) -> ciw.network.Network:
    ((mode, part),) = port.plan.resolved.port.modes.items()
    assert isinstance(part.inspection, Inspection)
    assert part.inspection.referral is not None
    (referred,) = set(part.inspection.referral.share.values())
    (secondary,) = part.inspection.secondary.values()
    lanes = [lane.lane_class for lane in port.plan.lanes]
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(_per_second(mode, part, lane)) for lane in lanes] + [None],
        service_distributions=[_lognormal(part.inspection.service[lane]) for lane in lanes]
        + [_lognormal(secondary.service)],
        routing=[[0.0] * len(lanes) + [referred]] * len(lanes) + [[0.0] * (len(lanes) + 1)],
        number_of_servers=[*port.booths, port.bays],
    )


def _per_second(mode: Mode, part: PortMode, lane: LaneClass) -> float:
    """Arrivals at a lane: of the programme whose own lane it is."""
    assert isinstance(part.demand, Rate)
    assert isinstance(part.demand.per_hour, float)
    share = sum(share for programme, share in part.programmes.share.items() if ENTITLED[mode, programme][0] is lane)
    return part.demand.per_hour * share * SECOND_US / HOUR_US


def _lognormal(distribution: Distribution) -> ciw.dists.Lognormal:
    assert isinstance(distribution, Lognormal)
    variance = log1p(distribution.cv**2)
    return ciw.dists.Lognormal(log(distribution.mean_s) - variance / 2, sqrt(variance))
