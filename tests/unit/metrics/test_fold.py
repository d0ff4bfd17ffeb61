"""Windows of small timelines, to the microsecond."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.histogram import bucket_of
from border_sim.metrics.state import POOL, new_state
from border_sim.metrics.window_columns import MEASURES, Windows
from border_sim.records import EVENT_DTYPES, Events, concatenate, select
from border_sim.vocabulary import MISSING, EventKind, LaneClass, Mode, Outcome, Station, code

KEYS = Windows._fields[:5]
COUNTS = tuple(MEASURES)
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


def truck(crossing, **instants):
    """A truck in the standard lane; instants that are not given are not reached."""
    return {"crossing": crossing, "lane_class": 0} | instants


REFERRED = {"pool": 0, "secondary_pool": 4, "state_pool": 6}
TOLD = [(0, 0, 2), (0, 4, 1), (0, 6, 1)]
"""Two booths, one bay of secondary and one of the state."""


def two_booths_and_one_bay():
    """Truck 1 is served at 5 and finds the bay, without room before it, taken by truck 0 until 14."""
    return [
        truck(
            0, arrived_us=1, joined_us=1, started_us=1, ended_us=4, **REFERRED, secondary_joined_us=4,
            secondary_started_us=4, secondary_ended_us=14, state_joined_us=14, state_started_us=14, released_us=16,
            outcome=RELEASED,
        ),
        truck(
            1, arrived_us=2, joined_us=2, started_us=2, ended_us=5, **REFERRED, secondary_joined_us=14,
            secondary_started_us=14, secondary_ended_us=15, state_joined_us=16, state_started_us=16, released_us=18,
            outcome=RELEASED,
        ),
    ]  # fmt: skip


BOOTHS = {
    0: row(open_us=20, busy_us=3 + 3, blocked_us=5),
    10: row(open_us=20, blocked_us=4),
}


def test_a_booth_is_blocked_from_the_end_of_service_until_its_truck_joins_the_next_station(windows_of):
    told = windows_of(21, two_booths_and_one_bay(), TOLD)
    assert told[(0, "pool 0")] == BOOTHS[0]
    assert told[(10, "pool 0")] == BOOTHS[10]


def test_bays_whose_number_is_told_have_rows_of_their_own(windows_of):
    told = windows_of(21, two_booths_and_one_bay(), TOLD)
    assert told[(0, "pool 4")] == row(open_us=10, busy_us=6)
    assert told[(10, "pool 4")] == row(open_us=10, busy_us=4 + 1, blocked_us=1)
    assert told[(10, "pool 6")] == row(open_us=10, busy_us=2 + 2)
    untold = windows_of(21, two_booths_and_one_bay(), TOLD[:1])
    assert untold[(10, "pool 0")] == BOOTHS[10]
    assert not {key for key in untold if key[1] in ("pool 4", "pool 6")}


def test_a_row_of_bays_is_of_their_station(made_records, tiny_port):
    records = made_records(0, 21, two_booths_and_one_bay(), TOLD)
    windows = fold(new_state(replace(tiny_port, measured_from_us=0), 10), events_of(records, starts=True, ends=True))
    stations = dict(zip(windows.pool.tolist(), windows.station.tolist(), strict=True))
    assert [stations[pool] for pool in (0, 4, 6)] == [
        code(station) for station in (Station.PRIMARY, Station.SECONDARY, Station.STATE)
    ]


def test_wherever_the_events_are_cut_the_blocked_time_is_the_same(made_records, tiny_port):
    info = replace(tiny_port, measured_from_us=0)
    events = events_of(made_records(0, 21, two_booths_and_one_bay(), TOLD), starts=True, ends=True)
    whole = fold(new_state(info, 10), events)
    for cut in range(len(events.kind) + 1):
        state = new_state(info, 10)
        parts = [fold(state, select(events, part)) for part in (slice(cut), slice(cut, None))]
        assert rows(concatenate(parts)) == rows(whole)
        assert state.unmoved_count[0] == 0


def test_a_blocked_booth_that_is_to_close_stays_open_until_its_truck_leaves(windows_of):
    told = windows_of(21, two_booths_and_one_bay(), [*TOLD, (6, 0, 0)])
    assert told[(0, "pool 0")] == row(open_us=2 * 6 + 4, busy_us=6, blocked_us=5)
    assert told[(10, "pool 0")] == row(open_us=4, blocked_us=4)


def test_a_booth_that_is_blocked_as_the_run_ends_is_told_to_its_last_instant(windows_of):
    told = windows_of(12, two_booths_and_one_bay_until(11), TOLD)
    assert told[(10, "pool 0")] == row(open_us=2, blocked_us=1)


def two_booths_and_one_bay_until(last_us):
    """The same, as it stands after `last_us`."""
    return [
        {name: value for name, value in truck.items() if not name.endswith("_us") or value <= last_us}
        | {"outcome": code(Outcome.PRESENT), "state_pool": MISSING}
        | ({"secondary_pool": MISSING} if truck["secondary_joined_us"] > last_us else {})
        for truck in two_booths_and_one_bay()
    ]


def test_who_left_a_booth_in_the_warm_up_does_not_block_it_and_who_stays_does(windows_of):
    told = windows_of(21, two_booths_and_one_bay(), TOLD, measured_from_us=8)
    assert told[(0, "pool 0")] == row(open_us=4, blocked_us=2)


@pytest.fixture
def impossible(tiny_port, made_records):
    """Folds events of crossings that end their service, or move on, in any order; gives the state."""

    def run(kinds, crossings, pool=0):
        state = new_state(replace(tiny_port, measured_from_us=0), 10)
        fold(state, events_of(made_records(0, 1, [], TOLD), starts=True))
        count = len(crossings)
        columns = {name: np.full(count, MISSING, dtype) for name, dtype in EVENT_DTYPES._asdict().items()}
        columns |= {"t_us": np.full(count, 5), "crossing": np.array(crossings), "kind": np.array(kinds, np.int8)}
        columns |= {"mode": np.zeros(count, np.int8), "lane_class": np.zeros(count, np.int8)}
        columns |= {"pool": np.full(count, pool, np.int16), "station": np.full(count, code(Station.PRIMARY), np.int8)}
        fold(state, Events(**columns))
        return state

    return run


ENDED, JOINED = code(EventKind.ENDED), code(EventKind.JOINED)


def test_more_who_were_served_than_there_are_places_are_taken_for_gone(impossible, tiny_port):
    places = 500 * len(tiny_port.pools)
    state = impossible([ENDED] * (places + 9), range(places + 9))
    assert state.unmoved_count[0] == state.pools[0, POOL.blocked] == places
    assert state.unmoved[[0, -1], 0].tolist() == [0, places - 1]


def test_who_was_never_served_leaves_no_place(impossible):
    state = impossible([JOINED, ENDED, JOINED, JOINED, JOINED], [3, 4, 5, 4, 4])
    assert state.unmoved_count[0] == state.pools[0, POOL.blocked] == 0


def test_who_leaves_first_may_have_been_served_first_or_last(impossible):
    state = impossible([ENDED] * 4 + [JOINED] * 2, [1, 2, 3, 4, 2, 4])
    assert sorted(state.unmoved[: state.unmoved_count[0], 0].tolist()) == [1, 3]
    assert state.pools[0, POOL.blocked] == 2


def test_places_that_are_not_told_are_not_blocked(impossible):
    state = impossible([ENDED], [1], pool=3)
    assert state.unmoved_count[0] == state.pools[3, POOL.blocked] == 0
