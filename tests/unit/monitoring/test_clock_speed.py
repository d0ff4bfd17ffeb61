import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.monitoring.clock_speed import AVERAGED_S, ClockSpeed
from border_sim.vocabulary import SECOND_US


def _noted(*notes):
    speed = ClockSpeed()
    for now_s, reached_s in notes:
        speed.note(now_s, {port: at_s * SECOND_US for port, at_s in reached_s.items()})
    return speed


def test_nobody_can_tell_before_the_second_step():
    assert ClockSpeed().ratio(0) is None
    assert _noted((0, {"a": 100}), (1, {"a": 100})).ratio(1) is None


def test_seconds_from_step_to_step_of_the_slowest_port():
    assert _noted((0, {"a": 0, "b": 0}), (2, {"a": 120, "b": 40})).ratio(2) == 20


def test_only_the_last_half_minute_counts():
    notes = [(second, {"a": 600 * second}) for second in range(10)]
    notes += [(second, {"a": 6_000 + second}) for second in range(10, 60)]
    assert _noted(*notes).ratio(59) == 1


def test_a_clock_that_goes_once_a_minute_does_not_stand():
    speed = _noted(*((60 * minute, {"a": 60 * minute}) for minute in range(4)))
    assert [speed.ratio(180 + second) for second in (0, 1, 59, 119)] == [1] * 4
    assert speed.ratio(180 + 121) == 0


def test_a_clock_that_never_moves_stands_after_a_while():
    speed = _noted((0, {"a": 5}))
    assert speed.ratio(AVERAGED_S) is None
    assert speed.ratio(AVERAGED_S + 1) == 0


def test_ports_whose_run_has_ended_do_not_count():
    assert _noted((0, {"a": 0, "b": 0}), (1, {"a": 60, "b": 1}), (2, {"a": 120})).ratio(2) == 60
    assert _noted((0, {"a": 0}), (1, {"a": 60}), (2, {})).ratio(2) is None


def test_two_notes_at_the_same_time_are_one():
    assert _noted((0, {"a": 0}), (0, {"a": 60}), (1, {"a": 60})).ratio(1) == 60


@settings(derandomize=True, deadline=None)
@given(
    st.floats(0.1, 1_000),
    st.lists(st.floats(0.01, 5), min_size=2, max_size=200),
)
def test_an_even_pace_is_told_exactly_however_often_it_is_noted(pace, pauses_s):
    speed, now_s = ClockSpeed(), 0.0
    for pause_s in pauses_s:
        now_s += pause_s
        speed.note(now_s, {"a": round(now_s * pace * SECOND_US)})
    assert speed.ratio(now_s) == pytest.approx(pace, rel=1e-2)
