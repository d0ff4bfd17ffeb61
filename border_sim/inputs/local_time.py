"""Local days of a port's time zone, cut into quarters of an hour of real time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from border_sim.records import Array
from border_sim.spec.calendar import QUARTERS_PER_DAY
from border_sim.spec.local_clock import instant_us
from border_sim.vocabulary import HOUR_US, QUARTER_US, SECOND_US

QUARTERS_PER_HOUR: Final = HOUR_US // QUARTER_US


class LocalDay(NamedTuple):
    """A local day: 96 quarters, 92 or 100 where the clock changes."""

    date: date
    begins_us: int
    ends_us: int
    quarters: Array
    """int64: the quarter of the wall clock (0 to 95) of each quarter of real time"""
    of_week: Array
    """int64: the same, counted from the week's first (0 to 671)"""


def week_quarters(days: Sequence[LocalDay]) -> Array:
    """The quarter of the week's wall clock (int64, 0 to 671) of each quarter of days one after the other."""
    return np.concatenate([day.of_week for day in days])


def week_hours(days: Sequence[LocalDay]) -> Array:
    """The hour of the week's wall clock (int64, 0 to 167) of each quarter of days one after the other."""
    return week_quarters(days) // QUARTERS_PER_HOUR


def horizon_us(zone: str, start: date, days: int) -> int:
    """Where the measured days of a run end, and arrivals stop: local midnight, `days` after `start`."""
    return local_day(zone, start + timedelta(days=days)).begins_us


@lru_cache(maxsize=4096)
def local_day(zone: str, day: date) -> LocalDay:
    """The local day of a zone; zones are whole quarters of an hour from UTC, so that quarters are aligned to the
    epoch.
    """
    midnight = datetime.combine(day, datetime.min.time())
    begins, ends = instant_us(zone, midnight), instant_us(zone, midnight + timedelta(days=1))
    count = (ends - begins) // QUARTER_US
    quarters = np.arange(count)
    if count != QUARTERS_PER_DAY:  # a day with a change of the clock
        wall = (
            datetime.fromtimestamp((begins + q * QUARTER_US) // SECOND_US, ZoneInfo(zone)) for q in quarters.tolist()
        )
        quarters = np.array([4 * t.hour + t.minute // 15 for t in wall], dtype=np.int64)
    return LocalDay(day, begins, ends, quarters, day.weekday() * QUARTERS_PER_DAY + quarters)
