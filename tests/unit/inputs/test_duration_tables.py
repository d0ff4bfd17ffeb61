"""Tables hold their distributions' mean and second moment, and marks draw durations from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from border_sim.inputs import arrival_times, duration_tables, random_marks
from border_sim.records import Array
from border_sim.spec.distribution import (
    Deterministic,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Uniform,
)

MARKS = st.integers(0, random_marks.WORD - 1)
ALL_ONES = 2**32 - 1

EXPONENTIAL = Exponential(kind="exponential", mean_s=60)
SMOOTH: dict[str, tuple[Distribution, float]] = {
    "exponential": (EXPONENTIAL, 2.0),
    "lognormal, cv .7": (Lognormal(kind="lognormal", mean_s=60, cv=0.7), 1.49),
    "lognormal, cv 1.5": (Lognormal(kind="lognormal", mean_s=60, cv=1.5), 3.25),
    "gamma, cv .5": (Gamma(kind="gamma", mean_s=60, cv=0.5), 1.25),
    "gamma, cv 1.4": (Gamma(kind="gamma", mean_s=60, cv=1.4), 2.96),
    "erlang, 3 phases": (Erlang(kind="erlang", mean_s=60, phases=3), 4 / 3),
    "erlang, 1000 phases": (Erlang(kind="erlang", mean_s=60, phases=1000), 1.001),
    "uniform": (Uniform(kind="uniform", low_s=30, high_s=90), 1 + 1 / 12),
    "deterministic": (Deterministic(kind="deterministic", mean_s=60), 1.0),
}
"""Distributions with a mean of a minute, and their second moments over the mean's square."""


@pytest.fixture(params=SMOOTH.values(), ids=SMOOTH)
def smooth(request: pytest.FixtureRequest) -> tuple[Distribution, float]:
    return request.param


def _moments(table: Array) -> tuple[float, float]:
    """Mean and second moment over all marks: of each halving a thousand, evenly spaced, or all if there are fewer."""
    mean = second = 0.0
    for halving in range(32):
        first = 2 ** (31 - halving)
        step = max(1, first // 1024)
        values = np.array([_at(table, mark) for mark in range(first + step // 2, 2 * first, step)]) / 1e6
        mean += values.mean() * first / random_marks.WORD
        second += np.square(values).mean() * first / random_marks.WORD
    return mean, second


def _at(table: Array, mark: int) -> int:
    return int(duration_tables.quantile(table, 0, table.size, mark))


def test_marks_give_the_mean_and_second_moment_of_their_distribution(smooth):
    distribution, second_moment = smooth
    mean, second = _moments(duration_tables.duration_table(distribution))

    assert mean == pytest.approx(60, rel=1.5e-4)
    assert second == pytest.approx(second_moment * 3600, rel=1.5e-4)


def test_every_duration_is_at_least_a_microsecond_and_none_falls_as_the_mark_falls(smooth):
    table = duration_tables.duration_table(smooth[0])

    assert table.min() >= 1
    assert np.all(np.diff(table) <= 0)
    assert (_at(table, 0), _at(table, ALL_ONES)) == (_at(table, 1), pytest.approx(table[-1], rel=0.03, abs=2000))


@settings(derandomize=True, deadline=None)
@given(MARKS, MARKS)
def test_a_higher_mark_never_gives_a_longer_duration(one, other):
    table = duration_tables.duration_table(EXPONENTIAL)

    assert _at(table, max(one, other)) <= _at(table, min(one, other))


@settings(derandomize=True, deadline=None)
@given(st.integers(1, random_marks.WORD - 1))
def test_integers_interpolate_between_the_nodes_to_the_microsecond(mark):
    table = duration_tables.duration_table(EXPONENTIAL)
    between = np.interp(mark / random_marks.WORD, duration_tables.upper_tail(), table.astype(float))
    cell = np.abs(np.diff(table)).max() * 2.0**-20

    assert abs(_at(table, mark) - between) <= 1 + cell


def test_extreme_marks_reach_the_ends_of_the_table():
    table = duration_tables.duration_table(EXPONENTIAL)

    assert _at(table, 0) == _at(table, 1) == table[0]
    assert table[0] == pytest.approx(32 * np.log(2) * 60e6, rel=1e-9)
    assert 1 <= _at(table, ALL_ONES) < 60e6 * 1e-6


@pytest.mark.parametrize("tail", [0.3, 0.03, 1e-3, 1e-5, 1e-7, 3e-9])
def test_the_upper_tail_is_right_far_beyond_an_even_grid(tail):
    lognormal = SMOOTH["lognormal, cv 1.5"][0]
    sigma = np.sqrt(np.log(3.25))
    mark = round(tail * random_marks.WORD)
    exact = mark / random_marks.WORD

    assert _at(duration_tables.duration_table(EXPONENTIAL), mark) == pytest.approx(-60e6 * np.log(exact), rel=1e-4)
    assert _at(duration_tables.duration_table(lognormal), mark) == pytest.approx(
        stats.lognorm.isf(exact, sigma, scale=60e6 * np.exp(-(sigma**2) / 2)), rel=2e-4
    )


def test_an_empirical_distribution_gives_its_values_alike():
    table = duration_tables.duration_table(Empirical(kind="empirical", values_s=(30, 10, 20)))
    thirds = [
        0,
        random_marks.WORD // 3,
        random_marks.WORD // 3 + 1,
        2 * random_marks.WORD // 3,
        2 * random_marks.WORD // 3 + 1,
        ALL_ONES,
    ]

    assert [_at(table, mark) / 1e6 for mark in thirds] == [10, 10, 20, 20, 30, 30]


@pytest.mark.parametrize("size", [1, 2, duration_tables.NODES, 5000])
def test_an_empirical_distribution_of_any_size_has_its_exact_mean(size):
    values = tuple(float(value) for value in range(1, size + 1))
    table = duration_tables.duration_table(Empirical(kind="empirical", values_s=values))

    assert table.size != duration_tables.NODES
    assert table.mean() == pytest.approx((size + 1) / 2 * 1e6)
    assert (_at(table, 0), _at(table, ALL_ONES)) == (1e6, size * 1e6)


def test_the_shortest_duration_is_a_microsecond():
    tiny = duration_tables.duration_table(Exponential(kind="exponential", mean_s=1e-6))
    observed = duration_tables.duration_table(Empirical(kind="empirical", values_s=(1e-6,)))

    assert tiny.min() == observed.min() == 1


@pytest.mark.parametrize("shape", [0.25, 0.5, 1.0, 2.0, 7.3, 100.0, 1000.0])
def test_gamma_quantiles_agree_with_scipy(shape):
    tail = duration_tables.upper_tail()[:-32]  # below the median, too, to a cell of the last halving
    exact = stats.gamma.isf(tail, shape, scale=1 / shape)

    np.testing.assert_allclose(duration_tables.gamma_quantiles(shape, tail), exact, rtol=2e-6)


@pytest.mark.parametrize("shape", [0.5, 1.0, 400.0])
def test_gamma_quantiles_agree_with_scipy_below_the_median(shape):
    tail = np.linspace(0.5, 0.999, 200)
    exact = stats.gamma.isf(tail, shape, scale=1 / shape)

    np.testing.assert_allclose(
        duration_tables.gamma_quantiles(shape, np.append(tail, 1.0)), np.append(exact, 0), rtol=2e-5
    )


def test_packed_tables_are_drawn_from_as_each_alone():
    tables = [duration_tables.duration_table(distribution) for distribution, _ in SMOOTH.values()]
    tables.insert(1, duration_tables.duration_table(Empirical(kind="empirical", values_s=(1, 2, 4))))
    packed = duration_tables.pack(tables)

    for mark in (0, 12_345, 2**31, ALL_ONES):
        for place, table in enumerate(tables):
            assert duration_tables.draw(packed, place, mark) == _at(table, mark)


def test_no_table_packs_into_arrays_all_the_same():
    packed = duration_tables.pack([])

    assert (packed.values.dtype, packed.start.size, packed.size.size) == (np.int64, 0, 0)


def test_gaps_are_unit_exponential():
    mean, second = _moments(arrival_times.GAPS)
    unit = arrival_times.GAP_UNIT / 1e6

    assert (mean / unit, second / unit**2) == (pytest.approx(1, rel=1.5e-4), pytest.approx(2, rel=1.5e-4))


@pytest.mark.parametrize("cv", [2.0, 20.0])
def test_the_longest_durations_of_a_valid_spec_do_not_overflow(cv):
    table = duration_tables.duration_table(Lognormal(kind="lognormal", mean_s=30 * 86_400, cv=cv))
    every = [_at(table, mark) for mark in range(0, 2**20, 999)]

    assert table[0] <= duration_tables.LONGEST_US
    assert every == sorted(every, reverse=True)
    assert every[-1] >= 1
