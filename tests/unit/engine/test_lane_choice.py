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


def _leaving(booths, minutes, *posted, want=(1, 1, 1)):
    pools = (("s", "sentri"), ("r", "ready"), ("a", "standard"))
    lanes = booths(*pools, want=list(want), lane_choice={"leave_for_min": minutes})
    lanes.control.posted_wait_min[:] = posted
    return lanes


def test_ones_own_lane_is_left_for_one_that_posts_so_many_minutes_less_and_not_for_a_minute_more_than_that(booths):
    assert _leaving(booths, 15, 20, 30, 6).choose(0, 1, 2) == 0
    assert _leaving(booths, 15, 20, 30, 5).choose(0, 1, 2) == 2


def test_of_lanes_that_post_the_same_the_better_one_is_joined(booths):
    assert _leaving(booths, 15, 40, 5, 5).choose(0, 1, 2) == 1


def test_own_is_the_first_open_lane(booths):
    assert _leaving(booths, 15, MISSING, 20, 10, want=(0, 1, 1)).choose(0, 1, 2) == 1
    assert _leaving(booths, 15, MISSING, 25, 10, want=(0, 1, 1)).choose(0, 1, 2) == 2


def test_nobody_stampedes_into_a_lane_opened_since_the_last_posting(booths):
    assert _leaving(booths, 1, 60, MISSING, 60).choose(0, 1, 2) == 0
    assert _leaving(booths, 1, 60, MISSING, 59).choose(0, 1, 2) == 2
    assert _leaving(booths, 1, MISSING, 0, 0).choose(0, 1, 2) == 0  # one's own was just opened


def test_the_shortest_is_a_threshold_of_a_minute(booths):
    assert _leaving(booths, 1, 5, 5, 5).choose(0, 1, 2) == 0
    assert _leaving(booths, 1, 10, 5, 5).choose(0, 1, 2) == 1
    assert _leaving(booths, 1, 10, 15, 5).choose(0, 1, 2) == 2
