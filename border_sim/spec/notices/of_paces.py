"""Paces that hold at once and multiply to more, or to less, than any pace may be."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Final, NamedTuple

from border_sim.spec.calendar import DAYS, WeeklyPace
from border_sim.spec.inspection import Inspection
from border_sim.spec.mode_pools import effects_on_pools, pools_at
from border_sim.spec.notice import Notice
from border_sim.spec.pace import SLOWEST, permille
from border_sim.spec.port import Port
from border_sim.spec.problem import KeyPath
from border_sim.spec.scenario import Resolved, ResolvedPort, Scenario
from border_sim.spec.selection import selected, some
from border_sim.vocabulary import USUAL_PACE, Mode, Station

_QUARTER: Final = timedelta(minutes=15)
_WEEK: Final = timedelta(weeks=1)


class _Span(NamedTuple):
    """A time on a port's clock."""

    begins: datetime
    until: datetime

    def within(self, other: "_Span") -> "_Span":
        """What both have; empty if it ends before it begins."""
        return _Span(max(self.begins, other.begins), min(self.until, other.until))


class _Pace(NamedTuple):
    """The pace that a disruption gives a pool."""

    path: KeyPath
    """Where it is said"""
    span: _Span
    factor: Fraction


def notices_of_paces(scenario: Scenario, resolved: Resolved) -> Iterator[Notice]:
    """A notice for each pace of a disruption with which what holds at once is cut, with the first port where it is."""
    midnight = datetime.min.time()
    first, last = resolved.start - timedelta(resolved.warm_up_days), resolved.start + timedelta(resolved.days)
    run = _Span(datetime.combine(first, midnight), datetime.combine(last, midnight))
    told: dict[KeyPath, Notice] = {}
    for each in resolved.ports if any(disruption.pace for disruption in scenario.disruptions) else ():
        for mode, station, pool in _pools(each.port):
            paces = [*_paces(scenario, each, mode, station, pool)]
            weekly = next((pace for at, pace in each.port.modes[mode].pace.items() if at is station), None)
            for notice in _cut(paces, weekly, run, each.port.name):
                told.setdefault(notice.path, notice)
    yield from told.values()


def _pools(port: Port) -> Iterator[tuple[Mode, Station, str]]:
    for mode, part in port.modes.items():
        assert isinstance(part.inspection, Inspection)
        for station in part.inspection.route():
            yield from ((mode, station, pool) for pool in pools_at(station, part, part.inspection))


def _paces(scenario: Scenario, at: ResolvedPort, mode: Mode, station: Station, pool: str) -> Iterator[_Pace]:
    """What disruptions do to the pace of a pool, in their order."""
    for place, disruption in enumerate(scenario.disruptions):
        names = disruption.names() if disruption.mode is mode else ()
        if any(selected(name, {at.slug: at.port}) for name in names):
            for effect in effects_on_pools(disruption):
                path: KeyPath = ("disruptions", place, *effect.path)
                if effect.path[0] == "pace" and effect.station is station and effect.pool in (None, pool):
                    factor = Fraction(permille(effect.figure), USUAL_PACE)
                    yield _Pace(path, _Span(disruption.begins, disruption.until), factor)


def _cut(paces: Sequence[_Pace], weekly: WeeklyPace | None, run: _Span, port: str) -> Iterator[Notice]:
    """A notice for the last of the paces that hold at once, wherever these are cut together."""
    instants = sorted({instant for pace in paces for instant in pace.span})
    for part in (_Span(*pair).within(run) for pair in pairwise(instants)):
        at_once = [pace for pace in paces if pace.span.begins <= part.begins < pace.span.until]
        of_week = _of_week(weekly, part) if at_once and part.begins < part.until else ()
        together = prod((pace.factor for pace in at_once), start=Fraction(1))
        if of_week and (wrong := next(filter(_is_beyond, (together, *(together * pace for pace in of_week))), None)):
            others = [some([f"disruptions[{pace.path[1]}]" for pace in at_once[:-1]])] if at_once[1:] else []
            others += [] if wrong == together else ["the pace of the week"]
            limit = f"{SLOWEST if wrong > 1 else 1 / USUAL_PACE:g}"
            message = f"is {_shown(wrong)} with {' and '.join(others)}, from {part.begins:%Y-%m-%d %H:%M} at {port}"
            yield Notice(at_once[-1].path, _shown(at_once[-1].factor), f"{message}: cut to {limit}")


def _of_week(weekly: WeeklyPace | None, span: _Span) -> list[Fraction]:
    """The paces of the week in a time on the port's clock, the slowest first."""
    if weekly is None:
        return [Fraction(1)]
    week = [pace for day in range(len(DAYS)) for pace in weekly.by_quarter(day)]
    monday = datetime.combine(span.begins.date() - timedelta(span.begins.weekday()), datetime.min.time())
    first, end = (span.begins - monday) // _QUARTER, -((monday - min(span.until, span.begins + _WEEK)) // _QUARTER)
    paces = {week[quarter % len(week)] for quarter in range(first, end)}
    return [Fraction(pace, USUAL_PACE) for pace in sorted(paces, reverse=True)]


def _is_beyond(pace: Fraction) -> bool:
    return not Fraction(1, USUAL_PACE) <= pace <= SLOWEST


def _shown(pace: Fraction) -> str:
    """Six figures of a pace, which may be beyond any float."""
    return f"{Decimal(pace.numerator) / pace.denominator:.6g}"
