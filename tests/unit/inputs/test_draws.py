"""Marks are Philox's, keyed by all that names a candidate; tables hold their distributions' mean and second moment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from border_sim.inputs import draws
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

MARKS = st.integers(0, draws.WORD - 1)
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
        mean += values.mean() * first / draws.WORD
        second += np.square(values).mean() * first / draws.WORD
    return mean, second


def _at(table: Array, mark: int) -> int:
    return int(draws.quantile(table, 0, table.size, mark))


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter, key, words):
    assert draws.philox(*counter, *key) == words


def test_every_word_of_counter_and_key_changes_the_marks():
    usual = (1, 738_000, 5, 0, 42, 0)
    others = [tuple(word + (place == changed) for place, word in enumerate(usual)) for changed in range(6)]

    assert draws.philox(*usual) == draws.philox(*usual)
    assert len({draws.philox(*words) for words in [usual, *others]}) == 7


def test_ports_and_modes_have_different_stream_words():
    names = [f"{slug}/{mode}" for slug in ("ysleta", "nogales", "san-ysidro") for mode in ("commercial", "passenger")]

    assert len({draws.stream_word(name) for name in names}) == len(names)
    assert draws.stream_word("") == 0xE3B0C442  # SHA-256 of nothing begins so


def test_marks_give_the_mean_and_second_moment_of_their_distribution(smooth):
    distribution, second_moment = smooth
    mean, second = _moments(draws.duration_table(distribution))

    assert mean == pytest.approx(60, rel=1.5e-4)
    assert second == pytest.approx(second_moment * 3600, rel=1.5e-4)


def test_every_duration_is_at_least_a_microsecond_and_none_falls_as_the_mark_falls(smooth):
    table = draws.duration_table(smooth[0])

    assert table.min() >= 1
    assert np.all(np.diff(table) <= 0)
    assert (_at(table, 0), _at(table, ALL_ONES)) == (_at(table, 1), pytest.approx(table[-1], rel=0.03, abs=2000))


@settings(derandomize=True, deadline=None)
@given(MARKS, MARKS)
def test_a_higher_mark_never_gives_a_longer_duration(one, other):
    table = draws.duration_table(EXPONENTIAL)

    assert _at(table, max(one, other)) <= _at(table, min(one, other))


@settings(derandomize=True, deadline=None)
@given(st.integers(1, draws.WORD - 1))
def test_integers_interpolate_between_the_nodes_to_the_microsecond(mark):
    table = draws.duration_table(EXPONENTIAL)
    between = np.interp(mark / draws.WORD, draws.upper_tail(), table.astype(float))
    cell = np.abs(np.diff(table)).max() * 2.0**-20

    assert abs(_at(table, mark) - between) <= 1 + cell


def test_extreme_marks_reach_the_ends_of_the_table():
    table = draws.duration_table(EXPONENTIAL)

    assert _at(table, 0) == _at(table, 1) == table[0]
    assert table[0] == pytest.approx(32 * np.log(2) * 60e6, rel=1e-9)
    assert 1 <= _at(table, ALL_ONES) < 60e6 * 1e-6


@pytest.mark.parametrize("tail", [0.3, 0.03, 1e-3, 1e-5, 1e-7, 3e-9])
def test_the_upper_tail_is_right_far_beyond_an_even_grid(tail):
    lognormal = SMOOTH["lognormal, cv 1.5"][0]
    sigma = np.sqrt(np.log(3.25))
    mark = round(tail * draws.WORD)
    exact = mark / draws.WORD

    assert _at(draws.duration_table(EXPONENTIAL), mark) == pytest.approx(-60e6 * np.log(exact), rel=1e-4)
    assert _at(draws.duration_table(lognormal), mark) == pytest.approx(
        stats.lognorm.isf(exact, sigma, scale=60e6 * np.exp(-(sigma**2) / 2)), rel=2e-4
    )


def test_an_empirical_distribution_gives_its_values_alike():
    table = draws.duration_table(Empirical(kind="empirical", values_s=(30, 10, 20)))
    thirds = [0, draws.WORD // 3, draws.WORD // 3 + 1, 2 * draws.WORD // 3, 2 * draws.WORD // 3 + 1, ALL_ONES]

    assert [_at(table, mark) / 1e6 for mark in thirds] == [10, 10, 20, 20, 30, 30]


@pytest.mark.parametrize("size", [1, 2, draws.NODES, 5000])
def test_an_empirical_distribution_of_any_size_has_its_exact_mean(size):
    values = tuple(float(value) for value in range(1, size + 1))
    table = draws.duration_table(Empirical(kind="empirical", values_s=values))

    assert table.size != draws.NODES
    assert table.mean() == pytest.approx((size + 1) / 2 * 1e6)
    assert (_at(table, 0), _at(table, ALL_ONES)) == (1e6, size * 1e6)


def test_the_shortest_duration_is_a_microsecond():
    tiny = draws.duration_table(Exponential(kind="exponential", mean_s=1e-6))
    observed = draws.duration_table(Empirical(kind="empirical", values_s=(1e-6,)))

    assert tiny.min() == observed.min() == 1


@pytest.mark.parametrize("shape", [0.25, 0.5, 1.0, 2.0, 7.3, 100.0, 1000.0])
def test_gamma_quantiles_agree_with_scipy(shape):
    tail = draws.upper_tail()[:-32]  # below the median, too, to a cell of the last halving
    exact = stats.gamma.isf(tail, shape, scale=1 / shape)

    np.testing.assert_allclose(draws.gamma_quantiles(shape, tail), exact, rtol=2e-6)


@pytest.mark.parametrize("shape", [0.5, 1.0, 400.0])
def test_gamma_quantiles_agree_with_scipy_below_the_median(shape):
    tail = np.linspace(0.5, 0.999, 200)
    exact = stats.gamma.isf(tail, shape, scale=1 / shape)

    np.testing.assert_allclose(draws.gamma_quantiles(shape, np.append(tail, 1.0)), np.append(exact, 0), rtol=2e-5)


def test_packed_tables_are_drawn_from_as_each_alone():
    tables = [draws.duration_table(distribution) for distribution, _ in SMOOTH.values()]
    tables.insert(1, draws.duration_table(Empirical(kind="empirical", values_s=(1, 2, 4))))
    packed = draws.pack(tables)

    for mark in (0, 12_345, 2**31, ALL_ONES):
        for place, table in enumerate(tables):
            assert draws.draw(packed, place, mark) == _at(table, mark)


def test_no_table_packs_into_arrays_all_the_same():
    packed = draws.pack([])

    assert (packed.values.dtype, packed.start.size, packed.size.size) == (np.int64, 0, 0)


def test_gaps_are_unit_exponential():
    mean, second = _moments(draws.GAPS)
    unit = draws.GAP_UNIT / 1e6

    assert (mean / unit, second / unit**2) == (pytest.approx(1, rel=1.5e-4), pytest.approx(2, rel=1.5e-4))


def _keys(days, name=9, first=0, seed=3, replication=0):
    return np.array([(name, first + day, seed, replication) for day in range(days)])


def test_without_spread_every_factor_is_exactly_one():
    day_factors, hours = draws.day_factors(_keys(2), 0.0, 0.0, 0.5)

    assert day_factors.tolist() == [1.0] * 2
    assert hours.tolist() == [[1.0] * 25] * 2


def test_day_factors_have_their_mean_spread_and_correlation():
    days, cv, sd, rho = 4000, 0.2, 0.1, 0.5
    of_days, hours = draws.day_factors(_keys(days), cv, sd, rho)

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
    _, hours = draws.day_factors(_keys(400), 0.0, 0.1, 0.0)

    for quantile in (0.001, 0.1, 0.5, 0.9, 0.999):
        exact = 1 + 0.1 * stats.norm.ppf(quantile)
        spread = 0.1 * np.sqrt(quantile * (1 - quantile) / hours.size) / stats.norm.pdf(stats.norm.ppf(quantile))
        assert np.quantile(hours, quantile) == pytest.approx(exact, abs=4 * spread)


def test_the_spread_of_a_day_does_not_follow_its_first_arrivals():
    days = 1000
    gaps = [draws.philox(9, day, draws.BASE_STREAM, draws.ARRIVAL_BLOCK, 3, 0)[0] for day in range(days)]
    _, hours = draws.day_factors(_keys(days), 0.2, 0.1, 0.0)

    assert np.corrcoef(gaps, hours[:, 0])[0, 1] == pytest.approx(0, abs=4 / np.sqrt(days))


def test_hours_never_fall_below_nothing():
    _, hours = draws.day_factors(_keys(100), 0.0, 2.0, 0.0)

    assert hours.min() == 0.0
    assert 0.25 < (hours == 0).mean() < 0.36  # of a normal with mean 1 and standard deviation 2, 31% lie below 0


def test_day_factors_are_keyed_and_the_spread_of_days_does_not_shift_that_of_hours():
    day_factors, hours = draws.day_factors(_keys(2), 0.2, 0.1, 0.5)

    np.testing.assert_array_equal(draws.day_factors(_keys(1, first=1), 0.2, 0.1, 0.5)[0], day_factors[1:])
    np.testing.assert_array_equal(draws.day_factors(_keys(2), 0.0, 0.1, 0.5)[1], hours)
    for other in ({"name": 8}, {"first": 1}, {"seed": 4}, {"replication": 1}):
        assert draws.day_factors(_keys(1, **other), 0.2, 0.1, 0.5)[0] != day_factors[0]


@pytest.mark.parametrize("cv", [2.0, 20.0])
def test_the_longest_durations_of_a_valid_spec_do_not_overflow(cv):
    table = draws.duration_table(Lognormal(kind="lognormal", mean_s=30 * 86_400, cv=cv))
    every = [_at(table, mark) for mark in range(0, 2**20, 999)]

    assert table[0] <= draws.LONGEST_US
    assert every == sorted(every, reverse=True)
    assert every[-1] >= 1
