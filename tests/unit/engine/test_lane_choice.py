"""Who joins which lane, by what is open and posted."""

from border_sim.vocabulary import MISSING


def test_the_shorter_posted_wait_is_chosen_and_ties_go_to_the_better_lane(booths):
    lanes = booths(("s", "sentri"), ("r", "ready"), ("a", "standard"), want=[1, 1, 1])

    def choice(*posted):
        lanes.control.posted_wait_min[:] = posted
        return lanes.choose(0, 1, 2)

    assert choice(5, 5, 5) == 0
    assert choice(10, 5, 5) == 1
    assert choice(10, 15, 5) == 2
    assert choice(0, 0, 0) == 0


def test_only_lanes_that_one_is_entitled_to_are_looked_at(booths):
    lanes = booths(("s", "sentri"), ("r", "ready"), ("a", "standard"), want=[1, 1, 1])
    lanes.control.posted_wait_min[:] = [0, 30, 20]

    assert lanes.choose(1, 2) == 1  # standard, the second of the two
    assert lanes.choose(2) == 0


def test_closed_lanes_are_passed_over_and_without_an_open_one_the_last_is_joined(booths):
    lanes = booths(("s", "sentri"), ("r", "ready"), ("a", "standard"), want=[0, 1, 0])
    lanes.control.posted_wait_min[:] = [MISSING, 60, MISSING]

    assert lanes.choose(0, 1, 2) == 1
    lanes.want(0, 0, 0)
    assert (lanes.choose(0, 1, 2), lanes.choose(1, 2), lanes.choose(2)) == (2, 1, 0)


def test_a_lane_opened_since_the_last_posting_counts_no_wait(booths):
    lanes = booths(("r", "ready"), ("a", "standard"), want=[1, 0])
    lanes.control.posted_wait_min[:] = [5, MISSING]
    lanes.want(1, 1)

    assert lanes.choose(0, 1) == 1
    lanes.control.posted_wait_min[:] = [0, MISSING]
    assert lanes.choose(0, 1) == 0  # no more than no wait


def test_by_own_choice_the_best_open_lane_is_joined_whatever_is_posted(booths):
    lanes = booths(("r", "ready"), ("a", "standard"), want=[1, 1], lane_choice="own")
    lanes.control.posted_wait_min[:] = [60, 0]

    assert lanes.choose(0, 1) == 0
    lanes.want(0, 1)
    assert lanes.choose(0, 1) == 1
    lanes.want(0, 0)
    assert lanes.choose(0, 1) == 1
