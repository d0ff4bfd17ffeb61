"""The time axis of a page: bins in a port's local time, few enough to be sent and drawn, and hours of the week."""

from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from border_sim.inputs.local_time import LocalDay, local_day
from border_sim.records import Array
from border_sim.vocabulary import HOUR_US, QUARTER_US, SECOND_US

HOURS_OF_WEEK: Final = 7 * 24
LONGEST_HOURLY_DAYS: Final = 14
LONGEST_DAILY_DAYS: Final = 366
MOST_WEEKS: Final = 300
MOST_WINDOWS: Final = 370
"""Bounds of the number of bins, drain aside: 336 hours, 366 days, 300 times one or more weeks, or 370 windows."""


class ClockChange(NamedTuple):
    """A change of the clock of a time zone."""

    at: str
    """What the clock shows when it is changed, such as `2024-03-10 02:00`"""
    minutes: int
    """By which it is put forward; negative: back"""


class Clock(NamedTuple):
    """The bins of a time zone. A window belongs to the bin, and to the hour of the week, in which it begins."""

    edges_us: Array
    """int64[bins + 1]: where each bin begins, and where the last one ends"""
    labels: list[str]
    """Local time at which each bin begins, such as `2024-03-04 06:00`"""
    bin_in_words: str
    """What a bin is: `hour`, `day`, `week`, ..."""
    arrivals_end: str
    """Local time of the horizon, where arrivals stop"""
    changes: list[ClockChange]
    """Of this time zone, from the first bin on"""
    hours_of_week: Array
    """int64: of each quarter of an hour from the first bin on, 24 x local weekday (0 = Monday) + local hour"""

    def bins(self, window_us: Array) -> Array:
        """The bins of windows, by where they begin; one that begins before the first bin belongs to that."""
        return np.clip(np.searchsorted(self.edges_us, window_us, "right") - 1, 0, len(self.labels) - 1)

    def hours(self, window_us: Array) -> Array:
        """The hours of the week of windows."""
        quarters = (window_us - self.edges_us[0]) // QUARTER_US
        return self.hours_of_week[np.clip(quarters, 0, len(self.hours_of_week) - 1)]

    def bins_until(self, until_us: int) -> int:
        """The number of bins that begin before an instant, at least 1."""
        return max(1, int(np.searchsorted(self.edges_us[:-1], until_us)))


def clock_of(zone: str, start: date, days: int, until_us: int, window_us: int) -> Clock:
    """The clock of the ports of a time zone, from local midnight of `start` for `days`, and on to `until_us` (the end
    of the last drain). Bins are no shorter than the windows.
    """
    local_days = _local_days(zone, start, until_us)
    edges_us, in_words = _edges(local_days, days, until_us, window_us)
    return Clock(
        edges_us,
        [f"{local_moment(zone, edge):%Y-%m-%d %H:%M}" for edge in edges_us[:-1].tolist()],
        in_words,
        f"{start + timedelta(days=days)} 00:00",
        [change for day in local_days for change in _changes(day)],
        np.concatenate([24 * day.date.weekday() + day.quarters // 4 for day in local_days]),
    )


def local_moment(zone: str, t_us: int) -> datetime:
    """An instant on the wall clock of a time zone, to the second."""
    return datetime.fromtimestamp(t_us // SECOND_US, ZoneInfo(zone))


def _local_days(zone: str, start: date, until_us: int) -> list[LocalDay]:
    days = [local_day(zone, start)]
    while days[-1].ends_us < until_us:
        days.append(local_day(zone, days[-1].date + timedelta(days=1)))
    return days


def _changes(day: LocalDay) -> list[ClockChange]:
    """The changes of the clock on a day: where its quarters do not follow each other."""
    steps = np.diff(day.quarters, prepend=-1)
    midnight = datetime.combine(day.date, time())
    return [
        ClockChange(f"{midnight + timedelta(minutes=15 * (quarter - step + 1)):%Y-%m-%d %H:%M}", 15 * (step - 1))
        for quarter, step in zip(day.quarters.tolist(), steps.tolist(), strict=True)
        if step != 1
    ]


def _edges(local_days: list[LocalDay], days: int, until_us: int, window_us: int) -> tuple[Array, str]:
    """The edges of the bins, and what a bin is."""
    first_us = local_days[0].begins_us
    if window_us > HOUR_US:
        windows = -(-(until_us - first_us) // window_us // MOST_WINDOWS) or 1
        begins_us = first_us // window_us * window_us
        return _even(begins_us, until_us, windows * window_us), _count(windows * window_us // HOUR_US, "hour")
    if days <= LONGEST_HOURLY_DAYS:
        return _even(first_us, until_us, HOUR_US), "hour"
    step = 1 if days <= LONGEST_DAILY_DAYS else 7 * -(-days // (7 * MOST_WEEKS))
    begins = [day.begins_us for day in local_days[::step]]
    in_words = "day" if step == 1 else _count(step // 7, "week")
    return np.array([*begins, local_days[-1].ends_us]), in_words


def _even(first_us: int, until_us: int, step_us: int) -> Array:
    bins = max(1, -(-(until_us - first_us) // step_us))
    return first_us + step_us * np.arange(bins + 1, dtype=np.int64)


def _count(number: int, word: str) -> str:
    return word if number == 1 else f"{number} {word}s"
