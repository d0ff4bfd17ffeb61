"""Booths open within every limit, and lanes without an open pool are served one at a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine.open_booths import paced_us
from border_sim.inputs.duration_tables import LONGEST_US
from border_sim.vocabulary import MISSING

# Limits.


def test_booths_are_cut_in_file_order(booths):
    two = booths(("r", "ready", 3), ("a", "standard", 4))

    assert two.want(2, 3) == [2, 3]
    assert two.want(9, 9) == [3, 4]  # max_open
    two.control.booths_limit[:] = 4
    assert two.want(2, 3) == [2, 2]
    two.control.booths_cap[:] = 1
    assert two.cut() == [1, 0]
    two.control.booths_cap[:] = 0
    assert two.cut() == [0, 0]
    two.control.booths_cap[:] = MISSING
    two.control.held[:] = 1
    assert two.cut() == [0, 0]
    two.control.held[:] = 0
    assert two.cut() == [2, 2]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
    st.integers(0, 12),
    st.integers(-1, 12),
    st.booleans(),
)
def test_open_booths_never_exceed_any_limit_and_leave_no_room_unused(booths, want, limit, cap, held):
    three = booths(("s", "sentri", 2), ("r", "ready", 3), ("a", "standard", 4))
    three.control.booths_limit[:], three.control.booths_cap[:], three.control.held[:] = limit, cap, held
    opened = three.want(*want)
    allowed = 0 if held else min(limit, cap) if cap >= 0 else limit
    possible = [min(one, most) for one, most in zip(want, (2, 3, 4), strict=True)]

    assert sum(opened) == min(allowed, sum(possible))
    for place in range(3):
        assert 0 <= opened[place] <= possible[place]
        assert opened[place] == possible[place] or sum(opened[: place + 1]) == allowed


def test_a_lane_is_open_with_any_open_pool_that_serves_it(booths):
    helped = booths(("s", "sentri, standard"), ("a", "standard"))

    assert (helped.want(1, 0), helped.control.lane_open.tolist()) == ([1, 0], [1, 1])
    assert (helped.want(0, 1), helped.control.lane_open.tolist()) == ([0, 1], [0, 1])


# Lanes without an open pool are served one at a time by the first pool that serves them.


def test_the_first_pool_in_file_order_serves_a_lane_without_an_open_pool(booths):
    pools = booths(("s", "sentri, standard"), ("r", "ready"), ("a", "standard"))

    assert pools.spare == [1, 1, 0]
    pools.want(0, 0, 1)
    assert pools.spare == [1, 1, 0]  # for sentri, and for ready
    pools.want(1, 0, 0)
    assert pools.spare == [0, 1, 0]
    pools.want(1, 1, 0)
    assert pools.spare == [0, 0, 0]


def test_nobody_is_served_while_those_inside_are_held(booths):
    pools = booths(("s", "sentri"), ("a", "standard"))
    pools.control.held[:] = 1
    pools.cut()

    assert pools.spare == [0, 0]


@pytest.mark.parametrize(("cap", "serving"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (MISSING, 3)])
def test_a_disruption_counts_pools_that_serve_one_at_a_time(booths, cap, serving):
    pools = booths(("s", "sentri"), ("r", "ready"), ("a", "standard"))
    pools.control.booths_cap[:] = cap
    pools.cut()

    assert pools.spare == [1] * serving + [0] * (3 - serving)


def test_under_a_disruption_open_booths_leave_less_room_for_the_others(booths):
    pools = booths(("s", "sentri"), ("r", "ready"), ("a", "standard"))
    pools.control.booths_cap[:] = 3
    pools.want(0, 2, 0)

    assert pools.spare == [1, 0, 0]


@pytest.mark.parametrize(
    ("service_us", "pace", "served_us"),
    [(1000, 1000, 1000), (1000, 1500, 1500), (3, 1500, 5), (1, 499, 1), (1, 1, 1), (2**59 - 1, 1000, 2**59 - 1)],
)
def test_a_pace_is_taken_to_the_nearest_microsecond_halves_up_and_at_least_one(service_us, pace, served_us):
    assert paced_us(service_us, pace) == served_us


def test_no_pace_makes_a_service_longer_than_any_draw():
    assert paced_us(LONGEST_US, 1_000_000) == LONGEST_US
    assert paced_us(LONGEST_US // 1_000_000, 1_000_000) <= LONGEST_US
