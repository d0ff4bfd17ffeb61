"""Pools that a schedule or roster never opens, and what they do all the same."""

from collections.abc import Collection, Iterator

from border_sim.spec.notice import Notice
from border_sim.spec.port import Pool, PortMode
from border_sim.spec.staffing import Roster, Schedule
from border_sim.vocabulary import ENTITLED, LaneClass, Mode


def notices_of_closed_pools(
    mode: Mode, part: PortMode, staffing: Schedule | Roster, closed: Collection[str]
) -> Iterator[Notice]:
    """A notice for each of the pools in `closed`, by name, which have no booth in any hour."""
    how = "opens only to answer the queue" if isinstance(staffing, Roster) and staffing.answers else "stays closed"
    for place, pool in enumerate(part.pools):
        if pool.name in closed:
            lanes = _served_singly(mode, part, closed, pool) if how == "stays closed" else []
            still = f"; who waits in {' or '.join(lanes)} is served there one at a time" if lanes else ""
            if pool.name in staffing.pools:
                message = f"the pool {how}: no hour has a booth{still}"
                yield Notice(("staffing", "pools", pool.name), "0", message)
            else:
                message = f"{how}: staffing.pools does not name it{still}"
                yield Notice(("pools", place, "name"), pool.name, message)


def _served_singly(mode: Mode, part: PortMode, closed: Collection[str], pool: Pool) -> list[LaneClass]:
    """The lanes of a closed pool that are joined with no lane open, and whose first pool it is."""
    lanes = dict.fromkeys(_last_lane(mode, part, closed))
    return [lane for lane in lanes if next(each for each in part.pools if _serves(each, lane)) is pool]


def _last_lane(mode: Mode, part: PortMode, closed: Collection[str]) -> Iterator[LaneClass]:
    """Of each programme that the mode has and for which no lane ever opens, the lane that it joins."""
    for programme, share in part.programmes.mean().items():
        lanes = [lane for lane in ENTITLED[mode, programme] if lane in part.served()]
        pools = {pool.name for pool in part.pools for lane in lanes if _serves(pool, lane)}
        if share and lanes and pools <= {*closed}:
            yield lanes[-1]


def _serves(pool: Pool, lane: LaneClass) -> bool:
    return any(lane in rank for rank in pool.serves)
