"""The calendar of a local day: for every quarter of an hour the gate, the limits and the booths wanted of each pool."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from border_sim.compiled import jit
from border_sim.engine.demand import expected_arrivals, open_quarters
from border_sim.engine.local_time import LocalDay
from border_sim.records import Array
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Pool, PortMode
from border_sim.spec.scenario import Resolved
from border_sim.spec.staffing import Group, Planned, Schedule, group_of
from border_sim.vocabulary import ENTITLED, MINUTE_US, MISSING, QUARTER_US, SECOND_US, LaneClass, Mode, Programme


class Calendar(NamedTuple):
    """What holds from each quarter of an hour (K) on, by pool (P) and mode (M)."""

    t_us: Array  # int64 (K,)
    want: Array  # int64 (K, P): booths wanted; MISSING where the engine decides (threshold staffing, bays)
    limit: Array  # int64 (K, M): installed, or officers where fewer
    gate: Array  # int64 (K, M): 1 open
    held: Array  # int64 (K, M): 1 while the gate is closed and closing holds those inside


def empty_calendar(pools: int, modes: int) -> Calendar:
    """A calendar without a row."""
    return Calendar(
        np.zeros(0, np.int64), np.zeros((0, pools), np.int64), *(np.zeros((0, modes), np.int64) for _ in range(3))
    )


def limits(part: PortMode, day: LocalDay) -> tuple[Array, Array, Array]:
    """The limit on booths, the gate and whether those inside are held, in each quarter of a day: int64 (K,) each."""
    limit = np.full(day.quarters.size, part.installed.booths, np.int64)
    if part.officers is not None:
        limit = np.minimum(limit, np.array(part.officers.by_quarter(day.date.weekday()))[day.quarters])
    gate = open_quarters(part, day).astype(np.int64)
    held = (1 - gate) * (part.closing == "hold")
    return limit, gate, held


def wanted_booths(
    mode: Mode, part: PortMode, baseline: PortMode, frame: Resolved, days: tuple[LocalDay, LocalDay], start_us: int
) -> Array:
    """Booths wanted of each of a mode's pools in each quarter of a day: int64 (K, pools); `MISSING` under threshold
    staffing.

    `days`: the day before and the day. Planned staffing comes from the `baseline`, so that a what-if meets the same
    booths.
    """
    today = days[1]
    wanted = np.full((today.quarters.size, len(part.pools)), MISSING, np.int64)
    if isinstance(part.staffing, Schedule):
        for place, pool in enumerate(part.pools):
            if (scheduled := part.staffing.pools.get(pool.name)) is None:
                wanted[:, place] = 0
            else:
                wanted[:, place] = np.array(scheduled.by_quarter(today.date.weekday()))[today.quarters]
    elif isinstance(baseline.staffing, Planned) and isinstance(part.staffing, Planned):
        wanted[:] = 0
        expected = np.concatenate([expected_arrivals(baseline, frame, day, start_us) for day in days])
        expected *= baseline.demand_factor  # not the scenario's, unless it restates the staffing
        for group, work in _work_by_group(mode, part, baseline).items():
            booths = _plan_group(group, sum(work.values()), baseline, frame, days, expected)
            places = [place for place, pool in enumerate(part.pools) if _pool_group(mode, pool, part.staffing) == group]
            wanted[:, places] = _split_booths(booths, [part.pools[place] for place in places], work)
    return wanted


def first_lane(mode: Mode, programme: Programme, pools: tuple[Pool, ...]) -> LaneClass | None:
    """The best lane class of a programme that some pool serves; `None`: no pool does."""
    served = {lane for pool in pools for rank in pool.serves for lane in rank}
    return next((lane for lane in ENTITLED[mode, programme] if lane in served), None)


def _pool_group(mode: Mode, pool: Pool, staffing: Planned) -> Group | None:
    """The first group with a plan among those that the pool serves."""
    groups = (group_of(mode, lane) for rank in pool.serves for lane in rank)
    return next((group for group in groups if group in staffing.booths), None)


def _work_by_group(mode: Mode, part: PortMode, baseline: PortMode) -> dict[Group, dict[str, float]]:
    """Expected work (seconds per arrival of the mode) of each pool, by group: each programme's goes to the first
    pool of its lane.
    """
    assert isinstance(part.staffing, Planned)
    assert isinstance(baseline.inspection, Inspection)
    work: dict[Group, dict[str, float]] = {}
    for programme, share in baseline.programmes.share.items():
        lane = first_lane(mode, programme, part.pools)
        if lane is None or share == 0:
            continue
        pool = next(pool for pool in part.pools if any(lane in rank for rank in pool.serves))
        group = _pool_group(mode, pool, part.staffing)
        if group is not None:
            pools = work.setdefault(group, {})
            pools[pool.name] = pools.get(pool.name, 0.0) + share * baseline.inspection.service[lane].mean_s
    return work


def _plan_group(
    group: Group, work_s: float, baseline: PortMode, frame: Resolved, days: tuple[LocalDay, LocalDay], expected: Array
) -> Array:
    """Planned booths of a group in each quarter of a day: int64 (K,).

    `expected`: arrivals in each quarter of both days.

    need = rate(t - A) x work / target utilisation, within [1, max(1, share x booths)], A the accustomed wait of the
    current hour; the open booths are need + carry to the nearest, the rest is carried on, afresh at midnight and at
    opening. After closing the plan goes on while anybody is expected inside.
    """
    assert isinstance(baseline.staffing, Planned)
    assert baseline.accustomed_wait is not None
    before, today = days
    accustomed = baseline.accustomed_wait.minutes[group] * np.array(frame.planning.hour_shape[group])
    count = today.quarters.size
    lag = np.rint(accustomed[today.quarters // 4] * MINUTE_US).astype(np.int64)
    place = before.quarters.size + (np.arange(count) * QUARTER_US - lag) // QUARTER_US
    rate = np.where(place >= 0, expected[np.maximum(place, 0)], 0.0) / (QUARTER_US / SECOND_US)
    is_open = open_quarters(baseline, today)
    most = max(1.0, frame.planning.share_of_booths[group] * baseline.staffing.booths[group])
    need = np.clip(rate * work_s / frame.planning.target_utilisation[group], 1.0, most)
    need = np.where(is_open | (rate > 0), need, 0.0)
    opening = is_open & ~np.concatenate(([False], is_open[:-1]))
    return _with_carry(need, opening)


@jit
def _with_carry(need: Any, restart: Any) -> Any:
    booths = np.zeros(need.size, np.int64)
    carry = 0.0
    for quarter in range(need.size):
        if restart[quarter]:
            carry = 0.0
        booths[quarter] = np.int64(np.floor(need[quarter] + carry + 0.5))
        carry += need[quarter] - booths[quarter]
    return booths


class _Part(NamedTuple):
    """A pool's claim on its group's booths."""

    work: float
    max_open: int
    is_standard: bool


def _split_booths(booths: Array, pools: list[Pool], work: dict[str, float]) -> Array:
    """A group's booths in each quarter (K,) split over its pools: int64 (K, pools)."""
    parts = tuple(
        _Part(work.get(pool.name, 0.0), pool.max_open, any(LaneClass.STANDARD in rank for rank in pool.serves))
        for pool in pools
    )
    counts, places = np.unique(booths, return_inverse=True)
    return np.array([_split(count, parts) for count in counts.tolist()], dtype=np.int64)[places]


@lru_cache(maxsize=4096)
def _split(booths: int, parts: tuple[_Part, ...]) -> list[int]:
    """Largest remainder of expected work, standard lanes first: they get the only booth, and ties. What a pool
    cannot hold goes on.
    """
    total = sum(part.work for part in parts)
    quotas = [booths * part.work / total for part in parts]
    given = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(parts)), key=lambda p: (given[p] - quotas[p], not parts[p].is_standard, p))
    for place in by_remainder[: booths - sum(given)]:
        given[place] += 1
    standard = next((place for place, part in enumerate(parts) if part.is_standard), None)
    if booths and standard is not None and not given[standard]:
        given[max(range(len(parts)), key=given.__getitem__)] -= 1
        given[standard] += 1
    left = sum(max(0, count - part.max_open) for count, part in zip(given, parts, strict=True))
    given = [min(count, part.max_open) for count, part in zip(given, parts, strict=True)]
    for place, part in enumerate(parts):
        more = min(left, part.max_open - given[place])
        given[place], left = given[place] + more, left - more
    return given
