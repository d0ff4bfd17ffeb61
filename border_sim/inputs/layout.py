"""The pools and lanes of a port as arrays: which pool serves which lane, in which rank, and what a posted wait
counts.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final, NamedTuple

import numpy as np

from border_sim.inputs.candidates import MOST_LANES
from border_sim.records import Array, PoolInfo
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Port, PortMode
from border_sim.spec.staffing import Threshold
from border_sim.vocabulary import (
    ENTITLED,
    MISSING,
    MOST_POOLS,
    SECOND_US,
    LaneClass,
    Mode,
    Station,
    code,
    lane_classes,
    programmes,
)

UNLIMITED: Final = 2**30
"""The bays of a plain delay."""


class Layout(NamedTuple):
    """The static arrays of a port. Pools are in the order in which they start crossings: by station, then in file
    order.
    """

    pool_mode: Array
    """int64 (P,): place of the mode among the port's modes"""
    pool_limit: Array
    """int64 (P,): `max_open` booths, bays, or as many as come"""
    rank: Array
    """int64 (P, Q): rank in which the pool serves the queue; `MISSING`: it does not"""
    order: Array
    """int64 (P, Q): the queues that the pool serves by rank, then `MISSING`"""
    pool_queue: Array
    """int64 (P,): the queue of a pool that is not at primary; `MISSING` at primary"""
    serving: Array
    """int64 (Q,): the pools that serve the queue, a bit each"""
    lane_mode: Array
    """int64 (L,): place of the mode among the port's modes"""
    lane_class: Array
    """int64 (L,): code of the lane class"""
    lane_service_us: Array
    """int64 (L,): mean service time"""
    lane_first_pool: Array
    """int64 (L,): the first pool in file order that serves it"""
    ahead: Array
    """int64 (L, L): 1 where the second lane is served before or with the first in one of its pools"""
    lanes_of_members: Array
    """int64 (L, 3): the lanes that members of the lane may use, it first, then `MISSING`"""
    review_bounds_min: Array
    """int64 (M, 2): open above, close below these whole minutes; `MISSING`: no threshold staffing"""
    entitled: Array
    """int64 (E, 3): the lanes of each entitlement, best first, then `MISSING`"""
    keeps_own_lane: Array
    """int64 (M,): 1 if everybody joins the best open lane class, whatever is posted"""
    mode_code: Array
    """int64 (M,): code of the mode"""


@dataclass(frozen=True)
class PoolPlan:
    """A pool of a port."""

    info: PoolInfo
    mode: int
    """Place of the mode among the port's modes"""
    limit: int
    """`max_open` booths, bays, or `UNLIMITED`"""
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
    stations = list(Station)
    return tuple(sorted(pools, key=lambda pool: stations.index(pool.info.station)))


def _pools_of(place: int, mode: Mode, part: PortMode) -> list[PoolPlan]:
    inspection = inspection_of(part)

    def bays(name: str, station: Station, limit: int) -> PoolPlan:
        return PoolPlan(PoolInfo(name, mode, station), place, limit, ())

    pools = [bays("export", Station.EXPORT, UNLIMITED)] if inspection.export else []
    pools += [
        PoolPlan(PoolInfo(pool.name, mode, Station.PRIMARY), place, pool.max_open, pool.serves) for pool in part.pools
    ]
    pools += [bays(name, Station.SECONDARY, part.bays.secondary[name]) for name in inspection.secondary]
    if inspection.state:
        assert part.bays.state is not None
        pools += [bays("passing", Station.STATE, UNLIMITED), bays("full", Station.STATE, part.bays.state)]
    return pools


def layout_of(
    port: Port, modes: tuple[Mode, ...], lanes: tuple[LanePlan, ...], pools: tuple[PoolPlan, ...], entitled: Array
) -> Layout:
    """The static arrays of a port; `entitled` as in `Layout`."""
    assert len(pools) <= MOST_POOLS, f"{len(pools)} pools do not fit into the bits of an int64"
    rank, pool_queue = _queues(lanes, pools)
    return Layout(
        np.array([pool.mode for pool in pools], dtype=np.int64),
        np.array([pool.limit for pool in pools], dtype=np.int64),
        rank,
        _order(rank),
        pool_queue,
        ((rank >= 0) * (1 << np.arange(len(pools)))[:, None]).sum(axis=0).astype(np.int64),
        np.array([lane.mode for lane in lanes], dtype=np.int64),
        np.array([code(lane.lane_class) for lane in lanes], dtype=np.int64),
        np.array([lane.service_us for lane in lanes], dtype=np.int64),
        np.array([int(np.argmax(rank[:, lane] >= 0)) for lane in range(len(lanes))], dtype=np.int64),
        _ahead(rank, len(lanes)),
        np.array([_lanes_of_members(modes[lane.mode], lane, lanes) for lane in lanes], dtype=np.int64),
        np.array([_review_bounds(port.modes[mode]) for mode in modes], dtype=np.int64),
        entitled,
        np.array([port.modes[mode].lane_choice == "own" for mode in modes], dtype=np.int64),
        np.array([code(mode) for mode in modes], dtype=np.int64),
    )


def _queues(lanes: tuple[LanePlan, ...], pools: tuple[PoolPlan, ...]) -> tuple[Array, Array]:
    """`rank` and `pool_queue` of a layout: a queue for each lane, then one for each pool away from primary."""
    queues = len(lanes) + sum(not pool.is_primary for pool in pools)
    rank = np.full((len(pools), queues), MISSING, np.int64)
    pool_queue = np.full(len(pools), MISSING, np.int64)
    queue = len(lanes)
    for place, pool in enumerate(pools):
        if pool.is_primary:
            for lane, plan in enumerate(lanes):
                if plan.mode == pool.mode:
                    levels = (level for level, classes in enumerate(pool.serves) if plan.lane_class in classes)
                    rank[place, lane] = next(levels, MISSING)
        else:
            rank[place, queue], pool_queue[place] = 0, queue
            queue += 1
    return rank, pool_queue


def _lanes_of_members(mode: Mode, own: LanePlan, lanes: tuple[LanePlan, ...]) -> list[int]:
    """Places of the lanes that members of a lane may use, their own first, then `MISSING`."""
    programme = next(programme for programme in programmes(mode) if ENTITLED[mode, programme][0] is own.lane_class)
    return entitled_lanes(own.mode, ENTITLED[mode, programme], lanes)


def entitled_lanes(mode: int, entitled: tuple[LaneClass, ...], lanes: tuple[LanePlan, ...]) -> list[int]:
    """Places of the lanes among lane classes of a mode, in their order, then `MISSING`."""
    places = {lane.lane_class: place for place, lane in enumerate(lanes) if lane.mode == mode}
    there = [places[lane_class] for lane_class in entitled if lane_class in places]
    return there + [MISSING] * (MOST_LANES - len(there))


def _order(rank: np.ndarray) -> np.ndarray:
    order = np.full(rank.shape, MISSING, np.int64)
    for pool, ranks in enumerate(rank):
        served = [queue for queue in np.argsort(ranks, kind="stable") if ranks[queue] >= 0]
        order[pool, : len(served)] = served
    return order


def _ahead(rank: np.ndarray, lanes: int) -> np.ndarray:
    """The lanes served before or with each lane in one of its pools: int64 (L, L)."""
    ahead = np.eye(lanes, dtype=np.int64)
    for ranks in rank[:, :lanes]:
        for lane in np.flatnonzero(ranks >= 0):
            ahead[lane, (ranks >= 0) & (ranks <= ranks[lane])] = 1
    return ahead


def _review_bounds(part: PortMode) -> tuple[int, int]:
    """Whole minutes that say the same as the planner's figures of a posted wait, which is whole."""
    if not isinstance(part.staffing, Threshold):
        return MISSING, MISSING
    return floor(part.staffing.open_above_min), ceil(part.staffing.close_below_min)
