"""Opening hours and weekly schedules in local time, on a grid of quarters of an hour."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BeforeValidator, Field, RootModel, field_validator

from border_sim.spec.base import Booths, Mistake, Spec, refuse
from border_sim.spec.pace import Pace, permille
from border_sim.vocabulary import MOST_BAYS, USUAL_PACE

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUARTERS_PER_DAY = 96
LAST_MINUTE = 59
_RANGE = re.compile(r"^(\d\d):(\d\d)-(\d\d):(\d\d)$")


def days_of(key: str) -> tuple[int, ...]:
    """The days (0 = Monday) that `daily`, `mon-fri` or `sat` names; `ValueError` for anything else."""
    if key == "daily":
        return tuple(range(7))
    first, _, last = key.partition("-")
    if first not in DAYS or (last and last not in DAYS) or (last and DAYS.index(last) < DAYS.index(first)):
        raise ValueError(f"{key!r} is not a day; write daily, one of {', '.join(DAYS)}, or a range such as mon-fri")
    return tuple(range(DAYS.index(first), DAYS.index(last or first) + 1))


def quarters_of(text: Any) -> tuple[int, int]:
    """`06:00-22:00` as quarters of an hour since midnight (24, 88); `ValueError` if it ends before it starts."""
    match = _RANGE.match(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"{text!r} is not a time range; write e.g. '06:00-22:00' (24:00 is midnight), in quotes")
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > LAST_MINUTE or end > 24 * 60 or start % 15 or end % 15:
        raise ValueError(f"{text!r} is not on the clock; times run from 00:00 to 24:00 in quarters of an hour")
    if end == 0:
        raise ValueError(f"{text!r} ends before it starts; write 24:00 for midnight at the end")
    if end <= start:
        raise ValueError(f"{text!r} ends before it starts; write two ranges to go past midnight")
    return start // 15, end // 15


def _as_list(value: Any) -> Any:
    return [] if value == "closed" else [value] if isinstance(value, str) else value


_Ranges = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Hours(RootModel[dict[str, _Ranges]]):
    """Opening hours: `{mon-fri: "06:00-24:00", sat: ["06:00-12:00", "14:00-18:00"], sun: closed}`; days not named
    are closed.
    """

    model_config = {"frozen": True, "json_schema_extra": {"examples": [{"daily": "06:00-22:00"}]}}

    @field_validator("root")
    @classmethod
    def _valid(cls, root: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        refuse(_hours_mistakes(root))
        return root

    @cached_property
    def week(self) -> tuple[tuple[bool, ...], ...]:
        """Whether the port is open in each of the 96 quarters of each day, Monday first."""
        days: list[list[bool]] = [[False] * QUARTERS_PER_DAY for _ in DAYS]
        for key, ranges in self.root.items():
            for day in days_of(key):
                for start, end in map(quarters_of, ranges):
                    days[day][start:end] = [True] * (end - start)
        return tuple(map(tuple, days))

    def open_quarters(self, day_of_week: int) -> frozenset[int]:
        """The quarters (0 to 95) of a day (0 = Monday) in which the port is open."""
        return frozenset(quarter for quarter, is_open in enumerate(self.week[day_of_week]) if is_open)

    def weekly_hours(self) -> float:
        """Open hours in a week."""
        return sum(len(self.open_quarters(day)) for day in range(7)) / 4


def _hours_mistakes(hours: dict[str, tuple[str, ...]]) -> Iterator[Mistake]:
    named: set[int] = set()
    for key, ranges in hours.items():
        try:
            days = days_of(key)
            spans = sorted(quarters_of(text) for text in ranges)
        except ValueError as error:
            yield (key,), ", ".join(ranges), str(error)
            continue
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            yield (key,), ", ".join(ranges), "these hours overlap; write one range for both"
        if named.intersection(days):
            yield (key,), key, "names a day that another line names; name each day once"
        named.update(days)


ALWAYS = Hours({"daily": ("00:00-24:00",)})


class HoursOfWeek(Spec):
    """Some days of the week and some of their hours, of which a span says something."""

    days: str = "daily"
    """`daily`, a day such as `sat`, or a range such as `mon-fri`."""
    hours: str = "00:00-24:00"
    """One range, in quotes, in quarters of an hour."""

    @field_validator("days")
    @classmethod
    def _days(cls, days: str) -> str:
        days_of(days)
        return days

    @field_validator("hours")
    @classmethod
    def _hours(cls, hours: str) -> str:
        quarters_of(hours)
        return hours


class Span(HoursOfWeek):
    """`booths` open on the `days` and `hours` named."""

    booths: Booths
    """Booths, or officers where officers are meant."""

    @property
    def number(self) -> int:
        """The booths."""
        return self.booths


class BaysSpan(HoursOfWeek):
    """`bays` open on the `days` and `hours` named."""

    bays: Annotated[int, Field(strict=True, ge=0, le=MOST_BAYS)]
    """Bays; 0: shut. One that is shut finishes the crossing that it has."""

    @property
    def number(self) -> int:
        """The bays."""
        return self.bays


class PaceSpan(HoursOfWeek):
    """The `pace` on the `days` and `hours` named."""

    pace: Pace
    """Factor on the time of each service that begins then: 2 takes twice as long."""

    @property
    def number(self) -> int:
        """The pace in thousandths."""
        return permille(self.pace)


def covered_spans(spans: Sequence[HoursOfWeek]) -> list[int]:
    """The places of the spans of which no hour is left by those after them."""
    covered: list[int] = []
    taken: set[tuple[int, int]] = set()
    for place in reversed(range(len(spans))):
        hours = {(day, each) for day in days_of(spans[place].days) for each in range(*quarters_of(spans[place].hours))}
        if hours <= taken:
            covered.insert(0, place)
        taken |= hours
    return covered


S = TypeVar("S", Span, BaysSpan, PaceSpan)


class _Weekly(RootModel[Annotated[tuple[S, ...], Field(min_length=1)]], Generic[S]):
    """A list of spans of the week, later ones over earlier ones."""

    model_config = {"frozen": True}
    usual: ClassVar[int] = 0
    """The number that holds where no span reaches"""

    def by_quarter(self, day_of_week: int) -> list[int]:
        """The number that holds in each of the 96 quarters of a day (0 = Monday): booths, bays, thousandths of pace."""
        quarters = [self.usual] * QUARTERS_PER_DAY
        for span in self.root:
            if day_of_week in days_of(span.days):
                first, end = quarters_of(span.hours)
                quarters[first:end] = [span.number] * (end - first)
        return quarters

    def values(self) -> Iterator[int]:
        """Every number that a span names."""
        return (span.number for span in self.root)


class WeeklyBooths(_Weekly[Span]):
    """Booths by hour of the week: a list of spans, later ones over earlier ones; none where no span reaches."""


class WeeklyBays(_Weekly[BaysSpan]):
    """Bays by hour of the week: a list of spans, later ones over earlier ones; none where no span reaches."""

    @field_validator("root")
    @classmethod
    def _some(cls, spans: tuple[BaysSpan, ...]) -> tuple[BaysSpan, ...]:
        if not any(span.bays for span in spans):
            raise ValueError("no hour of the week has a bay, so that nobody would get through; give 1 or more to some")
        return spans


class WeeklyPace(_Weekly[PaceSpan]):
    """Pace by hour of the week: a list of spans, later ones over earlier ones; 1 where no span reaches."""

    usual = USUAL_PACE
