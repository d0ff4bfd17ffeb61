"""The route of a port: its stations, the pools that stand there and the lanes that they serve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from border_sim.records import PoolInfo
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Port, PortMode
from border_sim.vocabulary import ROUTE, SECOND_US, LaneClass, Mode, Station, lane_classes

UNLIMITED: Final = 2**30
"""The bays of a plain delay; places to wait where the planner gave no number."""


@dataclass(frozen=True)
class PoolPlan:
    """A pool of a port."""

    info: PoolInfo
    mode: int
    """Place of the mode among the port's modes"""
    limit: int
    """`max_open` booths, the most bays, or `UNLIMITED`"""
    serves: tuple[tuple[LaneClass, ...], ...]
    """Ranks of lane classes; empty away from primary"""

    @property
    def is_primary(self) -> bool:
        """Whether it is booths at primary."""
        return self.info.station is Station.PRIMARY


@dataclass(frozen=True)
class LanePlan:
    """A lane class of a mode that some pool serves."""

    mode: int
    """Place of the mode among the port's modes"""
    lane_class: LaneClass
    service_us: int
    """Mean time at primary"""


def inspection_of(part: PortMode) -> Inspection:
    """The inspection of a resolved port's mode."""
    assert isinstance(part.inspection, Inspection)
    return part.inspection


def lane_plans(port: Port, modes: tuple[Mode, ...]) -> tuple[LanePlan, ...]:
    """The lanes of a port: by mode, best first."""
    lanes = []
    for place, mode in enumerate(modes):
        part = port.modes[mode]
        served = {lane for pool in part.pools for rank in pool.serves for lane in rank}
        service = inspection_of(part).service
        lanes += [
            LanePlan(place, lane, round(service[lane].mean_s * SECOND_US))
            for lane in lane_classes(mode)
            if lane in served
        ]
    return tuple(lanes)


def pool_plans(port: Port, modes: tuple[Mode, ...]) -> tuple[PoolPlan, ...]:
    """The pools of a port in the order in which they start crossings: station by station, in file order."""
    pools = [pool for place, mode in enumerate(modes) for pool in _pools_of(place, mode, port.modes[mode])]
    return tuple(sorted(pools, key=lambda pool: ROUTE.index(pool.info.station)))


def route_of(pools: Sequence[PoolPlan]) -> tuple[Station, ...]:
    """The route of a port: the stations at which it has pools, in their order."""
    return tuple(station for station in ROUTE if any(pool.info.station is station for pool in pools))


def pool_steps(pools: Sequence[PoolPlan]) -> list[int]:
    """The step of each pool in the port's route."""
    route = route_of(pools)
    return [route.index(pool.info.station) for pool in pools]


def _pools_of(place: int, mode: Mode, part: PortMode) -> list[PoolPlan]:
    inspection = inspection_of(part)

    def bays(name: str, station: Station, limit: int) -> PoolPlan:
        return PoolPlan(PoolInfo(name, mode, station), place, limit, ())

    pools = [bays("export", Station.EXPORT, UNLIMITED)] if inspection.export else []
    if inspection.scan:
        pools.append(bays("scan", Station.SCAN, part.bays.most(Station.SCAN)))
    pools += [
        PoolPlan(PoolInfo(pool.name, mode, Station.PRIMARY), place, pool.max_open, pool.serves) for pool in part.pools
    ]
    pools += [bays(name, Station.SECONDARY, part.bays.most(Station.SECONDARY, name)) for name in inspection.secondary]
    if inspection.state:
        full = bays("full", Station.STATE, part.bays.most(Station.STATE))
        pools += [bays("passing", Station.STATE, UNLIMITED), full]
    return pools
