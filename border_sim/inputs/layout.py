"""The route, pools and lanes of a port as arrays: which pool stands at which step, which lanes it serves in which rank,
where there is room to wait, and what a posted wait counts.

The route of a port is the list of its stations in their order, those of all its modes together; a step is a place in
it. Whoever a step is not for passes it over. One step has booths, at which lanes are served; each other one has pools
with a queue of their own: bays, or a plain delay.
"""

from collections.abc import Collection, Sequence
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from border_sim.inputs.candidates import MOST_LANES
from border_sim.inputs.stations import UNLIMITED, LanePlan, PoolPlan, inspection_of, pool_steps, route_of
from border_sim.records import Array
from border_sim.spec.port import LeaveFor, Port, PortMode
from border_sim.spec.staffing import Roster, Threshold
from border_sim.vocabulary import (
    ENTITLED,
    MISSING,
    MOST_POOLS,
    SECOND_US,
    LaneClass,
    Mode,
    Station,
    code,
    programmes,
)


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
    """int64 (P,): the queue of a pool of bays or of a plain delay; `MISSING`: booths, which serve lanes"""
    pool_step: Array
    """int64 (P,): where it stands"""
    is_delay: Array
    """int64 (P,): 1 if it is a plain delay, where nobody ever waits"""
    is_told: Array
    """int64 (P,): 1 if its open places are recorded from the first: booths, and bays of a mode whose bays may change or
    be blocked
    """
    serving: Array
    """int64 (Q,): the pools that serve the queue, a bit each"""
    queue_mode: Array
    """int64 (Q,): place of the mode among the port's modes"""
    lane_mode: Array
    """int64 (L,): place of the mode among the port's modes"""
    lane_class: Array
    """int64 (L,): code of the lane class"""
    lane_service_us: Array
    """int64 (L,): mean service time"""
    before_us: Array
    """int64 (P,): what one that waits for bays before the booths adds to the wait posted at them, with one bay open:
    mean service, times the share of its mode's crossings that go there; 0 elsewhere
    """
    lane_first_pool: Array
    """int64 (L,): the first pool in file order that serves it"""
    ahead: Array
    """int64 (L, L): 1 where the second lane is served before or with the first in one of its pools"""
    lanes_of_members: Array
    """int64 (L, 3): the lanes that members of the lane may use, it first, then `MISSING`"""
    review_bounds_min: Array
    """int64 (M, 2): open above, close below these whole minutes; `MISSING`: no threshold staffing"""
    answers: Array
    """int64 (M,): 1 if a roster answers the queue by these bounds"""
    is_general: Array
    """int64 (P,): 1 if booths of the pool serve no members' lane but Ready, so that they may be lent to another such"""
    entitled: Array
    """int64 (E, 3): the lanes of each entitlement, best first, then `MISSING`"""
    leave_for_min: Array
    """int64 (M,): how many minutes less than its own a lane must post, that a crossing joins it instead"""
    new_lane_draws: Array
    """int64 (M,): 1 if a lane opened since the last posting counts as posting 0; 0: as posting what one's own does"""
    mode_code: Array
    """int64 (M,): code of the mode"""
    step_of_booths: int
    """The step at which lanes are served"""
    pools_at: Array
    """int64 (S,): the pools that stand there, a bit each"""
    room: Array
    """int64 (M, S): places to wait there for all of a mode together, or `UNLIMITED`"""
    has_room: int
    """1 if any room is finite, so that booths and bays can be blocked"""


def layout_of(
    port: Port,
    modes: tuple[Mode, ...],
    lanes: tuple[LanePlan, ...],
    pools: tuple[PoolPlan, ...],
    entitled: Array,
    told: Collection[int],
) -> Layout:
    """The static arrays of a port; `entitled` as in `Layout`; `told`: the places of the modes whose bays are told."""
    assert len(pools) <= MOST_POOLS, f"{len(pools)} pools do not fit into the bits of an int64"
    rank, pool_queue = _queues(lanes, pools)
    parts = [port.modes[mode] for mode in modes]
    route, steps = route_of(pools), np.array(pool_steps(pools), np.int64)
    bits = np.int64(1) << np.arange(len(pools))
    room = np.array([_room(place, part, pools) for place, part in enumerate(parts)], np.int64)
    bounds = np.array([_review_bounds(part) for part in parts], dtype=np.int64)
    return Layout(
        pool_mode=np.array([pool.mode for pool in pools], dtype=np.int64),
        pool_limit=np.array([pool.limit for pool in pools], dtype=np.int64),
        rank=rank,
        order=_order(rank),
        pool_queue=pool_queue,
        pool_step=steps,
        is_delay=np.array([pool.limit == UNLIMITED for pool in pools], dtype=np.int64),
        is_told=np.array([_is_told(pool, told) for pool in pools], dtype=np.int64),
        serving=((rank >= 0) * bits[:, None]).sum(axis=0).astype(np.int64),
        queue_mode=np.array(
            [lane.mode for lane in lanes] + [pool.mode for pool in pools if not pool.is_primary], np.int64
        ),
        lane_mode=np.array([lane.mode for lane in lanes], dtype=np.int64),
        lane_class=np.array([code(lane.lane_class) for lane in lanes], dtype=np.int64),
        lane_service_us=np.array([lane.service_us for lane in lanes], dtype=np.int64),
        before_us=np.array([_before_us(parts[pool.mode], pool) for pool in pools], dtype=np.int64),
        lane_first_pool=np.array([int(np.argmax(rank[:, lane] >= 0)) for lane in range(len(lanes))], dtype=np.int64),
        ahead=_ahead(rank, len(lanes)),
        lanes_of_members=np.array([_lanes_of_members(modes[lane.mode], lane, lanes) for lane in lanes], dtype=np.int64),
        review_bounds_min=bounds,
        answers=np.array([isinstance(part.staffing, Roster) for part in parts], dtype=np.int64) * (bounds[:, 0] >= 0),
        is_general=np.array([_is_general(pool) for pool in pools], dtype=np.int64),
        entitled=entitled,
        leave_for_min=np.array([_leave_for_min(part) for part in parts], dtype=np.int64),
        new_lane_draws=np.array([part.lane_choice == "shortest" for part in parts], dtype=np.int64),
        mode_code=np.array([code(mode) for mode in modes], dtype=np.int64),
        step_of_booths=route.index(Station.PRIMARY),
        pools_at=np.array([bits[steps == step].sum() for step in range(len(route))], dtype=np.int64),
        room=room,
        has_room=int((room < UNLIMITED).any()),
    )


def _is_told(pool: PoolPlan, told: Collection[int]) -> bool:
    return pool.is_primary or (pool.mode in told and pool.limit != UNLIMITED)


def _before_us(part: PortMode, pool: PoolPlan) -> int:
    scan = inspection_of(part).scan
    return round(scan.share * scan.service.mean_s * SECOND_US) if scan and pool.info.station is Station.SCAN else 0


def _room(mode: int, part: PortMode, pools: Sequence[PoolPlan]) -> list[int]:
    """A mode's places to wait at each step. At its first station with booths or bays room blocks nobody: they come from
    the road.
    """
    first, *_ = (pool.info.station for pool in pools if pool.mode == mode and pool.limit != UNLIMITED)
    places = [None if station is first else part.room.places(station) for station in route_of(pools)]
    return [UNLIMITED if each is None else each for each in places]


def _leave_for_min(part: PortMode) -> int:
    if isinstance(part.lane_choice, LeaveFor):
        return part.lane_choice.leave_for_min
    return 1 if part.lane_choice == "shortest" else UNLIMITED


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
    staffing = part.staffing
    bounds = staffing if isinstance(staffing, Threshold) else staffing.answers if isinstance(staffing, Roster) else None
    return (floor(bounds.open_above_min), ceil(bounds.close_below_min)) if bounds else (MISSING, MISSING)


def _is_general(pool: PoolPlan) -> bool:
    lanes = {lane for rank in pool.serves for lane in rank}
    return bool(lanes) and lanes <= {LaneClass.STANDARD, LaneClass.READY}
