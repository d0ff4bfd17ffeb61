"""What a topic of metrics holds: the last window of each key, and how lanes add up over windows."""

from typing import NamedTuple

import pytest

from border_sim.events.decode import StreamKey
from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.streaming.counting import window_records
from border_sim.streaming.counting.read_back import WindowSet, read_back


class Rec(NamedTuple):
    key: bytes | None
    value: bytes | None


def windows_of(run, width_us):
    return fold(new_state(run.info, width_us), events_of(run.records, starts=True, ends=True))


@pytest.fixture
def records(tiny_port, made_records):
    """Three windows of 5 us of one port, of run `a`."""
    from_us = tiny_port.measured_from_us
    made = made_records(from_us, from_us + 15, staffing=[(from_us, 1, 2)])
    windows = fold(new_state(tiny_port, 5), events_of(made, starts=True, ends=True))
    return [Rec(*each) for each in window_records.encode_windows(StreamKey("a", 0, "tiny-port"), tiny_port, windows, 5)]


def of_run_b(records):
    return [Rec(each.key.replace(b"a/0/", b"b/c/0/"), each.value.replace(b'"a"', b'"b/c"')) for each in records]


def test_windows_are_told_apart_by_run_replication_and_width(records):
    changed = of_run_b(records)
    found = read_back([*changed, *records])
    expected = {WindowSet("a", 0, 5): 3, WindowSet("b/c", 0, 5): 3}
    assert {which: len(windows) for which, windows in found.windows.items()} == expected
    assert found[1:] == (set(), 0, 0, 0, 0)


def test_what_is_not_asked_for_is_told_and_not_looked_at(records):
    again = Rec(records[0].key, records[1].value)
    found = read_back([*of_run_b(records), *records, again, Rec(records[2].key, b"noise")], "b/c")
    assert list(found.windows) == [WindowSet("b/c", 0, 5)]
    assert found[1:] == ({WindowSet("a", 0, 5)}, 0, 0, 0, 0)
    assert read_back(records, "a", 6) == ({}, {WindowSet("a", 0, 5)}, 0, 0, 0, 0)
    assert list(read_back(records, width_us=5).windows) == [WindowSet("a", 0, 5)]


def test_a_window_that_comes_again_counts_once_and_one_that_contradicts_is_told(records):
    again = Rec(records[0].key, records[1].value)
    found = read_back([*records, records[1], again])
    assert (found.written_again, found.contradictory) == (1, 1)
    assert len(found.windows[WindowSet("a", 0, 5)]) == 3


def test_a_window_that_another_version_wrote_is_the_same_window(records):
    value = records[0].value.replace(b'"schema":3', b'"schema":1').replace(b'"commercial/fast"', b'"fast"')
    value = value.replace(b'"blocked_us":0,', b"")
    assert value != records[0].value
    result = read_back([Rec(records[0].key, value), *records])
    assert (result.written_again, result.contradictory) == (1, 0)


def test_the_last_record_of_a_key_counts_also_when_it_is_none(records):
    first, *rest = records
    tombstones = [record._replace(value=None) for record in records]
    found = read_back([*records, tombstones[0]])
    assert [window.begins_us for window in found.windows[WindowSet("a", 0, 5)]] == [
        window_records.decode_window(record.value).begins_us for record in rest
    ]
    assert (found.deleted, found.foreign) == (1, 0)
    assert read_back([*records, tombstones[0], first]) == read_back(records)
    assert read_back([*records, *tombstones])[:2] == ({}, set())
    assert read_back([*of_run_b(records), *records, *tombstones], "b/c").others == set()
    assert read_back([*of_run_b(records), *records, tombstones[0]], "b/c").others == {WindowSet("a", 0, 5)}


def test_records_that_are_no_windows_are_counted(records):
    odd = [Rec(b"/".join([b"a", b"0", b"p", number, b"0"]), b"x") for number in (b"5", b"-5", b"9" * 9999, b"")]
    other = Rec(records[0].key.replace(b"a/0/", b"b/0/"), records[0].value)
    found = read_back([*records, Rec(None, b"x"), Rec(b"x", b"x"), Rec(b"y", None), Rec(b"\xff", b""), *odd, other])
    assert found.foreign == 9
    assert len(found.windows[WindowSet("a", 0, 5)]) == 3
