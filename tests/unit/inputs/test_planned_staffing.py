"""Booths wanted of each pool: by schedule, or planned from expected demand; and the limits on them."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs.local_time import local_day
from border_sim.inputs.roster import RosterKey
from border_sim.inputs.staffing_calendar import staffing_plan, wanted_booths
from border_sim.vocabulary import Mode

SUNDAY, MONDAY = date(2024, 3, 3), date(2024, 3, 4)
SPRING = date(2024, 3, 10)
NO_ROSTER = RosterKey(0, 0, 0)


def _minutes(**groups):
    return {"minutes": {"general": 0, "sentri": 0, "commercial": 0, "fast": 0, "pedestrian": 0, **groups}}


def _service(**seconds):
    return {"service": {lane: {"kind": "exponential", "mean_s": mean} for lane, mean in seconds.items()}}


@pytest.fixture(scope="module")
def planned(part):
    """Cars at 60 an hour, a minute each, in one pool of up to 20 booths, with no accustomed wait; `keys` replace."""

    def make(**keys):
        usual = {
            "demand": {"kind": "rate", "per_hour": 60},
            "installed": {"booths": 20},
            "pools": [{"name": "a", "serves": [["standard"]], "max_open": 20}],
            "staffing": {"kind": "planned", "booths": {"general": 20}},
            "inspection": _service(standard=60, ready=60, sentri=60, fast=60),
            "accustomed_wait": _minutes(),
        }
        return part(**{**usual, **keys})

    return make


@pytest.fixture(scope="module")
def rule(frame):
    """A frame with the figures of planned staffing, for every group alike, or by keyword."""

    def make(utilisation=1.0, share=1.0, shape=(1.0,) * 24, **groups):
        figures = frame().planning.model_dump()
        figures["target_utilisation"] = dict.fromkeys(figures["target_utilisation"], utilisation)
        figures["share_of_booths"] = {**dict.fromkeys(figures["share_of_booths"], share), **groups}
        figures["hour_shape"] = dict.fromkeys(figures["hour_shape"], shape)
        return frame(planning=figures)

    return make


def _wanted(part, frame, *, mode=Mode.PASSENGER, baseline=None, day=MONDAY, zone="UTC"):
    return wanted_booths(staffing_plan(mode, part, baseline or part, frame, 0), zone, [local_day(zone, day)], NO_ROSTER)


def _of_first_pool(*args, **keys):
    return _wanted(*args, **keys)[:, 0].tolist()


def _rate(*per_hour):
    return {"kind": "rate", "per_hour": (*per_hour, *(0.0,) * (24 - len(per_hour)))}


# Planned staffing: need = what is due, one accustomed wait after it came, x service / target utilisation.


@pytest.mark.parametrize(
    ("per_hour", "service_s", "utilisation", "booths"),
    [(60, 60, 1.0, 1), (120, 60, 1.0, 2), (60, 60, 0.25, 4), (90, 120, 0.6, 5), (5, 60, 1.0, 1)],
)
def test_need_is_expected_work_over_target_utilisation_and_at_least_one(
    planned, rule, per_hour, service_s, utilisation, booths
):
    mode = planned(demand={"kind": "rate", "per_hour": per_hour}, inspection=_service(standard=service_s))

    assert _of_first_pool(mode, rule(utilisation)) == [booths] * 96


def test_booths_stay_until_they_are_more_than_a_booth_quarter_behind_or_ahead_and_start_afresh_at_midnight(
    planned, rule
):
    needs_225 = planned(demand={"kind": "rate", "per_hour": 135})
    needs_25 = planned(demand={"kind": "rate", "per_hour": 150})

    # Of 2.25 a quarter of a booth is missing each quarter: one behind after four, so three open in the fifth; those are
    # three quarters too many each time, and more than one ahead in the third.
    assert _of_first_pool(needs_225, rule()) == [2] * 4 + ([3] * 2 + [2] * 6) * 11 + [3] * 2 + [2] * 2
    assert _of_first_pool(needs_25, rule()) == [2] * 2 + ([3] * 4 + [2] * 4) * 11 + [3] * 4 + [2] * 2


def test_booths_leave_at_once_what_is_no_neighbour_of_the_need(planned, rule):
    mode = planned(demand=_rate(90, 210, 240, 90, 60))  # needs 1.5, 3.5, 4, 1.5, 1

    assert _of_first_pool(mode, rule())[:20] == [1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4, 2, 2, 1, 1, 1, 1, 1, 1]


def test_the_carry_starts_afresh_at_opening(planned, rule):
    hours = {"weekly": {"daily": ["00:00-00:15", "12:00-24:00"]}}
    mode = planned(demand={"kind": "rate", "per_hour": 135}, hours=hours)

    # The first quarter leaves a quarter of a booth; carried on, it would open three at a quarter to one.
    assert _of_first_pool(mode, rule()) == [2] + [0] * 47 + [2] * 4 + ([3] * 2 + [2] * 6) * 5 + [3] * 2 + [2] * 2


def test_planned_booths_lag_behind_demand_by_the_accustomed_wait(planned, rule):
    mode = planned(demand=_rate(60, 180, 60), accustomed_wait=_minutes(general=30))

    # Until 00:30 nobody is expected to have waited: at least one booth all the same.
    assert _of_first_pool(mode, rule()) == [1] * 6 + [3] * 4 + [1] * 86


def test_what_came_while_the_accustomed_wait_falls_is_due_at_once_and_none_of_it_is_forgotten(planned, rule):
    shape = (*(1.0,) * 12, *(1e-12,) * 12)
    mode = planned(demand={"kind": "rate", "per_hour": 120}, accustomed_wait=_minutes(general=120))

    # Two booths' work. The wait falls from two hours to nothing between 11:30 and 12:30: who comes from 11:30 to 13:30
    # is due at 13:30 all together, the work of 16 booths for a quarter of an hour, beside the 2 of that quarter.
    assert _of_first_pool(mode, rule(shape=shape))[12:58] == [2] * 42 + [18] + [2] * 3
    # As few as there are go on until all is done: 4 in place of 2, 8 quarters long.
    few = planned(**{**dict(mode), "staffing": {"kind": "planned", "booths": {"general": 4}}})
    assert _of_first_pool(few, rule(shape=shape))[52:64] == [2] * 2 + [4] * 8 + [2] * 2


def test_demand_is_due_later_and_later_while_the_accustomed_wait_rises(planned, rule):
    shape = (*(1e-12,) * 12, *(1.0,) * 12)
    mode = planned(demand={"kind": "rate", "per_hour": 360}, accustomed_wait=_minutes(general=120))

    # From 11:30 the wait rises by two minutes a minute: what comes in a quarter of an hour is due in three.
    assert _of_first_pool(mode, rule(shape=shape))[44:60] == [6] * 2 + [2] * 12 + [6] * 2


def test_the_lag_reaches_into_the_day_before(planned, rule):
    hours = {"weekly": {"sun": "23:00-24:00", "mon": "08:00-09:00"}}
    mode = planned(demand={"kind": "rate", "per_hour": 180}, hours=hours, accustomed_wait=_minutes(general=45))

    # Sunday's last hour is planned for until 00:45; Monday's first cars have waited until 08:45.
    assert _of_first_pool(mode, rule()) == [3] * 3 + [0] * 29 + [1] * 3 + [3] * 4 + [0] * 57


def test_the_plan_goes_on_after_closing_while_anybody_is_expected_inside(planned, rule):
    hours = {"weekly": {"daily": "06:00-08:00"}}
    mode = planned(demand={"kind": "rate", "per_hour": 120}, hours=hours, accustomed_wait=_minutes(general=30))

    assert _of_first_pool(mode, rule()) == [0] * 24 + [1] * 2 + [2] * 8 + [0] * 62


@settings(derandomize=True, deadline=None, max_examples=20)
@given(data=st.data())
def test_the_plan_of_a_date_is_the_same_whatever_days_are_planned_with_it(data, planned, rule):
    rates = data.draw(st.lists(st.sampled_from([0.0, 10.0, 90.0, 250.0, 900.0]), min_size=24, max_size=24))
    shape = data.draw(st.lists(st.floats(0.01, 3), min_size=24, max_size=24))
    closing = data.draw(st.integers(1, 24))
    hours = {"weekly": {"mon-sat": f"00:00-{closing:02d}:00", "sun": "02:00-23:00"}}
    wait, staffing = _minutes(general=90), {"kind": "planned", "booths": {"general": data.draw(st.integers(1, 9))}}
    mode = planned(demand=_rate(*rates), hours=hours, accustomed_wait=wait, staffing=staffing)
    plan = staffing_plan(Mode.PASSENGER, mode, mode, rule(shape=tuple(shape)), 0)

    def wanted(first, count):
        days = [local_day("America/Denver", SPRING + timedelta(days=first + day)) for day in range(count)]
        sizes = [day.quarters.size for day in days]
        return np.split(wanted_booths(plan, "America/Denver", days, NO_ROSTER), np.cumsum(sizes)[:-1])

    together = wanted(-6, 12)
    for first, count in ((-6, 1), (-3, 1), (0, 2), (1, 5), (2, 3)):  # the clock changes on day 0
        for one, other in zip(wanted(first, count), together[6 + first :], strict=False):
            assert np.array_equal(one, other)


@pytest.mark.parametrize(("share", "booths"), [(1.0, 6), (0.5, 3), (0.1, 1)])
def test_need_is_clipped_to_the_share_of_the_groups_booths_but_never_below_one(planned, rule, share, booths):
    mode = planned(demand={"kind": "rate", "per_hour": 600}, staffing={"kind": "planned", "booths": {"general": 6}})

    assert _of_first_pool(mode, rule(share=share)) == [booths] * 96


def test_the_plan_is_the_baselines_unless_staffing_is_the_scenarios(planned, rule):
    usual, doubled = planned(), planned(demand={"kind": "rate", "per_hour": 120})

    assert _of_first_pool(doubled, rule(), baseline=usual) == [1] * 96
    assert _of_first_pool(doubled, rule(), baseline=doubled) == [2] * 96


def test_latent_demand_is_planned_for(planned, frame):
    names = {"profile": "day", "seasonality": "year", "day_of_week": "week"}
    tables = {
        "profiles": {"day": dict.fromkeys(("weekday", "saturday", "sunday"), (1,) * 24)},
        "seasonality": {"year": {"monthly": (1,) * 12}},
        "days_of_week": {"week": {"daily": (1,) * 7}},
    }
    volume = {"kind": "annual", "volumes": {2024: 366 * 24 * 60}, **names}  # 60 an hour
    doubled = planned(demand={**volume, "latent": {"factor": 2.0}})

    assert _of_first_pool(planned(demand=volume), frame(**tables)) == [1] * 96
    assert _of_first_pool(doubled, frame(**tables)) == [2] * 96


def test_more_demand_is_planned_for_only_if_the_scenario_restates_the_staffing(planned, rule):
    usual, grown = planned(), planned(demand_factor=2.0)

    assert _of_first_pool(grown, rule(), baseline=usual) == [1] * 96
    assert _of_first_pool(grown, rule(), baseline=grown) == [2] * 96


# FAST plans its own share, with its own accustomed wait.


def _trucks(planned, pools, booths, **keys):
    usual = {
        "pools": [{"name": name, "serves": serves, "max_open": 10} for name, serves in pools],
        "staffing": {"kind": "planned", "booths": booths},
        "programmes": {"share": {"ctpat": 0.25, "none": 0.75}},
        "demand": {"kind": "rate", "per_hour": 480},
    }
    return planned(**{**usual, **keys})


def test_fast_plans_its_own_share_up_to_its_own_booths(planned, rule):
    pools = [("general", [["standard"]]), ("fast", [["fast"]])]
    mode = _trucks(planned, pools, {"commercial": 10, "fast": 2})
    busier = _trucks(planned, pools, {"commercial": 10, "fast": 2}, demand={"kind": "rate", "per_hour": 960})

    assert _wanted(mode, rule(), mode=Mode.COMMERCIAL).tolist() == [[6, 2]] * 96
    assert _wanted(busier, rule(), mode=Mode.COMMERCIAL).tolist() == [[10, 2]] * 96


def test_fast_lags_by_its_own_accustomed_wait(planned, rule):
    pools = [("general", [["standard"]]), ("fast", [["fast"]])]
    wait = _minutes(commercial=60, fast=39)
    mode = _trucks(planned, pools, {"commercial": 10, "fast": 9}, demand=_rate(960), accustomed_wait=wait)
    wanted = _wanted(mode, rule(), mode=Mode.COMMERCIAL)

    assert wanted[:, 0].tolist() == [1] * 4 + [10] * 4 + [8] + [1] * 87  # 12 booths' work for 10
    # From 00:39 to 01:39 four booths' work is due, 1.6 of it in the first quarter of an hour and 2.4 in the last.
    assert wanted[:, 1].tolist() == [1] * 3 + [4] * 3 + [3] + [1] * 89


def test_fast_without_booths_of_its_own_is_planned_with_the_pool_that_serves_it(planned, rule):
    shared = _trucks(planned, [("all", [["fast"], ["standard"]])], {"commercial": 20})

    assert _wanted(shared, rule(), mode=Mode.COMMERCIAL).tolist() == [[8]] * 96


def test_members_without_a_lane_of_their_own_are_planned_with_standard(planned, rule):
    mode = _trucks(planned, [("general", [["standard"]])], {"commercial": 20, "fast": 2})

    assert _wanted(mode, rule(), mode=Mode.COMMERCIAL).tolist() == [[8]] * 96


def test_a_pool_whose_group_has_no_plan_stays_closed(planned, rule):
    mode = _trucks(planned, [("general", [["standard"]]), ("fast", [["fast"]])], {"commercial": 10})

    assert _wanted(mode, rule(), mode=Mode.COMMERCIAL).tolist() == [[6, 0]] * 96


@pytest.mark.parametrize("share", [{"sentri": 1.0, "none": 0.0}, {"sentri": 0.6, "ready": 0.4}])
def test_a_programme_without_members_needs_no_lane(planned, rule, share):
    pools = [{"name": "a", "serves": [["sentri"], ["ready"]], "max_open": 20}]
    staffing = {"kind": "planned", "booths": {"sentri": 20}}
    mode = planned(pools=pools, staffing=staffing, programmes={"share": share})

    assert _of_first_pool(mode, rule()) == [1] * 96


def test_whoever_no_pool_of_the_scenario_serves_is_left_out_of_the_plan(planned, rule):
    share = {"share": {"sentri": 0.5, "none": 0.5}}
    staffing = {"kind": "planned", "booths": {"sentri": 20}}
    before = planned(demand={"kind": "rate", "per_hour": 240}, programmes=share, staffing=staffing)
    pools = [{"name": "a", "serves": [["sentri"]], "max_open": 20}]
    commuter = planned(pools=pools, programmes={"share": {"sentri": 1.0}}, staffing=staffing)

    assert _of_first_pool(commuter, rule(), baseline=before) == [2] * 96


def _cars(planned, pools, shares, per_hour, *, booths=20):
    return planned(
        pools=[{"name": name, "serves": [[name]], "max_open": most} for name, most in pools],
        programmes={"share": shares},
        demand={"kind": "rate", "per_hour": per_hour},
        staffing={"kind": "planned", "booths": {"general": booths}},
    )


def test_work_counts_service_time_as_well_as_share(planned, rule):
    mode = _cars(planned, [("ready", 20), ("standard", 20)], {"ready": 0.5, "none": 0.5}, 480)
    slow = planned(**{**dict(mode), "inspection": _service(ready=30, standard=90, sentri=60)})

    assert _wanted(mode, rule()).tolist() == [[4, 4]] * 96
    assert _wanted(slow, rule()).tolist() == [[2, 6]] * 96


def test_work_is_that_of_the_programmes_who_come_in_the_hour_and_split_by_them(planned, rule):
    ready = tuple(1.0 if hour % 24 >= 12 else 0.5 for hour in range(168))
    usual = _cars(planned, [("ready", 20), ("standard", 20)], {"ready": 0.5, "none": 0.5}, 480)
    shares = {"share": {"ready": ready, "none": tuple(1 - share for share in ready)}}
    slow = planned(**{**dict(usual), "programmes": shares, "inspection": _service(ready=30, standard=90, sentri=60)})

    assert _wanted(slow, rule()).tolist() == [[2, 6]] * 48 + [[4, 0]] * 48
    later = planned(**{**dict(slow), "accustomed_wait": _minutes(general=30)})
    assert _wanted(later, rule()).tolist() == [[4, 0]] * 2 + [[2, 6]] * 48 + [[4, 0]] * 46


def test_the_way_to_the_queue_is_the_export_side_and_the_scan(planned, rule):
    minutes = {name: {"kind": "deterministic", "mean_s": 60 * mean} for name, mean in (("ten", 10), ("fifty", 50))}
    inspection = {
        **_service(standard=60, fast=60),
        "export": {"delay": minutes["ten"], "red_share": 0.2, "red_delay": minutes["fifty"]},
        "scan": {"share": 0.5, "service": minutes["ten"]},
    }
    trucks = {"inspection": inspection, "bays": {"scan": 9}, "accustomed_wait": _minutes(commercial=5)}
    mode = _trucks(planned, [("a", [["standard"]])], {"commercial": 10}, demand=_rate(240), **trucks)

    # 10 + .2 x 50 + .5 x 10 minutes to the queue, 5 there.
    assert _wanted(mode, rule(), mode=Mode.COMMERCIAL)[:, 0].tolist() == [1] * 2 + [4] * 4 + [1] * 90


@settings(derandomize=True, deadline=None, max_examples=40)
@given(data=st.data())
def test_a_split_opens_what_is_planned_as_far_as_the_pools_hold_it(data, planned, rule):
    most = data.draw(st.lists(st.integers(1, 8), min_size=3, max_size=3))
    parts = data.draw(st.lists(st.integers(1, 9), min_size=3, max_size=3))
    per_hour = data.draw(st.integers(0, 900))
    shares = {name: part / sum(parts) for name, part in zip(("none", "ready", "sentri"), parts, strict=True)}
    lanes = data.draw(st.permutations(["standard", "ready", "sentri"]))
    ranks = {"ready": [["ready"], ["standard"]], "standard": [["standard"]], "sentri": [["sentri"]]}
    pools = [
        {"name": name, "serves": ranks[name], "max_open": booths} for name, booths in zip(lanes, most, strict=True)
    ]
    mode = planned(
        pools=pools,
        programmes={"share": shares},
        demand={"kind": "rate", "per_hour": per_hour},
        staffing={"kind": "planned", "booths": {"general": 20, "sentri": 20}},
    )
    wanted = _wanted(mode, rule())

    assert np.all((wanted >= 0) & (wanted <= most))
    for group in (["standard", "ready"], ["sentri"]):
        places = [lanes.index(lane) for lane in group]
        work = sum(shares[{"standard": "none"}.get(lane, lane)] for lane in group) * per_hour / 60
        need = min(max(work, 1), 20)
        room = sum(most[place] for place in places)
        opened = wanted[:, places].sum(axis=1)
        assert np.all(np.abs(np.minimum(opened, room) - min(need, room)) < 1)
        assert abs(opened.mean() - need) < 1 / 96 + 1e-9 or need > room - 1
