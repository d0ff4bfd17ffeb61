"""The calendar of local days: for every quarter of an hour the gate, the booths wanted of each pool, and the limit of
booths by what is installed and by officers. What is open within these limits is for the engine to say.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from border_sim.inputs.demand import open_week
from border_sim.inputs.local_time import LocalDay, week_quarters
from border_sim.inputs.planned_booths import PlannedMode, plan_booths, planned_mode
from border_sim.inputs.roster import RosterKey, RosterPlan, roster_booths, roster_plan
from border_sim.records import Array
from border_sim.spec.calendar import DAYS, QUARTERS_PER_DAY, WeeklyBooths
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Resolved
from border_sim.spec.staffing import Planned, Roster, Schedule
from border_sim.vocabulary import MISSING, Mode


class Calendar(NamedTuple):
    """What holds from each quarter of an hour (K) on, by pool (P) and mode (M)."""

    t_us: Array
    """int64 (K,): the first instant"""
    booths_wanted: Array
    """int16 (K, P): booths, or bays where their number changes; `MISSING` where the engine decides (threshold staffing)
    and where all bays are open
    """
    pace_permille: Array
    """int32 (K, P): factor on the time of a service that begins, thousandths"""
    booths_limit: Array
    """int16 (K, M): installed, or officers where fewer"""
    gate_open: Array
    """int16 (K, M): 1 open by the opening hours"""
    held: Array
    """int16 (K, M): 1 while the gate is closed and closing holds those inside"""


def empty_calendar(pools: int, modes: int) -> Calendar:
    """A calendar without a row."""
    return Calendar(
        np.zeros(0, np.int64),
        np.zeros((0, pools), np.int16),
        np.zeros((0, pools), np.int32),
        *(np.zeros((0, modes), np.int16) for _ in range(3)),
    )


class StaffingPlan(NamedTuple):
    """How a mode is staffed: what repeats every week, by quarters of its wall clock, and what is planned day by day."""

    limits: Array
    """int16 (3, 7, 96): the limit on booths, the gate and whether those inside are held, as in `Calendar`"""
    booths_wanted: Array
    """int64 (7, 96, pools), as in `Calendar`; without meaning where it is `planned` or from a `roster`"""
    planned: PlannedMode | None
    """`None`: staffing is not planned"""
    roster: RosterPlan | None
    """`None`: there is no roster"""


def staffing_plan(mode: Mode, part: PortMode, baseline: PortMode, frame: Resolved, start_us: int) -> StaffingPlan:
    """The staffing of a mode of a resolved port; `start_us` is the run's start."""
    planned, roster = None, None
    want = np.zeros((len(DAYS), QUARTERS_PER_DAY, len(part.pools)), np.int64)
    if isinstance(part.staffing, Schedule):
        for place, pool in enumerate(part.pools):
            if (scheduled := part.staffing.pools.get(pool.name)) is not None:
                want[:, :, place] = _booths_of_week(scheduled)
    elif isinstance(part.staffing, Planned) and isinstance(baseline.staffing, Planned):
        planned = planned_mode(mode, part, baseline, frame, start_us)
    elif isinstance(part.staffing, Roster):
        roster = roster_plan(part.staffing, part.pools)
    else:
        want[:] = MISSING
    return StaffingPlan(_limits(part), want, planned, roster)


def wanted_booths(staffing: StaffingPlan, zone: str, days: Sequence[LocalDay], key: RosterKey) -> Array:
    """Booths wanted of each of a mode's pools in each quarter of consecutive local days of a zone: int64 (K, pools);
    `MISSING` under threshold staffing. `key`: of the marks of a roster.
    """
    if staffing.roster is not None:
        return roster_booths(staffing.roster, days, key)
    if staffing.planned is not None:
        return plan_booths(staffing.planned, zone, days)
    wanted: Array = staffing.booths_wanted.reshape(-1, staffing.booths_wanted.shape[2])[week_quarters(days)]
    return wanted


def limits_of(of_week: Array, *days: LocalDay) -> Array:
    """Limit, gate and hold in each quarter of days: int16 (3, K, ...), from those of the week (3, 7, 96, ...)."""
    by_quarter: Array = of_week.reshape(3, -1, *of_week.shape[3:])
    return by_quarter.take(week_quarters(days), axis=1)


def _booths_of_week(weekly: WeeklyBooths) -> Array:
    return np.array([weekly.by_quarter(weekday) for weekday in range(len(DAYS))], dtype=np.int64)


def _limits(part: PortMode) -> Array:
    limit = np.full((len(DAYS), QUARTERS_PER_DAY), part.installed.booths, np.int64)
    if part.officers is not None:
        limit = np.minimum(limit, _booths_of_week(part.officers))
    gate = open_week(part).astype(np.int64)
    return np.stack([limit, gate, (1 - gate) * (part.closing == "hold")]).astype(np.int16)
