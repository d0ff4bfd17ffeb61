"""The factors of days and hours keep the mean of demand, and are keyed like all that is drawn."""

import numpy as np
import pytest
from scipy import stats

from border_sim.inputs import demand_spread, random_marks


def _keys(days, name=9, first=0, seed=3, replication=0):
    return np.array([(name, first + day, seed, replication) for day in range(days)])


def test_without_spread_every_factor_is_exactly_one():
    day_factors, hours = demand_spread.day_factors(_keys(2), 0.0, 0.0, 0.5)

    assert day_factors.tolist() == [1.0] * 2
    assert hours.tolist() == [[1.0] * 25] * 2


def test_day_factors_have_their_mean_spread_and_correlation():
    days, cv, sd, rho = 4000, 0.2, 0.1, 0.5
    of_days, hours = demand_spread.day_factors(_keys(days), cv, sd, rho)

    assert of_days.mean() == pytest.approx(1, abs=4 * cv / np.sqrt(days))
    assert of_days.std() == pytest.approx(cv, rel=4 * np.sqrt(0.5 * (1 + 3 * cv**2) / days))
    for hour in (0, 1, 12, 24):  # stationary from the day's start
        assert hours[:, hour].mean() == pytest.approx(1, abs=4 * sd / np.sqrt(days))
        assert hours[:, hour].std() == pytest.approx(sd, rel=4 / np.sqrt(2 * days))
    for lag in (1, 3):
        correlation = np.corrcoef(hours[:, 4], hours[:, 4 + lag])[0, 1]
        assert correlation == pytest.approx(rho**lag, abs=4 / np.sqrt(days))
    assert np.corrcoef(of_days, hours[:, 12])[0, 1] == pytest.approx(0, abs=4 / np.sqrt(days))


def test_hours_reach_as_far_as_a_normal_distribution():
    _, hours = demand_spread.day_factors(_keys(400), 0.0, 0.1, 0.0)

    for quantile in (0.001, 0.1, 0.5, 0.9, 0.999):
        exact = 1 + 0.1 * stats.norm.ppf(quantile)
        spread = 0.1 * np.sqrt(quantile * (1 - quantile) / hours.size) / stats.norm.pdf(stats.norm.ppf(quantile))
        assert np.quantile(hours, quantile) == pytest.approx(exact, abs=4 * spread)


def test_the_spread_of_a_day_does_not_follow_its_first_arrivals():
    days = 1000
    gaps = [
        random_marks.philox(9, day, random_marks.BASE_STREAM, random_marks.ARRIVAL_BLOCK, 3, 0)[0]
        for day in range(days)
    ]
    _, hours = demand_spread.day_factors(_keys(days), 0.2, 0.1, 0.0)

    assert np.corrcoef(gaps, hours[:, 0])[0, 1] == pytest.approx(0, abs=4 / np.sqrt(days))


def test_hours_never_fall_below_nothing():
    _, hours = demand_spread.day_factors(_keys(100), 0.0, 2.0, 0.0)

    assert hours.min() == 0.0
    assert 0.25 < (hours == 0).mean() < 0.36  # of a normal with mean 1 and standard deviation 2, 31% lie below 0


def test_day_factors_are_keyed_and_the_spread_of_days_does_not_shift_that_of_hours():
    day_factors, hours = demand_spread.day_factors(_keys(2), 0.2, 0.1, 0.5)

    np.testing.assert_array_equal(demand_spread.day_factors(_keys(1, first=1), 0.2, 0.1, 0.5)[0], day_factors[1:])
    np.testing.assert_array_equal(demand_spread.day_factors(_keys(2), 0.0, 0.1, 0.5)[1], hours)
    for other in ({"name": 8}, {"first": 1}, {"seed": 4}, {"replication": 1}):
        assert demand_spread.day_factors(_keys(1, **other), 0.2, 0.1, 0.5)[0] != day_factors[0]


@pytest.mark.parametrize("sd", [0.1, 0.5, 1.0, 2.0])
def test_hours_that_cannot_fall_below_nothing_keep_the_mean(sd):
    _, hours = demand_spread.day_factors(_keys(4000), 0.0, sd, 0.0)

    assert hours.mean() == pytest.approx(1, abs=4 * hours.std() / np.sqrt(hours.size))


def test_the_mean_of_what_is_cut_off_at_nothing_is_the_closed_form():
    for sd, mean in [(1.0, 1.083315), (2.0, 1.395593)]:
        grid = 1 + sd * stats.norm.ppf((np.arange(10**6) + 0.5) / 10**6)
        assert demand_spread._rectified_mean(sd) == pytest.approx(np.maximum(0, grid).mean(), rel=1e-5)
        assert demand_spread._rectified_mean(sd) == pytest.approx(mean, abs=2e-6)
    assert demand_spread._rectified_mean(0.1) == 1.0  # the catalogue's: nothing is cut off
