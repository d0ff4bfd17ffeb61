"""The time axis: local time, few bins, and every window in one of them."""

from datetime import date

import numpy as np
import pytest

from border_sim.inputs.local_time import local_day
from border_sim.report.clock import clock_of
from border_sim.vocabulary import DAY_US, HOUR_US, QUARTER_US

ZONE = "America/Denver"
START = date(2024, 3, 4)


def test_a_day_is_told_by_the_hour_in_local_time(midnight_us):
    clock = clock_of(ZONE, START, 1, midnight_us + 25 * HOUR_US, QUARTER_US)
    assert len(clock.labels) == 25
    assert clock.labels[:2] == ["2024-03-04 00:00", "2024-03-04 01:00"]
    assert (clock.bin_in_words, clock.arrivals_end) == ("hour", "2024-03-05 00:00")
    windows = midnight_us + np.array([0, 59, 60, 24 * 60 + 1]) * 60_000_000
    assert clock.bins(windows).tolist() == [0, 0, 1, 24]
    assert clock.hours(windows).tolist() == [0, 0, 1, 24], "Monday's first two hours, then Tuesday's first"


def test_a_night_when_the_clock_goes_forward_has_no_third_hour(midnight_us):
    clock = clock_of(ZONE, START, 7, midnight_us + 7 * DAY_US - HOUR_US, HOUR_US)
    sunday = [label for label in clock.labels if label.startswith("2024-03-10")]
    assert len(sunday) == 23
    assert "2024-03-10 02:00" not in sunday
    three = clock.edges_us[clock.labels.index("2024-03-10 03:00")]
    assert clock.hours(np.array([three])).tolist() == [6 * 24 + 3]


@pytest.mark.parametrize(
    ("days", "window_us", "in_words"),
    [
        (14, QUARTER_US, "hour"),
        (15, QUARTER_US, "day"),
        (366, HOUR_US, "day"),
        (731, HOUR_US, "week"),
        (3660, HOUR_US, "2 weeks"),
        (3660, DAY_US, "240 hours"),
        (1, DAY_US, "24 hours"),
    ],
)
def test_bins_stay_few_and_no_shorter_than_windows(midnight_us, days, window_us, in_words):
    until_us = midnight_us + (days + 2) * DAY_US
    clock = clock_of(ZONE, START, days, until_us, window_us)
    assert clock.bin_in_words == in_words
    assert len(clock.labels) == len(clock.edges_us) - 1 <= 390
    assert clock.edges_us[0] <= midnight_us
    assert clock.edges_us[-1] >= until_us
    assert (np.diff(clock.edges_us) >= min(window_us, 23 * HOUR_US)).all()


def test_days_begin_at_local_midnight_on_both_sides_of_a_clock_change(midnight_us):
    clock = clock_of(ZONE, START, 20, midnight_us + 20 * DAY_US, HOUR_US)
    assert {label[11:] for label in clock.labels} == {"00:00"}


def test_a_run_that_stopped_before_it_was_measured_has_a_first_bin(midnight_us):
    clock = clock_of(ZONE, START, 1, midnight_us - HOUR_US, QUARTER_US)
    assert clock.labels == ["2024-03-04 00:00"]
    assert clock.bins_until(midnight_us - HOUR_US) == 1


@pytest.mark.parametrize(
    ("zone", "start", "changes"),
    [
        (ZONE, date(2024, 3, 9), [("2024-03-10 02:00", 60)]),
        (ZONE, date(2024, 11, 2), [("2024-11-03 02:00", -60)]),
        ("America/Phoenix", date(2024, 3, 9), []),
        ("Australia/Lord_Howe", date(2024, 4, 6), [("2024-04-07 02:00", -30)]),
        ("America/Santiago", date(2024, 9, 7), [("2024-09-08 00:00", 60)]),
        ("America/Havana", date(2024, 11, 2), [("2024-11-03 01:00", -60)]),
        ("America/Santiago", date(2024, 4, 6), [("2024-04-07 00:00", -60)]),
    ],
)
def test_a_change_of_the_clock_is_told_by_what_the_clock_shows_when_it_is_changed(zone, start, changes):
    begins_us = local_day(zone, start).begins_us
    assert clock_of(zone, start, 3, begins_us + 3 * DAY_US, HOUR_US).changes == changes


def test_a_year_of_days_has_both_changes_of_the_clock(midnight_us):
    clock = clock_of(ZONE, START, 366, midnight_us + 366 * DAY_US, HOUR_US)
    assert [change.at[:10] for change in clock.changes] == ["2024-03-10", "2024-11-03"]
