"""From a validated spec to arrays: the layout of a port, the recipe of its crossings, and its days, one at a time.

Both engines see these arrays alone. They know stations, pools, lanes and durations, nothing of programmes, scanners
or customs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count, islice, takewhile
from math import inf
from typing import Final, NamedTuple

import numpy as np

from border_sim.inputs import arrivals, draws, staffing
from border_sim.inputs.arrivals import Stream
from border_sim.inputs.demand import DemandPlan, demand_plan, expected_arrivals
from border_sim.inputs.layout import LanePlan, Layout, PoolPlan, lane_plans, layout_of, pool_plans
from border_sim.inputs.local_time import LocalDay, local_day, week_quarters
from border_sim.inputs.needs import CUTS, Arrivals, Recipe
from border_sim.inputs.recipe import recipe_of
from border_sim.inputs.staffing import Calendar, StaffingPlan, staffing_plan
from border_sim.records import Array, PortInfo, select
from border_sim.spec.demand import Listed, Rate
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Resolved, ResolvedPort
from border_sim.vocabulary import HOUR_US, MISSING, QUARTER_US, SECOND_US, Mode

DRAIN_LIMIT_US: Final = 48 * HOUR_US
"""After the horizon the clock runs on until the port is empty, this long at most."""
SPAN_DAYS: Final = 93
"""Demand and staffing are worked out for so many days at once: for ten years they would fill a gigabyte."""


class Day(NamedTuple):
    """What an engine is fed for a local day, or several joined: first and last instant, candidates and calendar."""

    begins_us: int
    ends_us: int
    days: int
    """How many"""
    first_id: int
    """The id of the first candidate; ids go on from day to day."""
    arrivals: Arrivals
    calendar: Calendar


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
    """int16 (3, 7, 96, M): limit, gate and hold of all modes, see `StaffingPlan`"""

    @property
    def slug(self) -> str:
        """The port."""
        return self.resolved.slug

    @cached_property
    def first_day(self) -> date:
        """The first local day, that of the warm-up."""
        return self.frame.start - timedelta(days=self.frame.warm_up_days)

    @cached_property
    def begins_us(self) -> int:
        """The first instant, of the warm-up."""
        return self._day(self.first_day).begins_us

    @cached_property
    def measured_from_us(self) -> int:
        """The run's start: local midnight of the scenario's `start`."""
        return self._day(self.frame.start).begins_us

    @cached_property
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

    def days(self, most: int = 1, enough: float = inf) -> Iterator[Day]:
        """The run's days in order, those with candidates, then those of the drain, without.

        Days with candidates are joined, `most` of them at most, until the candidates are `enough`.
        """
        first_id = 0
        for span in self._spans():
            calendar = self._calendar(span)
            for days, streams in self._stretches(span, most, enough):
                begins_us, ends_us = days[0].begins_us, days[-1].ends_us
                candidates, ticks = self._candidates(days, streams), _ticks(span, begins_us, ends_us)
                yield Day(begins_us, ends_us, len(days), first_id, candidates, select(calendar, ticks))
                first_id += candidates.arrived_us.size

    def _spans(self) -> Iterator[list[LocalDay]]:
        """The run's days, those of the drain too, as many at a time as are worked out at once."""
        ever = (self._day(self.first_day + timedelta(days=number)) for number in count())
        days = takewhile(lambda day: day.begins_us < self.horizon_us + DRAIN_LIMIT_US, ever)
        while span := list(islice(days, SPAN_DAYS)):
            yield span

    def _stretches(
        self, span: list[LocalDay], most: int, enough: float
    ) -> Iterator[tuple[list[LocalDay], list[Stream]]]:
        """A span's days, joined as in `days`, and the streams of their candidates."""
        expected = [expected_arrivals(part.demand, *span) * self._spread(part.name_word, span) for part in self.parts]
        days: list[LocalDay] = []
        streams: list[Stream] = []
        for day in span:
            days.append(day)
            if day.begins_us < self.horizon_us:
                ticks = _ticks(span, day.begins_us, day.ends_us)
                for place, of_span in enumerate(expected):
                    streams += self._streams(place, day, of_span[ticks])
            is_enough = sum(stream.times_us.size for stream in streams) >= enough or len(days) == most
            if is_enough or day.ends_us >= self.horizon_us or day is span[-1]:
                yield days, streams
                days, streams = [], []

    def _day(self, day: date) -> LocalDay:
        return local_day(self.resolved.port.time_zone, day)

    def _candidates(self, days: list[LocalDay], streams: list[Stream]) -> Arrivals:
        hours = arrivals.local_hours(week_quarters(days))
        frame = (days[0].begins_us, self.seed, self.replication)
        return arrivals.needs(self.recipe, streams, self.layout.mode_code, hours, frame)

    def _streams(self, place: int, day: LocalDay, expected: Array) -> Iterator[Stream]:
        plan, number = self.parts[place], day.date.toordinal()
        demand, word = plan.part.demand, plan.name_word
        if isinstance(demand, Listed):
            yield _listed(demand, place, word, day, self.measured_from_us)
            return
        even = isinstance(demand, Rate) and demand.spacing == "even"
        for stream, rate, keep in _stream_rates(plan.part, self.frame.response.elasticity):
            words = (word, number, stream, self.seed, self.replication)
            times, index = arrivals.poisson_times(expected * rate, day.begins_us, words, keep=keep, even=even)
            yield Stream(place, word, stream, number, times, index, None)

    def _spread(self, word: int, days: list[LocalDay]) -> Array:
        response = self.frame.response
        keys = np.array([(word, day.date.toordinal(), self.seed, self.replication) for day in days])
        day_factor, hours = draws.day_factors(keys, response.day_cv, response.hour_sd, response.hour_rho)
        quarters = (day_factor[:, None] * hours).repeat(4, axis=1)
        return np.concatenate([row[: day.quarters.size] for row, day in zip(quarters, days, strict=True)])

    def _calendar(self, days: list[LocalDay]) -> Calendar:
        before = self._day(days[0].date - timedelta(days=1))
        limits = staffing.limits(self.limits, *days)
        want = np.full((limits.shape[1], len(self.pools)), MISSING, np.int16)
        first = next((place for place, pool in enumerate(self.pools) if pool.is_primary), 0)
        for part in self.parts:
            wanted = staffing.wanted_booths(part.staffing, [before, *days])
            want[:, first : first + wanted.shape[1]] = wanted
            first += wanted.shape[1]
        return Calendar(days[0].begins_us + np.arange(len(want)) * QUARTER_US, want, *limits)


def _ticks(span: list[LocalDay], begins_us: int, ends_us: int) -> slice:
    """The places of some quarters of an hour among all of a span."""
    return slice((begins_us - span[0].begins_us) // QUARTER_US, (ends_us - span[0].begins_us) // QUARTER_US)


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
    return Stream(place, word, draws.BASE_STREAM, day.date.toordinal(), times[today], today, service)


def port_plan(resolved: ResolvedPort, frame: Resolved, *, seed: int, replication: int = 0) -> PortPlan:
    """The plan of one port of a resolved scenario.

    `seed` and `replication` are the two 32-bit words of the key of every draw.
    """
    modes = tuple(mode for mode in Mode if mode in resolved.port.modes)
    lanes = lane_plans(resolved.port, modes)
    pools = pool_plans(resolved.port, modes)
    recipe = recipe_of(resolved.port, frame, modes, lanes, pools)
    layout = layout_of(resolved.port, modes, lanes, pools, recipe.lanes.reshape(-1, CUTS))
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
