"""Booths by schedule, and the limits on them, by the wall clock."""

from datetime import date

import pytest

from border_sim.inputs.local_time import local_day
from border_sim.inputs.planned_booths import first_lane
from border_sim.inputs.roster import RosterKey
from border_sim.inputs.staffing_calendar import limits_of, staffing_plan, wanted_booths
from border_sim.vocabulary import MISSING, LaneClass, Mode, Programme

SUNDAY, MONDAY = date(2024, 3, 3), date(2024, 3, 4)
SPRING = date(2024, 3, 10)
NO_ROSTER = RosterKey(0, 0, 0)


def _wanted(part, frame, *, day=MONDAY, zone="UTC"):
    return wanted_booths(staffing_plan(Mode.PASSENGER, part, part, frame, 0), zone, [local_day(zone, day)], NO_ROSTER)


def _limits_of(part, frame, *, day=MONDAY, zone="UTC"):
    return limits_of(staffing_plan(Mode.PASSENGER, part, part, frame, 0).limits, local_day(zone, day))


# Schedules.


def test_a_schedule_gives_each_pool_its_booths_and_none_to_a_pool_that_it_does_not_name(part, frame):
    spans = [{"booths": 1}, {"days": "mon-fri", "hours": "06:00-08:00", "booths": 3}]
    pools = [{"name": name, "serves": [["standard"]], "max_open": 4} for name in ("a", "b")]
    mode = part(pools=pools, staffing={"kind": "schedule", "pools": {"b": spans}})

    assert _wanted(mode, frame()).tolist() == [[0, 1]] * 24 + [[0, 3]] * 8 + [[0, 1]] * 64
    assert _wanted(mode, frame(), day=SUNDAY).tolist() == [[0, 1]] * 96


def test_a_schedule_follows_the_wall_clock(part, frame):
    mode = part(staffing={"kind": "schedule", "pools": {"a": [{"hours": "01:00-04:00", "booths": 2}]}})

    assert _wanted(mode, frame(), day=SPRING, zone="America/Denver")[:, 0].tolist() == [0] * 4 + [2] * 8 + [0] * 80


def test_under_threshold_staffing_the_engine_decides(part, frame):
    mode = part(staffing={"kind": "threshold", "open_above_min": 20, "close_below_min": 5})

    assert set(_wanted(mode, frame())[:, 0].tolist()) == {MISSING}


# Limits.


def test_limits_are_what_is_installed_and_the_officers_on_duty(part, frame):
    officers = [{"booths": 2}, {"days": "mon", "hours": "08:00-16:00", "booths": 9}]
    limit, _, _ = _limits_of(part(officers=officers), frame())

    assert limit.tolist() == [2] * 32 + [4] * 32 + [2] * 32
    assert _limits_of(part(), frame())[0].tolist() == [4] * 96


@pytest.mark.parametrize(("closing", "held"), [("drain", 0), ("hold", 1)])
def test_hold_keeps_those_inside_from_closing_to_opening(part, frame, closing, held):
    hours = {"weekly": {"daily": "06:00-22:00"}}
    _, gate, is_held = _limits_of(part(hours=hours, closing=closing), frame())

    assert gate.tolist() == [0] * 24 + [1] * 64 + [0] * 8
    assert is_held.tolist() == [held] * 24 + [0] * 64 + [held] * 8


def test_officers_and_gate_follow_the_wall_clock(part, frame):
    mode = part(officers=[{"hours": "01:00-04:00", "booths": 1}], hours={"weekly": {"sun": "03:00-05:00"}})
    limit, gate, _ = _limits_of(mode, frame(), day=SPRING, zone="America/Denver")

    assert limit.tolist() == [0] * 4 + [1] * 8 + [0] * 80
    assert gate.tolist() == [0] * 8 + [1] * 8 + [0] * 76


def test_the_first_lane_of_a_programme_is_the_best_that_is_served(part):
    pools = part(pools=[{"name": "a", "serves": [["ready", "standard"]], "max_open": 4}]).pools

    assert first_lane(Mode.PASSENGER, Programme.SENTRI, pools) is LaneClass.READY
    assert first_lane(Mode.PASSENGER, Programme.NONE, pools) is LaneClass.STANDARD
