"""Expected arrivals: from a year's count, or from rates, to the quarters of a local day."""

from datetime import date
from functools import lru_cache

import numpy as np

from border_sim.engine.local_time import LocalDay
from border_sim.records import Array
from border_sim.spec.calendar import QUARTERS_PER_DAY
from border_sim.spec.demand import Annual, DayOfWeek, Listed, Profile, Rate, Seasonality
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Resolved
from border_sim.vocabulary import HOUR_US, QUARTER_US

QUARTERS_PER_HOUR = 4
SATURDAY, SUNDAY = 5, 6


def expected_arrivals(part: PortMode, frame: Resolved, day: LocalDay, start_us: int) -> Array:
    """Expected arrivals in each quarter of real time of a day, before growth and spread: float64, one per quarter.

    `start_us`: the run's start, from which a `Rate` by hours from the start counts. A list has no expectation: zeros.
    """
    demand = part.demand
    if isinstance(demand, Listed):
        return np.zeros(day.quarters.size)
    if isinstance(demand, Rate):
        return _from_rate(demand, part, day, start_us)
    volume = _day_volume(demand, part, frame, day.date)
    shape = _day_shape(frame.profiles[demand.profile], part, day.date)[day.quarters]
    return shape * (volume / shape.sum()) if volume and shape.any() else np.zeros(day.quarters.size)


def open_quarters(part: PortMode, day: LocalDay) -> Array:
    """Whether the gate is open in each quarter of real time of a day, by the opening hours."""
    return _open_mask(part, day.date.weekday())[day.quarters]


def _open_mask(part: PortMode, weekday: int) -> Array:
    return np.array(part.hours.weekly.week[weekday])


def _from_rate(demand: Rate, part: PortMode, day: LocalDay, start_us: int) -> Array:
    is_open = open_quarters(part, day)
    if demand.hours_from_start is not None:
        elapsed = (day.begins_us + np.arange(day.quarters.size) * QUARTER_US - start_us) // HOUR_US
        rates = np.array([*demand.hours_from_start, 0.0])
        inside = (elapsed >= 0) & (elapsed < rates.size)
        return np.where(inside & is_open, rates[np.clip(elapsed, 0, rates.size - 1)], 0.0) / QUARTERS_PER_HOUR
    return np.where(is_open, _quarters(np.atleast_1d(demand.per_hour))[day.quarters], 0.0) / QUARTERS_PER_HOUR


def _quarters(values: Array) -> Array:
    """One, 24 or 96 values as 96."""
    return np.repeat(np.asarray(values, dtype=float), QUARTERS_PER_DAY // len(values))


def _day_shape(profile: Profile, part: PortMode, day: date) -> Array:
    """The day's shape cut to opening hours; the weekday's where a day's own is all 0, flat where that is too."""
    mask = _open_mask(part, day.weekday())
    own = {SATURDAY: profile.saturday, SUNDAY: profile.sunday}.get(day.weekday(), profile.weekday)
    for values in (own, profile.weekday, (1.0,)):
        shape = _quarters(np.array(values)) * mask
        if shape.sum() > 0:
            break
    return shape


def _day_volume(demand: Annual, part: PortMode, frame: Resolved, day: date) -> float:
    weights = _year_weights(
        day.year,
        frame.seasonality[demand.seasonality],
        frame.days_of_week[demand.day_of_week],
        tuple(map(any, part.hours.weekly.week)),
    )
    return float(demand.volumes[demand.volume_year] * weights[day.timetuple().tm_yday - 1])


@lru_cache(maxsize=1024)
def _year_weights(year: int, seasonality: Seasonality, week: DayOfWeek, is_open: tuple[bool, ...]) -> Array:
    """The share of a year's volume that falls on each of its days; closed days get none, the others all."""
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    months = days.astype("datetime64[M]").astype(int) % 12
    weekdays = (days.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    weights = np.array(seasonality.monthly)[months] * np.array(week.daily)[weekdays] * np.array(is_open)[weekdays]
    return weights / weights.sum() if weights.sum() > 0 else weights
