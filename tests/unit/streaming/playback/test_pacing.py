"""Events leave when they are due, whatever writing takes; and who cannot keep up hears of it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.streaming.playback.pacing import LATE_S, TICK_S, Pacer

SECOND_US = 1_000_000
BEGINS_US = 1_709_510_400 * SECOND_US


class Clock:
    """A clock that goes only when somebody waits or works."""

    def __init__(self):
        self.now_s = 5_000.0
        self.waits = 0

    def __call__(self):
        return self.now_s

    def wait(self, seconds):
        assert seconds > 0
        self.waits += 1
        self.now_s += seconds
        return False


@pytest.fixture
def clock():
    return Clock()


def paced(clock, speed, t_us, *, work_s=0.0, block=500, from_us=BEGINS_US, said=None, began_s=None):
    """The clock's time at which each event was given."""
    say = [].append if said is None else said.append
    pacer = Pacer(speed, from_us, say, began_s=began_s, clock=clock, wait=clock.wait)
    left = np.empty(t_us.size)
    for first in range(0, t_us.size, block):
        for due in pacer.due(t_us[first : first + block]):
            left[first:][due] = clock.now_s
            clock.now_s += work_s
    return left


def seconds(*values):
    return BEGINS_US + np.array([round(value * SECOND_US) for value in values], np.int64)


@pytest.mark.parametrize(("speed", "work_s"), [(1, 0.0), (1, 0.2), (60, 0.05), (3_600, 0.1)])
def test_an_hour_of_the_clock_is_kept_to_a_second_even_if_writing_takes_time(clock, speed, work_s):
    begins_s = clock.now_s
    t_us = BEGINS_US + np.sort(np.random.default_rng(1).integers(0, 3_600 * speed * SECOND_US, 20_000))
    t_us[0] = BEGINS_US
    left = paced(clock, speed, t_us, work_s=work_s)
    due = begins_s + (t_us - BEGINS_US) / (speed * SECOND_US)
    assert np.all(left >= due - 1e-6)
    assert np.all(left <= due + 1)


@settings(derandomize=True, deadline=None)
@given(
    gaps=st.lists(st.integers(0, 3 * SECOND_US), min_size=1, max_size=60),
    speed=st.sampled_from([0.1, 1, 7, 60, 3_600]),
    block=st.integers(1, 60),
    work_s=st.floats(0, 0.5),
)
def test_every_event_leaves_once_in_order_and_never_before_it_is_due(gaps, speed, block, work_s):
    clock, t_us = Clock(), BEGINS_US + np.cumsum(gaps, dtype=np.int64)
    left = paced(clock, speed, t_us, block=block, work_s=work_s, from_us=int(t_us[0]))
    assert np.all(np.diff(left) >= 0)
    assert np.all(left >= left[0] + (t_us - t_us[0]) / (speed * SECOND_US) - 1e-6)


def test_speed_0_never_waits(clock):
    left = paced(clock, 0, seconds(0, 1, 86_400))
    assert clock.waits == 0
    assert left.tolist() == [5_000.0] * 3


def test_what_lies_before_the_beginning_leaves_at_once_and_takes_nothing_of_the_pace(clock):
    left = paced(clock, 1, seconds(-86_400, -1, 0, 3), work_s=2.0, block=1)
    assert left.tolist() == pytest.approx([5_000, 5_002, 5_004, 5_007])


def test_a_pace_that_began_before_is_caught_up_with(clock):
    left = paced(clock, 1, seconds(-10, 0, 1, 30), began_s=clock.now_s - 20)
    assert left.tolist() == pytest.approx([5_000, 5_000, 5_000, 5_010])


def test_what_is_to_be_caught_up_with_at_the_beginning_is_no_lag(clock):
    said = []
    paced(clock, 1, seconds(-10, *range(100)), work_s=0.5, block=1, began_s=clock.now_s - 20, said=said)
    assert said == []


def test_a_lag_that_grows_from_the_beginning_is_told_and_its_end_too(clock):
    said, t_us = [], seconds(*range(40), 1_000)
    paced(clock, 1, t_us, work_s=2.0, block=1, began_s=clock.now_s - 20, said=said)
    assert said == [
        "cannot keep up with speed 1: events leave 41.0 s after they are due",
        "keeping up with speed 1 again",
    ]


def test_who_has_caught_up_and_falls_behind_later_hears_of_it(clock):
    said, t_us = [], seconds(*range(10), *range(60, 70), 1_000)
    pacer = Pacer(1, BEGINS_US, said.append, began_s=clock.now_s - 20, clock=clock, wait=clock.wait)
    for instant in t_us:
        for _ in pacer.due(np.array([instant])):
            clock.now_s += 2.0 * (instant >= t_us[10])
    assert said[0] == "cannot keep up with speed 1: events leave 2.0 s after they are due"
    assert said[-1] == "keeping up with speed 1 again"


def test_events_of_one_instant_stay_together(clock):
    pacer = Pacer(1, BEGINS_US, [].append, clock=clock, wait=clock.wait)
    t_us = seconds(0, 0, 5, 5, 5, 9)
    assert [t_us[due].tolist() for due in pacer.due(t_us)] == [t_us[:2].tolist(), t_us[2:5].tolist(), t_us[5:].tolist()]


def test_a_busy_second_is_not_sent_event_by_event(clock):
    paced(clock, 1, BEGINS_US + np.arange(0, SECOND_US, 100))
    assert clock.waits <= 1 / TICK_S + 1


def test_who_cannot_keep_up_hears_it_once_again_when_twice_as_far_behind_and_when_it_is_over(clock):
    said, t_us = [], seconds(*range(40), 1_000)
    paced(clock, 1, t_us, work_s=2.0, block=1, said=said)
    behind = [float(line.split()[-6]) for line in said[:-1]]
    assert all("cannot keep up with speed 1" in line for line in said[:-1])
    assert behind[0] > LATE_S
    assert all(later > 2 * earlier for earlier, later in pairwise(behind))
    assert 4 <= len(behind) <= 6
    assert said[-1] == "keeping up with speed 1 again"


def test_nobody_hears_of_lateness_that_nobody_sees(clock):
    said = []
    paced(clock, 1, seconds(*range(100)), work_s=LATE_S * 0.9, block=1, said=said)
    assert said == []


def test_a_wait_that_is_cut_short_ends_it(clock):
    pacer = Pacer(1, BEGINS_US, [].append, clock=clock, wait=lambda _: True)
    assert list(pacer.due(seconds(0, 60))) == [slice(0, 1)]


def test_without_a_clock_of_its_own_it_goes_by_the_machines():
    t_us = seconds(0, 0.05)
    assert list(Pacer(1, BEGINS_US, [].append).due(t_us)) == [slice(0, 1), slice(1, 2)]
