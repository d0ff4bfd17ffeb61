"""A plan gives a port's days one by one: candidates with ids that go on, and the calendar of every quarter."""

from datetime import date

import numpy as np
import pytest

from border_sim.inputs.arrival_times import listed_arrivals
from border_sim.inputs.port_plan import port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.records import PoolInfo, concatenate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import DAY_US, HOUR_US, MISSING, QUARTER_US, Mode, Station, code

STEP = {"kind": "deterministic", "mean_s": 30}
RATE = {"kind": "rate", "per_hour": 30}


def _days(plan):
    return list(plan.days())


def _all(plan, column):
    return np.concatenate([getattr(day.candidates, column) for day in plan.days()])


def test_the_frame_of_a_run(plan, part):
    planned = plan(part(), days=2, warm_up_days=3, zone="America/Denver", start="2024-03-11")

    assert planned.first_day == date(2024, 3, 8)
    assert planned.measured_from_us - planned.begins_us == 71 * HOUR_US  # the clock went forward on the way
    assert planned.horizon_us - planned.measured_from_us == 2 * DAY_US
    assert planned.slug == "tiny"


def test_days_follow_each_other_to_the_end_of_the_drain(plan, part):
    days = _days(plan(part(demand=RATE), days=2, warm_up_days=1))

    assert len(days) == 1 + 2 + 2
    assert [one.ends_us for one in days[:-1]] == [other.begins_us for other in days[1:]]
    assert [day.candidates.arrived_us.size > 0 for day in days] == [True, True, True, False, False]
    assert all(day.calendar.t_us.size == 96 for day in days)


def test_ids_go_on_from_day_to_day_in_the_order_of_arrival(plan, part):
    planned = plan({"passenger": part(demand=RATE), "pedestrian": part(demand=RATE)}, days=3)
    days = _days(planned)
    arrived = _all(planned, "arrived_us")

    sizes = [day.candidates.arrived_us.size for day in days]
    assert [day.first_id for day in days[1:]] == np.cumsum(sizes)[:-1].tolist()
    assert np.all(np.diff(arrived) >= 0)
    assert set(_all(planned, "mode")) == {code(Mode.PASSENGER), code(Mode.PEDESTRIAN)}


def test_a_day_can_be_made_again(plan, part):
    planned = plan(part(demand=RATE))
    once, again = next(planned.days()), next(planned.days())

    assert all(np.array_equal(*pair) for pair in zip(once.candidates, again.candidates, strict=True))


def test_days_are_joined_end_to_end(plan, part):
    planned = plan({"passenger": part(demand=RATE), "pedestrian": part(demand=RATE)}, days=5)
    one_by_one, by_two = _days(planned), list(planned.days(2))

    assert [day.days for day in by_two] == [2, 2, 1, 1, 1]  # those of the drain one by one
    assert [day.first_id for day in by_two[:3]] == [day.first_id for day in one_by_one[:5:2]]
    for name in ("candidates", "calendar"):
        one, other = (concatenate([getattr(day, name) for day in days]) for days in (one_by_one, by_two))
        assert all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def test_evenly_spaced_arrivals_add_up_over_midnight_however_days_are_joined(plan, part, monkeypatch):
    slow = part(demand={"kind": "rate", "per_hour": 0.9, "spacing": "even"}, hours={"weekly": {"daily": "08:00-09:00"}})
    planned = plan(slow, days=100)
    one_by_one = _all(planned, "arrived_us")

    assert one_by_one.size == 90
    assert np.concatenate([day.candidates.arrived_us for day in planned.days(31)]).tolist() == one_by_one.tolist()
    _assert_looking_two_days_ahead_is_enough(planned, monkeypatch)


def test_growth_of_evenly_spaced_arrivals_and_latent_ones_add_up(plan, part):
    slow = part(demand={"kind": "rate", "per_hour": 1, "spacing": "even"}, demand_factor=1.03)
    response = {"elasticity": 0.25, "always": 0.2, "day_cv": 0, "hour_sd": 0, "hour_rho": 0}
    arrived, with_latent = (_all(plan(slow, days=100, **keys), "arrived_us") for keys in ({}, {"response": response}))

    assert arrived.size == 2472
    assert with_latent.size == 2472 + 600 + 18


def test_a_list_is_read_once_however_many_days_there_are(plan, part, monkeypatch):
    reads = []

    def counted(*arguments):
        reads.append(arguments)
        return listed_arrivals(*arguments)

    monkeypatch.setattr("border_sim.inputs.port_plan.listed_arrivals", counted)
    arrivals = [{"at_s": 3600 * hour} for hour in range(400)]
    planned = plan(part(demand={"kind": "list", "arrivals": arrivals}), days=30)
    sizes = [day.candidates.arrived_us.size for day in planned.days()]

    assert sizes[:18] == [24] * 16 + [16, 0]
    assert len(reads) == 1


def test_how_far_is_looked_ahead_changes_nothing(plan, part, monkeypatch):
    response = {"elasticity": 0.3, "always": 0.2, "day_cv": 0.3, "hour_sd": 0.3, "hour_rho": 0.8}
    modes = {"passenger": part(demand=RATE), "pedestrian": part(demand=RATE)}
    _assert_looking_two_days_ahead_is_enough(plan(modes, days=5, response=response), monkeypatch)


def test_booths_that_are_planned_are_the_same_however_far_is_looked_ahead(monkeypatch):
    frame = resolve(Scenario(), load_catalogue(), ports=["tecate"], start=date(2024, 3, 8), days=4)
    _assert_looking_two_days_ahead_is_enough(port_plan(frame.ports[0], frame, seed=1), monkeypatch)


def _assert_looking_two_days_ahead_is_enough(planned, monkeypatch):
    whole = _days(planned)
    monkeypatch.setattr("border_sim.inputs.port_plan.SPAN_DAYS", 2)
    by_two = _days(planned)

    assert [day[:4] for day in by_two] == [day[:4] for day in whole]
    for name in ("candidates", "calendar"):
        for one, other in zip(whole, by_two, strict=True):
            assert all(np.array_equal(*pair) for pair in zip(getattr(one, name), getattr(other, name), strict=True))


def test_days_are_joined_until_they_have_enough_candidates(plan, part):
    planned = plan(part(demand=RATE), days=7)
    size, *_ = (day.candidates.arrived_us.size for day in planned.days())

    assert [next(planned.days(7, enough)).days for enough in (size, size + 1, 10**6)] == [1, 2, 7]


@pytest.mark.parametrize("other", [{"seed": 2}, {"replication": 1}])
def test_another_seed_or_replication_brings_other_traffic(plan, part, other):
    usual, elsewhere = (_all(plan(part(demand=RATE), **keys), "arrived_us") for keys in ({}, other))

    assert not set(usual.tolist()) & set(elsewhere.tolist())


def test_a_mode_more_or_a_pool_more_shifts_no_draw(plan, part):
    draws = {"demand": RATE, "inspection": {"service": {"standard": {"kind": "exponential", "mean_s": 60}}}}
    pools = [{"name": name, "serves": [["standard"]], "max_open": 4} for name in ("a", "b")]
    alone = plan(part(**draws))
    beside = plan({"passenger": part(**draws, pools=pools), "commercial": part(demand=RATE)})
    cars = _all(beside, "mode") == code(Mode.PASSENGER)

    for column in ("arrived_us", "programme", "service_us", "tolerance_min"):
        np.testing.assert_array_equal(_all(beside, column)[cars], _all(alone, column))


def test_spreads_change_the_expected_arrivals_but_not_their_mean(plan, part):
    response = {"elasticity": 0, "always": 0.2, "day_cv": 0.3, "hour_sd": 0.2, "hour_rho": 0.5}
    planned = plan(part(demand={"kind": "rate", "per_hour": 200}), days=120, response=response)
    counts = np.array([day.candidates.arrived_us.size for day in planned.days()][:120])

    assert counts.mean() == pytest.approx(4800, rel=4 * 0.31 / np.sqrt(120))
    assert counts.std() / counts.mean() == pytest.approx(0.307, rel=4 / np.sqrt(240))


def test_hours_that_are_spread_are_those_of_the_run_of_a_day(plan, part):
    response = {"elasticity": 0, "always": 0.2, "day_cv": 0, "hour_sd": 0.5, "hour_rho": 0.0}
    even = part(demand={"kind": "rate", "per_hour": 4000, "spacing": "even"})
    planned = plan(even, zone="America/Denver", start="2024-11-03", response=response)
    arrived = next(planned.days()).candidates.arrived_us
    counts = np.bincount((arrived - planned.begins_us) // QUARTER_US, minlength=100).reshape(25, 4)

    assert np.all(np.ptp(counts, axis=1) <= 1)  # one factor an hour, 25 hours that day
    assert counts.mean(axis=1).std() > 100


def test_the_calendar_of_a_day(plan, part):
    staffed = part(
        staffing={"kind": "schedule", "pools": {"a": [{"hours": "06:00-12:00", "booths": 3}]}},
        hours={"weekly": {"daily": "06:00-22:00"}},
        officers=[{"booths": 2}],
        closing="hold",
        inspection={
            "service": {"standard": STEP},
            "referral": {"share": {"none": 0.1}},
            "secondary": {"nii": {"share": 1, "service": STEP}},
        },
        bays={"secondary": {"nii": 1}},
    )
    thresholds = part(staffing={"kind": "threshold", "open_above_min": 20, "close_below_min": 5})
    planned = plan({"pedestrian": thresholds, "commercial": staffed})
    calendar = next(planned.days()).calendar

    assert [(pool.info.mode, pool.info.name) for pool in planned.pools] == [
        (Mode.COMMERCIAL, "a"),
        (Mode.PEDESTRIAN, "a"),
        (Mode.COMMERCIAL, "nii"),
    ]
    assert np.diff(calendar.t_us).tolist() == [QUARTER_US] * 95
    assert calendar.booths_wanted[:, 0].tolist() == [0] * 24 + [3] * 24 + [0] * 48
    assert np.unique(calendar.booths_wanted[:, 1:]).tolist() == [MISSING]
    assert np.unique(calendar.booths_limit, axis=0).tolist() == [[2, 4]]
    assert calendar.gate_open.tolist() == [[0, 1]] * 24 + [[1, 1]] * 64 + [[0, 1]] * 8
    assert calendar.held.tolist() == [[1, 0]] * 24 + [[0, 0]] * 64 + [[1, 0]] * 8


def test_planned_staffing_goes_on_through_the_drain(plan, part):
    planned_cars = part(
        demand={"kind": "rate", "per_hour": 120},
        staffing={"kind": "planned", "booths": {"general": 4}},
        accustomed_wait={"minutes": {"general": 0}},
    )
    days = _days(plan(planned_cars))

    assert [set(day.calendar.booths_wanted[:, 0].tolist()) for day in days] == [{2}, {2}, {2}]


def test_what_readers_of_a_ports_columns_need_to_know(plan, part):
    cars = part(
        inspection={
            "service": {"standard": STEP},
            "referral": {"share": {"none": 0.1}},
            "secondary": {"nii": {"share": 1, "service": STEP}},
        },
        bays={"secondary": {"nii": 1}},
    )
    planned = plan(cars, zone="America/Chicago", warm_up_days=1)
    info = planned.info

    assert (info.slug, info.time_zone, info.latitude, info.longitude) == ("tiny", "America/Chicago", None, None)
    assert info.installed == {Mode.PASSENGER: 4}
    assert info.pools == (
        PoolInfo("a", Mode.PASSENGER, Station.PRIMARY),
        PoolInfo("nii", Mode.PASSENGER, Station.SECONDARY),
    )
    assert info.measured_from_us == planned.measured_from_us == planned.begins_us + DAY_US
