"""Primary on worlds small enough to work out by hand: every instant of the timeline, on both engines.

Times are minutes; booths change on quarters of an hour.
"""

import pytest

from border_sim.vocabulary import MOST_POOLS, LaneClass, Outcome

MANY = {"booths": MOST_POOLS}
STANDARD, READY, FAST = LaneClass.STANDARD, LaneClass.READY, LaneClass.FAST


def _clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def _booths(*changes):
    """A schedule from changes (minute, booths) of one pool, later ones over earlier ones."""
    return [{"hours": f"{_clock(minute)}-24:00", "booths": booths} for minute, booths in changes]


@pytest.fixture(scope="module")
def port(part):
    """A mode with these pools and schedules (booths all day, or changes); `keys` go to the mode."""

    def make(*pools, booths, **keys):
        schedules = {
            pool[0]: _booths((0, each)) if isinstance(each, int) else _booths(*each)
            for pool, each in zip(pools, booths, strict=True)
        }
        usual = {"pools": pools, "installed": {"booths": 9}, "staffing": {"kind": "schedule", "pools": schedules}}
        return part(**{**usual, **keys})

    return make


@pytest.fixture(scope="module")
def one_pool(port):
    """A mode with one pool of standard booths."""

    def make(*changes, **keys):
        return port(("a", "standard"), booths=[list(changes) or 1], **keys)

    return make


def _at(*minutes, **keys):
    return [{"at": minute, **keys} for minute in minutes]


def test_one_booth_serves_in_the_order_of_joining(one_pool, run_script):
    result = run_script(one_pool(), _at(0, 0, 1, 9, serve=2))

    assert result.minutes("joined_us") == [0, 0, 1, 9]
    assert result.minutes("started_us") == [0, 2, 4, 9]
    assert result.minutes("ended_us") == result.minutes("released_us") == [2, 4, 6, 11]
    assert result.pools() == ["a"] * 4
    assert result.words("outcome", Outcome) == [Outcome.RELEASED] * 4


def test_an_idle_booth_starts_a_crossing_at_once_and_several_serve_side_by_side(one_pool, run_script):
    result = run_script(one_pool((0, 2)), _at(0, 0, 0, 5, 5, serve=3))

    assert result.minutes("started_us") == [0, 0, 3, 5, 6]


def test_a_shortest_service_of_a_microsecond_is_served(one_pool, run_script):
    result = run_script(one_pool(), _at(0, 0, serve=1 / 60e6))

    assert (result.crossings.released_us - result.plan.begins_us).tolist() == [1, 2]


# Booths open and close.


def test_capacity_of_one_three_and_one_as_in_theory(one_pool, run_script):
    result = run_script(one_pool((0, 1), (15, 3), (30, 1)), _at(0, 0, 0, serve=30))

    assert result.minutes("ended_us") == [30, 45, 45]


def test_a_booth_that_closes_finishes_its_crossing_as_in_theory(one_pool, run_script):
    booths = one_pool((0, 3), (7 * 15, 2), (11 * 15, 1), (20 * 15, 0))
    rows = [
        {"at": at * 15, "serve": serve * 15} for at, serve in zip([1, 1, 1, 9, 9, 12], [5, 7, 9, 4, 5, 5], strict=True)
    ]
    result = run_script(booths, rows)

    assert [end / 15 for end in result.minutes("ended_us")] == [6, 8, 10, 13, 15, 20]


def test_a_closing_booth_takes_nobody_more(one_pool, run_script):
    result = run_script(one_pool((0, 2), (15, 1)), _at(0, 0, 0, serve=20) + _at(1, serve=1))

    # At 20 both booths end; only one is still open.
    assert result.minutes("started_us") == [0, 0, 20, 40]


def test_booths_that_reopen_before_they_have_finished_simply_stay(one_pool, run_script):
    result = run_script(one_pool((0, 3), (15, 1), (30, 3)), _at(0, 0, 0, 1, 1, serve=40))

    assert result.minutes("started_us") == [0, 0, 0, 40, 40]
    assert result.staffing == [(0, "a", 3), (15, "a", 1), (30, "a", 3)]


def test_regrowing_counts_booths_still_busy(one_pool, run_script):
    result = run_script(
        one_pool((0, 3), (15, 0), (30, 2)), _at(0, 0, serve=60) + _at(0, serve=20) + _at(1, 1, serve=10)
    )

    # At 30 two booths are open and two still serve: nobody starts until one of them ends.
    assert result.minutes("started_us") == [0, 0, 0, 60, 60]


def test_a_new_booth_takes_whoever_waits_at_the_instant_it_opens(one_pool, run_script):
    result = run_script(one_pool((0, 1), (15, 2)), _at(0, 5, serve=60))

    assert result.minutes("started_us") == [0, 15]


# Lanes, pools and ranks.


def test_a_shared_pool_serves_the_lower_rank_first_but_never_interrupts(port, run_script):
    shared = port(("all", "fast, standard"), booths=[1], programmes={"share": {"ctpat": 1}})
    rows = [*_at(0, 1, serve=10), *_at(2, 3, lanes="fast", serve=5)]
    result = run_script({"commercial": shared}, rows)

    assert result.minutes("started_us") == [0, 20, 10, 15]
    assert result.words("lane_class", LaneClass) == [STANDARD, STANDARD, FAST, FAST]


def test_within_one_rank_the_order_of_joining_counts(port, run_script):
    pooled = port(("all", "ready standard"), booths=[1])
    joins = [(0, "ready"), (1, "standard"), (2, "ready"), (2, "standard")]
    rows = [{"at": at, "lanes": lane, "serve": 10} for at, lane in joins]
    result = run_script(pooled, rows)

    assert result.minutes("started_us") == [0, 10, 20, 30]


def test_a_fast_pool_helps_standard_trucks_when_idle(port, run_script):
    helping = port(("general", "standard"), ("fast", "fast, standard"), booths=[1, 1])
    rows = [*_at(0, serve=20), *_at(0, serve=10), *_at(0, serve=5), {"at": 1, "lanes": "fast", "serve": 7}]
    result = run_script({"commercial": helping}, rows)

    assert result.minutes("started_us") == [0, 0, 17, 10]
    assert result.pools() == ["general", "fast", "fast", "fast"]


def test_a_free_booth_is_taken_pool_by_pool_in_file_order(port, run_script):
    two = port(("second", "standard"), ("first", "standard"), booths=[1, 2])

    assert run_script(two, _at(0, 0, 0)).pools() == ["second", "first", "first"]


def test_arrivals_of_an_instant_are_seen_before_its_starts(port, run_script):
    shared = port(("all", "fast, standard"), booths=[1], programmes={"share": {"ctpat": 1}})
    rows = [*_at(0, 1, serve=10), {"at": 10, "lanes": "fast", "serve": 5}]
    result = run_script({"commercial": shared}, rows)

    # At 10 the booth comes free and a FAST truck arrives: it is first.
    assert result.minutes("started_us") == [0, 15, 10]


def test_the_shorter_posted_wait_is_joined_and_service_is_that_of_the_lane(port, run_script):
    two = port(("r", "ready"), ("a", "standard"), booths=[1, 1])
    rows = [{"at": 0, "lanes": "ready", "serve": 10}] * 6 + [{"at": 14, "lanes": "ready standard", "serve": [10, 3]}]
    later = [{"at": 15, "lanes": "ready standard", "serve": [10, 3]}]
    result = run_script(two, rows + later)

    # Until the posting at 15 nobody knows of the queue: five wait for Ready then, a minute each.
    assert result.posted(READY)[15] == (5, 5)
    assert result.posted(STANDARD)[15] == (0, 0)
    assert result.words("lane_class", LaneClass) == [READY] * 7 + [STANDARD]
    assert (result.minutes("started_us")[-1], result.minutes("ended_us")[-1]) == (15, 18)


def test_lane_choice_own_joins_the_best_open_lane(port, run_script):
    two = port(("r", "ready"), ("a", "standard"), booths=[[(0, 1), (30, 0)], 1], lane_choice="own")
    rows = [{"at": at, "lanes": "ready standard", "serve": 1} for at in (*[0] * 20, 16, 31)]
    result = run_script(two, rows)

    assert result.posted(READY)[15][0] == 5
    assert result.words("lane_class", LaneClass) == [READY] * 21 + [STANDARD]


def test_as_many_pools_as_a_port_may_have_each_serve(port, run_script):
    many = port(*((f"p{place}", "standard", 1) for place in range(MOST_POOLS)), booths=[1] * MOST_POOLS, installed=MANY)
    result = run_script(many, _at(*[0] * (MOST_POOLS + 1), serve=5))

    assert result.pools() == [f"p{place}" for place in range(MOST_POOLS)] + ["p0"]
    assert result.minutes("started_us") == [0] * MOST_POOLS + [5]


# Lanes without an open pool.


def test_a_closed_lane_is_served_one_at_a_time_by_the_first_pool_that_serves_it(port, run_script):
    two = port(("r", "ready"), ("first", "standard"), ("second", "standard"), booths=[1, 0, 0])
    result = run_script(two, _at(0, 0, 2, serve=4))

    assert result.minutes("started_us") == [0, 4, 8]
    assert result.pools() == ["first"] * 3
    assert [wait for wait, _ in result.posted(STANDARD).values()] == [-1] * len(result.posted(STANDARD))


def test_a_closed_pool_serves_only_the_lane_that_has_no_open_pool(port, run_script):
    helped = port(("f", "fast, standard"), ("a", "standard"), booths=[0, 1])
    rows = [*_at(0, 0, serve=10), *_at(1, 1, lanes="fast", serve=3)]
    result = run_script({"commercial": helped}, rows)

    assert result.minutes("started_us") == [0, 10, 1, 4]
    assert result.pools() == ["a", "a", "f", "f"]


def test_a_booth_that_finishes_after_closing_is_the_one_that_serves_a_closed_lane(one_pool, run_script):
    result = run_script(one_pool((0, 2), (15, 0)), _at(0, 0, 1, 1, serve=20))

    # Two finish at 20; from then on one at a time.
    assert result.minutes("started_us") == [0, 0, 20, 40]


def test_members_join_the_last_lane_they_may_use_when_none_is_open(port, run_script):
    none = port(("r", "ready"), ("a", "standard"), booths=[0, 0])
    result = run_script(none, [{"at": 0, "lanes": "ready standard"}])

    assert result.words("lane_class", LaneClass) == [STANDARD]
    assert result.pools() == ["a"]


# The gate.


def test_whoever_comes_while_the_gate_is_closed_is_deterred(one_pool, run_script):
    result = run_script(one_pool(hours={"weekly": {"daily": "06:00-22:00"}}), _at(359, 360, 1319, 1320))
    outcomes = result.words("outcome", Outcome)

    assert outcomes == [Outcome.DETERRED_GATE, Outcome.RELEASED, Outcome.RELEASED, Outcome.DETERRED_GATE]
    assert result.minutes("joined_us") == [None, 360, 1319, None]
    assert result.words("lane_class", LaneClass) == [STANDARD] * 4


def test_drain_serves_those_inside_after_closing(one_pool, run_script):
    drains = one_pool((0, 1), hours={"weekly": {"daily": "00:00-00:15"}}, closing="drain")
    result = run_script(drains, _at(10, 11, 12, serve=8))

    assert result.minutes("started_us") == [10, 18, 26]


def test_hold_keeps_those_inside_until_the_morning(one_pool, run_script):
    holds = one_pool((0, 1), hours={"weekly": {"daily": "06:00-22:00"}}, closing="hold")
    result = run_script(holds, _at(1310, 1311, serve=15), days=2)

    # The first is finished after closing at 22:00; the second waits for 06:00.
    assert result.minutes("started_us") == [1310, 1440 + 360]
    assert result.staffing == [(360, "a", 1), (1320, "a", 0), (1800, "a", 1), (2760, "a", 0)]
    assert result.posted(STANDARD)[1320] == (-1, 1)
    assert result.posted(STANDARD)[1800] == (1, 1)


# Demand answers the posted wait.


def test_candidates_go_away_when_more_is_posted_than_they_accept(one_pool, run_script):
    rows = [*_at(*[0] * 7, serve=20), {"at": 14, "accepts": 0}, {"at": 15, "accepts": 4}, {"at": 15, "accepts": 5}]
    result = run_script(one_pool(), rows)

    assert result.posted(STANDARD)[15] == (5, 7)
    assert result.words("outcome", Outcome)[-3:] == [Outcome.RELEASED, Outcome.DETERRED_WAIT, Outcome.RELEASED]
    assert result.words("lane_class", LaneClass)[-2] is STANDARD
    assert result.minutes("joined_us")[-2] is None


def test_a_closed_lane_deters_nobody(one_pool, run_script):
    mode = one_pool((0, 1), (30, 0), (45, 1))
    rows = [*_at(*[0] * 9, serve=100), {"at": 29, "accepts": 0}, {"at": 31, "accepts": 0}, {"at": 45, "accepts": 0}]
    result = run_script(mode, rows)

    assert [result.posted(STANDARD)[minute][0] for minute in (0, 15, 30, 45)] == [0, 10, -1, 10]
    assert result.words("outcome", Outcome)[-3:] == [Outcome.DETERRED_WAIT, Outcome.RELEASED, Outcome.DETERRED_WAIT]


# The order of an instant.


def test_a_posting_sees_the_new_shift_and_queues_as_the_last_instant_left_them(one_pool, run_script):
    mode = one_pool((0, 1), (15, 2))
    result = run_script(mode, _at(0, 0, 0, 0, 0, 15, 15, serve=15))

    # At 15 one ends, two start and two arrive: the four who waited before that over two booths.
    assert result.posted(STANDARD)[15] == (2, 4)
    assert result.posted(STANDARD)[30] == (2, 4)
    assert result.minutes("started_us") == [0, 15, 15, 30, 30, 45, 45]


def test_booths_follow_the_posted_wait_quarter_by_quarter(part, run_script):
    mode = part(
        pools=[("a", "standard", 3)],
        staffing={"kind": "threshold", "open_above_min": 5, "close_below_min": 2},
    )
    result = run_script(mode, _at(*[0] * 45))

    # 30 wait at 15 over a booth; then two serve 2 a minute, but 45 are gone by 30.
    assert result.posted(STANDARD)[15] == (30, 30)
    assert result.posted(STANDARD)[30] == (0, 0)
    assert result.staffing == [(0, "a", 1), (15, "a", 2), (30, "a", 1)]
    assert max(result.minutes("released_us")) == 30


def test_a_closed_pool_opens_on_the_wait_of_the_lane_that_its_members_join_in_its_place(part, run_script):
    mode = part(
        pools=[("general", "standard", 1), ("fast", "fast", 1)],
        staffing={"kind": "threshold", "open_above_min": 10, "close_below_min": 2},
    )
    members = [{"at": at, "lanes": "fast standard", "serve": [2, 1]} for at in (5, 16, 31)]
    result = run_script({"commercial": mode}, [*_at(*[0] * 40), *members])

    # At 15 members join the standard lane, which posts 25 minutes; at 30 nobody waits in theirs.
    assert result.staffing == [(0, "general", 1), (15, "fast", 1), (30, "fast", 0)]
    assert [result.posted(FAST)[minute][0] for minute in (0, 15, 30, 45)] == [-1, -1, 0, -1]
    assert [result.posted(STANDARD)[minute] for minute in (15, 30, 45)] == [(25, 26), (10, 11), (0, 0)]
    assert result.words("lane_class", LaneClass)[40:] == [STANDARD, FAST, STANDARD]
    assert result.minutes("started_us")[40:] == [40, 16, 41]
