"""Local days are cut into quarters of an hour of real time, aligned to the epoch; each knows its wall clock."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs.local_time import local_day, week_hours
from border_sim.vocabulary import DAY_US, HOUR_US, QUARTER_US

SPRING, AUTUMN = date(2024, 3, 10), date(2024, 11, 3)
BORDER_ZONES = (
    "America/Los_Angeles",
    "America/Tijuana",
    "America/Phoenix",
    "America/Denver",
    "America/Ojinaga",
    "America/Chicago",
)


def test_an_ordinary_day_has_96_quarters_from_local_midnight():
    day = local_day("America/Denver", date(2024, 1, 15))

    assert (day.ends_us - day.begins_us, day.quarters.tolist()) == (DAY_US, list(range(96)))
    assert day.begins_us == 1_705_302_000 * 1_000_000  # 2024-01-15T07:00Z


def test_the_day_on_which_clocks_go_forward_has_23_hours():
    day = local_day("America/Denver", SPRING)

    assert day.ends_us - day.begins_us == 23 * HOUR_US
    assert day.quarters.tolist() == [*range(8), *range(12, 96)]  # there is no 02:00 to 03:00


def test_the_day_on_which_clocks_go_back_has_25_hours():
    day = local_day("America/Denver", AUTUMN)

    assert day.ends_us - day.begins_us == 25 * HOUR_US
    assert day.quarters.tolist() == [*range(8), *range(4, 96)]  # 01:00 to 02:00 comes twice


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_phoenix_does_not_change_its_clocks(day):
    assert local_day("America/Phoenix", day).quarters.size == 96


def test_the_hour_of_the_weeks_wall_clock_of_each_quarter():
    hours = week_hours([local_day("America/Denver", day) for day in (SPRING, AUTUMN)])  # two Sundays

    assert (hours[:16] - 144).tolist() == [0] * 4 + [1] * 4 + [3] * 4 + [4] * 4
    assert (hours[92:108] - 144).tolist() == [0] * 4 + [1] * 8 + [2] * 4


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(BORDER_ZONES), st.dates(date(1971, 1, 1), date(2199, 12, 30)))
def test_days_follow_each_other_in_quarters_of_the_epoch(zone, day):
    today, tomorrow = local_day(zone, day), local_day(zone, day + timedelta(days=1))

    assert today.ends_us == tomorrow.begins_us
    assert today.begins_us % QUARTER_US == 0
    assert today.quarters.size * QUARTER_US == today.ends_us - today.begins_us
    assert set(np.diff(today.quarters).tolist()) <= {1, 5, -3}


def test_a_day_that_a_zone_skips_has_no_quarters():
    day = local_day("Pacific/Apia", date(2011, 12, 30))

    assert day.begins_us == day.ends_us
    assert (day.quarters.size, day.quarters.dtype) == (0, np.int64)
