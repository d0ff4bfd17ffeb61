"""When a wait was posted: from the hour in words that the feed tells, and the date of its entry."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from border_sim.observed.feed.words import MIDNIGHT, NOON
from border_sim.spec.local_clock import instant_us
from border_sim.vocabulary import HOUR_US

AHEAD_US: Final = HOUR_US
"""So far a posting may lie after the feed that holds it: officers post for the hour that is about to begin."""
YEARS: Final = range(1970, 2300)
"""Of a run or of CBP; others are mistakes, and at the ends of the calendar there is no day before or after."""
_DAY: Final = timedelta(days=1)
_CLOCK: Final = re.compile(
    rf"(?:at\s+)?(?:(?P<hour>\d{{1,2}})(?::(?P<minute>\d{{2}}))?\s*(?P<half>[ap])\.?m\.?|(?P<word>{NOON}|{MIDNIGHT}))"
    r"(?:\s+(?P<zone>[a-z]{1,5}))?",
    re.IGNORECASE,
)
_MONTH_DAY_YEAR: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEAR_MONTH_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})")


class Clock(NamedTuple):
    """An hour of the day as it is posted."""

    time: time
    zone: str
    """The name that stands beside it, such as EDT; empty: none does"""


def clock(text: str) -> Clock:
    """`At 7:00 am EDT`, `At Noon CDT`, `At Midnight MST`; `ValueError`."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError("is no time as the feed has it; e.g. At 7:00 am EDT, At Noon CDT")
    zone = (found["zone"] or "").upper()
    if found["word"]:
        return Clock(time(12 if found["word"].capitalize() == NOON else 0), zone)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if not (1 <= hour <= 12 and minute < 60):  # noqa: PLR2004 - a clock
        raise ValueError("is no time of twelve hours; e.g. At 7:00 am EDT, At Noon CDT")
    return Clock(time(hour % 12 + (12 if found["half"] in "pP" else 0), minute), zone)


def month_day_year(text: str) -> date:
    """`9/10/2025`; `ValueError`."""
    if not (found := _MONTH_DAY_YEAR.fullmatch(text)):
        raise ValueError("is no date as the feed has it; e.g. 9/10/2025, the month first")
    month, day, year = map(int, found.groups())
    return _date(year, month, day)


def year_month_day(text: str) -> date:
    """`2025-9-10`, which is how the feed tells when it was made; `ValueError`."""
    if not (found := _YEAR_MONTH_DAY.fullmatch(text)):
        raise ValueError("is no date as the feed has it here; e.g. 2025-9-10")
    return _date(*map(int, found.groups()))


def _date(year: int, month: int, day: int) -> date:
    if year not in YEARS:
        raise ValueError(f"is of no year from {YEARS[0]} to {YEARS[-1]}")
    return date(year, month, day)


def time_of_day(text: str) -> time:
    """`9:4:30`; `ValueError`."""
    if not (found := _TIME.fullmatch(text)):
        raise ValueError("is no time as the feed has it here; e.g. 9:4:30")
    hour, minute, second = map(int, found.groups())
    return time(hour, minute, second)


def posted(posted_at: time, day: date, zone: str, feed_us: int | None) -> datetime:
    """The local time at which a wait was posted. `day`: the date of its entry, local; `feed_us`: when the feed was
    made (`None`: not known, so that it was posted on that day).

    It is the last that is not more than `AHEAD_US` after the feed: after midnight 11 pm was yesterday's. Raises
    `ValueError` if yesterday's lies after it too.
    """
    local = datetime.combine(day, posted_at)
    if feed_us is None:
        return local
    if abs(instant_us(zone, local + _DAY) - feed_us) <= AHEAD_US:  # midnight, shortly before it
        return local + _DAY
    for each in (local, local - _DAY):
        if instant_us(zone, each) <= feed_us + AHEAD_US:
            return each
    raise ValueError(f"is after the feed, with the date {day}")


def zone_names(zone: str, local: datetime) -> set[str]:
    """The names that a zone has at a local time: two where it comes twice."""
    return {str(local.replace(tzinfo=ZoneInfo(zone), fold=fold).tzname()) for fold in (0, 1)}
