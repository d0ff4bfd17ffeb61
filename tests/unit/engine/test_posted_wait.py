"""A posted wait is the work waiting over the open booths, rounded as CBP rounds."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine.posted_wait import rounded_minutes
from border_sim.vocabulary import MINUTE_US, MISSING, SECOND_US

HALF_MINUTE, FINE = 30 * SECOND_US, 270 * SECOND_US


# Rounding as CBP does.


def _nearest(value, step):
    """The nearest multiple of a step, halves up, by decimal arithmetic far finer than a microsecond."""
    steps = Fraction(value, step)
    if steps.denominator == 2:
        return int(steps + Fraction(1, 2)) * step
    return int((Decimal(steps.numerator) / Decimal(steps.denominator)).quantize(Decimal(1), ROUND_HALF_UP)) * step


def _slowly_rounded(work_us, booths):
    wait = Fraction(work_us, booths)
    if wait < HALF_MINUTE:
        return 0
    return _nearest(wait, MINUTE_US if wait < FINE else 5 * MINUTE_US) // MINUTE_US


EDGES = [edge * SECOND_US for edge in (30, 90, 150, 210, 270, 450, 750, 3450)]


@settings(derandomize=True, deadline=None, max_examples=500)
@given(
    st.one_of(
        st.integers(0, 10**13).map(lambda work: (work, 0)),
        st.tuples(st.sampled_from(EDGES), st.integers(-2, 2)),
    ),
    st.integers(1, 60),
)
def test_a_wait_is_rounded_as_exact_arithmetic_rounds_it(work, booths):
    edge, beside = work
    work_us = edge * booths + beside if beside or edge in EDGES else edge

    assert rounded_minutes(work_us, booths) == _slowly_rounded(work_us, booths)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        *[(0, 0), (29.999999, 0), (30, 1), (89.999999, 1), (90, 2), (149.999999, 2), (150, 3), (269.999999, 4)],
        *[(270, 5), (449.999999, 5), (450, 10), (749.999999, 10), (750, 15), (3449.999999, 55), (3450, 60)],
    ],
)
def test_below_half_a_minute_none_below_four_and_a_half_whole_minutes_else_five_halves_up(seconds, minutes):
    work_us = round(seconds * SECOND_US)

    assert rounded_minutes(work_us, 1) == minutes
    assert rounded_minutes(7 * work_us, 7) == minutes


# Posting: a minute a crossing.


def test_a_lane_posts_its_queue_over_its_open_booths(booths):
    one = booths(("a", "standard"), want=[2])

    assert [one.post(queue)[0] for queue in (0, 1, 2, 5, 8, 9, 20, 24, 25)] == [0, 1, 1, 3, 4, 5, 10, 10, 15]


def test_a_lane_without_an_open_booth_posts_closed(booths):
    two = booths(("r", "ready"), ("a", "standard"), want=[0, 1])

    assert two.post(50, 3) == [MISSING, 3]


def test_a_lane_behind_others_in_a_shared_pool_posts_their_work_too(booths):
    shared = booths(("a", "sentri, ready, standard"), want=[1])

    assert shared.post(2, 3, 4) == [2, 5, 10]


def test_lanes_of_one_rank_post_the_same(booths):
    assert booths(("a", "ready standard"), want=[2]).post(3, 5) == [4, 4]


def test_work_is_counted_once_and_all_booths_that_serve_the_lane_count(booths):
    helped = booths(("s", "sentri, standard"), ("a", "sentri standard"), want=[1, 3])

    assert helped.post(4, 8) == [3, 3]  # 12 crossings over 4 booths, whichever pools they share


def test_a_closed_pool_adds_no_booth_but_its_lanes_still_come_first(booths):
    helped = booths(("s", "sentri, standard"), ("a", "standard"), want=[0, 2])

    assert helped.post(4, 2) == [MISSING, 3]
