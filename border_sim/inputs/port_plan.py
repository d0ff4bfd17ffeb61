"""From a validated spec to arrays: the layout of a port, what its candidates draw, and its days, one at a time.

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

from border_sim.inputs import random_marks
from border_sim.inputs.arrival_times import EvenlySpaced, ListedArrivals, listed_arrivals, poisson_times
from border_sim.inputs.candidate_streams import CandidateStream, candidates_of
from border_sim.inputs.candidates import MOST_LANES, Candidates
from border_sim.inputs.demand import DemandPlan, demand_plan, expected_arrivals
from border_sim.inputs.demand_spread import day_factors
from border_sim.inputs.draw_parameters import DrawParameters, draw_parameters
from border_sim.inputs.layout import Layout, layout_of
from border_sim.inputs.local_time import LocalDay, local_day, week_hours, week_quarters
from border_sim.inputs.pool_week import PoolWeek, pool_week
from border_sim.inputs.random_marks import StreamKey
from border_sim.inputs.roster import RosterKey
from border_sim.inputs.staffing_calendar import Calendar, StaffingPlan, limits_of, staffing_plan, wanted_booths
from border_sim.inputs.stations import LanePlan, PoolPlan, inspection_of, lane_plans, pool_plans, route_of
from border_sim.records import Array, PortInfo, select
from border_sim.spec.demand import Listed, Rate
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Resolved, ResolvedPort
from border_sim.vocabulary import HOUR_US, QUARTER_US, Mode, Station

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
    candidates: Candidates
    calendar: Calendar


@dataclass(frozen=True)
class ModePlan:
    """A mode of a port: who comes and how it is staffed."""

    part: PortMode
    port_mode: int
    """As in `StreamKey`"""
    demand: DemandPlan
    listed: ListedArrivals | None
    """`None`: demand is no list"""
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
    parameters: DrawParameters
    parts: tuple[ModePlan, ...]
    """By mode"""
    limits: Array
    """int16 (3, 7, 96, M): limit, gate and hold of all modes, see `StaffingPlan`"""
    week: PoolWeek

    @property
    def route(self) -> tuple[Station, ...]:
        """The stations of all its modes, in their order; a place among them is a step."""
        return route_of(self.pools)

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
        evenly_spaced = EvenlySpaced()
        for span in self._spans():
            calendar = self._calendar(span)
            for days, streams in self._stretches(span, most, enough, evenly_spaced):
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
        self, span: list[LocalDay], most: int, enough: float, evenly_spaced: EvenlySpaced
    ) -> Iterator[tuple[list[LocalDay], list[CandidateStream]]]:
        """A span's days, joined as in `days`, and the streams of their candidates."""
        expected = [expected_arrivals(part.demand, *span) * self._spread(part.port_mode, span) for part in self.parts]
        days: list[LocalDay] = []
        streams: list[CandidateStream] = []
        for day in span:
            days.append(day)
            if day.begins_us < self.horizon_us:
                ticks = _ticks(span, day.begins_us, day.ends_us)
                for place, of_span in enumerate(expected):
                    streams += self._streams(place, day, of_span[ticks], evenly_spaced)
            is_enough = sum(stream.times_us.size for stream in streams) >= enough or len(days) == most
            if is_enough or day.ends_us >= self.horizon_us or day is span[-1]:
                yield days, streams
                days, streams = [], []

    def _day(self, day: date) -> LocalDay:
        return local_day(self.resolved.port.time_zone, day)

    def _candidates(self, days: list[LocalDay], streams: list[CandidateStream]) -> Candidates:
        frame = (days[0].begins_us, self.seed, self.replication)
        return candidates_of(self.parameters, streams, self.layout.mode_code, week_hours(days), frame)

    def _streams(
        self, place: int, day: LocalDay, expected: Array, evenly_spaced: EvenlySpaced
    ) -> Iterator[CandidateStream]:
        plan, number = self.parts[place], day.date.toordinal()
        if plan.listed is not None:
            times, places, service = plan.listed.between(day.begins_us, day.ends_us)
            yield CandidateStream(place, plan.port_mode, random_marks.BASE_STREAM, number, times, places, service)
            return
        is_even = isinstance(plan.part.demand, Rate) and plan.part.demand.spacing == "even"
        for stream, rate, keep in _stream_rates(plan.part, self.frame.response.elasticity):
            key = StreamKey(plan.port_mode, number, stream, self.seed, self.replication)
            if is_even:
                times, places = evenly_spaced.times(expected * rate, day.begins_us, key, keep=keep)
            else:
                times, places = poisson_times(expected * rate, day.begins_us, key, keep=keep)
            yield CandidateStream(place, plan.port_mode, stream, number, times, places, None)

    def _spread(self, word: int, days: list[LocalDay]) -> Array:
        response = self.frame.response
        keys = np.array([(word, day.date.toordinal(), self.seed, self.replication) for day in days])
        day_factor, hours = day_factors(keys, response.day_cv, response.hour_sd, response.hour_rho)
        quarters = (day_factor[:, None] * hours).repeat(4, axis=1)
        return np.concatenate([row[: day.quarters.size] for row, day in zip(quarters, days, strict=True)])

    def _roster_key(self, part: ModePlan) -> RosterKey:
        return RosterKey(part.port_mode, self.seed, self.replication)

    def _calendar(self, days: list[LocalDay]) -> Calendar:
        limits = limits_of(self.limits, *days)
        quarters = week_quarters(days)
        want, pace = (of_week.take(quarters, axis=0) for of_week in self.week)
        first = next((place for place, pool in enumerate(self.pools) if pool.is_primary), 0)
        for part in self.parts:
            wanted = wanted_booths(part.staffing, self.resolved.port.time_zone, days, self._roster_key(part))
            want[:, first : first + wanted.shape[1]] = wanted
            first += wanted.shape[1]
        return Calendar(days[0].begins_us + np.arange(len(want)) * QUARTER_US, want, pace, *limits)


def _ticks(span: list[LocalDay], begins_us: int, ends_us: int) -> slice:
    """The places of some quarters of an hour among all of a span."""
    return slice((begins_us - span[0].begins_us) // QUARTER_US, (ends_us - span[0].begins_us) // QUARTER_US)


def _stream_rates(part: PortMode, elasticity: float) -> Iterator[tuple[int, float, float]]:
    """The streams of a mode: number, rate over the base rate, and the share of its candidates that stays."""
    keep = min(1.0, part.demand_factor)
    yield random_marks.BASE_STREAM, 1.0, keep
    if elasticity > 0:
        yield random_marks.ELASTIC_STREAM, elasticity, keep
    if part.demand_factor > 1:
        yield random_marks.GROWTH_STREAM, part.demand_factor - 1, 1.0
        if elasticity > 0:
            yield random_marks.GROWTH_ELASTIC_STREAM, elasticity * (part.demand_factor - 1), 1.0


def port_plan(resolved: ResolvedPort, frame: Resolved, *, seed: int, replication: int = 0) -> PortPlan:
    """The plan of one port of a resolved scenario.

    `seed` and `replication` are the two 32-bit words of the key of every draw.
    """
    modes = tuple(mode for mode in Mode if mode in resolved.port.modes)
    lanes = lane_plans(resolved.port, modes)
    pools = pool_plans(resolved.port, modes)
    parameters = draw_parameters(resolved.port, frame, modes, lanes, pools)
    entitled = parameters.lanes.reshape(-1, MOST_LANES)
    layout = layout_of(resolved.port, modes, lanes, pools, entitled, _told_modes(resolved, frame, modes))
    parts = tuple(_mode_plan(resolved, frame, mode) for mode in modes)
    limits = np.stack([part.staffing.limits for part in parts], axis=-1)
    week = pool_week(resolved.port, modes, pools)
    return PortPlan(resolved, frame, seed, replication, modes, pools, lanes, layout, parameters, parts, limits, week)


def _told_modes(resolved: ResolvedPort, frame: Resolved, modes: tuple[Mode, ...]) -> list[int]:
    """The places of the modes whose bays are told: those in which bays can be blocked or change."""
    disrupted = {each.mode for each in frame.disruptions if each.port == resolved.slug and (each.bays or each.pace)}
    parts = [resolved.port.modes[mode] for mode in modes]
    return [
        place
        for place, part in enumerate(parts)
        if modes[place] in disrupted
        or part.room.by_station()
        or part.pace
        or part.bays.change()
        or inspection_of(part).scan
    ]


def _mode_plan(resolved: ResolvedPort, frame: Resolved, mode: Mode) -> ModePlan:
    part, baseline = resolved.port.modes[mode], resolved.baseline.modes[mode]
    start_us = local_day(resolved.port.time_zone, frame.start).begins_us
    return ModePlan(
        part,
        random_marks.port_mode_word(resolved.slug, mode),
        demand_plan(part, frame, start_us),
        listed_arrivals(part.demand, start_us) if isinstance(part.demand, Listed) else None,
        staffing_plan(mode, part, baseline, frame, start_us),
    )
