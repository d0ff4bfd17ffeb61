"""What both engines do, on worlds small enough to work out by hand: every instant of their timelines is asserted.

Times are minutes; booths change on quarters of an hour.
"""

import numpy as np
import pytest

from border_sim.records import CROSSING_DTYPES
from border_sim.vocabulary import LaneClass, Mode, Outcome

STANDARD, READY, FAST = LaneClass.STANDARD, LaneClass.READY, LaneClass.FAST
STEP = {"kind": "deterministic", "mean_s": 60}


def _pool(name, ranks, most=4):
    """A pool that serves `ranks` such as "fast, standard": ranks by comma, classes of a rank by space."""
    return {"name": name, "serves": [rank.split() for rank in ranks.split(",")], "max_open": most}


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
            pool["name"]: _booths((0, each)) if isinstance(each, int) else _booths(*each)
            for pool, each in zip(pools, booths, strict=True)
        }
        usual = {"pools": pools, "installed": {"booths": 9}, "staffing": {"kind": "schedule", "pools": schedules}}
        return part(**{**usual, **keys})

    return make


@pytest.fixture(scope="module")
def one_pool(port):
    """A mode with one pool of standard booths."""

    def make(*changes, **keys):
        return port(_pool("a", "standard"), booths=[list(changes) or 1], **keys)

    return make


def _at(*minutes, **keys):
    return [{"at": minute, **keys} for minute in minutes]


# One queue.


def test_one_booth_serves_in_the_order_of_joining(one_pool, run_script):
    told = run_script(one_pool(), _at(0, 0, 1, 9, serve=2))

    assert told.minutes("joined_us") == [0, 0, 1, 9]
    assert told.minutes("started_us") == [0, 2, 4, 9]
    assert told.minutes("ended_us") == told.minutes("released_us") == [2, 4, 6, 11]
    assert told.pools() == ["a"] * 4
    assert told.words("outcome", Outcome) == [Outcome.RELEASED] * 4


def test_an_idle_booth_starts_a_crossing_at_once_and_several_serve_side_by_side(one_pool, run_script):
    told = run_script(one_pool((0, 2)), _at(0, 0, 0, 5, 5, serve=3))

    assert told.minutes("started_us") == [0, 0, 3, 5, 6]


def test_a_shortest_service_of_a_microsecond_is_served(one_pool, run_script):
    told = run_script(one_pool(), _at(0, 0, serve=1 / 60e6))

    assert (told.crossings.released_us - told.plan.begins_us).tolist() == [1, 2]


# Booths open and close.


def test_capacity_of_one_three_and_one_as_in_theory(one_pool, run_script):
    told = run_script(one_pool((0, 1), (15, 3), (30, 1)), _at(0, 0, 0, serve=30))

    assert told.minutes("ended_us") == [30, 45, 45]


def test_a_booth_that_closes_finishes_its_crossing_as_in_theory(one_pool, run_script):
    booths = one_pool((0, 3), (7 * 15, 2), (11 * 15, 1), (20 * 15, 0))
    rows = [
        {"at": at * 15, "serve": serve * 15} for at, serve in zip([1, 1, 1, 9, 9, 12], [5, 7, 9, 4, 5, 5], strict=True)
    ]
    told = run_script(booths, rows)

    assert [end / 15 for end in told.minutes("ended_us")] == [6, 8, 10, 13, 15, 20]


def test_a_closing_booth_takes_nobody_more(one_pool, run_script):
    told = run_script(one_pool((0, 2), (15, 1)), _at(0, 0, 0, serve=20) + _at(1, serve=1))

    # At 20 both booths end; only one is still open.
    assert told.minutes("started_us") == [0, 0, 20, 40]


def test_booths_that_reopen_before_they_have_finished_simply_stay(one_pool, run_script):
    told = run_script(one_pool((0, 3), (15, 1), (30, 3)), _at(0, 0, 0, 1, 1, serve=40))

    assert told.minutes("started_us") == [0, 0, 0, 40, 40]
    assert told.staffing == [(0, "a", 3), (15, "a", 1), (30, "a", 3)]


def test_regrowing_counts_booths_still_busy(one_pool, run_script):
    told = run_script(one_pool((0, 3), (15, 0), (30, 2)), _at(0, 0, serve=60) + _at(0, serve=20) + _at(1, 1, serve=10))

    # At 30 two booths are open and two still serve: nobody starts until one of them ends.
    assert told.minutes("started_us") == [0, 0, 0, 60, 60]


def test_a_new_booth_takes_whoever_waits_at_the_instant_it_opens(one_pool, run_script):
    told = run_script(one_pool((0, 1), (15, 2)), _at(0, 5, serve=60))

    assert told.minutes("started_us") == [0, 15]


# Lanes, pools and ranks.


def test_a_shared_pool_serves_the_lower_rank_first_but_never_interrupts(port, run_script):
    shared = port(_pool("all", "fast, standard"), booths=[1], programmes={"share": {"ctpat": 1}})
    rows = [*_at(0, 1, serve=10), *_at(2, 3, lanes="fast", serve=5)]
    told = run_script({"commercial": shared}, rows)

    assert told.minutes("started_us") == [0, 20, 10, 15]
    assert told.words("lane_class", LaneClass) == [STANDARD, STANDARD, FAST, FAST]


def test_within_one_rank_the_order_of_joining_counts(port, run_script):
    pooled = port(_pool("all", "ready standard"), booths=[1])
    joins = [(0, "ready"), (1, "standard"), (2, "ready"), (2, "standard")]
    rows = [{"at": at, "lanes": lane, "serve": 10} for at, lane in joins]
    told = run_script(pooled, rows)

    assert told.minutes("started_us") == [0, 10, 20, 30]


def test_a_fast_pool_helps_standard_trucks_when_idle(port, run_script):
    helping = port(_pool("general", "standard"), _pool("fast", "fast, standard"), booths=[1, 1])
    rows = [*_at(0, serve=20), *_at(0, serve=10), *_at(0, serve=5), {"at": 1, "lanes": "fast", "serve": 7}]
    told = run_script({"commercial": helping}, rows)

    assert told.minutes("started_us") == [0, 0, 17, 10]
    assert told.pools() == ["general", "fast", "fast", "fast"]


def test_a_free_booth_is_taken_pool_by_pool_in_file_order(port, run_script):
    two = port(_pool("second", "standard"), _pool("first", "standard"), booths=[1, 2])

    assert run_script(two, _at(0, 0, 0)).pools() == ["second", "first", "first"]


def test_arrivals_of_an_instant_are_seen_before_its_starts(port, run_script):
    shared = port(_pool("all", "fast, standard"), booths=[1], programmes={"share": {"ctpat": 1}})
    rows = [*_at(0, 1, serve=10), {"at": 10, "lanes": "fast", "serve": 5}]
    told = run_script({"commercial": shared}, rows)

    # At 10 the booth comes free and a FAST truck arrives: it is first.
    assert told.minutes("started_us") == [0, 15, 10]


def test_the_shorter_posted_wait_is_joined_and_service_is_that_of_the_lane(port, run_script):
    two = port(_pool("r", "ready"), _pool("a", "standard"), booths=[1, 1])
    rows = [{"at": 0, "lanes": "ready", "serve": 10}] * 6 + [{"at": 14, "lanes": "ready standard", "serve": [10, 3]}]
    later = [{"at": 15, "lanes": "ready standard", "serve": [10, 3]}]
    told = run_script(two, rows + later)

    # Until the posting at 15 nobody knows of the queue: five wait for Ready then, a minute each.
    assert told.posted(READY)[15] == (5, 5)
    assert told.posted(STANDARD)[15] == (0, 0)
    assert told.words("lane_class", LaneClass) == [READY] * 7 + [STANDARD]
    assert (told.minutes("started_us")[-1], told.minutes("ended_us")[-1]) == (15, 18)


def test_lane_choice_own_joins_the_best_open_lane(port, run_script):
    two = port(_pool("r", "ready"), _pool("a", "standard"), booths=[[(0, 1), (30, 0)], 1], lane_choice="own")
    rows = [{"at": at, "lanes": "ready standard", "serve": 1} for at in (*[0] * 20, 16, 31)]
    told = run_script(two, rows)

    assert told.posted(READY)[15][0] == 5
    assert told.words("lane_class", LaneClass) == [READY] * 21 + [STANDARD]


# Lanes without an open pool.


def test_a_closed_lane_is_served_one_at_a_time_by_the_first_pool_that_serves_it(port, run_script):
    two = port(_pool("r", "ready"), _pool("first", "standard"), _pool("second", "standard"), booths=[1, 0, 0])
    told = run_script(two, _at(0, 0, 2, serve=4))

    assert told.minutes("started_us") == [0, 4, 8]
    assert told.pools() == ["first"] * 3
    assert [wait for wait, _ in told.posted(STANDARD).values()] == [-1] * len(told.posted(STANDARD))


def test_a_closed_pool_serves_only_the_lane_that_has_no_open_pool(port, run_script):
    helped = port(_pool("f", "fast, standard"), _pool("a", "standard"), booths=[0, 1])
    rows = [*_at(0, 0, serve=10), *_at(1, 1, lanes="fast", serve=3)]
    told = run_script({"commercial": helped}, rows)

    assert told.minutes("started_us") == [0, 10, 1, 4]
    assert told.pools() == ["a", "a", "f", "f"]


def test_a_booth_that_finishes_after_closing_is_the_one_that_serves_a_closed_lane(one_pool, run_script):
    told = run_script(one_pool((0, 2), (15, 0)), _at(0, 0, 1, 1, serve=20))

    # Two finish at 20; from then on one at a time.
    assert told.minutes("started_us") == [0, 0, 20, 40]


def test_members_join_the_last_lane_they_may_use_when_none_is_open(port, run_script):
    none = port(_pool("r", "ready"), _pool("a", "standard"), booths=[0, 0])
    told = run_script(none, [{"at": 0, "lanes": "ready standard"}])

    assert told.words("lane_class", LaneClass) == [STANDARD]
    assert told.pools() == ["a"]


# The gate.


def test_whoever_comes_while_the_gate_is_closed_is_deterred(one_pool, run_script):
    told = run_script(one_pool(hours={"weekly": {"daily": "06:00-22:00"}}), _at(359, 360, 1319, 1320))
    outcomes = told.words("outcome", Outcome)

    assert outcomes == [Outcome.DETERRED_GATE, Outcome.RELEASED, Outcome.RELEASED, Outcome.DETERRED_GATE]
    assert told.minutes("joined_us") == [None, 360, 1319, None]
    assert told.words("lane_class", LaneClass) == [STANDARD] * 4


def test_drain_serves_those_inside_after_closing(one_pool, run_script):
    drains = one_pool((0, 1), hours={"weekly": {"daily": "00:00-00:15"}}, closing="drain")
    told = run_script(drains, _at(10, 11, 12, serve=8))

    assert told.minutes("started_us") == [10, 18, 26]


def test_hold_keeps_those_inside_until_the_morning(one_pool, run_script):
    holds = one_pool((0, 1), hours={"weekly": {"daily": "06:00-22:00"}}, closing="hold")
    told = run_script(holds, _at(1310, 1311, serve=15), days=2)

    # The first is finished after closing at 22:00; the second waits for 06:00.
    assert told.minutes("started_us") == [1310, 1440 + 360]
    assert told.staffing == [(360, "a", 1), (1320, "a", 0), (1800, "a", 1), (2760, "a", 0)]
    assert told.posted(STANDARD)[1320] == (-1, 1)
    assert told.posted(STANDARD)[1800] == (1, 1)


# Demand answers the posted wait.


def test_candidates_go_away_when_more_is_posted_than_they_accept(one_pool, run_script):
    rows = [*_at(*[0] * 7, serve=20), {"at": 14, "accepts": 0}, {"at": 15, "accepts": 4}, {"at": 15, "accepts": 5}]
    told = run_script(one_pool(), rows)

    assert told.posted(STANDARD)[15] == (5, 7)
    assert told.words("outcome", Outcome)[-3:] == [Outcome.RELEASED, Outcome.DETERRED_WAIT, Outcome.RELEASED]
    assert told.words("lane_class", LaneClass)[-2] is STANDARD
    assert told.minutes("joined_us")[-2] is None


def test_a_closed_lane_deters_nobody(one_pool, run_script):
    mode = one_pool((0, 1), (30, 0), (45, 1))
    rows = [*_at(*[0] * 9, serve=100), {"at": 29, "accepts": 0}, {"at": 31, "accepts": 0}, {"at": 45, "accepts": 0}]
    told = run_script(mode, rows)

    assert [told.posted(STANDARD)[minute][0] for minute in (0, 15, 30, 45)] == [0, 10, -1, 10]
    assert told.words("outcome", Outcome)[-3:] == [Outcome.DETERRED_WAIT, Outcome.RELEASED, Outcome.DETERRED_WAIT]


# The order of an instant.


def test_a_posting_sees_the_new_shift_and_queues_as_the_last_instant_left_them(one_pool, run_script):
    mode = one_pool((0, 1), (15, 2))
    told = run_script(mode, _at(0, 0, 0, 0, 0, 15, 15, serve=15))

    # At 15 one ends, two start and two arrive: the four who waited before that over two booths.
    assert told.posted(STANDARD)[15] == (2, 4)
    assert told.posted(STANDARD)[30] == (2, 4)
    assert told.minutes("started_us") == [0, 15, 15, 30, 30, 45, 45]


def test_completions_of_an_instant_join_the_next_station_by_id(port, run_script):
    nii = {"secondary": ("nii", 5)}
    standard, fast = {"at": 1, "serve": 15, **nii}, {"at": 2, "lanes": "fast", "serve": 17, **nii}
    told = run_script({"commercial": _trucks(port, booths=2)}, [*_at(0, serve=5), *_at(0, serve=3), standard, fast])

    # FAST started first; both end at 20, and the standard truck, which came first, is scanned first.
    assert told.minutes("started_us") == [0, 0, 5, 3]
    assert told.minutes("ended_us") == [5, 3, 20, 20]
    assert told.minutes("secondary_started_us") == [None, None, 20, 25]


# The route.


def _trucks(port, booths=1):
    """Trucks with an export side, NII and document bays and state inspection; a bay of each."""
    return port(
        _pool("a", "fast, standard"),
        booths=[booths],
        inspection={
            "service": {"fast": STEP, "standard": STEP},
            "export": {"delay": STEP},
            "referral": {"share": {"none": 0.5}},
            "secondary": {"nii": {"share": 0.5, "service": STEP}, "document": {"share": 0.5, "service": STEP}},
            "state": {"full_share": 0.5, "full": STEP, "passing": STEP},
        },
        bays={"secondary": {"nii": 1, "document": 1}, "state": 1},
    )


def test_a_truck_passes_export_primary_secondary_and_state(port, run_script):
    route = {"export": ("export", 7), "secondary": ("nii", 11), "state": ("full", 13)}
    told = run_script({"commercial": _trucks(port)}, [{"at": 1, "serve": 3, **route}])
    columns = ["arrived_us", "joined_us", "started_us", "ended_us"]
    later = ["secondary_started_us", "secondary_ended_us", "state_started_us", "released_us"]

    assert [told.minutes(column)[0] for column in columns] == [1, 8, 8, 11]
    assert [told.minutes(column)[0] for column in later] == [11, 22, 22, 35]
    assert [told.pools(column)[0] for column in ("export_pool", "pool", "secondary_pool", "state_pool")] == [
        "export",
        "a",
        "nii",
        "full",
    ]


def test_stations_that_are_not_on_a_route_are_passed_by(port, run_script):
    rows = [{"at": 0, "serve": 3, "state": ("passing", 2)}, {"at": 0, "serve": 3, "secondary": ("document", 4)}]
    told = run_script({"commercial": _trucks(port, booths=2)}, rows)

    assert told.minutes("released_us") == [5, 7]
    assert told.minutes("secondary_started_us") == [None, 3]
    assert told.minutes("state_started_us") == [3, None]
    assert told.pools("secondary_pool") == [None, "document"]


def test_bays_are_few_and_delays_are_not(port, run_script):
    export, state = {"export": ("export", 5)}, {"secondary": ("nii", 30), "state": ("full", 20)}
    rows = [{"at": 0, "serve": 1, **export, **state}, {"at": 0, "serve": 1, **export, **state}]
    passing = [{"at": 0, "serve": 1, **export, "state": ("passing", 9)} for _ in range(2)]
    told = run_script({"commercial": _trucks(port, booths=4)}, rows + passing)

    assert told.minutes("joined_us") == [5] * 4
    assert told.minutes("ended_us") == [6] * 4
    assert told.minutes("secondary_started_us") == [6, 36, None, None]
    assert told.minutes("secondary_ended_us") == [36, 66, None, None]
    assert told.minutes("state_started_us") == [36, 66, 6, 6]
    assert told.minutes("released_us") == [56, 86, 15, 15]


def test_secondary_serves_in_the_order_of_joining_it(port, run_script):
    rows = [
        {"at": 0, "serve": 5, "secondary": ("nii", 10)},
        {"at": 0, "serve": 1, "secondary": ("nii", 10)},
        {"at": 2, "serve": 1, "secondary": ("nii", 10)},
    ]
    told = run_script({"commercial": _trucks(port, booths=4)}, rows)

    assert told.minutes("secondary_started_us") == [21, 1, 11]


def test_the_lane_is_chosen_on_joining_primary_not_at_the_gate(port, run_script):
    two = port(
        _pool("f", "fast"),
        _pool("a", "standard"),
        booths=[1, 1],
        inspection={"service": {"fast": STEP, "standard": STEP}, "export": {"delay": STEP}},
    )
    member = {"lanes": "fast standard", "serve": [4, 2]}
    rows = [{"at": 0, "lanes": "fast", "serve": 30}] * 9 + [{"at": 10, "export": ("export", 20), **member}]
    told = run_script({"commercial": two}, rows)

    assert told.words("lane_class", LaneClass)[-1] is STANDARD
    assert (told.minutes("joined_us")[-1], told.minutes("ended_us")[-1]) == (30, 32)


def test_modes_have_their_own_booths(part, run_script):
    rows = [{"at": 0, "mode": mode, "serve": 5} for mode in ("passenger", "pedestrian", "passenger", "pedestrian")]
    told = run_script({"passenger": part(), "pedestrian": part()}, rows)

    assert told.minutes("started_us") == [0, 0, 5, 5]


# Threshold staffing, on a timeline.


def test_booths_follow_the_posted_wait_quarter_by_quarter(part, run_script):
    mode = part(
        pools=[_pool("a", "standard", most=3)],
        staffing={"kind": "threshold", "open_above_min": 5, "close_below_min": 2},
    )
    told = run_script(mode, _at(*[0] * 45))

    # 30 wait at 15 over a booth; then two serve 2 a minute, but 45 are gone by 30.
    assert told.posted(STANDARD)[15] == (30, 30)
    assert told.posted(STANDARD)[30] == (0, 0)
    assert told.staffing == [(0, "a", 1), (15, "a", 2), (30, "a", 1)]
    assert max(told.minutes("released_us")) == 30


# What the conductor asks for.


@pytest.fixture
def fed(engine, plan, scripted, one_pool):
    """An engine that holds the first day of a port with one booth and these candidates."""

    def make(rows):
        planned = scripted(plan(one_pool()), rows)
        made = engine(planned)
        days = planned.days()
        made.feed(next(days))
        return made, planned.begins_us, days

    return make


MINUTE = 60_000_000


def test_advancing_handles_every_instant_before_the_one_given(fed):
    engine, begins_us, _ = fed(_at(5, serve=5))

    assert engine.advance(begins_us + 10 * MINUTE) == begins_us + 10 * MINUTE
    assert engine.records(begins_us, begins_us + 10 * MINUTE).crossings.ended_us.tolist() == [-1]
    assert not engine.is_empty()
    ended_us = begins_us + 10 * MINUTE
    engine.advance(ended_us + 1)
    assert engine.records(begins_us, ended_us + 1).crossings.ended_us.tolist() == [ended_us]
    assert engine.is_empty()


def test_an_empty_port_stops_at_its_last_release(fed):
    engine, begins_us, _ = fed(_at(5, 30, serve=5))

    assert engine.advance(begins_us + 60 * MINUTE, stop_when_empty=True) == begins_us + 35 * MINUTE
    assert engine.advance(begins_us + 60 * MINUTE, stop_when_empty=True) == begins_us + 35 * MINUTE
    assert engine.records(begins_us, begins_us + 60 * MINUTE).posted.t_us.size == 3


def test_a_candidate_to_come_keeps_a_port_from_being_empty_and_a_deterred_one_does_not(fed):
    engine, begins_us, _ = fed([{"at": 5, "accepts": -1}])

    assert not engine.is_empty()
    assert engine.advance(begins_us + 60 * MINUTE, stop_when_empty=True) == begins_us + 5 * MINUTE
    assert engine.is_empty()


def test_records_are_told_once_and_crossings_that_left_are_forgotten_with_the_next_day(fed):
    engine, begins_us, days = fed(_at(5, serve=5) + _at(1439, serve=5))
    first = engine.advance(begins_us + 1440 * MINUTE)
    today = engine.records(begins_us, first)
    engine.feed(next(days))
    second = engine.advance(first + 1440 * MINUTE)
    tomorrow = engine.records(first, second)

    assert (today.crossings.crossing.tolist(), tomorrow.crossings.crossing.tolist()) == ([0, 1], [1])
    assert (today.crossings.released_us[1], tomorrow.crossings.released_us[0]) == (-1, begins_us + 1444 * MINUTE)
    assert (today.posted.t_us.size, tomorrow.posted.t_us.size) == (96, 96)
    assert (today.staffing.t_us.size, tomorrow.staffing.t_us.size) == (1, 0)


def test_columns_have_the_types_of_the_contract(fed):
    engine, begins_us, _ = fed(_at(5, serve=5))
    records = engine.records(begins_us, engine.advance(begins_us + 1440 * MINUTE))

    assert [column.dtype for column in records.crossings] == [np.dtype(kind) for kind in CROSSING_DTYPES]
    assert [column.dtype for column in records.staffing] == [np.int64, np.int16, np.int32]
    assert [column.dtype for column in records.posted] == [np.int64, np.uint8, np.int8, np.int32, np.int32]
    assert [column.dtype for column in records.disruptions] == [np.int64, np.uint8, np.int8, np.int32]


def test_what_was_told_does_not_change_afterwards(fed):
    engine, begins_us, days = fed(_at(1439, serve=5))
    today = engine.records(begins_us, engine.advance(begins_us + 1440 * MINUTE))
    before = [np.copy(column) for table in today[2:] for column in table]
    engine.feed(next(days))
    engine.advance(begins_us + 2880 * MINUTE)

    assert all(np.array_equal(*pair) for pair in zip(before, [c for table in today[2:] for c in table], strict=True))


def test_a_disruption_acts_before_anything_else_at_its_instant(fed, plan):
    engine, begins_us, _ = fed(_at(0, 1, 2, serve=5))
    at_us = begins_us + 5 * MINUTE
    engine.advance(at_us)
    engine.disrupt(at_us, Mode.PASSENGER, gate_shut=True, booths_cap=0)
    engine.advance(begins_us + 20 * MINUTE)
    capped = engine.records(begins_us, begins_us + 20 * MINUTE)

    assert capped.crossings.started_us.tolist() == [begins_us, -1, -1]
    assert [column.tolist() for column in capped.staffing] == [[begins_us, at_us], [0, 0], [1, 0]]
    assert [column.tolist() for column in capped.disruptions] == [[at_us], [1], [1], [0]]
    assert engine.control.posted.tolist() == [-1]
