"""Expected arrivals: from a year's count, or from rates, to the quarters of a local day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from border_sim.inputs.local_time import QUARTERS_PER_HOUR, LocalDay, week_quarters
from border_sim.records import Array
from border_sim.spec.calendar import DAYS, QUARTERS_PER_DAY
from border_sim.spec.demand import Annual, Profile, Rate
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Resolved
from border_sim.vocabulary import HOUR_US, QUARTER_US

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class _Year:
    """A year's volume and what shares it out over the days."""

    volume: float
    monthly: tuple[float, ...]
    daily: tuple[float, ...]
    is_open: tuple[bool, ...]

    def volumes(self, first: date, last: date) -> Array:
        """Of each day from the first to the last."""
        years = range(first.year, last.year + 1)
        weights = np.concatenate([_year_weights(year, self.monthly, self.daily, self.is_open) for year in years])
        before = first.timetuple().tm_yday - 1
        return self.volume * weights[before : before + (last - first).days + 1]


@dataclass(frozen=True)
class DemandPlan:
    """What the expected arrivals of a mode on any day are made of."""

    shape: Array
    """float64 (7, 96), by quarters of the wall clock, 0 where the gate is closed: expected arrivals; their
    proportions if there is a `year`; hours if there are rates `from_start`
    """
    year: _Year | None = None
    from_start: Array | None = None
    """Arrivals per hour in each hour from the run's start, then 0"""
    start_us: int = 0


def demand_plan(part: PortMode, frame: Resolved, start_us: int) -> DemandPlan:
    """The demand of a mode of a resolved port, before growth and spread.

    `start_us`: the run's start, from which a `Rate` by hours from the start counts. A list has no expectation: zeros.
    """
    demand, gate = part.demand, open_week(part)
    if isinstance(demand, Annual):
        week, monthly = frame.days_of_week[demand.day_of_week].daily, frame.seasonality[demand.seasonality].monthly
        volume = demand.volumes[demand.volume_year] * demand.latent.factor
        year = _Year(volume, monthly, week, tuple(map(any, part.hours.weekly.week)))
        return DemandPlan(_week_shape(frame.profiles[demand.profile], gate), year)
    if isinstance(demand, Rate) and demand.hours_from_start is not None:
        return DemandPlan(gate / QUARTERS_PER_HOUR, None, np.array([*demand.hours_from_start, 0.0]), start_us)
    per_hour = demand.per_hour if isinstance(demand, Rate) else 0.0
    return DemandPlan(gate * (_quarters(np.atleast_1d(per_hour)) / QUARTERS_PER_HOUR))


def expected_arrivals(demand: DemandPlan, *days: LocalDay) -> Array:
    """Expected arrivals in each quarter of real time of consecutive days: float64, one per quarter."""
    shape: Array = demand.shape.ravel()[week_quarters(days)]
    if demand.year is not None:
        sizes = [day.quarters.size for day in days]
        totals = _day_totals(demand.shape, days)
        volumes = demand.year.volumes(days[0].date, days[-1].date)
        shape *= np.divide(volumes, totals, out=np.zeros_like(totals), where=totals > 0).repeat(sizes)
        return shape
    if demand.from_start is not None:
        elapsed = (days[0].begins_us + np.arange(shape.size) * QUARTER_US - demand.start_us) // HOUR_US
        last = demand.from_start.size - 1
        return np.where(elapsed >= 0, demand.from_start[np.clip(elapsed, 0, last)], 0.0) * shape
    return shape


def _day_totals(shape: Array, days: Sequence[LocalDay]) -> Array:
    """The sum of the shape over each day."""
    of_week = shape.sum(axis=1)
    return np.array(
        [
            of_week[day.date.weekday()] if day.quarters.size == QUARTERS_PER_DAY else shape.ravel()[day.of_week].sum()
            for day in days
        ]
    )


def open_week(part: PortMode) -> Array:
    """Whether the gate is open in each quarter of the week's wall clock, by the opening hours: bool (7, 96)."""
    return np.array(part.hours.weekly.week, dtype=bool)


def _quarters(values: Array) -> Array:
    """One, 24 or 96 values as 96."""
    return np.repeat(np.asarray(values, dtype=float), QUARTERS_PER_DAY // len(values))


def _week_shape(profile: Profile, gate: Array) -> Array:
    """The shape of each day of the week cut to opening hours; the weekday's where a day's own is all 0, flat where
    that is too.
    """
    own = {SATURDAY: profile.saturday, SUNDAY: profile.sunday}
    week = np.zeros(gate.shape)
    for weekday in range(len(DAYS)):
        for values in (own.get(weekday, profile.weekday), profile.weekday, (1.0,)):
            week[weekday] = _quarters(np.array(values)) * gate[weekday]
            if week[weekday].any():
                break
    return week


@lru_cache(maxsize=1024)
def _year_weights(year: int, monthly: tuple[float, ...], daily: tuple[float, ...], is_open: tuple[bool, ...]) -> Array:
    """The share of a year's volume that falls on each of its days; closed days get none, the others all."""
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    months = days.astype("datetime64[M]").astype(int) % 12
    weekdays = (days.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    weights = np.array(monthly)[months] * np.array(daily)[weekdays] * np.array(is_open)[weekdays]
    return weights / weights.sum() if weights.sum() > 0 else weights
