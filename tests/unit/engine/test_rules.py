"""The rules of posting, choosing, opening and closing, on states set by hand."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine import rules
from border_sim.vocabulary import MINUTE_US, MISSING, SECOND_US

HALF_MINUTE, FINE = 30 * SECOND_US, 270 * SECOND_US


def _pool(name, ranks, most=4):
    """A pool that serves `ranks` such as "sentri, ready standard": ranks by comma, classes of a rank by space."""
    return {"name": name, "serves": [rank.split() for rank in ranks.split(",")], "max_open": most}


class Booths:
    """A mode's pools under rules, everything open to traffic, with no limit that binds."""

    def __init__(self, planned):
        self.layout = planned.layout
        self.control = rules.new_control(self.layout)
        self.control.gate[:] = 1
        self.control.limit[:] = 100

    def want(self, *booths):
        self.control.want[:] = booths
        return self.cut()

    def cut(self):
        rules.cut(self.layout, self.control, 0)
        return self.open

    @property
    def open(self):
        return self.control.open.tolist()

    @property
    def spare(self):
        return self.control.spare.tolist()

    def post(self, *waiting):
        self.control.waiting[: len(waiting)] = waiting
        for lane in range(self.layout.lane_mode.size):
            rules.post(self.layout, self.control, lane)
        return self.control.posted.tolist()

    def choose(self, *lanes):
        return rules.choose(self.layout, self.control, [*lanes, *[MISSING] * (3 - len(lanes))])

    def review(self, *posted, waiting=()):
        self.control.posted[:] = posted
        self.control.waiting[: len(waiting)] = waiting
        rules.review(self.layout, self.control, 0)
        return self.open


@pytest.fixture(scope="module")
def booths(plan, part):
    """Booths of pools, opened as wanted; `keys` go to the mode."""

    def make(*pools, want=None, **keys):
        usual = {"pools": pools, "installed": {"booths": 99}, "staffing": {"kind": "schedule", "pools": {}}}
        made = Booths(plan(part(**{**usual, **keys})))
        made.want(*(want or [0] * len(pools)))
        return made

    return make


@pytest.fixture(scope="module")
def reviewed(booths):
    """Booths opened above 20 minutes and closed below 5."""

    def make(*pools, want=None):
        staffing = {"kind": "threshold", "open_above_min": 20, "close_below_min": 5}
        return booths(*pools, want=want, staffing=staffing)

    return make


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

    assert rules.rounded_minutes(work_us, booths) == _slowly_rounded(work_us, booths)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        *[(0, 0), (29.999999, 0), (30, 1), (89.999999, 1), (90, 2), (149.999999, 2), (150, 3), (269.999999, 4)],
        *[(270, 5), (449.999999, 5), (450, 10), (749.999999, 10), (750, 15), (3449.999999, 55), (3450, 60)],
    ],
)
def test_below_half_a_minute_none_below_four_and_a_half_whole_minutes_else_five_halves_up(seconds, minutes):
    work_us = round(seconds * SECOND_US)

    assert rules.rounded_minutes(work_us, 1) == minutes
    assert rules.rounded_minutes(7 * work_us, 7) == minutes


# Posting: a minute a crossing.


def test_a_lane_posts_its_queue_over_its_open_booths(booths):
    one = booths(_pool("a", "standard"), want=[2])

    assert [one.post(queue)[0] for queue in (0, 1, 2, 5, 8, 9, 20, 24, 25)] == [0, 1, 1, 3, 4, 5, 10, 10, 15]


def test_a_lane_without_an_open_booth_posts_closed(booths):
    two = booths(_pool("r", "ready"), _pool("a", "standard"), want=[0, 1])

    assert two.post(50, 3) == [MISSING, 3]


def test_a_lane_behind_others_in_a_shared_pool_posts_their_work_too(booths):
    shared = booths(_pool("a", "sentri, ready, standard"), want=[1])

    assert shared.post(2, 3, 4) == [2, 5, 10]


def test_lanes_of_one_rank_post_the_same(booths):
    assert booths(_pool("a", "ready standard"), want=[2]).post(3, 5) == [4, 4]


def test_work_is_counted_once_and_all_booths_that_serve_the_lane_count(booths):
    helped = booths(_pool("s", "sentri, standard"), _pool("a", "sentri standard"), want=[1, 3])

    assert helped.post(4, 8) == [3, 3]  # 12 crossings over 4 booths, whichever pools they share


def test_a_closed_pool_adds_no_booth_but_its_lanes_still_come_first(booths):
    helped = booths(_pool("s", "sentri, standard"), _pool("a", "standard"), want=[0, 2])

    assert helped.post(4, 2) == [MISSING, 3]


# Choosing a lane.


def test_the_shorter_posted_wait_is_chosen_and_ties_go_to_the_better_lane(booths):
    lanes = booths(_pool("s", "sentri"), _pool("r", "ready"), _pool("a", "standard"), want=[1, 1, 1])

    def choice(*posted):
        lanes.control.posted[:] = posted
        return lanes.choose(0, 1, 2)

    assert choice(5, 5, 5) == 0
    assert choice(10, 5, 5) == 1
    assert choice(10, 15, 5) == 2
    assert choice(0, 0, 0) == 0


def test_only_lanes_that_one_is_entitled_to_are_looked_at(booths):
    lanes = booths(_pool("s", "sentri"), _pool("r", "ready"), _pool("a", "standard"), want=[1, 1, 1])
    lanes.control.posted[:] = [0, 30, 20]

    assert lanes.choose(1, 2) == 1  # standard, the second of the two
    assert lanes.choose(2) == 0


def test_closed_lanes_are_passed_over_and_without_an_open_one_the_last_is_joined(booths):
    lanes = booths(_pool("s", "sentri"), _pool("r", "ready"), _pool("a", "standard"), want=[0, 1, 0])
    lanes.control.posted[:] = [MISSING, 60, MISSING]

    assert lanes.choose(0, 1, 2) == 1
    lanes.want(0, 0, 0)
    assert (lanes.choose(0, 1, 2), lanes.choose(1, 2), lanes.choose(2)) == (2, 1, 0)


def test_a_lane_opened_since_the_last_posting_counts_no_wait(booths):
    lanes = booths(_pool("r", "ready"), _pool("a", "standard"), want=[1, 0])
    lanes.control.posted[:] = [5, MISSING]
    lanes.want(1, 1)

    assert lanes.choose(0, 1) == 1
    lanes.control.posted[:] = [0, MISSING]
    assert lanes.choose(0, 1) == 0  # no more than no wait


def test_by_own_choice_the_best_open_lane_is_joined_whatever_is_posted(booths):
    lanes = booths(_pool("r", "ready"), _pool("a", "standard"), want=[1, 1], lane_choice="own")
    lanes.control.posted[:] = [60, 0]

    assert lanes.choose(0, 1) == 0
    lanes.want(0, 1)
    assert lanes.choose(0, 1) == 1
    lanes.want(0, 0)
    assert lanes.choose(0, 1) == 1


# Limits.


def test_booths_are_cut_in_file_order(booths):
    two = booths(_pool("r", "ready", most=3), _pool("a", "standard", most=4))

    assert two.want(2, 3) == [2, 3]
    assert two.want(9, 9) == [3, 4]  # max_open
    two.control.limit[:] = 4
    assert two.want(2, 3) == [2, 2]
    two.control.cap[:] = 1
    assert two.cut() == [1, 0]
    two.control.cap[:] = 0
    assert two.cut() == [0, 0]
    two.control.cap[:] = MISSING
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
    three = booths(_pool("s", "sentri", 2), _pool("r", "ready", 3), _pool("a", "standard", 4))
    three.control.limit[:], three.control.cap[:], three.control.held[:] = limit, cap, held
    opened = three.want(*want)
    allowed = 0 if held else min(limit, cap) if cap >= 0 else limit
    possible = [min(one, most) for one, most in zip(want, (2, 3, 4), strict=True)]

    assert sum(opened) == min(allowed, sum(possible))
    for place in range(3):
        assert 0 <= opened[place] <= possible[place]
        assert opened[place] == possible[place] or sum(opened[: place + 1]) == allowed


def test_a_lane_is_open_with_any_open_pool_that_serves_it(booths):
    helped = booths(_pool("s", "sentri, standard"), _pool("a", "standard"))

    assert (helped.want(1, 0), helped.control.lane_open.tolist()) == ([1, 0], [1, 1])
    assert (helped.want(0, 1), helped.control.lane_open.tolist()) == ([0, 1], [0, 1])


# Lanes without an open pool are served one at a time by the first pool that serves them.


def test_the_first_pool_in_file_order_serves_a_lane_without_an_open_pool(booths):
    pools = booths(_pool("s", "sentri, standard"), _pool("r", "ready"), _pool("a", "standard"))

    assert pools.spare == [1, 1, 0]
    pools.want(0, 0, 1)
    assert pools.spare == [1, 1, 0]  # for sentri, and for ready
    pools.want(1, 0, 0)
    assert pools.spare == [0, 1, 0]
    pools.want(1, 1, 0)
    assert pools.spare == [0, 0, 0]


def test_nobody_is_served_while_those_inside_are_held(booths):
    pools = booths(_pool("s", "sentri"), _pool("a", "standard"))
    pools.control.held[:] = 1
    pools.cut()

    assert pools.spare == [0, 0]


@pytest.mark.parametrize(("cap", "serving"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (MISSING, 3)])
def test_a_disruption_counts_pools_that_serve_one_at_a_time(booths, cap, serving):
    pools = booths(_pool("s", "sentri"), _pool("r", "ready"), _pool("a", "standard"))
    pools.control.cap[:] = cap
    pools.cut()

    assert pools.spare == [1] * serving + [0] * (3 - serving)


def test_under_a_disruption_open_booths_leave_less_room_for_the_others(booths):
    pools = booths(_pool("s", "sentri"), _pool("r", "ready"), _pool("a", "standard"))
    pools.control.cap[:] = 3
    pools.want(0, 2, 0)

    assert pools.spare == [1, 0, 0]


# Threshold staffing: open above 20 minutes, close below 5.


def test_a_review_opens_one_booth_on_a_long_wait_and_closes_one_on_a_short(reviewed):
    one = reviewed(_pool("a", "standard"), want=[2])

    assert one.review(25) == [3]
    assert one.review(20) == [3]
    assert one.review(5) == [3]
    assert one.review(4) == [2]


def test_a_review_stops_at_the_pools_booths_and_at_the_limit(reviewed):
    one = reviewed(_pool("a", "standard", most=3), want=[3])

    assert one.review(60) == [3]
    one.control.limit[:] = 2
    one.cut()
    assert one.review(60) == [2]
    one.control.limit[:] = 100
    assert one.review(10) == [3]  # what the officers could not hold is still wanted


def test_each_pool_is_looked_at_by_its_own_longest_wait(reviewed):
    two = reviewed(_pool("s", "sentri, ready"), _pool("a", "standard"), want=[1, 2])

    assert two.review(0, 25, 10) == [2, 2]
    assert two.review(0, 0, 25) == [1, 3]


def test_one_booth_stays_while_the_gate_is_open_and_none_need_after(reviewed):
    two = reviewed(_pool("r", "ready"), _pool("a", "standard"), want=[1, 1])

    assert two.review(0, 0) == [0, 1]
    assert two.review(MISSING, 0) == [0, 1]
    two.control.gate[:] = 0
    assert two.review(MISSING, 0) == [0, 0]


def test_a_closed_lane_with_a_queue_opens(reviewed):
    two = reviewed(_pool("r", "ready"), _pool("a", "standard"), want=[0, 1])

    assert two.review(MISSING, 10, waiting=(0, 3)) == [0, 1]
    assert two.review(MISSING, 10, waiting=(1, 3)) == [1, 1]


def test_a_review_never_takes_a_booth_from_a_later_pool(reviewed):
    two = reviewed(_pool("r", "ready"), _pool("a", "standard"), want=[1, 3])
    two.control.limit[:] = 4

    assert two.review(60, 10) == [1, 3]
    assert two.review(60, 0) == [1, 2]  # pools in file order: the room comes after the first has been looked at
    assert two.review(60, 10) == [2, 2]


def test_a_review_does_not_open_booths_under_hold(reviewed):
    one = reviewed(_pool("a", "standard"), want=[2])
    one.control.gate[:], one.control.held[:] = 0, 1
    one.cut()

    assert one.review(MISSING, waiting=(5,)) == [0]
    one.control.gate[:], one.control.held[:] = 1, 0
    assert one.cut() == [2]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(data=st.data())
def test_reviews_move_each_pool_by_a_booth_at_most_within_limits_and_keep_one_open(data, reviewed):
    sentri, mixed, standard = _pool("s", "sentri", 2), _pool("r", "ready, standard", 3), _pool("a", "standard", 4)
    pools = reviewed(sentri, mixed, standard, want=[1, 0, 0])
    pools.control.limit[:] = data.draw(st.integers(1, 8))
    for _ in range(12):
        before = pools.open
        waits = data.draw(st.lists(st.sampled_from([0, 4, 5, 20, 25]), min_size=3, max_size=3))
        posted = [wait if is_open else MISSING for wait, is_open in zip(waits, pools.control.lane_open, strict=True)]
        after = pools.review(*posted, waiting=data.draw(st.lists(st.integers(0, 1), min_size=3, max_size=3)))

        assert all(abs(one - other) <= 1 for one, other in zip(before, after, strict=True))
        assert 1 <= sum(after) <= pools.control.limit[0]
        assert all(one <= most for one, most in zip(after, (2, 3, 4), strict=True))


# Starting from one.


def test_threshold_staffing_starts_from_one_booth_of_the_first_pool(reviewed):
    two = reviewed(_pool("r", "ready"), _pool("a", "standard"))
    rules.start_threshold(two.layout, two.control, 0)

    assert two.cut() == [1, 0]
    rules.start_threshold(two.layout, two.control, 0)
    assert two.cut() == [1, 0]


def test_a_pool_that_can_open_no_booth_is_passed_over(reviewed):
    two = reviewed(_pool("r", "ready", most=0), _pool("a", "standard"))
    rules.start_threshold(two.layout, two.control, 0)

    assert two.cut() == [0, 1]


def test_nothing_starts_while_the_gate_is_closed_or_without_thresholds(reviewed, booths):
    closed, scheduled = reviewed(_pool("a", "standard")), booths(_pool("a", "standard"))
    closed.control.gate[:] = 0
    rules.start_threshold(closed.layout, closed.control, 0)
    rules.start_threshold(scheduled.layout, scheduled.control, 0)

    assert (closed.cut(), scheduled.cut()) == ([0], [0])


# A quarter of an hour, and a disruption.


def test_a_quarter_shifts_then_posts_then_reviews(plan, part):
    thresholds = {"kind": "threshold", "open_above_min": 20, "close_below_min": 5}
    mode = part(staffing=thresholds, hours={"weekly": {"daily": "06:00-22:00"}})
    planned = plan(mode)
    calendar = next(planned.days()).calendar
    control = rules.new_control(planned.layout)
    control.waiting[0] = 25

    seen = []
    for tick in (23, 24, 25):
        rules.tick_over(planned.layout, control, calendar, tick)
        seen.append((control.gate[0], control.posted[0], control.open[0]))

    # Closed when posted, and opened by the review for the queue; then 25 minutes for a booth; then for two.
    assert seen == [(0, MISSING, 1), (1, 25, 2), (1, 15, 2)]


def test_a_disruption_caps_booths_and_shuts_the_gate_until_it_is_lifted(booths):
    one = booths(_pool("a", "standard"), want=[3])

    rules.disrupt(one.layout, one.control, 0, 1, 1)
    assert (one.control.shut[0], one.open) == (1, [1])
    rules.disrupt(one.layout, one.control, 0, 0, MISSING)
    assert (one.control.shut[0], one.open) == (0, [3])


def test_at_first_booths_are_closed_and_bays_open(plan, part):
    step = {"kind": "deterministic", "mean_s": 30}
    trucks = part(
        inspection={
            "service": {"standard": step},
            "referral": {"share": {"none": 1}},
            "secondary": {"nii": {"share": 1, "service": step}},
        },
        bays={"secondary": {"nii": 2}},
    )
    control = rules.new_control(plan({"commercial": trucks}).layout)

    assert control.open.tolist() == [0, 2]
    assert control.posted.tolist() == [MISSING]
