"""Roster staffing: whole booths of each pool, drawn so that the roster's means hold in each quarter of an hour.

With c the mean booths of the pools of a mode and u uniform in [0, 1), the first j pools have floor(c1 + ... + cj + u)
booths together, for one u of the mode, drawn afresh every `SPELL_HOURS`. So every pool has its mean rounded up or down,
and so has the mode; a pool with a mean of one or more always has a booth; within a spell booths change only as the
means do. While the mode's mean is .5 or more it has one booth at least, that of its largest pool: there alone its mean
is above the roster's.

Nothing is done to shorten the absence of a booth whose mean is below one. In CBP's feed of 2025 a lane class that is
open in .9 to .99 of an hour's readings stays closed for long once it is: in 78, 74, 67 and 63 of 100 cases it is still
closed one, two, three and four hours later, and in 31 after eight. A booth that is away for a few minutes of each hour
would have the same mean, and be none that the border knows.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot
from border_sim.inputs.local_time import QUARTERS_PER_HOUR, LocalDay, week_quarters
from border_sim.inputs.random_marks import ROSTER_STREAM, STREAM_SHIFT, WORD, philox
from border_sim.records import Array
from border_sim.spec.calendar import DAYS, QUARTERS_PER_DAY
from border_sim.spec.hour_of_week import HOURS_PER_WEEK
from border_sim.spec.port import Pool
from border_sim.spec.staffing import Roster
from border_sim.vocabulary import MISSING

SPELL_HOURS: Final = 4
"""Local hours for which u is kept; the first spell of a day begins at midnight.

In CBP's feed the open lanes of a lane class, less the mean of their hour of the week, are correlated by .56, .44, .34
and .28 after one to four hours, by .15 after six, .06 after eight and .03 after twelve (median of 141 lane classes). u
gives 1 - lag / spell. Of the spells that divide a day, four hours (.75, .5, .25, 0) and six (.83, .67, .5, .33) come
nearest. Four, since waits suffer more from too long spells: with one u a day those at pools of one or two booths had
2.6 times the spread observed and an autocorrelation of .9 where .6 is observed.
"""
SPELLS: Final = 24 // SPELL_HOURS

HALF: Final = WORD // 2


class RosterPlan(NamedTuple):
    """The means of a mode's roster, by quarters of the week's wall clock; booths in parts of 2^-32."""

    together: Array
    """int64 (672, pools): mean booths of each pool and those before it in file order together"""
    keeps_one: Array
    """int64 (672,): the pool that has the mode's one booth when it would have none; `MISSING`: it may have none"""


class RosterKey(NamedTuple):
    """What names the marks of a mode's roster."""

    port_mode: int
    """As in `random_marks.StreamKey`, and so are the others"""
    seed: int
    replication: int


def roster_plan(roster: Roster, pools: Sequence[Pool]) -> RosterPlan:
    """The plan of a mode's roster; a pool that it does not name stays closed.

    Means are linear between the centres of hours. A quarter of an hour has that of its middle, which is the mean over
    it, since lines meet only where quarters do. An hour then has 3/4 of its own mean, and 1/8 of each neighbour's.
    """
    middles = (np.arange(len(DAYS) * QUARTERS_PER_DAY) + 0.5) / QUARTERS_PER_HOUR
    centres = np.arange(HOURS_PER_WEEK) + 0.5
    closed = (0.0,) * HOURS_PER_WEEK
    hourly = [roster.pools.get(pool.name, closed) for pool in pools]
    means = np.array([np.interp(middles, centres, each, period=HOURS_PER_WEEK) for each in hourly]).T
    means = np.floor(means * WORD).astype(np.int64)  # down, so that a sum passes no whole number
    together = means.cumsum(axis=1)
    return RosterPlan(together, np.where(together[:, -1] >= HALF, means.argmax(axis=1), MISSING))


def roster_booths(plan: RosterPlan, days: Sequence[LocalDay], key: RosterKey) -> Array:
    """Booths of each of a mode's pools in each quarter of local days: int64 (K, pools)."""
    marks = np.empty((len(days), SPELLS), np.int64)
    _spell_marks(key, np.array([day.date.toordinal() for day in days]), marks)
    quarters = QUARTERS_PER_HOUR * SPELL_HOURS
    of_days = [of_day[day.quarters // quarters] for of_day, day in zip(marks, days, strict=True)]
    return booths_at(plan, week_quarters(days), np.concatenate(of_days))


def booths_at(plan: RosterPlan, quarters: Array, marks: Array) -> Array:
    """Booths of each pool (int64, one row each) in quarters of the week's wall clock, with a mark (u times 2^32) for
    each.
    """
    booths = np.diff((plan.together[quarters] + marks[:, None]) // WORD, axis=1, prepend=0)
    pool = plan.keeps_one[quarters]
    alone = np.flatnonzero((booths.sum(axis=1) == 0) & (pool != MISSING))
    booths[alone, pool[alone]] = 1
    return booths


def most_rostered(plan: RosterPlan) -> Array:
    """The most booths that each pool, and in the last column all of them together, ever have in each quarter of the
    week: int64 (672, pools + 1).
    """
    means = np.diff(plan.together, axis=1, prepend=0)
    return np.asarray(-(-np.column_stack([means, plan.together[:, -1]]) // WORD))


@hot
def _spell_marks(key: Any, dates: Any, marks: Any) -> None:
    for day in range(dates.size):
        for spell in range(marks.shape[1]):
            counter = (ROSTER_STREAM << STREAM_SHIFT) | spell
            marks[day, spell] = philox(key.port_mode, dates[day], counter, 0, key.seed, key.replication)[0]
