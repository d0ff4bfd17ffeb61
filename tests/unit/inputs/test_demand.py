"""Expected arrivals: a year's days sum to its volume, a day's quarters to the day's, within opening hours."""

from datetime import date, timedelta

import numpy as np
import pytest

from border_sim.inputs.demand import demand_plan, expected_arrivals, open_week
from border_sim.inputs.local_time import local_day
from border_sim.vocabulary import HOUR_US

FLAT = (1.0,) * 24
RISING = tuple(float(hour + 1) for hour in range(24))
SPRING, AUTUMN, MONDAY = date(2024, 3, 10), date(2024, 11, 3), date(2024, 3, 4)
UNEVEN_YEAR = tuple(0.8 + month / 20 for month in range(12))
UNEVEN_WEEK = (0.9, 0.95, 1.0, 1.05, 1.3, 1.1, 0.7)


@pytest.fixture(scope="module")
def tables(frame):
    """A frame with one profile, season and week, each replaced by a keyword."""

    def make(*, monthly=(1.0,) * 12, daily=(1.0,) * 7, weekday=FLAT, saturday=FLAT, sunday=FLAT):
        return frame(
            profiles={"shape": {"weekday": weekday, "saturday": saturday, "sunday": sunday}},
            seasonality={"year": {"monthly": monthly}},
            days_of_week={"week": {"daily": daily}},
        )

    return make


@pytest.fixture(scope="module")
def annual(part):
    """A mode with a year's volume of 1,200,000."""

    def make(**keys):
        names = {"profile": "shape", "seasonality": "year", "day_of_week": "week"}
        demand = {"kind": "annual", "volumes": {2019: 7, 2024: 1_200_000}, **names}
        return part(demand={**demand, **keys.pop("demand", {})}, **keys)

    return make


@pytest.fixture(scope="module")
def rated(part):
    def make(per_hour, **keys):
        demand = {"kind": "rate", "per_hour": per_hour, **keys.pop("demand", {})}
        return part(demand=demand, **keys)

    return make


def _expected(mode, tables, day, zone="America/Denver", start_us=0):
    return expected_arrivals(demand_plan(mode, tables, start_us), local_day(zone, day))


def _year(mode, tables, year):
    first = date(year, 1, 1)
    count = (date(year + 1, 1, 1) - first).days
    return np.array([_expected(mode, tables, first + timedelta(days=day)).sum() for day in range(count)])


def _hours(text):
    return {"weekly": text}


@pytest.mark.parametrize("year", [2024, 2023])
def test_the_days_of_a_calendar_year_sum_to_the_volume(annual, tables, year):
    of_days = _year(annual(), tables(monthly=UNEVEN_YEAR, daily=UNEVEN_WEEK), year)

    assert of_days.sum() == pytest.approx(1_200_000, rel=1e-12)


def test_days_are_in_the_proportions_of_season_and_week(annual, tables):
    of_days = _year(annual(), tables(monthly=UNEVEN_YEAR, daily=UNEVEN_WEEK), 2024)
    monday, friday, in_july = (day.timetuple().tm_yday - 1 for day in (MONDAY, date(2024, 3, 8), date(2024, 7, 1)))

    assert of_days[friday] / of_days[monday] == pytest.approx(1.3 / 0.9)
    assert of_days[in_july] / of_days[monday] == pytest.approx(UNEVEN_YEAR[6] / UNEVEN_YEAR[2])


def test_closed_days_get_nothing_and_the_others_share_it(annual, tables):
    mode = annual(hours=_hours({"mon-fri": "06:00-22:00", "sat": "06:00-12:00"}))
    of_days = _year(mode, tables(), 2024)
    weekdays = np.array([(date(2024, 1, 1) + timedelta(days=day)).weekday() for day in range(366)])

    assert np.all(of_days[weekdays == 6] == 0)
    np.testing.assert_allclose(of_days[weekdays < 6], 1_200_000 / np.count_nonzero(weekdays < 6))


def test_a_port_that_never_opens_expects_nobody(annual, tables):
    assert _year(annual(hours=_hours({})), tables(), 2024).sum() == 0


def test_the_volume_is_that_of_the_chosen_year(annual, tables):
    of_days = _year(annual(demand={"volume_year": 2019}), tables(), 2024)

    assert of_days.sum() == pytest.approx(7)


def test_latent_demand_multiplies_every_day_of_the_year(annual, tables):
    counted = _year(annual(), tables(monthly=UNEVEN_YEAR, daily=UNEVEN_WEEK), 2024)
    latent = _year(annual(demand={"latent": {"factor": 1.25}}), tables(monthly=UNEVEN_YEAR, daily=UNEVEN_WEEK), 2024)

    np.testing.assert_allclose(latent, 1.25 * counted, rtol=1e-12)


@pytest.mark.parametrize(("day", "quarters"), [(SPRING, 92), (AUTUMN, 100), (MONDAY, 96)])
def test_days_of_23_and_25_hours_keep_their_total(annual, tables, day, quarters):
    expected = _expected(annual(), tables(sunday=RISING, weekday=RISING), day)

    assert expected.size == quarters
    assert expected.sum() == pytest.approx(1_200_000 / 366)


def test_the_hour_that_comes_twice_has_its_rate_twice(annual, tables):
    expected = _expected(annual(), tables(sunday=RISING), AUTUMN)

    np.testing.assert_allclose(expected[4:8], expected[8:12])
    assert expected[12] / expected[8] == pytest.approx(3 / 2)


def test_the_shape_is_cut_to_opening_hours_and_keeps_the_total(annual, tables):
    mode = annual(hours=_hours({"daily": ["06:15-08:00", "12:00-13:00"]}))
    expected = _expected(mode, tables(weekday=RISING), MONDAY)
    is_open = [*range(25, 32), *range(48, 52)]

    assert np.flatnonzero(expected).tolist() == is_open
    assert expected.sum() == pytest.approx(1_200_000 / 366)
    assert expected[28] / expected[25] == pytest.approx(8 / 7)


def test_the_shape_follows_the_kind_of_day(annual, tables):
    early, late = (1.0, *(0.0,) * 23), (*(0.0,) * 23, 1.0)
    shapes = tables(saturday=early, sunday=late)

    assert np.flatnonzero(_expected(annual(), shapes, date(2024, 3, 9))).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(_expected(annual(), shapes, date(2024, 3, 17))).tolist() == [92, 93, 94, 95]
    assert np.count_nonzero(_expected(annual(), shapes, MONDAY)) == 96


def test_a_day_whose_shape_is_0_takes_the_weekdays(annual, tables):
    shapes = tables(weekday=RISING, saturday=(0.0,) * 24)

    np.testing.assert_allclose(
        _expected(annual(), shapes, date(2024, 3, 9)), _expected(annual(), shapes, date(2024, 3, 8)), rtol=1e-12
    )


def test_a_day_whose_shape_is_0_within_opening_hours_takes_the_weekdays_then_a_flat_one(annual, tables):
    nights_only = (*(0.0,) * 23, 1.0)
    mode = annual(hours=_hours({"daily": "06:00-08:00"}))
    of_weekday = _expected(mode, tables(weekday=RISING, saturday=nights_only), date(2024, 3, 9))
    flat = _expected(mode, tables(weekday=nights_only, saturday=nights_only), date(2024, 3, 9))

    assert of_weekday[28] / of_weekday[24] == pytest.approx(8 / 7)
    np.testing.assert_allclose(flat[24:32], 1_200_000 / 366 / 8)


def test_96_values_are_quarters_of_an_hour(annual, tables):
    quarters = tuple(float(quarter % 5) for quarter in range(96))
    expected = _expected(annual(), tables(weekday=quarters), MONDAY)

    np.testing.assert_allclose(expected / expected.sum(), np.array(quarters) / sum(quarters))


def test_rates_of_one_figure_24_or_96_are_arrivals_per_hour(rated, frame):
    quarters = tuple(float(quarter) for quarter in range(96))

    assert set(_expected(rated(40), frame(), MONDAY)) == {10.0}
    assert _expected(rated(RISING), frame(), MONDAY).tolist() == [(quarter // 4 + 1) / 4 for quarter in range(96)]
    assert _expected(rated(quarters), frame(), MONDAY).tolist() == [quarter / 4 for quarter in range(96)]


def test_rates_follow_the_wall_clock_and_the_opening_hours(rated, frame):
    mode = rated(RISING, hours=_hours({"sun": "01:00-04:00"}))

    assert _expected(mode, frame(), SPRING).tolist() == [0] * 4 + [0.5] * 4 + [1.0] * 4 + [0] * 80
    assert _expected(mode, frame(), AUTUMN).tolist() == [0] * 4 + [0.5] * 8 + [0.75] * 4 + [1.0] * 4 + [0] * 80
    assert _expected(mode, frame(), MONDAY).sum() == 0


def test_rates_from_the_start_replace_the_daily_pattern_and_end(rated, frame):
    mode = rated(99, demand={"hours_from_start": (8, 4)})
    start_us = local_day("America/Denver", MONDAY).begins_us

    today = _expected(mode, frame(), MONDAY, start_us=start_us)
    before = _expected(mode, frame(), MONDAY, start_us=start_us + 23 * HOUR_US)

    assert today.tolist() == [2.0] * 4 + [1.0] * 4 + [0.0] * 88
    assert before.tolist() == [0.0] * 92 + [2.0] * 4
    assert _expected(mode, frame(), MONDAY + timedelta(days=1), start_us=start_us).sum() == 0


def test_rates_from_the_start_are_cut_to_opening_hours(rated, frame):
    mode = rated(99, demand={"hours_from_start": (8, 4)}, hours=_hours({"daily": "00:30-01:15"}))
    start_us = local_day("America/Denver", MONDAY).begins_us

    assert np.flatnonzero(_expected(mode, frame(), MONDAY, start_us=start_us)).tolist() == [2, 3, 4]


def test_a_list_has_no_expectation(part, frame):
    listed = part(demand={"kind": "list", "arrivals": [{"at_s": 5}]})

    assert _expected(listed, frame(), AUTUMN).tolist() == [0.0] * 100


def test_the_gate_is_open_by_the_hours_of_the_week(part):
    week = open_week(part(hours=_hours({"sun": "01:30-04:00"})))

    assert [np.flatnonzero(day).tolist() for day in week] == [[]] * 6 + [list(range(6, 16))]
