"""The local days of a run at the ports that a scenario brings or changes: clocks that are not whole quarters of an hour
from UTC, and days that a calendar leaves out.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from border_sim.spec.changed_ports import Changed
from border_sim.spec.layers import scenario_path
from border_sim.spec.local_clock import instant_us
from border_sim.spec.notice import Notice
from border_sim.spec.port import Port
from border_sim.spec.port_check import written
from border_sim.spec.problem import KeyPath, Problem, shown
from border_sim.spec.scenario import DEFAULT_DAYS, DEFAULT_START, DEFAULT_WARM_UP_DAYS, Scenario

_QUARTER: Final = timedelta(minutes=15)
_DRAIN_DAYS: Final = 2
"""Days after the last, in which those who came are served"""
_DAY: Final = timedelta(1)


def clock_problems(scenario: Scenario, changed: Mapping[str, Changed], ports: Mapping[str, Port]) -> Iterator[Problem]:
    """A mistake for every simulated port whose clock is not whole quarters of an hour from UTC at some day of the run:
    the model counts in quarters.
    """
    begins, days = _days(scenario)
    for path, zone in _zones(scenario, changed, ports):
        if day := _off_the_quarter(zone, begins, days + _DRAIN_DAYS):
            offset = f"is {_in_words(_offset(zone, day))} from UTC on {day}"
            message = f"{offset}, no whole quarters of an hour; choose other days or another zone"
            yield Problem(path, shown(zone), message)


def notices_of_days(scenario: Scenario, changed: Mapping[str, Changed], ports: Mapping[str, Port]) -> Iterator[Notice]:
    """A notice for every day of the run that a port's calendar does not have."""
    begins, days = _days(scenario)
    for path, zone in _zones(scenario, changed, ports):
        for day in _left_out(zone, begins, days):
            yield Notice(path, shown(zone), f"the calendar of {zone} leaves out {day}: nothing is simulated there then")


def _days(scenario: Scenario) -> tuple[date, int]:
    """The first local day of the run, and how many there are, warm-up included."""
    warm_up = DEFAULT_WARM_UP_DAYS if scenario.warm_up_days is None else scenario.warm_up_days
    return (scenario.start or DEFAULT_START) - timedelta(warm_up), warm_up + (scenario.days or DEFAULT_DAYS)


def _zones(
    scenario: Scenario, changed: Mapping[str, Changed], ports: Mapping[str, Port]
) -> Iterator[tuple[KeyPath, str]]:
    """The time zones of ports that the scenario brings or changes, and where it says them."""
    for slug, port in ports.items():
        if slug in scenario.own_ports:
            yield ("own_ports", slug, "time_zone"), port.time_zone
        elif slug in changed and any("time_zone" in layer.change for layer in changed[slug].layers):
            yield scenario_path(("time_zone",), changed[slug].layers, written(port)), port.time_zone


def _offset(zone: str, day: date) -> timedelta:
    """How far a zone's clock is ahead of UTC when a day begins."""
    offset = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).utcoffset()
    assert offset is not None  # no zone of the tz database lacks it
    return offset


@lru_cache
def _off_the_quarter(zone: str, begins: date, days: int) -> date | None:
    every = (begins + day * _DAY for day in range(days + 1))
    return next((day for day in every if _offset(zone, day) % _QUARTER), None)


@lru_cache
def _left_out(zone: str, begins: date, days: int) -> tuple[date, ...]:
    midnights = [datetime.combine(begins, datetime.min.time()) + day * _DAY for day in range(days + 1)]
    instants = [instant_us(zone, midnight) for midnight in midnights]
    return tuple(midnights[at].date() for at in range(days) if instants[at] == instants[at + 1])


def _in_words(offset: timedelta) -> str:
    return f"{'-' if offset < timedelta() else '+'}{abs(offset)}"
