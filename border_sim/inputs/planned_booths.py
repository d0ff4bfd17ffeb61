"""Planned staffing: the booths that a mode's plan opens in each quarter of a day, from expected arrivals."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from math import floor
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot
from border_sim.inputs.demand import DemandPlan, demand_plan, expected_arrivals, open_week
from border_sim.inputs.due_work import came_in_quarter, due_after, due_in_quarters
from border_sim.inputs.local_time import QUARTERS_PER_HOUR, LocalDay, local_day, week_quarters
from border_sim.inputs.stations import inspection_of
from border_sim.records import Array
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Pool, PortMode
from border_sim.spec.scenario import Resolved
from border_sim.spec.staffing import Group, Planned, group_of
from border_sim.vocabulary import ENTITLED, MINUTE_US, QUARTER_US, SECOND_US, LaneClass, Mode, Programme

CARRIED: Final = 1.0
"""How far, in booths times quarters of an hour, the booths of a plan may be behind the need or ahead of it before they
change: less makes them come and go every quarter of an hour, and drivers with them.
"""
DAYS_BEFORE: Final = 2
"""The plan of a day knows the arrivals of so many days before it: what is due of them on the day before, what that
leaves, and no more, so that it is the same in every run.
"""
BILLION: Final = 1e9
"""Of a booth, in whose parts the need is reckoned: what floats leave below is nobody."""


class GroupPlan(NamedTuple):
    """The rule by which a group's booths are planned."""

    need: Array
    """float64 (168,): booths that one expected arrival in a quarter of an hour needs, by its hour of the week"""
    most: int
    """Booths that the plan may use"""
    due_after_us: Array
    """int64 (672,), see `due_after`"""
    split: Array
    """int64 (S, booths, pools): how so many booths are split over the group's pools"""
    split_of: Array
    """int64 (672,): which of these in each quarter of the week's wall clock, by the work of who is due then"""
    places: Array
    """int64 (pools,): the group's pools among the mode's"""


class PlannedMode(NamedTuple):
    """The rules of all groups of a mode, and the arrivals that they plan for."""

    demand: DemandPlan
    demand_factor: float
    gate: Array
    """bool (7, 96)"""
    groups: list[GroupPlan]
    pools: int
    """How many the mode has; one whose group has no plan stays closed"""


def planned_mode(mode: Mode, part: PortMode, baseline: PortMode, frame: Resolved, start_us: int) -> PlannedMode:
    """The rules of a mode with planned staffing, from the `baseline`, so that a what-if meets the same booths.

    The demand is the baseline's too, and so is its growth, unless the scenario restates the staffing.
    """
    work = _work_by_group(mode, part, baseline)
    groups = [_group_plan(mode, group, part, baseline, frame, work[group]) for group in work]
    demand, gate = demand_plan(baseline, frame, start_us), open_week(baseline)
    return PlannedMode(demand, baseline.demand_factor, gate, groups, len(part.pools))


def plan_booths(planned: PlannedMode, zone: str, of_days: Sequence[LocalDay]) -> Array:
    """The booths planned for consecutive local days of a zone: int64 (K, pools).

    Work is due one accustomed wait after it came, and booths are planned for what is due.
    """
    before = [local_day(zone, of_days[0].date - timedelta(days=ago)) for ago in range(DAYS_BEFORE, 0, -1)]
    days = [*before, *of_days]
    begins = np.array([0, *itertools.accumulate(day.quarters.size for day in days)])
    expected = expected_arrivals(planned.demand, *days) * planned.demand_factor
    quarters = week_quarters(days)
    hours, is_open = quarters // QUARTERS_PER_HOUR, planned.gate.take(quarters)
    wanted = np.zeros((begins[-1] - begins[DAYS_BEFORE], planned.pools), np.int64)
    for group in planned.groups:
        due = due_in_quarters(expected * group.need.take(hours), quarters, group.due_after_us)
        _plan_group(group, due, begins, quarters, is_open, wanted)
    return wanted


@hot
def _plan_group(group: Any, due: Any, begins: Any, quarters: Any, is_open: Any, wanted: Any) -> None:
    """Plan a group's booths; `due`: booths that what is due in each quarter needs; `begins`: the first quarter of each
    day, and the end; `quarters`: each, of the week's wall clock.

    The need is what is due and what is left of before, within [1, most]. As many booths are open as in the quarter
    before, as far as that is a neighbour of the need; one more once they are more than `CARRIED` behind it, one fewer
    once they are as far ahead. Both start afresh at midnight and at opening. After closing the plan goes on while
    anything is due.
    """
    for day in range(DAYS_BEFORE, begins.size - 1):
        left = 0.0
        for quarter in range(begins[day - 1], begins[day]):
            left = max(left + due[quarter] - group.most, 0.0)
        booths, carry, was_open = np.int64(0), 0.0, False
        for quarter in range(begins[day], begins[day + 1]):
            owed = np.rint((left + due[quarter]) * BILLION) / BILLION
            need = min(max(owed, 1.0), group.most) if is_open[quarter] or owed > 0 else 0.0
            left = max(owed - group.most, 0.0)
            if is_open[quarter] and not was_open:
                booths, carry = np.int64(0), 0.0
            was_open = is_open[quarter]
            booths = np.int64(min(max(booths, np.floor(need)), np.ceil(need)))
            if carry + need - booths > CARRIED:
                booths += 1
            elif carry + need - booths < -CARRIED and booths > 1:
                booths -= 1
            carry += need - booths
            split = group.split_of[quarters[quarter]]
            for place in range(group.places.size):
                wanted[quarter - begins[DAYS_BEFORE], group.places[place]] = group.split[split, booths, place]


def _group_plan(
    mode: Mode, group: Group, part: PortMode, baseline: PortMode, frame: Resolved, work: dict[str, Array]
) -> GroupPlan:
    """`work`: of each pool, by name."""
    assert isinstance(part.staffing, Planned)
    assert isinstance(baseline.staffing, Planned)
    assert baseline.accustomed_wait is not None
    rule = frame.planning
    most = max(1, floor(rule.share_of_booths[group] * baseline.staffing.booths[group]))
    accustomed_us = baseline.accustomed_wait.minutes[group] * np.array(rule.hour_shape[group]) * MINUTE_US
    places = [place for place, pool in enumerate(part.pools) if pool_group(mode, pool, part.staffing) == group]
    due_after_us = due_after(accustomed_us, _way_us(inspection_of(baseline)))
    split, split_of = _splits_of_week(most, [part.pools[place] for place in places], work)
    return GroupPlan(
        need=np.sum(list(work.values()), axis=0) * SECOND_US / QUARTER_US / rule.target_utilisation[group],
        most=most,
        due_after_us=due_after_us,
        split=split,
        split_of=split_of[came_in_quarter(due_after_us) // QUARTERS_PER_HOUR],
        places=np.array(places, dtype=np.int64),
    )


def _way_us(inspection: Inspection) -> float:
    """The mean time from the gate to the queue before primary, waits for a scan left out."""
    export, scan, mean_s = inspection.export, inspection.scan, 0.0
    if export:
        mean_s += export.delay.mean_s + (export.red_share * export.red_delay.mean_s if export.red_delay else 0)
    if scan:
        mean_s += scan.share * scan.service.mean_s
    return mean_s * SECOND_US


def first_lane(mode: Mode, programme: Programme, pools: tuple[Pool, ...]) -> LaneClass | None:
    """The best lane class of a programme that some pool serves; `None`: no pool does."""
    served = {lane for pool in pools for rank in pool.serves for lane in rank}
    return next((lane for lane in ENTITLED[mode, programme] if lane in served), None)


def pool_group(mode: Mode, pool: Pool, staffing: Planned) -> Group | None:
    """The first group with a plan among those that the pool serves."""
    groups = (group_of(mode, lane) for rank in pool.serves for lane in rank)
    return next((group for group in groups if group in staffing.booths), None)


def _work_by_group(mode: Mode, part: PortMode, baseline: PortMode) -> dict[Group, dict[str, Array]]:
    """Expected work (seconds per arrival of the mode, by its hour of the week) of each pool, by group: each programme's
    goes to the first pool of its lane.
    """
    assert isinstance(part.staffing, Planned)
    service = inspection_of(baseline).service
    work: dict[Group, dict[str, Array]] = {}
    for programme, share in baseline.programmes.by_hour().items():
        lane = first_lane(mode, programme, part.pools)
        if lane is None or not any(share):
            continue
        pool = next(pool for pool in part.pools if any(lane in rank for rank in pool.serves))
        group = pool_group(mode, pool, part.staffing)
        if group is not None:
            pools = work.setdefault(group, {})
            pools[pool.name] = pools.get(pool.name, 0.0) + np.array(share) * service[lane].mean_s
    return work


class _Part(NamedTuple):
    """A pool's claim on its group's booths."""

    work: float
    max_open: int
    is_standard: bool


def _splits_of_week(most: int, pools: list[Pool], work: dict[str, Array]) -> tuple[Array, Array]:
    """`split` of a group, and which of these holds for who comes in each hour of the week (168,): by the work of that
    hour, in an hour without any by that of the week.
    """
    of_hour = np.array(list(work.values())).T
    of_hour[of_hour.sum(axis=1) == 0] = of_hour.sum(axis=0)
    different, which = np.unique(of_hour, axis=0, return_inverse=True)
    splits = [_split_booths(most, pools, dict(zip(work, each.tolist(), strict=True))) for each in different]
    return np.array(splits), which.reshape(-1)


def _split_booths(most: int, pools: list[Pool], work: dict[str, float]) -> Array:
    """How 0, 1, ... `most` booths of a group are split over its pools: int64 (1 + most, pools)."""
    parts = [
        _Part(work.get(pool.name, 0.0), pool.max_open, any(LaneClass.STANDARD in rank for rank in pool.serves))
        for pool in pools
    ]
    return np.array([_split(booths, parts) for booths in range(1 + most)], dtype=np.int64)


def _split(booths: int, parts: list[_Part]) -> list[int]:
    """By expected work. Lanes for members have theirs rounded down, though one booth if two are open, and standard
    lanes have the rest: members may use those too, others have no choice. What a pool cannot hold goes on to the next.
    """
    standard = [place for place, part in enumerate(parts) if part.is_standard] or list(range(len(parts)))
    members = [place for place in range(len(parts)) if place not in standard]
    total = sum(part.work for part in parts)
    given = [0] * len(parts)
    for place in members:
        given[place] = int(booths * parts[place].work / total)
    for place in members:
        if parts[place].work > 0 and not given[place] and booths - sum(given) > 1:
            given[place] = 1
    rest = _largest_remainder(booths - sum(given), [parts[place].work for place in standard])
    for place, count in zip(standard, rest, strict=True):
        given[place] = count
    return _held(given, [part.max_open for part in parts])


def _largest_remainder(booths: int, work: list[float]) -> list[int]:
    """Booths by work; what is left after rounding down goes to the largest remainders, the first of equals first."""
    quotas = [booths * each / sum(work) if sum(work) > 0 else 0.0 for each in work]
    given = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(work)), key=lambda place: given[place] - quotas[place])
    for place in itertools.islice(itertools.cycle(by_remainder), booths - sum(given)):
        given[place] += 1
    return given


def _held(given: list[int], most: list[int]) -> list[int]:
    """What each pool holds of its booths, and what it can of others'."""
    left = sum(max(0, count - limit) for count, limit in zip(given, most, strict=True))
    given = [min(count, limit) for count, limit in zip(given, most, strict=True)]
    for place, limit in enumerate(most):
        more = min(left, limit - given[place])
        given[place], left = given[place] + more, left - more
    return given
