"""Candidates come as a Poisson process, keep their marks whatever a scenario changes, and merge in a total order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs import arrival_times, duration_tables, random_marks
from border_sim.inputs.candidates import ANY_WAIT, Candidates
from border_sim.vocabulary import DAY_US, HOUR_US, QUARTER_US, Mode

NAME = random_marks.port_mode_word("tiny", Mode.PASSENGER)
HALF_A_DAY = np.repeat([0.0, 3.0, 0.5, 6.0], 12)
SOME_SERVICE = {"service": {"standard": {"kind": "exponential", "mean_s": 60}}}


def _times(expected, *, day=738_000, stream=random_marks.BASE_STREAM, seed=1, **keys):
    return arrival_times.poisson_times(
        np.asarray(expected, float), 0, random_marks.StreamKey(NAME, day, stream, seed, 0), **keys
    )


def _days(count, expected=HALF_A_DAY):
    return [_times(expected, day=day)[0] for day in range(count)]


def _candidates(plan) -> Candidates:
    """All the candidates of a plan, with their days one after the other."""
    days = [day.candidates for day in plan.days()]
    return Candidates._make(np.concatenate(columns) for columns in zip(*days, strict=True))


def _rows(columns: Candidates) -> set[str]:
    return {repr([np.ravel(value).tolist() for value in row]) for row in zip(*columns, strict=True)}


def test_counts_are_poisson():
    days = 2000
    mean = HALF_A_DAY.sum()
    counts = np.array([times.size for times in _days(days)])

    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / days))
    assert counts.var() == pytest.approx(mean, abs=4 * np.sqrt((mean + 2 * mean**2) / days))


def test_counts_of_quarters_follow_their_rates_and_do_not_depend_on_each_other():
    days = 2000
    quarters = np.array([np.bincount(times // QUARTER_US, minlength=48) for times in _days(days)])

    assert np.all(quarters[:, HALF_A_DAY == 0] == 0)
    for quarter in (12, 30, 47):
        expected = HALF_A_DAY[quarter]
        assert quarters[:, quarter].mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / days))
    assert np.corrcoef(quarters[:, 12], quarters[:, 13])[0, 1] == pytest.approx(0, abs=4 / np.sqrt(days))


def test_arrivals_are_uniform_within_a_quarter():
    within = np.concatenate(_days(200)) % QUARTER_US / QUARTER_US
    counts, _ = np.histogram(within, bins=10, range=(0, 1))

    assert within.mean() == pytest.approx(0.5, abs=4 / np.sqrt(12 * within.size))
    np.testing.assert_allclose(counts, within.size / 10, atol=4 * np.sqrt(within.size * 0.09))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.7, 2.5]), min_size=1, max_size=12), st.integers(0, 50))
def test_inversion_is_what_plain_integers_give(expected, day):
    cumulative = [round(sum(expected[:quarter]) * arrival_times.GAP_UNIT) for quarter in range(len(expected) + 1)]
    reached, candidate, slow = 0, 0, []
    while True:
        mark = random_marks.philox(NAME, day, candidate, random_marks.ARRIVAL_BLOCK, 1, 0)[0]
        reached += int(duration_tables.quantile(arrival_times.GAPS, 0, duration_tables.NODES, mark))
        if reached > cumulative[-1]:
            break
        quarter = next(q for q in range(len(expected)) if reached <= cumulative[q + 1])
        width = cumulative[quarter + 1] - cumulative[quarter]
        slow.append(quarter * QUARTER_US + min((reached - cumulative[quarter]) * QUARTER_US // width, QUARTER_US - 1))
        candidate += 1
    times, index = _times(expected, day=day)

    assert index.tolist() == list(range(len(slow)))
    assert np.abs(times - np.array(slow, np.int64)).max(initial=0) <= 1  # a division in float64


def _evenly(days, rates, **keys):
    """Days (by 24 hours) and times in hours of evenly spaced candidates, of which `rates` are expected by quarter."""
    evenly_spaced = arrival_times.EvenlySpaced()
    for day in range(days):
        key = random_marks.StreamKey(NAME, day, random_marks.BASE_STREAM, 1, 0)
        times, _ = evenly_spaced.times(np.array(rates, float), day * DAY_US, key, **keys)
        yield from times.tolist()


def test_evenly_spaced_candidates_come_whole_steps_of_the_cumulative_rate_apart():
    times = list(_evenly(1, [0.5, 0.5, 2.0, 0.0, 1.0]))

    assert [time / QUARTER_US for time in times] == [0, 2, 2.5, 4]  # who is due as the rate stops comes as it goes on


def test_a_days_fraction_is_carried_over_midnight():
    opening, closing = 8 * HOUR_US, 9 * HOUR_US
    times = np.array(list(_evenly(100, [0.0] * 32 + [0.9 / 4] * 4 + [0.0] * 60)))  # 0.9 an hour, 08:00 to 09:00

    assert times.size == 90
    assert times[:3].tolist() == [
        opening,
        DAY_US + opening + round(HOUR_US / 9),
        2 * DAY_US + opening + round(HOUR_US * 2 / 9),
    ]
    assert ((times % DAY_US >= opening) & (times % DAY_US < closing)).all()


@pytest.mark.parametrize("per_hour", [1, 2, 4, 60, 240])
def test_evenly_spaced_times_are_exact(per_hour):
    step = HOUR_US // per_hour

    assert list(_evenly(3, [per_hour / 4] * 96)) == list(range(0, 3 * DAY_US, step))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    st.lists(st.integers(0, 5000).map(lambda thousandth: thousandth / 1000), min_size=4, max_size=4), st.integers(1, 40)
)
def test_as_many_come_evenly_as_are_expected_whatever_the_day(rates, days):
    exact = sum(round(rate * 1000) for rate in rates) * days
    times = list(_evenly(days, rates))

    assert len(times) == -(-exact // 1000)
    assert times == sorted(times)


def test_evenly_spaced_candidates_are_thinned_by_their_own_marks():
    every, some = list(_evenly(4, [2.5] * 96)), list(_evenly(4, [2.5] * 96, keep=0.5))

    assert set(some) < set(every)
    assert len(some) == pytest.approx(len(every) / 2, abs=4 * np.sqrt(len(every) / 4))
    assert list(_evenly(4, [2.5] * 96, keep=0.0)) == []


def test_no_rate_brings_nobody_and_a_high_one_many():
    assert _times(np.zeros(96))[0].size == 0
    assert _times([])[0].size == 0
    assert _times(np.full(96, 5000.0))[0].size == pytest.approx(480_000, abs=4 * np.sqrt(480_000))


def test_thinning_keeps_a_part_of_the_same_candidates_at_the_same_times():
    all_times, all_index = _times(np.full(96, 50.0))
    times, index = _times(np.full(96, 50.0), keep=0.7)
    fewer_times, fewer_index = _times(np.full(96, 50.0), keep=0.3)
    share = times.size / all_times.size

    np.testing.assert_array_equal(times, all_times[index])
    assert set(fewer_index) < set(index) < set(all_index)
    assert share == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / all_times.size))
    assert _times(np.full(96, 50.0), keep=0.0)[0].size == 0
    assert fewer_times.size > 0


def test_thinning_does_not_look_at_the_gaps():
    all_times, _ = _times(np.full(96, 50.0))
    _, index = _times(np.full(96, 50.0), keep=0.5)
    gaps = np.diff(all_times, prepend=0)

    assert gaps[index].mean() == pytest.approx(gaps.mean(), rel=4 / np.sqrt(index.size))


@pytest.mark.parametrize("other", [{"day": 738_001}, {"stream": random_marks.GROWTH_STREAM}, {"seed": 2}])
def test_another_day_stream_or_seed_brings_others(other):
    usual, elsewhere = _times(HALF_A_DAY)[0], _times(HALF_A_DAY, **other)[0]

    assert not set(usual.tolist()) & set(elsewhere.tolist())


def test_growth_adds_candidates_and_leaves_the_base_ones_as_they_are(plan, part):
    keys = {"demand": {"kind": "rate", "per_hour": 40}, "inspection": SOME_SERVICE}
    base, grown, fallen = (_candidates(plan(part(**keys, demand_factor=growth))) for growth in (1.0, 1.5, 0.6))

    assert _rows(fallen) < _rows(base) < _rows(grown)
    assert grown.arrived_us.size == pytest.approx(1440, abs=4 * np.sqrt(1440))
    assert fallen.arrived_us.size == pytest.approx(576, abs=4 * np.sqrt(576))


def test_elasticity_adds_candidates_who_come_at_short_waits_only(plan, part):
    keys = {"demand": {"kind": "rate", "per_hour": 400}, "accustomed_wait": {"minutes": {"general": 20}}}
    response = {"elasticity": 0.3, "always": 0.2, "day_cv": 0, "hour_sd": 0, "hour_rho": 0}
    without = _candidates(plan(part(**keys)))
    with_response = _candidates(plan(part(**keys), response=response))
    base = np.isin(with_response.arrived_us, without.arrived_us)
    count = without.arrived_us.size

    assert set(without.tolerance_min) == {ANY_WAIT}
    assert base.sum() == count
    assert (~base).sum() == pytest.approx(0.3 * 9600, abs=4 * np.sqrt(0.3 * 9600))
    assert with_response.tolerance_min[~base].max() < 20  # at the accustomed wait none of them comes
    for wait, coming in [(0, 1.3), (10, 1.15), (20, 1.0), (40, 0.7), (72, 0.22), (500, 0.2)]:
        come = np.count_nonzero(with_response.tolerance_min >= wait)
        assert come / 9600 == pytest.approx(coming, abs=4 * np.sqrt(1.3 / 9600) + 0.02)
