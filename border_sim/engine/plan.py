"""From a validated spec to arrays: the layout of a port, the recipe of its crossings, and its days, one at a time.

Both engines see these arrays alone. They know stations, pools, lanes and durations, nothing of programmes, scanners
or customs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np

from border_sim.engine import arrivals, draws, staffing
from border_sim.engine.arrivals import Stream
from border_sim.engine.demand import DemandPlan, demand_plan, expected_arrivals
from border_sim.engine.layout import LanePlan, PoolPlan, lane_plans, layout_of, pool_plans
from border_sim.engine.local_time import LocalDay, local_day
from border_sim.engine.needs import Arrivals, Recipe, empty_arrivals
from border_sim.engine.recipe import recipe_of
from border_sim.engine.rules import Layout
from border_sim.engine.staffing import Calendar, StaffingPlan, staffing_plan
from border_sim.records import Array, PortInfo, concatenate
from border_sim.spec.demand import Listed, Rate
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Resolved, ResolvedPort
from border_sim.vocabulary import HOUR_US, MISSING, QUARTER_US, SECOND_US, Mode

DRAIN_LIMIT_US: Final = 48 * HOUR_US
"""After the horizon the clock runs on until the port is empty, this long at most."""


class Day(NamedTuple):
    """What an engine is fed for a local day, or several joined: first and last instant, candidates and calendar."""

    begins_us: int
    ends_us: int
    first_id: int
    """The id of the first candidate; ids go on from day to day."""
    arrivals: Arrivals
    calendar: Calendar


def joined(days: list[Day]) -> Day:
    """Consecutive days as one."""
    first, last = days[0], days[-1]
    if first is last:
        return first
    needs, calendar = concatenate([day.arrivals for day in days]), concatenate([day.calendar for day in days])
    return Day(first.begins_us, last.ends_us, first.first_id, needs, calendar)


@dataclass(frozen=True)
class ModePlan:
    """A mode of a port: who comes and how it is staffed."""

    part: PortMode
    name_word: int
    """The counter word of the port and mode"""
    demand: DemandPlan
    staffing: StaffingPlan


@dataclass(frozen=True)
class PortPlan:
    """A port of a scenario under one seed and replication, ready for an engine."""

    resolved: ResolvedPort
    frame: Resolved
    seed: int
    replication: int
    modes: tuple[Mode, ...]
    pools: tuple[PoolPlan, ...]
    lanes: tuple[LanePlan, ...]
    layout: Layout
    recipe: Recipe
    parts: tuple[ModePlan, ...]
    """By mode"""
    limits: Array
    """int64 (3, 7, 96, M): limit, gate and hold of all modes, see `StaffingPlan`"""

    @property
    def slug(self) -> str:
        """The port."""
        return self.resolved.slug

    @property
    def first_day(self) -> date:
        """The first local day, that of the warm-up."""
        return self.frame.start - timedelta(days=self.frame.warm_up_days)

    @property
    def begins_us(self) -> int:
        """The first instant, of the warm-up."""
        return self._day(self.first_day).begins_us

    @property
    def measured_from_us(self) -> int:
        """The run's start: local midnight of the scenario's `start`."""
        return self._day(self.frame.start).begins_us

    @property
    def horizon_us(self) -> int:
        """Arrivals stop here."""
        return self._day(self.frame.start + timedelta(days=self.frame.days)).begins_us

    def expected_arrivals(self) -> float:
        """Arrivals expected on the first measured day, before growth."""
        day = self._day(self.frame.start)
        return float(sum(expected_arrivals(part.demand, day).sum() for part in self.parts))

    @property
    def info(self) -> PortInfo:
        """What a reader of the port's columns needs to know."""
        port = self.resolved.port
        place = port.location
        return PortInfo(
            self.slug,
            port.time_zone,
            place.latitude if place else None,
            place.longitude if place else None,
            {mode: port.modes[mode].installed.booths for mode in self.modes},
            tuple(pool.info for pool in self.pools),
            self.measured_from_us,
        )

    def days(self) -> Iterator[Day]:
        """The run's days in order: those with candidates, then those of the drain, without."""
        first_id, day = 0, self.first_day
        while self._day(day).begins_us < self.horizon_us + DRAIN_LIMIT_US:
            when = self._day(day)
            candidates = self._candidates(when) if when.begins_us < self.horizon_us else empty_arrivals(0)
            yield Day(when.begins_us, when.ends_us, first_id, candidates, self._calendar(when))
            first_id += candidates.arrived_us.size
            day += timedelta(days=1)

    def _day(self, day: date) -> LocalDay:
        return local_day(self.resolved.port.time_zone, day)

    def _candidates(self, day: LocalDay) -> Arrivals:
        streams = [stream for place in range(len(self.parts)) for stream in self._streams(place, day)]
        return arrivals.needs(
            self.recipe,
            streams,
            self.layout.mode_code,
            arrivals.local_hours(day.quarters),
            (day.begins_us, day.date.toordinal(), self.seed, self.replication),
        )

    def _streams(self, place: int, day: LocalDay) -> Iterator[Stream]:
        plan = self.parts[place]
        demand, word = plan.part.demand, plan.name_word
        if isinstance(demand, Listed):
            yield _listed(demand, place, word, day, self.measured_from_us)
            return
        expected = expected_arrivals(plan.demand, day) * self._spread(word, day)
        even = isinstance(demand, Rate) and demand.spacing == "even"
        for stream, rate, keep in _stream_rates(plan.part, self.frame.response.elasticity):
            words = (word, day.date.toordinal(), stream, self.seed, self.replication)
            times, index = arrivals.poisson_times(expected * rate, day.begins_us, words, keep=keep, even=even)
            yield Stream(place, word, stream, times, index, None)

    def _spread(self, word: int, day: LocalDay) -> Array:
        response = self.frame.response
        words = (word, day.date.toordinal(), self.seed, self.replication)
        day_factor, hours = draws.day_factors(words, response.day_cv, response.hour_sd, response.hour_rho)
        return day_factor * hours.repeat(4)[: day.quarters.size]

    def _calendar(self, day: LocalDay) -> Calendar:
        before = self._day(day.date - timedelta(days=1))
        want = np.full((day.quarters.size, len(self.pools)), MISSING, np.int64)
        first = next((place for place, pool in enumerate(self.pools) if pool.is_primary), 0)
        for part in self.parts:
            wanted = staffing.wanted_booths(part.staffing, (before, day))
            want[:, first : first + wanted.shape[1]] = wanted
            first += wanted.shape[1]
        ticks = day.begins_us + np.arange(day.quarters.size) * QUARTER_US
        return Calendar(ticks, want, *staffing.limits(self.limits, day))


def _stream_rates(part: PortMode, elasticity: float) -> Iterator[tuple[int, float, float]]:
    """The streams of a mode: number, rate over the base rate, and the share of its candidates that stays."""
    keep = min(1.0, part.demand_factor)
    yield draws.BASE_STREAM, 1.0, keep
    if elasticity > 0:
        yield draws.ELASTIC_STREAM, elasticity, keep
    if part.demand_factor > 1:
        yield draws.GROWTH_STREAM, part.demand_factor - 1, 1.0
        if elasticity > 0:
            yield draws.GROWTH_ELASTIC_STREAM, elasticity * (part.demand_factor - 1), 1.0


def _listed(demand: Listed, place: int, word: int, day: LocalDay, start_us: int) -> Stream:
    """The arrivals of a list that fall on a day; equal times keep the order of the list."""
    times = np.array([start_us + round(arrival.at_s * SECOND_US) for arrival in demand.arrivals], dtype=np.int64)
    given = [arrival.service_s for arrival in demand.arrivals]
    service = np.array([0 if s is None else max(1, round(s * SECOND_US)) for s in given], dtype=np.int64)
    today = np.flatnonzero((times >= day.begins_us) & (times < day.ends_us))
    today = today[np.argsort(times[today], kind="stable")]
    return Stream(place, word, draws.BASE_STREAM, times[today], today, service)


def port_plan(resolved: ResolvedPort, frame: Resolved, *, seed: int, replication: int = 0) -> PortPlan:
    """The plan of one port of a resolved scenario.

    `seed` and `replication` are the two 32-bit words of the key of every draw.
    """
    modes = tuple(mode for mode in Mode if mode in resolved.port.modes)
    lanes = lane_plans(resolved.port, modes)
    pools = pool_plans(resolved.port, modes)
    layout = layout_of(resolved.port, modes, lanes, pools)
    recipe = recipe_of(resolved.port, frame, modes, lanes, pools)
    parts = tuple(_mode_plan(resolved, frame, mode) for mode in modes)
    limits = np.stack([part.staffing.limits for part in parts], axis=-1)
    return PortPlan(resolved, frame, seed, replication, modes, pools, lanes, layout, recipe, parts, limits)


def _mode_plan(resolved: ResolvedPort, frame: Resolved, mode: Mode) -> ModePlan:
    part, baseline = resolved.port.modes[mode], resolved.baseline.modes[mode]
    start_us = local_day(resolved.port.time_zone, frame.start).begins_us
    return ModePlan(
        part,
        draws.stream_word(f"{resolved.slug}/{mode}"),
        demand_plan(part, frame, start_us),
        staffing_plan(mode, part, baseline, frame, start_us),
    )
