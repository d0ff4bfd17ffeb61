"""A part of a run is a run of its own, and its windows are those of the whole."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.metrics.window_tables import to_table
from border_sim.records import concatenate, select
from border_sim.streaming.playback.slicing import measured_from, nothing, one_event, sliced
from border_sim.vocabulary import MISSING, EventKind, code

KINDS = list(EventKind)
WIDTH_US = 7


def windows(events, info):
    return to_table(fold(new_state(info, WIDTH_US), events), info, 0)


def rows(table, from_us, until_us):
    """The rows of windows from `from_us` on that have ended before `until_us`; `None`: also the last."""
    return [
        row
        for row in table.to_pylist()
        if row["window_us"] >= from_us and (until_us is None or row["window_us"] + WIDTH_US < until_us)
    ]


def same(a, b):
    return all(x.dtype == y.dtype and x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


def whole(pieces):
    return concatenate([nothing(), *pieces])


def pieces_of(data, events):
    size = events.t_us.size
    edges = sorted(data.draw(st.lists(st.integers(0, size), max_size=4)))
    return [select(events, slice(*edge)) for edge in pairwise([0, *edges, size])]


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_the_windows_of_a_part_are_those_of_the_whole(port_runs, blocking_runs, data):
    info, records = data.draw(st.one_of(port_runs, blocking_runs))
    events = events_of(records, starts=True, ends=data.draw(st.booleans()))
    instants = st.integers(records.from_us // WIDTH_US - 1, records.until_us // WIDTH_US + 2).map(WIDTH_US.__mul__)
    from_us, until_us = data.draw(st.none() | instants), data.draw(st.none() | instants)
    if until_us is not None and until_us <= max(records.from_us, from_us or 0):
        until_us = None
    part = whole(sliced(pieces_of(data, events), from_us, until_us))
    told = windows(part, measured_from(info, from_us))
    first_us = from_us or 0
    assert rows(told, first_us, until_us) == rows(windows(events, info), first_us, until_us)
    assert min(told["window_us"].to_pylist(), default=first_us) >= first_us - WIDTH_US


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_part_is_the_same_however_the_run_was_cut(port_runs, data):
    _, records = data.draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    from_us, until_us = records.from_us + data.draw(st.integers(0, 150)), records.from_us + 151
    expected = whole(sliced([events], from_us, until_us))
    assert same(whole(sliced(pieces_of(data, events), from_us, until_us)), expected)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_part_is_a_run(port_runs, data):
    _, records = data.draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    from_us = records.from_us + data.draw(st.integers(0, 130))
    until_us = from_us + data.draw(st.integers(1, 130))
    part = whole(sliced([events], from_us, until_us))
    kinds = [KINDS[kind] for kind in part.kind]
    assert kinds[0] is EventKind.RUN_STARTED
    assert kinds[-1] is EventKind.RUN_ENDED
    assert kinds.count(EventKind.RUN_STARTED) == kinds.count(EventKind.RUN_ENDED) == 1
    assert part.t_us[-1] == min(until_us, records.until_us) - 1
    assert (np.diff(part.t_us) >= 0).all()


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_all_from_the_beginning_to_the_end_is_the_run_itself(port_runs, data):
    info, records = data.draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    assert same(whole(sliced([events], records.from_us, records.until_us)), events)
    assert same(whole(sliced([events], None, None)), events)
    assert measured_from(info, None) == measured_from(info, records.from_us) == info


def test_before_the_part_stands_only_what_its_state_is_made_of(made_records):
    gone = {"crossing": 0, "lane_class": 0, "pool": 0}
    gone |= dict(
        zip(("arrived_us", "joined_us", "started_us", "ended_us", "released_us"), (5, 5, 6, 8, 8), strict=True)
    )
    inside = {
        "crossing": 1,
        "lane_class": 0,
        "pool": 0,
        "arrived_us": 6,
        "joined_us": 6,
        "started_us": 8,
        "ended_us": 22,
    }
    deterred = {"crossing": 2, "lane_class": 0, "arrived_us": 7, "outcome": 2}
    records = made_records(
        0,
        30,
        [gone | {"outcome": 1}, inside, deterred],
        staffing=[(1, 0, 2), (4, 1, 1), (9, 0, 3), (25, 0, 1)],
        posted=[(2, 0, 0, 5, 1), (10, 0, 0, 10, 2)],
        disruptions=[(3, 0, 1, MISSING), (11, 0, 0, MISSING)],
    )
    part = whole(sliced([events_of(records, starts=True, ends=True)], 20, None))
    told = [(int(t_us), KINDS[kind]) for t_us, kind in zip(part.t_us, part.kind, strict=True)]
    assert told == [
        (0, EventKind.RUN_STARTED),
        (1, EventKind.STAFFING),
        (4, EventKind.STAFFING),
        (6, EventKind.ARRIVED),
        (6, EventKind.JOINED),
        (8, EventKind.STARTED),
        (9, EventKind.STAFFING),
        (10, EventKind.POSTED),
        (11, EventKind.DISRUPTION),
        (22, EventKind.ENDED),
        (25, EventKind.STAFFING),
        (29, EventKind.RUN_ENDED),
    ]


def test_a_port_whose_run_ended_before_is_there_and_ended(made_records):
    events = events_of(made_records(0, 30), starts=True, ends=True)
    part = whole(sliced([events], 1_000, 2_000))
    assert [KINDS[kind] for kind in part.kind] == [EventKind.RUN_STARTED, EventKind.RUN_ENDED]


def test_a_run_that_was_cut_short_before_the_end_of_the_part_stays_open(made_records):
    events = events_of(made_records(0, 30), starts=True)
    assert code(EventKind.RUN_ENDED) not in whole(sliced([events], None, 1_000)).kind


def test_one_event_has_nothing_but_kind_and_instant():
    event = one_event(EventKind.RUN_ENDED, 12)
    assert (event.t_us.tolist(), event.kind.tolist()) == ([12], [code(EventKind.RUN_ENDED)])
    assert all(column.tolist() == [MISSING] for column in event[2:])
