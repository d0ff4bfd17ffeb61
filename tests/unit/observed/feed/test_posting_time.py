"""Hours in words, and the day on which a wait was posted."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.observed.feed.made_at import local_time
from border_sim.observed.feed.posting_time import AHEAD_US, clock, month_day_year, posted, zone_names
from border_sim.spec.local_clock import instant_us
from border_sim.vocabulary import DAY_US, HOUR_US, MINUTE_US
from tests.feed import local

DENVER = "America/Denver"
ZONES = [DENVER, "America/Phoenix", "America/Chicago", "America/Los_Angeles"]


@pytest.mark.parametrize(
    ("text", "at", "zone"),
    [
        ("At 7:00 am EDT", time(7), "EDT"),
        ("At 12:00 am MST", time(0), "MST"),
        ("At 12:30 pm PDT", time(12, 30), "PDT"),
        ("At 9:01 pm EDT", time(21, 1), "EDT"),
        ("At Noon CDT", time(12), "CDT"),
        ("At Midnight CST", time(0), "CST"),
        ("at noon", time(12), ""),
        ("7 AM MDT", time(7), "MDT"),
    ],
)
def test_hours_as_they_are_posted(text, at, zone):
    assert clock(text) == (at, zone)


@pytest.mark.parametrize(
    "text", ["", "At", "At 7:00 EDT", "At 13:00 pm EDT", "At 0:30 am EDT", "At 7:60 am EDT", "07:00:00"]
)
def test_what_is_no_hour(text):
    with pytest.raises(ValueError, match=r"e\.g\. At 7:00 am EDT"):
        clock(text)


@pytest.mark.parametrize("text", ["2025-09-10", "13/1/2025", "2/30/2025", "9/10/25", ""])
def test_what_is_no_date(text):
    with pytest.raises(ValueError, match=r"date|month|day"):
        month_day_year(text)


@pytest.mark.parametrize(
    ("hour", "made", "day"),
    [
        (6, "10 06:05", 10),
        (7, "10 06:25", 10),  # for the hour that is about to begin
        (23, "11 00:10", 10),
        (23, "11 10:00", 10),
        (0, "10 23:40", 11),  # for the midnight that is about to begin
        (0, "10 00:20", 10),
        (0, "10 05:00", 10),
    ],
)
def test_the_day_of_a_posting_is_that_of_its_last_hour_before_the_feed(hour, made, day):
    there = local(f"2025-09-{made}")
    feed_us = instant_us(DENVER, there)
    assert posted(time(hour), there.date(), DENVER, feed_us) == local(f"2025-09-{day} {hour:02}:00")


def test_without_the_time_of_the_feed_it_is_the_day_that_stands_there():
    assert posted(time(23), date(2025, 9, 11), DENVER, None) == local("2025-09-11 23:00")


def test_an_hour_that_is_yet_to_come_is_refused():
    feed_us = instant_us(DENVER, local("2025-09-09 20:00"))
    with pytest.raises(ValueError, match="after the feed, with the date 2025-09-11"):
        posted(time(23), date(2025, 9, 11), DENVER, feed_us)


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from([DENVER, "America/Phoenix", "America/Chicago"]),
    st.integers(0, 365 * 24 * 4),
    st.integers(0, 22 * 60),
)
def test_a_posting_of_the_last_hours_is_found_again(zone, quarter, age_min):
    feed_us = instant_us(zone, local("2025-01-02 00:00")) + quarter * 15 * MINUTE_US
    made, at = (local_time(zone, t_us) for t_us in (feed_us, feed_us - age_min * MINUTE_US))
    found = posted(at.time(), made.date(), zone, feed_us)
    assert found == at
    assert -HOUR_US <= feed_us - instant_us(zone, found) <= DAY_US + AHEAD_US


def test_the_hour_that_comes_twice_is_the_first():
    twice = local("2025-11-02 01:00")
    assert (
        instant_us(DENVER, posted(time(1), twice.date(), DENVER, None))
        == instant_us(DENVER, local("2025-11-02 00:00")) + HOUR_US
    )
    assert zone_names(DENVER, twice) == {"MDT", "MST"}
