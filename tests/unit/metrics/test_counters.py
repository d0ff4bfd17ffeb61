"""Counters are exactly what has happened, however the events are cut: the sums of the batch's windows, and every wait
in its bucket.
"""

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.codes import DOOR_TO_DOOR, PRIMARY, RELEASED, STARTED
from border_sim.events.order import events_of
from border_sim.metrics.counters import (
    COUNT,
    COUNTED,
    DURATION_BUCKETS,
    LAST_BEGINS,
    LAST_ENDS,
    LAST_POSTED,
    NOT_POSTED,
    REACHED,
    TIME_IN_SYSTEM_EDGES_US,
    WAIT_EDGES_US,
    Counters,
    fold_and_count,
    new_counters,
    per_hour,
    so_far,
)
from border_sim.metrics.fold import fold
from border_sim.metrics.state import CELLS, STATIONS, FoldState, cell_of, cells_of, new_state
from border_sim.records import Events, PortInfo, select
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, LaneClass, Mode, Outcome, code

EDGES = {STARTED: WAIT_EDGES_US, RELEASED: TIME_IN_SYSTEM_EDGES_US}
OF_PRIMARY, OF_DOOR = (np.arange(CELLS) % STATIONS == station for station in (PRIMARY, DOOR_TO_DOOR))
PASSENGERS = cell_of(code(Mode.PASSENGER), code(LaneClass.STANDARD), PRIMARY)


class Counting(NamedTuple):
    """A port that is being counted."""

    info: PortInfo
    state: FoldState
    counters: Counters

    def take(self, events: Events) -> None:
        fold_and_count(self.state, self.counters, events, self.info.measured_from_us)


def counting(info, width_us):
    return Counting(info, new_state(info, width_us), new_counters())


def same(a, b):
    return all(map(np.array_equal, a, b))


@st.composite
def _runs(draw, port_runs):
    """A port, its events, in which waits are of all lengths and often on an edge, and the width of windows."""
    info, records = draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    columns = {}
    for name, edges in (("queue_wait_us", WAIT_EDGES_US), ("time_in_system_us", TIME_IN_SYSTEM_EDGES_US)):
        near = st.builds(int.__add__, st.sampled_from([0, *edges.tolist()]), st.sampled_from([0, 1, 30 * MINUTE_US]))
        known = getattr(events, name) != MISSING
        columns[name] = getattr(events, name).copy()
        columns[name][known] = draw(st.lists(near, min_size=int(known.sum()), max_size=int(known.sum())))
    return info, events._replace(**columns), draw(st.integers(1, 50))


@pytest.fixture(scope="session")
def runs(port_runs):
    return _runs(port_runs)


def parts(data, events):
    """The events in pieces, none empty."""
    places = st.integers(1, max(1, len(events.kind) - 1))
    cuts = {*data.draw(st.lists(places, max_size=6))} - {len(events.kind)}
    return [select(events, slice(*edges)) for edges in pairwise([0, *sorted(cuts), len(events.kind)])]


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_any_split_of_the_events_gives_the_same_counters(runs, data):
    info, events, width_us = data.draw(runs)
    whole, split = counting(info, width_us), counting(info, width_us)
    whole.take(events)
    for part in parts(data, events):
        split.take(part)
    assert same(split.counters, whole.counters)


def windows_of(info, events, width_us):
    return fold(new_state(info, width_us), events)


def summed(windows):
    """The measures of the windows' lanes, by cell."""
    totals, cells = np.zeros((CELLS, len(COUNTED)), np.int64), cells_of(windows)
    for row in np.flatnonzero(cells != MISSING):
        totals[cells[row]] += [getattr(windows, name)[row] for name in COUNTED]
    return totals


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_at_any_event_the_counters_are_the_windows_of_a_run_that_ends_there(runs, data):
    info, events, width_us = data.draw(runs)
    at = data.draw(st.integers(1, len(events.kind)))
    one = counting(info, width_us)
    for part in parts(data, select(events, slice(at))):
        one.take(part)
    last = select(events, slice(-1, None))._replace(t_us=events.t_us[at - 1 : at])
    until = [np.append(*columns) for columns in zip(select(events, slice(at)), last, strict=True)]
    expected = summed(windows_of(info, events if at == len(events.kind) else Events(*until), width_us))
    assert same(so_far(one.counters, one.state if at < len(events.kind) else None).totals, expected)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_each_measured_wait_is_in_the_bucket_that_it_does_not_exceed(runs, data):
    info, events, width_us = data.draw(runs)
    one = counting(info, width_us)
    one.take(events)
    expected = np.zeros((CELLS, DURATION_BUCKETS), np.int64)
    for place in np.flatnonzero(events.t_us >= info.measured_from_us):
        kind, station = events.kind[place], events.station[place]
        if kind == RELEASED or (kind == STARTED and station == PRIMARY):
            name, station = ("time_in_system_us", DOOR_TO_DOOR) if kind == RELEASED else ("queue_wait_us", PRIMARY)
            cell = cell_of(events.mode[place].astype(int), events.lane_class[place].astype(int), station)
            bucket = sum(edge < getattr(events, name)[place] for edge in EDGES[kind])
            expected[cell, bucket] += 1
    assert np.array_equal(one.counters.durations, expected)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_at_any_event_the_buckets_hold_as_many_as_began_at_primary_and_left(runs, data):
    info, events, width_us = data.draw(runs)
    one = counting(info, width_us)
    for part in parts(data, events):
        one.take(part)
        now = so_far(one.counters, one.state)
        waits = now.durations.sum(axis=1)
        assert waits[OF_PRIMARY].tolist() == now.totals[OF_PRIMARY, COUNT.starts].tolist()
        assert waits[OF_DOOR].tolist() == now.totals[OF_DOOR, COUNT.completions].tolist()
        assert not waits[~(OF_PRIMARY | OF_DOOR)].any()


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_what_stands_in_the_counters_never_goes_back(runs, data):
    info, events, width_us = data.draw(runs)
    one = counting(info, width_us)
    before = so_far(one.counters, one.state)
    for part in parts(data, events):
        one.take(part)
        now = so_far(one.counters, one.state)
        assert (now.totals >= before.totals).all()
        assert (now.durations >= before.durations).all()
        before = now


# Small timelines told by hand: windows of 10 us.
def cars(*rows):
    """Passengers who arrive, start and leave so."""
    table = []
    for crossing, (arrived_us, started_us, ended_us) in enumerate(rows):
        who = {"crossing": crossing, "mode": 1, "lane_class": 0, "pool": 2, "outcome": code(Outcome.RELEASED)}
        when = {"arrived_us": arrived_us, "joined_us": arrived_us, "started_us": started_us}
        table.append(who | when | {"ended_us": ended_us, "released_us": ended_us})
    return table


@pytest.fixture
def told(made_records, tiny_port):
    """The counters after a run that ends 1 us before `until_us`, or that goes on."""

    def run(until_us, *tables, measured_from_us=0, ends=True):
        one = counting(replace(tiny_port, measured_from_us=measured_from_us), 10)
        one.take(events_of(made_records(0, until_us, *tables), starts=True, ends=ends))
        return one.counters

    return run


def last_window(counters):
    return counters.clock[[LAST_BEGINS, LAST_ENDS]].tolist(), int(counters.last_window[PASSENGERS, COUNT.completions])


def test_until_a_window_has_closed_none_is_known(told):
    counters = told(10, cars((1, 1, 6)), ends=False)
    assert counters.clock[REACHED] == 6
    assert per_hour(counters) is None


def test_the_window_that_closed_last_is_told_with_its_completions(told):
    counters = told(26, cars((1, 1, 6), (2, 6, 13), (3, 13, 19), (4, 19, 25)), ends=False)
    assert last_window(counters) == ([10, 20], 2)
    assert per_hour(counters)[PASSENGERS] == 2 * HOUR_US / 10


def test_a_first_window_that_is_shorter_is_told_by_its_own_length(told):
    counters = told(13, cars((1, 1, 8), (2, 8, 9), (2, 9, 12)), measured_from_us=6, ends=False)
    assert last_window(counters) == ([6, 10], 2)
    assert per_hour(counters)[PASSENGERS] == 2 * HOUR_US / 4


def test_a_last_window_that_is_shorter_is_told_by_its_own_length(told):
    counters = told(24, cars((1, 1, 6), (2, 6, 22)))
    assert last_window(counters) == ([20, 23], 1)
    assert per_hour(counters, "starts")[PASSENGERS] == 0


def test_a_last_window_without_length_is_none_but_what_happened_in_it_counts(told):
    counters = told(21, cars((1, 1, 16), (2, 16, 20)))
    assert last_window(counters) == ([10, 20], 1)
    assert counters.totals[PASSENGERS, COUNT.completions] == 2


def test_a_window_in_which_nothing_happened_is_the_last_one_all_the_same(told):
    counters = told(45, [*cars((1, 1, 6)), {"crossing": 1, "mode": 1, "arrived_us": 44}], ends=False)
    assert last_window(counters) == ([30, 40], 0)


def test_a_run_that_ends_in_its_warm_up_has_no_window(told):
    counters = told(9, cars((1, 1, 6)), measured_from_us=13)
    assert per_hour(counters) is None
    assert not counters.totals.any()
    assert not counters.durations.any()


def test_the_wait_posted_last_stands_by_lane_and_in_the_warm_up_too(told):
    posted = [(1, 1, 0, 20, 3), (2, 1, 1, 0, 0), (3, 1, 0, 35, 4), (4, 0, 0, 7, 0), (5, 0, 0, MISSING, 0)]
    counters = told(9, [], [], posted, measured_from_us=50, ends=False)
    stand = {PASSENGERS: 35, PASSENGERS + STATIONS: 0, cell_of(0, 0, PRIMARY): MISSING}
    assert {
        int(cell): int(counters.posted_min[cell]) for cell in np.flatnonzero(counters.posted_min != NOT_POSTED)
    } == stand
    assert counters.clock[LAST_POSTED] == 5


def test_what_is_asked_for_now_is_a_copy(told, tiny_port):
    counters = told(26, cars((1, 1, 6)))
    copy = so_far(counters, None)
    assert same(copy, counters)
    copy.totals[:] = copy.durations[:] = copy.clock[:] = 7
    assert not same(copy, counters)
    assert counters.clock[REACHED] == 25


@pytest.mark.parametrize("edges", [WAIT_EDGES_US, TIME_IN_SYSTEM_EDGES_US])
def test_edges_ascend_and_leave_a_bucket_without_end(edges):
    assert (np.diff(edges) > 0).all()
    assert len(edges) == DURATION_BUCKETS - 1
