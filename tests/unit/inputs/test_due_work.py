"""When arriving work is due: shifted, held back, spread, and never lost; by hand, and against the definition."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs.due_work import LONGEST_US, came_in_quarter, due_after, due_in_quarters
from border_sim.inputs.local_time import local_day, week_quarters
from border_sim.vocabulary import HOUR_US, MINUTE_US, QUARTER_US

SPRING, AUTUMN = date(2024, 3, 10), date(2024, 11, 3)
WEEK = np.arange(672)


def _after(*minutes, way=0.0):
    """`due_after` of accustomed waits by hour of the day or week, in minutes."""
    return due_after(np.array(minutes) * MINUTE_US, way * MINUTE_US)


def _due(work, *minutes, way=0.0):
    """What is due in the first quarters of a week, of the work that arrives there."""
    given = np.zeros(96)
    given[: len(work)] = work
    return due_in_quarters(given, WEEK[:96], _after(*minutes, way=way))


@pytest.mark.parametrize(("wait", "way"), [(30, 0), (0, 30), (22, 8)])
def test_a_constant_wait_is_a_pure_shift(wait, way):
    due = _due([1.0, 3.0, 0.0, 2.0], *[wait] * 24, way=way)

    assert due[:8].tolist() == [0, 0, 1, 3, 0, 2, 0, 0]


def test_without_a_wait_work_is_due_as_it_comes():
    assert _due([1.0, 3.0, 0.5], *[0] * 24)[:4].tolist() == [1, 3, 0.5, 0]


def test_a_quarters_work_is_spread_evenly_over_the_time_in_which_it_is_due():
    assert _due([15.0], *[39] * 24)[:5].tolist() == [0, 0, 6, 9, 0]  # from minute 39 to minute 54


def test_while_the_wait_rises_work_is_due_ever_later():
    minutes = [0] * 12 + [60] * 12  # from 11:30 to 12:30 a minute a minute

    after = _after(*minutes)[44:53] / MINUTE_US
    assert after.tolist() == [0, 0, 0, 15, 30, 45, 60, 60, 60]
    due = due_in_quarters(np.where(WEEK[:96] == 46, 4.0, 0.0), WEEK[:96], _after(*minutes))
    assert due[45:49].tolist() == [0, 2, 2, 0]


def test_while_the_wait_falls_nobody_is_due_before_those_who_came_earlier():
    minutes = [120] * 12 + [0] * 12  # from 11:30 to 12:30 two minutes a minute: all until 13:30 are due then

    after = _after(*minutes)[44:56] / MINUTE_US
    assert after.tolist() == [120, 120, 120, 105, 90, 75, 60, 45, 30, 15, 0, 0]
    work = np.where((WEEK[:96] >= 46) & (WEEK[:96] < 54), 1.0, 0.0)
    assert due_in_quarters(work, WEEK[:96], _after(*minutes))[53:56].tolist() == [0, 8, 0]


def test_who_is_due_in_a_quarter_came_before():
    constant, falling = came_in_quarter(_after(*[30] * 24)), came_in_quarter(_after(*[120] * 12, *[0] * 12))

    assert constant.tolist() == [670, 671, *range(670)]
    assert falling[52:56].tolist() == [44, 45, 54, 55]  # who came from 11:30 on are all due at 13:30


def test_the_week_goes_round():
    minutes = np.zeros(168)
    minutes[-1] = 90  # Sunday 23:30: due on Monday at 01:00 with all who come until then

    assert (_after(*minutes)[:6] / MINUTE_US).tolist() == [60, 45, 30, 15, 0, 0]
    assert _after(*minutes)[670] == 90 * MINUTE_US


def test_a_wait_of_more_than_a_day_counts_as_a_day():
    assert np.all(_after(*[1e300] * 24) == LONGEST_US)


waits = st.lists(st.floats(0, 400), min_size=24, max_size=24) | st.lists(st.floats(0, 400), min_size=168, max_size=168)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(minutes=waits, way=st.just(0.0) | st.floats(0, 100))
def test_work_is_due_by_the_definition(minutes, way):
    """D(t) = max over s <= t of s + A(s), over a grid of minutes and the centres of hours."""
    week = np.tile(minutes, 168 // len(minutes))
    s = np.unique(np.append(np.arange(-168 * 60, 168 * 60 + 120), np.arange(672) * 15.0 + way))
    a = np.interp(s, np.arange(168) * 60 + 30.0, week, period=168 * 60)
    d = np.maximum.accumulate(s + a)
    expected = d[np.searchsorted(s, np.arange(672) * 15.0 + way)] - np.arange(672) * 15.0

    assert _after(*minutes, way=way) / MINUTE_US == pytest.approx(expected, abs=1e-6)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    minutes=waits,
    way=st.just(0.0) | st.floats(0, 100),
    work=st.lists(st.just(0.0) | st.floats(1e-3, 50), min_size=1, max_size=40),
    first=st.sampled_from([SPRING, AUTUMN, date(2024, 6, 3)]),
    at=st.integers(0, 191),
)
def test_work_is_neither_lost_nor_made_nor_due_before_it_came(minutes, way, work, first, at):
    days = [local_day("America/Denver", first + timedelta(days=day)) for day in range(-1, 3)]
    quarters = week_quarters(days)
    given = np.zeros(quarters.size)
    given[at : at + len(work)] = work
    due = due_in_quarters(given, quarters, _after(*minutes, way=way))

    assert due.sum() == pytest.approx(given.sum())
    assert np.all(due >= 0)
    assert np.all(np.cumsum(due) <= np.cumsum(given) * (1 + 1e-12))
    longest = (max(minutes) + way) * MINUTE_US + HOUR_US  # one more where the clock goes back
    late = int(longest // QUARTER_US) + 2
    assert np.all(np.cumsum(due)[late:] >= np.cumsum(given)[:-late] * (1 - 1e-12))
