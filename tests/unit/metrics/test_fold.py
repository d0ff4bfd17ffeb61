"""Windows of small timelines, to the microsecond."""

from collections import Counter
from dataclasses import replace

import pytest

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.histogram import bucket_of
from border_sim.metrics.state import new_state
from border_sim.metrics.window_columns import Windows
from border_sim.vocabulary import MISSING, LaneClass, Mode, Outcome, Station, code

KEYS = Windows._fields[:5]
COUNTS = Windows._fields[5:18]
RELEASED = code(Outcome.RELEASED)


def row(**counts):
    """What a row has counted, its zeros left out."""
    return counts


def rows(windows):
    """Each row's keys in words, and its counts that are not 0 with its histogram."""
    told, at = {}, 0
    for place, size in enumerate(windows.sizes.tolist()):
        window_us, mode, lane_class, station, pool = (int(getattr(windows, key)[place]) for key in KEYS)
        key = (
            (window_us, f"pool {pool}")
            if pool != MISSING
            else (window_us, [*Mode][mode].value, [*LaneClass, None][lane_class], [*Station][station].value)
        )
        counts = {name: int(getattr(windows, name)[place]) for name in COUNTS if getattr(windows, name)[place]}
        part = slice(at, at + size)
        histogram = dict(zip(windows.buckets[part].tolist(), windows.counts[part].tolist(), strict=True))
        assert key not in told
        told[key] = counts | ({"histogram": histogram} if size else {})
        at += size
    return told


@pytest.fixture
def windows_of(made_records, tiny_port):
    """The windows of a run written by hand, of 10 us each; the run ends 1 us before `until_us`."""

    def run(until_us, *tables, measured_from_us=0, from_us=0):
        events = events_of(made_records(from_us, until_us, *tables), starts=True, ends=True)
        return rows(fold(new_state(replace(tiny_port, measured_from_us=measured_from_us), 10), events))

    return run


def car(crossing, arrived_us, started_us=MISSING, ended_us=MISSING, **more):
    """A passenger in the standard lane, released when primary ends."""
    done = {"released_us": ended_us, "outcome": RELEASED} if ended_us != MISSING else {}
    served = {"started_us": started_us, "ended_us": ended_us, "pool": 2 if started_us != MISSING else MISSING}
    who = {"crossing": crossing, "mode": 1, "lane_class": 0, "arrived_us": arrived_us, "joined_us": arrived_us}
    return who | served | done | more


CAR = ("passenger", "standard", "primary")
PASSENGERS = ("passenger", None, "door_to_door")
LEFT = ("passenger", "standard", "door_to_door")


def test_two_cars_and_one_booth(windows_of):
    told = windows_of(21, [car(0, 1, 1, 6), car(1, 2, 6, 13)], [(0, 2, 1)])
    assert told == {
        (0, *CAR): row(
            arrivals=2, starts=2, completions=1, wait_us=4, queue_us=4, largest_queue=1, histogram={0: 1, 4: 1}
        ),
        (0, *PASSENGERS): row(arrivals=2),
        (0, *LEFT): row(completions=1, wait_us=5, histogram={5: 1}),
        (0, "pool 2"): row(open_us=10, busy_us=9),
        (10, *CAR): row(completions=1),
        (10, *LEFT): row(completions=1, wait_us=11, histogram={11: 1}),
        (10, "pool 2"): row(open_us=10, busy_us=3),
    }


def test_an_event_on_the_edge_belongs_to_the_window_that_begins(windows_of):
    told = windows_of(21, [car(0, 9, 10, 20)])
    assert told[(0, *CAR)] == row(arrivals=1, queue_us=1, largest_queue=1)
    assert told[(10, *CAR)] == row(starts=1, wait_us=1, histogram={1: 1})
    assert told[(10, "pool 2")] == row(open_us=10, busy_us=10)
    assert told[(20, *CAR)] == row(completions=1)


def test_a_queue_that_stands_is_told_in_every_window(windows_of):
    told = windows_of(41, [car(0, 5), car(1, 8)])
    assert told[(0, *CAR)] == row(arrivals=2, queue_us=7, largest_queue=2)
    assert told[(10, *CAR)] == told[(20, *CAR)] == told[(30, *CAR)] == row(queue_us=20, largest_queue=2)
    assert told[(40, *CAR)] == row(largest_queue=2)


def test_the_largest_queue_is_what_an_instant_leaves_behind(windows_of):
    told = windows_of(21, [car(row, 3, 3, 12) for row in range(5)])
    assert told[(0, *CAR)] == row(arrivals=5, starts=5, histogram={0: 5})


def test_a_booth_that_closes_while_it_serves_stays_open_until_it_is_done(windows_of):
    told = windows_of(21, [car(0, 1, 1, 15)], [(0, 2, 2), (4, 2, 0)])
    assert told[(0, "pool 2")] == row(open_us=2 * 4 + 6, busy_us=9)
    assert told[(10, "pool 2")] == row(open_us=5, busy_us=5)


def test_posted_waits_are_summed_and_closed_ones_counted_apart(windows_of):
    told = windows_of(11, [], [], [(1, 1, 0, 20, 3), (2, 1, 0, 35, 4), (3, 1, 0, MISSING, 0), (3, 1, 1, 0, 0)])
    assert told == {
        (0, *CAR): row(posted_min=55, postings=2, closed_postings=1),
        (0, "passenger", "ready", "primary"): row(postings=1),
    }


def test_who_is_deterred_is_counted_in_the_lane_that_it_would_have_joined(windows_of):
    away = {"crossing": 0, "mode": 1, "lane_class": 1, "arrived_us": 4, "outcome": code(Outcome.DETERRED_WAIT)}
    assert windows_of(5, [away]) == {(0, "passenger", "ready", "door_to_door"): row(deterred=1)}


def test_a_referral_is_counted_at_primary_when_it_joins_secondary(windows_of):
    referred = {"secondary_pool": 5, "secondary_started_us": 14, "secondary_ended_us": 17, "released_us": 17}
    told = windows_of(21, [car(0, 1, 1, 12) | referred])
    assert told[(10, *CAR)] == row(completions=1, referrals=1)
    assert told[(10, "passenger", "standard", "secondary")] == row(
        arrivals=1, starts=1, completions=1, wait_us=2, queue_us=2, largest_queue=1, histogram={2: 1}
    )
    assert told[(10, *LEFT)] == row(completions=1, wait_us=16, histogram={16: 1})
    assert not [key for key in told if key[1].startswith("pool") and key[1] != "pool 2"]


def test_export_is_kept_where_no_lane_is_chosen(windows_of):
    truck = {"crossing": 0, "arrived_us": 2, "export_pool": 3}
    assert windows_of(11, [truck]) == {
        (0, "commercial", None, "export"): row(arrivals=1, starts=1, histogram={0: 1}),
        (0, "commercial", None, "door_to_door"): row(arrivals=1),
    }


def test_the_warm_up_moves_the_queue_but_is_not_counted(windows_of):
    told = windows_of(31, [car(0, 1, 1, 16), car(1, 2, 16, 26), car(2, 14)], [(0, 2, 1)], measured_from_us=13)
    assert min(key[0] for key in told) == 10
    assert told[(10, *CAR)] == row(
        arrivals=1, starts=1, completions=1, wait_us=14, queue_us=1 + 2 * 2 + 4, largest_queue=2, histogram={14: 1}
    )
    assert told[(10, *PASSENGERS)] == row(arrivals=1)
    assert told[(10, "pool 2")] == row(open_us=7, busy_us=7)


def test_an_event_at_the_end_of_the_warm_up_counts(windows_of):
    assert windows_of(14, [car(0, 12), car(1, 13)], measured_from_us=13) == {
        (10, *PASSENGERS): row(arrivals=1),
        (10, *CAR): row(arrivals=1, largest_queue=2),
    }


def test_a_run_that_ends_in_its_warm_up_leaves_no_windows(windows_of):
    assert windows_of(12, [car(0, 1, 1, 9)], measured_from_us=13) == {}


def test_the_end_of_the_run_closes_the_last_window_early(windows_of):
    told = windows_of(15, [car(0, 11, 12)], [(10, 2, 1)])
    assert told[(10, *CAR)]["queue_us"] == 1
    assert told[(10, "pool 2")] == row(open_us=4, busy_us=2)


def test_a_window_without_a_word_is_left_out(windows_of):
    assert windows_of(95, []) == {}


def test_heartbeats_close_windows(made_records, tiny_port):
    state = new_state(replace(tiny_port, measured_from_us=59_999_995), 10)
    arrival = events_of(made_records(59_999_995, 60_000_000, [car(0, 59_999_996)]))
    assert fold(state, arrival).window_us.size == 0
    closed = fold(state, events_of(made_records(60_000_000, 60_000_001)))
    assert set(closed.window_us.tolist()) == {59_999_990}


def test_windows_are_aligned_to_the_epoch_whatever_the_start(windows_of):
    assert {key[0] for key in windows_of(48, [car(0, 37)], from_us=33, measured_from_us=33)} == {30, 40}


def test_more_windows_and_waits_than_there_was_room_for(windows_of):
    told = windows_of(30_001, [car(n, n * 7, n * 8, 30_000) for n in range(2000)])
    mine = [row for key, row in told.items() if key[1:] == CAR]
    assert sum(row.get("arrivals", 0) for row in mine) == 2000
    merged = sum((Counter(row.get("histogram", {})) for row in mine), Counter())
    assert merged == Counter(bucket_of(n) for n in range(2000))


@pytest.mark.parametrize("window_us", [0, -5])
def test_a_window_lasts(tiny_port, window_us):
    with pytest.raises(ValueError, match=f"windows of {window_us} us; a window lasts at least 1 us"):
        new_state(tiny_port, window_us)
