"""What the conductor asks of an engine, and both answer."""

import numpy as np
import pytest

from border_sim.records import CROSSING_DTYPES, DISRUPTION_DTYPES
from border_sim.vocabulary import MINUTE_US, Mode


def _at(*minutes, **keys):
    return [{"at": minute, **keys} for minute in minutes]


@pytest.fixture
def fed(engine, plan, scripted, part):
    """An engine that holds the first day of a port with one booth and these candidates."""

    def make(rows):
        planned = scripted(plan(part()), rows)
        made = engine(planned)
        days = planned.days()
        made.feed(next(days))
        return made, planned.begins_us, days

    return make


def test_advancing_handles_every_instant_before_the_one_given(fed):
    engine, begins_us, _ = fed(_at(5, serve=5))

    assert engine.advance(begins_us + 10 * MINUTE_US) == begins_us + 10 * MINUTE_US
    assert engine.records(begins_us, begins_us + 10 * MINUTE_US).crossings.ended_us.tolist() == [-1]
    assert not engine.is_empty()
    ended_us = begins_us + 10 * MINUTE_US
    engine.advance(ended_us + 1)
    assert engine.records(begins_us, ended_us + 1).crossings.ended_us.tolist() == [ended_us]
    assert engine.is_empty()


def test_an_empty_port_stops_at_its_last_release(fed):
    engine, begins_us, _ = fed(_at(5, 30, serve=5))

    assert engine.advance(begins_us + 60 * MINUTE_US, stop_when_empty=True) == begins_us + 35 * MINUTE_US
    assert engine.advance(begins_us + 60 * MINUTE_US, stop_when_empty=True) == begins_us + 35 * MINUTE_US
    assert engine.records(begins_us, begins_us + 60 * MINUTE_US).posted.t_us.size == 3


def test_a_candidate_to_come_keeps_a_port_from_being_empty_and_a_deterred_one_does_not(fed):
    engine, begins_us, _ = fed([{"at": 5, "accepts": -1}])

    assert not engine.is_empty()
    assert engine.advance(begins_us + 60 * MINUTE_US, stop_when_empty=True) == begins_us + 5 * MINUTE_US
    assert engine.is_empty()


def test_records_are_told_once_and_crossings_that_left_are_forgotten_with_the_next_day(fed):
    engine, begins_us, days = fed(_at(5, serve=5) + _at(1439, serve=5))
    first = engine.advance(begins_us + 1440 * MINUTE_US)
    today = engine.records(begins_us, first)
    engine.feed(next(days))
    second = engine.advance(first + 1440 * MINUTE_US)
    tomorrow = engine.records(first, second)

    assert (today.crossings.crossing.tolist(), tomorrow.crossings.crossing.tolist()) == ([0, 1], [1])
    assert (today.crossings.released_us[1], tomorrow.crossings.released_us[0]) == (-1, begins_us + 1444 * MINUTE_US)
    assert (today.posted.t_us.size, tomorrow.posted.t_us.size) == (96, 96)
    assert (today.staffing.t_us.size, tomorrow.staffing.t_us.size) == (1, 0)


def test_columns_have_the_types_of_the_contract(fed):
    engine, begins_us, _ = fed(_at(5, serve=5))
    records = engine.records(begins_us, engine.advance(begins_us + 1440 * MINUTE_US))

    assert [column.dtype for column in records.crossings] == [np.dtype(kind) for kind in CROSSING_DTYPES]
    assert [column.dtype for column in records.staffing] == [np.int64, np.int16, np.int32]
    assert [column.dtype for column in records.posted] == [np.int64, np.uint8, np.int8, np.int32, np.int32]
    assert [column.dtype for column in records.disruptions] == [np.dtype(kind) for kind in DISRUPTION_DTYPES]


def test_what_was_told_does_not_change_afterwards(fed):
    engine, begins_us, days = fed(_at(1439, serve=5))
    today = engine.records(begins_us, engine.advance(begins_us + 1440 * MINUTE_US))
    before = [np.copy(column) for table in today[2:] for column in table]
    engine.feed(next(days))
    engine.advance(begins_us + 2880 * MINUTE_US)

    assert all(np.array_equal(*pair) for pair in zip(before, [c for table in today[2:] for c in table], strict=True))


def test_a_disruption_acts_before_anything_else_at_its_instant(fed, plan):
    engine, begins_us, _ = fed(_at(0, 1, 2, serve=5))
    at_us = begins_us + 5 * MINUTE_US
    engine.advance(at_us)
    engine.disrupt(at_us, Mode.PASSENGER, gate_shut=True, booths_cap=0)
    engine.advance(begins_us + 20 * MINUTE_US)
    capped = engine.records(begins_us, begins_us + 20 * MINUTE_US)

    assert capped.crossings.started_us.tolist() == [begins_us, -1, -1]
    assert [column.tolist() for column in capped.staffing] == [[begins_us, at_us], [0, 0], [1, 0]]
    assert [column.tolist() for column in capped.disruptions] == [[at_us], [1], [1], [0], [-1], [-1], [-1]]
    assert engine.control.posted_wait_min.tolist() == [-1]
