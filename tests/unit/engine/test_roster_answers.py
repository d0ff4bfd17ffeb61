"""A roster that answers the queue: one booth a pool and quarter of an hour, opened, closed, lent or given back."""

import pytest

from border_sim.engine.roster_answers import answer_queue, keep_a_booth

LONG, SHORT, BETWEEN = 30, 0, 7


class Answered:
    """Booths under a roster that opens above 10 minutes and closes below 5; lanes are posted as Ready, standard."""

    def __init__(self, booths, roster, allowed):
        self.booths = booths
        self.booths.control.booths_limit[:] = allowed
        self.open = booths.want(*roster)

    def falls_to(self, *roster):
        self.booths.control.booths_wanted[:] = roster
        keep_a_booth(self.booths.layout, self.booths.control, 0)
        return self.booths.cut()

    def posted(self, ready, standard):
        self.booths.control.posted_wait_min[:] = ready, standard
        answer_queue(self.booths.layout, self.booths.control, 0)
        return self.booths.open


@pytest.fixture
def answered(booths):
    def make(*pools, roster, allowed):
        always = {name: [1.0] * 168 for name, *_ in pools}
        answers = {"open_above_min": 10, "close_below_min": 5}
        return Answered(
            booths(*pools, staffing={"kind": "roster", "pools": always, "answers": answers}), roster, allowed
        )

    return make


def test_a_long_wait_opens_one_booth_a_quarter_and_a_short_one_closes_it_again(answered):
    port = answered(("a", "ready"), ("b", "standard"), roster=(1, 1), allowed=9)

    assert [port.posted(LONG, BETWEEN) for _ in range(2)] == [[2, 1], [3, 1]]
    assert port.posted(BETWEEN, BETWEEN) == [3, 1]
    assert [port.posted(SHORT, SHORT) for _ in range(3)] == [[2, 1], [1, 1], [1, 1]]


def test_where_no_more_may_open_a_booth_is_borrowed_and_given_back(answered):
    port = answered(("a", "ready"), ("b", "standard"), roster=(1, 3), allowed=4)

    assert [port.posted(LONG, SHORT) for _ in range(3)] == [[2, 2], [3, 1], [3, 1]]
    assert [port.posted(SHORT, SHORT) for _ in range(3)] == [[2, 2], [1, 3], [1, 3]]


def test_a_lender_lends_one_booth_a_quarter(answered):
    port = answered(("a", "ready"), ("b", "ready"), ("c", "standard"), roster=(1, 1, 4), allowed=6)

    assert [port.posted(LONG, SHORT) for _ in range(2)] == [[2, 1, 3], [3, 1, 2]]


def test_a_pool_that_closed_a_booth_lends_none_in_that_quarter(answered):
    port = answered(("a", "ready"), ("b", "standard"), roster=(3, 1), allowed=9)
    port.posted(LONG, BETWEEN)
    port.booths.control.booths_limit[:] = 5

    assert port.posted(SHORT, LONG) == [3, 2]
    assert port.posted(SHORT, LONG) == [2, 3]


def test_a_pool_that_has_lent_still_opens_when_the_roster_falls(answered):
    port = answered(("a", "ready"), ("b", "standard"), roster=(1, 4), allowed=5)
    for _ in range(3):
        port.posted(LONG, SHORT)
    assert port.booths.open == [4, 1]

    assert port.falls_to(1, 1) == [4, 1]


def test_what_is_opened_beyond_the_roster_gives_way_to_the_roster(answered):
    port = answered(("a", "ready"), ("b", "standard"), roster=(1, 1), allowed=5)
    for _ in range(3):
        port.posted(LONG, BETWEEN)
    assert port.booths.open == [4, 1]

    assert port.booths.want(1, 3) == [2, 3]
