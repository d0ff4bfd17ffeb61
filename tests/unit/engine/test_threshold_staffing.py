"""Reviews open booths on a long wait and close them on a short one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine.threshold_staffing import want_first_booth
from border_sim.vocabulary import MISSING


@pytest.fixture(scope="module")
def reviewed(booths):
    """Booths opened above 20 minutes and closed below 5."""

    def make(*pools, want=None):
        staffing = {"kind": "threshold", "open_above_min": 20, "close_below_min": 5}
        return booths(*pools, want=want, staffing=staffing)

    return make


# Threshold staffing: open above 20 minutes, close below 5.


def test_a_review_opens_one_booth_on_a_long_wait_and_closes_one_on_a_short(reviewed):
    one = reviewed(("a", "standard"), want=[2])

    assert one.review(25) == [3]
    assert one.review(20) == [3]
    assert one.review(5) == [3]
    assert one.review(4) == [2]


def test_a_review_stops_at_the_pools_booths_and_at_the_limit(reviewed):
    one = reviewed(("a", "standard", 3), want=[3])

    assert one.review(60) == [3]
    one.control.booths_limit[:] = 2
    one.cut()
    assert one.review(60) == [2]
    one.control.booths_limit[:] = 100
    assert one.review(10) == [3]  # what the officers could not hold is still wanted


def test_each_pool_is_looked_at_by_its_own_longest_wait(reviewed):
    two = reviewed(("s", "sentri, ready"), ("a", "standard"), want=[1, 2])

    assert two.review(0, 25, 10) == [2, 2]
    assert two.review(0, 0, 25) == [1, 3]


def test_one_booth_stays_while_the_gate_is_open_and_none_need_after(reviewed):
    two = reviewed(("r", "ready"), ("a", "standard"), want=[1, 1])

    assert two.review(0, 0) == [0, 1]
    assert two.review(MISSING, 0) == [0, 1]
    two.control.gate_open[:] = 0
    assert two.review(MISSING, 0) == [0, 0]


def test_a_closed_lane_with_a_queue_opens(reviewed):
    two = reviewed(("r", "ready"), ("a", "standard"), want=[0, 1])

    assert two.review(MISSING, 10, waiting=(0, 3)) == [0, 1]
    assert two.review(MISSING, 10, waiting=(1, 3)) == [1, 1]


def test_a_closed_lane_is_judged_by_the_lane_that_its_members_join_in_its_place(reviewed):
    lanes = ("s", "sentri"), ("r", "ready"), ("a", "standard")

    assert reviewed(*lanes, want=[0, 1, 1]).review(MISSING, 25, 10) == [0, 2, 1]  # they join the standard lane
    assert reviewed(*lanes, want=[0, 1, 1]).review(MISSING, 25, 30) == [1, 2, 2]
    assert reviewed(*lanes, want=[0, 0, 1]).review(MISSING, MISSING, 25) == [1, 1, 2]
    assert reviewed(*lanes, want=[1, 1, 0]).review(25, 25, MISSING) == [2, 2, 0]  # others may not use theirs


def test_a_review_never_takes_a_booth_from_a_later_pool(reviewed):
    two = reviewed(("r", "ready"), ("a", "standard"), want=[1, 3])
    two.control.booths_limit[:] = 4

    assert two.review(60, 10) == [1, 3]
    assert two.review(60, 0) == [1, 2]  # pools in file order: the room comes after the first has been looked at
    assert two.review(60, 10) == [2, 2]


def test_a_review_does_not_open_booths_under_hold(reviewed):
    one = reviewed(("a", "standard"), want=[2])
    one.control.gate_open[:], one.control.held[:] = 0, 1
    one.cut()

    assert one.review(MISSING, waiting=(5,)) == [0]
    one.control.gate_open[:], one.control.held[:] = 1, 0
    assert one.cut() == [2]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(data=st.data())
def test_reviews_move_each_pool_by_a_booth_at_most_within_limits_and_keep_one_open(data, reviewed):
    sentri, mixed, standard = ("s", "sentri", 2), ("r", "ready, standard", 3), ("a", "standard", 4)
    pools = reviewed(sentri, mixed, standard, want=[1, 0, 0])
    pools.control.booths_limit[:] = data.draw(st.integers(1, 8))
    for _ in range(12):
        before = pools.open
        waits = data.draw(st.lists(st.sampled_from([0, 4, 5, 20, 25]), min_size=3, max_size=3))
        posted = [wait if is_open else MISSING for wait, is_open in zip(waits, pools.control.lane_open, strict=True)]
        after = pools.review(*posted, waiting=data.draw(st.lists(st.integers(0, 1), min_size=3, max_size=3)))

        assert all(abs(one - other) <= 1 for one, other in zip(before, after, strict=True))
        assert 1 <= sum(after) <= pools.control.booths_limit[0]
        assert all(one <= most for one, most in zip(after, (2, 3, 4), strict=True))


# Starting from one.


def test_threshold_staffing_starts_from_one_booth_of_the_first_pool(reviewed):
    two = reviewed(("r", "ready"), ("a", "standard"))
    want_first_booth(two.layout, two.control, 0)

    assert two.cut() == [1, 0]
    want_first_booth(two.layout, two.control, 0)
    assert two.cut() == [1, 0]


def test_a_pool_that_can_open_no_booth_is_passed_over(reviewed):
    two = reviewed(("r", "ready", 0), ("a", "standard"))
    want_first_booth(two.layout, two.control, 0)

    assert two.cut() == [0, 1]


def test_nothing_starts_while_the_gate_is_closed_or_without_thresholds(reviewed, booths):
    closed, scheduled = reviewed(("a", "standard")), booths(("a", "standard"))
    closed.control.gate_open[:] = 0
    want_first_booth(closed.layout, closed.control, 0)
    want_first_booth(scheduled.layout, scheduled.control, 0)

    assert (closed.cut(), scheduled.cut()) == ([0], [0])
