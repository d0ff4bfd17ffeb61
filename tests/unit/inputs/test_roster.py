"""Rosters: whole booths whose means hold in every quarter of an hour, however long one looks; never fewer or more than
the mean rounded down or up; the same within a spell.
"""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs.local_time import local_day, week_quarters
from border_sim.inputs.random_marks import WORD, port_mode_word
from border_sim.inputs.roster import (
    SPELL_HOURS,
    SPELLS,
    RosterKey,
    booths_at,
    most_rostered,
    roster_booths,
    roster_plan,
)
from border_sim.spec.port import Pool
from border_sim.spec.staffing import Roster
from border_sim.vocabulary import Mode
from tests.candidates import all_candidates

MONDAY, SPRING, AUTUMN = date(2024, 3, 4), date(2024, 3, 10), date(2024, 11, 3)
KEY = RosterKey(port_mode_word("tiny", Mode.PASSENGER), 1, 0)
WEEK = np.arange(672)
GRID = 1024
"""Means below are whole 64ths by the hour, so whole 512ths by the quarter: over so many u their mean is exact."""
EVERY_U = (np.arange(GRID) * WORD + WORD // 2) // GRID


def _plan(*means):
    """The plan of pools a, b, ... with these means: a figure, 24 or 168 each."""
    names = "abcdef"[: len(means)]
    week = {name: np.resize(mean, 168).tolist() for name, mean in zip(names, means, strict=True)}
    pools = [Pool(name=name, serves=[["standard"]], max_open=99) for name in names]
    return roster_plan(Roster.model_validate({"kind": "roster", "pools": week}), pools)


def _of_every_u(plan, quarter):
    """Booths of each pool in a quarter of the week for a grid of u: (GRID, pools)."""
    return booths_at(plan, np.full(GRID, quarter), EVERY_U)


def _days(first, count, zone="America/Denver"):
    return [local_day(zone, first + timedelta(days=day)) for day in range(count)]


def _expected(plan):
    """The mean booths of each pool by quarter of the week."""
    return np.diff(plan.together, axis=1, prepend=0) / WORD


# Means in time.


def test_means_are_linear_between_the_centres_of_hours_and_an_hour_keeps_three_quarters_of_its_own():
    means = np.zeros(168)
    means[[10, 11]] = 4, 2
    quarters = _expected(_plan(means))[:, 0]

    assert quarters[36:52].tolist() == [0, 0, 0.5, 1.5, 2.5, 3.5, 3.75, 3.25, 2.75, 2.25, 1.75, 1.25, 0.75, 0.25, 0, 0]
    assert quarters.reshape(168, 4).mean(axis=1)[[9, 10, 11, 12]].tolist() == [0.5, 3.25, 2, 0.25]
    assert quarters.sum() / 4 == means.sum()


def test_the_week_goes_round():
    means = np.zeros(168)
    means[167] = 8

    assert _expected(_plan(means))[[668, 671, 0, 1, 2], 0].tolist() == [5, 5, 3, 1, 0]


# Laws of every quarter.

sixty_fourths = st.integers(0, 4 * 64).map(lambda part: part / 64)
rosters = st.lists(st.lists(sixty_fourths, min_size=24, max_size=24), min_size=1, max_size=4)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(rosters, st.integers(0, 671))
def test_the_mean_over_u_is_the_rosters_but_where_the_modes_one_booth_is_kept(means, quarter):
    plan = _plan(*means)
    mean, expected = _of_every_u(plan, quarter).mean(axis=0), _expected(plan)[quarter]

    if not 0.5 <= expected.sum() < 1:
        assert mean.tolist() == expected.tolist()
    else:
        assert mean.sum() == 1
        others = np.arange(expected.size) != expected.argmax()
        assert mean[others].tolist() == expected[others].tolist()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.lists(st.floats(0, 6), min_size=24, max_size=24), min_size=1, max_size=4), st.integers(0, WORD - 1))
def test_pools_and_mode_have_their_mean_rounded_up_or_down(means, mark):
    plan = _plan(*means)
    booths, expected = booths_at(plan, WEEK, np.full(672, mark)), _expected(plan)
    together = expected.sum(axis=1)

    kept = (booths.sum(axis=1) == 1) & (together < 1) & (together >= 0.5)
    assert np.all((booths == np.floor(expected)) | (booths == np.ceil(expected)))
    assert np.all(booths.sum(axis=1) <= np.ceil(together))
    assert np.all((booths.sum(axis=1) >= np.floor(together)) | kept)
    assert np.all(booths[expected >= 1] >= 1)
    assert np.all(booths.sum(axis=1)[together >= 0.5] >= 1)
    assert np.all(booths[expected == np.floor(expected)] == expected[expected == np.floor(expected)])
    most = most_rostered(plan)
    assert np.all(booths <= most[:, :-1])
    assert np.all(booths.sum(axis=1) <= most[:, -1])


@pytest.mark.parametrize(
    ("means", "counts"),
    [
        ((0.25, 0.375), {(0, 1): 0.75, (1, 0): 0.25}),  # u < .375: the larger pool's booth is kept
        ((0.25, 0.25), {(1, 0): 0.75, (0, 1): 0.25}),  # of equals the first
        ((0.25, 0.125), {(0, 0): 0.625, (1, 0): 0.25, (0, 1): 0.125}),  # below .5 the mode may be closed
        ((1.5, 0.75), {(1, 1): 0.5, (2, 0): 0.25, (2, 1): 0.25}),  # sums 1.5 and 2.25
        ((1.0, 2.0), {(1, 2): 1}),
        ((0.9375,), {(1,): 1}),
    ],
)
def test_pools_by_hand(means, counts):
    booths = _of_every_u(_plan(*means), 40)

    pairs, how_many = np.unique(booths, axis=0, return_counts=True)
    assert dict(zip(map(tuple, pairs.tolist()), how_many / GRID, strict=True)) == counts


def test_a_pool_that_is_not_named_stays_closed():
    pools = [Pool(name=name, serves=[["standard"]], max_open=9) for name in "ab"]
    plan = roster_plan(Roster.model_validate({"kind": "roster", "pools": {"b": [1.5] * 168}}), pools)

    assert set(map(tuple, _of_every_u(plan, 7).tolist())) == {(0, 1), (0, 2)}


# Spells.


def test_booths_change_from_spell_to_spell_alone_where_means_are_constant():
    booths = roster_booths(_plan(1.5, 2.25), _days(MONDAY, 28, "UTC"), KEY).reshape(28 * SPELLS, 4 * SPELL_HOURS, 2)

    assert np.all(booths == booths[:, :1])
    assert np.unique(booths[:, 0], axis=0).tolist() == [[1, 2], [1, 3], [2, 2]]


def test_a_day_has_its_booths_whatever_days_are_asked_for_with_it():
    plan = _plan(np.linspace(0, 5, 24), 1.25)
    days = _days(SPRING - timedelta(days=2), 5)
    together = np.split(roster_booths(plan, days, KEY), np.cumsum([day.quarters.size for day in days])[:-1])

    for day, booths in zip(days, together, strict=True):
        assert np.array_equal(roster_booths(plan, [day], KEY), booths)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_days_with_a_change_of_the_clock_go_by_the_wall_clock(day, hours):
    means = np.arange(168) / 16
    (today,) = _days(day, 1)
    booths = roster_booths(_plan(means), [today], KEY)[:, 0].reshape(hours, 4)

    if hours == 25:
        assert np.array_equal(booths[1], booths[2])  # one to two, twice: the same means, the same spell
    assert np.all(np.abs(booths.ravel() - _expected(_plan(means))[today.of_week, 0]) < 1)


@pytest.mark.parametrize("other", [KEY._replace(port_mode=7), KEY._replace(seed=2), KEY._replace(replication=1)])
def test_other_keys_draw_other_spells(other):
    plan, days = _plan(1.5), _days(MONDAY, 365)
    mine, others = (roster_booths(plan, days, key)[:: 4 * SPELL_HOURS, 0] for key in (KEY, other))

    assert 0.46 < np.mean(mine == others) < 0.54  # 2,190 spells, 4 standard errors


def test_over_many_weeks_mean_spread_and_correlation_are_those_of_the_rule():
    """Of a pool with a mean of 1.5: sd 1/2, autocorrelation 1 - lag / spell, and nothing from one spell to the next."""
    booths = roster_booths(_plan(1.5, 0.75), _days(MONDAY, 7 * 400, "UTC"), KEY)[:, 0]
    hourly = booths.reshape(-1, 4)[:, 0] - 1.5

    assert hourly.mean() == pytest.approx(0, abs=0.016)  # 16,800 spells, 4 standard errors
    assert hourly.std() == pytest.approx(0.5, abs=0.01)
    lags = [np.corrcoef(hourly[:-lag], hourly[lag:])[0, 1] for lag in (1, 2, 3, 4, 24)]
    assert lags == pytest.approx([0.75, 0.5, 0.25, 0, 0], abs=0.03)


def test_over_many_weeks_every_hour_has_its_mean():
    means = np.array([0.5, 0.25, 3.125, 1.75] * 6)
    plan, days = _plan(means, 1.25), _days(MONDAY, 7 * 200)
    booths = roster_booths(plan, days, KEY)[:, 0]
    quarters = week_quarters(days)
    seen = np.bincount(quarters % 96, booths) / np.bincount(quarters % 96)

    assert seen == pytest.approx(_expected(plan)[:96, 0], abs=4 * 0.5 / np.sqrt(1400))


# In the plan of a port.


def test_a_ports_calendar_has_the_rosters_booths_and_no_other_draw_shifts(plan, part):
    pools = [{"name": name, "serves": [["standard"]], "max_open": 4} for name in ("a", "b")]
    roster = {"kind": "roster", "pools": {"a": [1.5] * 168, "b": [0.25] * 168}}
    keys = {"pools": pools, "demand": {"kind": "rate", "per_hour": 30}, "installed": {"booths": 8}}
    rostered = plan(part(staffing=roster, **keys), seed=5, replication=2)
    scheduled = plan(part(staffing={"kind": "schedule", "pools": {}}, **keys), seed=5, replication=2)
    (day, *_) = rostered.days()

    expected = roster_booths(_plan(1.5, 0.25), _days(MONDAY, 1, "UTC"), RosterKey(KEY.port_mode, 5, 2))
    assert np.array_equal(day.calendar.booths_wanted, expected)
    for mine, others in zip(all_candidates(rostered), all_candidates(scheduled), strict=True):
        assert np.array_equal(mine, others)
