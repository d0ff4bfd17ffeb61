"""However records come, the windows of a partition are those of a run, and nothing is dropped in silence."""

import json
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.decode import StreamKey
from border_sim.events.encode import encode_events
from border_sim.events.order import events_of
from border_sim.metrics.counters import COUNT, fold_and_count, new_counters
from border_sim.metrics.fold import fold
from border_sim.metrics.state import POOL, new_state
from border_sim.records import RunFacts, concatenate
from border_sim.streaming.counting import partition as partition_module
from border_sim.streaming.counting.dead_letters import Reason
from border_sim.streaming.counting.partition import MOST_WINDOWS, Partition
from border_sim.streaming.counting.record_counts import RecordCounts
from border_sim.streaming.counting.stream_state import StateError, read_key
from border_sim.vocabulary import DAY_US, MINUTE_US

WIDTH_US = 7
HEADERS = [("schema", b"3")]


class Rec(NamedTuple):
    offset: int
    value: bytes | None
    headers: list = HEADERS
    key: bytes | None = b"key"
    partition: int = 3
    timestamp: int = 0


def lines_of(info, records, facts):
    return encode_events(events_of(records, starts=True, ends=True), info, facts, 0)


def numbered(values, first=0):
    return [Rec(first + place, value) for place, value in enumerate(values)]


def windows_by_stream(parts):
    """The windows of each stream as lists, whatever the batches that they came in."""
    told = {}
    for closed in parts:
        told.setdefault(closed.stream, []).append(closed.windows)
    return {stream: [column.tolist() for column in concatenate(windows)] for stream, windows in told.items()}


def batch_windows(info, records, width_us=WIDTH_US):
    windows = fold(new_state(info, width_us), events_of(records, starts=True, ends=True))
    return [column.tolist() for column in windows]


def dropped_when_empty(windows):
    return {stream: columns for stream, columns in windows.items() if columns[0]}


NOISE = (b"", b"{", b"not json", b"\xff\xfe", b"[]", b'{"kind": "heartbeat"}', None)


@st.composite
def _deliveries(draw, port_runs):
    """Runs of some ports and replications, and an order in which their lines may be delivered: each stream in order,
    with stretches that are sent again, and noise between.
    """
    runs = {}
    for port in draw(st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True)):
        info, records = draw(port_runs)
        runs[StreamKey("run", draw(st.integers(0, 1)), port)] = (replace(info, slug=port), records)
    lines = [lines_of(*run, RunFacts("run", key.replication, len(runs))) for key, run in runs.items()]
    hops = st.tuples(
        st.integers(0, len(lines) - 1), st.integers(1, 20), st.sampled_from([0, 3, 99]), st.sampled_from(NOISE)
    )
    reached, values = [0] * len(lines), []
    for stream, more, again, noise in draw(st.lists(hops, max_size=12)):
        values += [*lines[stream][max(0, reached[stream] - again) : reached[stream] + more], noise]
        reached[stream] = min(reached[stream] + more, len(lines[stream]))
    for stream, first in enumerate(reached):
        values += lines[stream][first:]
    return runs, numbered(values)


@pytest.fixture(scope="session")
def deliveries(port_runs):
    return _deliveries(port_runs)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_windows_are_those_of_the_runs_whatever_comes_twice_or_is_noise_and_wherever_it_begins_again(deliveries, data):
    runs, records = data.draw(deliveries)
    partition, state, closed, dead, counts = Partition(3, WIDTH_US), [], [], [], RecordCounts()
    batches = st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=8)
    for size, is_committed in [*data.draw(batches), (len(records), True)]:
        result = partition.count(records[partition.offset : partition.offset + size])
        if is_committed:
            state += partition.state_records("group")  # what is written is written with the state that goes with it
            closed += result.closed
            dead += result.dead
            counts.add(result.counts)
        else:
            partition = Partition(3, WIDTH_US)
            partition.restore("group", state)
    expected = {key: batch_windows(*run) for key, run in runs.items()}
    assert windows_by_stream(closed) == dropped_when_empty(expected)
    assert [letter.record for letter in dead] == [record for record in records if record.value in NOISE]
    assert counts.events == sum(len(lines_of(*run, RunFacts("", 0, 1))) for run in runs.values())
    assert counts.events + counts.duplicates + len(dead) == len(records)
    assert all(position.open is None for position in partition.positions.values())
    assert_counted(partition, runs)


def assert_counted(partition, runs):
    """The counters of runs that have ended are those of their events; of a port's replications the one that began last
    is there alone.
    """
    ports = {port.key: port for port in partition.ports_now()}
    assert ports.keys() == {max(key for key in runs if key.port == port) for port in {key.port for key in runs}}
    for key, port in ports.items():
        info, records = runs[key]
        events = events_of(records, starts=True, ends=True)
        state, counters = new_state(info, WIDTH_US), new_counters()
        fold_and_count(state, counters, events, info.measured_from_us)
        assert all(map(np.array_equal, port.counters, counters))
        assert (port.info, port.watermark_us, port.is_ended, port.cells, port.pools) == (
            info, events.t_us[-1], True, None, None
        )  # fmt: skip


def used(fold):
    """The fold without the rows of `unmoved` that are not used, which may hold anything."""
    return fold._replace(unmoved=fold.unmoved[: fold.unmoved_count[0]])


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_state_that_was_kept_is_the_state_that_goes_on(deliveries, data):
    _, records = data.draw(deliveries)
    at = data.draw(st.integers(0, len(records)))
    partition, other = Partition(3, WIDTH_US), Partition(3, WIDTH_US)
    partition.count(records[:at])
    other.restore("group", partition.state_records("group"))
    assert other.offset == partition.offset
    assert other.positions == partition.positions
    folds, others = ({key: (info, state) for key, info, state in each.folds()} for each in (partition, other))
    assert folds.keys() == others.keys()
    for key, (info, state) in folds.items():
        assert others[key][0] == info
        assert all(map(np.array_equal, used(others[key][1]), used(state)))
    shown, others = ({port.key: port for port in each.ports_now()} for each in (partition, other))
    assert shown.keys() == others.keys()
    for key, port in shown.items():
        assert others[key][2:6] == port[2:6]
        assert all(map(np.array_equal, others[key].counters or (), port.counters or ()))


# One small stream, told by hand: a port of two pools, events a second apart.
LINE = {"run": "r", "replication": 0, "port": "p"}
START = LINE | {
    "seq": 0,
    "t_us": 0,
    "kind": "run_started",
    "schema": 3,
    "time_zone": "UTC",
    "latitude": None,
    "longitude": None,
    "installed": {"commercial": 1},
    "pools": [{"name": "standard", "mode": "commercial", "station": "primary"}],
    "measured_from_us": 0,
    "ports": 1,
    "seed": 1,
    "configuration_hash": "0123",
}


def heartbeat(seq, t_us, **changed):
    return LINE | {"seq": seq, "t_us": t_us, "kind": "heartbeat"} | changed


def staffing(seq, t_us, pool):
    return heartbeat(seq, t_us, kind="staffing", pool=pool, open_booths=1)


def ended(seq, t_us):
    return heartbeat(seq, t_us, kind="run_ended")


def told(*events):
    return numbered([json.dumps(event).encode() for event in events])


def counted_by(partition, *events):
    result = partition.count(told(*events))
    return [(letter.record.offset, letter.reason) for letter in result.dead], result.counts


DAY = DAY_US
OTHER = START | {"seed": 2}
REFUSED = {
    "late": ([START, heartbeat(1, 100), heartbeat(2, 99), heartbeat(2, 100)], [(2, Reason.LATE)]),
    "late and far ahead in seq": ([START, heartbeat(1, 100), heartbeat(9, 99)], [(2, Reason.LATE)]),
    "a gap": ([START, heartbeat(2, 5), heartbeat(3, 6), heartbeat(1, 4), heartbeat(2, 5)], [(1, "gap"), (2, "gap")]),
    "far ahead": ([START, heartbeat(1, 7 * DAY + 1), heartbeat(1, 7 * DAY)], [(1, Reason.AHEAD)]),
    "far ahead of the warm-up": (
        [START | {"measured_from_us": 30 * DAY}, heartbeat(1, 30 * DAY), heartbeat(2, 38 * DAY)],
        [(2, Reason.AHEAD)],
    ),
    "windows without end before the first event": (
        [START | {"t_us": 2**61}, heartbeat(1, 2**61)],
        [(0, Reason.AHEAD), (1, Reason.UNKNOWN_STREAM)],
    ),
    "no such pool": (
        [START, staffing(1, 5, "passenger/standard"), staffing(1, 5, "commercial/standard")],
        [(1, Reason.UNKNOWN_POOL)],
    ),
    "no beginning": ([heartbeat(0, 5), heartbeat(1, 5), START], [(0, "unknown_stream"), (1, "unknown_stream")]),
    "a beginning in the middle": ([START | {"seq": 4}, START], [(0, Reason.UNKNOWN_STREAM)]),
    "another run": ([START, heartbeat(1, 5), OTHER, START, heartbeat(2, 5)], [(2, Reason.CONFLICT)]),
    "all of another run": (
        [START, heartbeat(1, 5), OTHER, heartbeat(1, 5), heartbeat(2, 6), ended(3, 7), START, heartbeat(2, 6)],
        [(offset, Reason.CONFLICT) for offset in (2, 3, 4, 5)],
    ),
    "another run after the end": (
        [START, ended(1, 5), OTHER, ended(1, 5), START, ended(1, 5)],
        [(2, Reason.CONFLICT), (3, Reason.CONFLICT)],
    ),
    "a second beginning": ([START, START | {"seq": 1}, heartbeat(1, 5)], [(1, Reason.CONFLICT)]),
    "after the end": ([START, ended(1, 5), heartbeat(2, 5), heartbeat(3, 9)], [(2, Reason.ENDED), (3, Reason.ENDED)]),
    "two pools of one name": ([START | {"pools": START["pools"] * 2}], [(0, Reason.MALFORMED)]),
    "a beginning of another version": ([START | {"schema": 99}], [(0, Reason.VERSION)]),
    "a huge beginning": ([START | {"time_zone": "x" * 70_000}], [(0, Reason.MALFORMED)]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_come_next_is_a_dead_letter_and_leaves_the_stream_as_it_was(name):
    events, dead = REFUSED[name]
    found, counts = counted_by(Partition(3, 15 * MINUTE_US), *events)
    assert found == dead
    assert counts.dead == Counter(reason for _, reason in dead)
    assert counts.events + counts.duplicates == len(events) - len(dead)


def test_a_refused_event_does_not_take_the_place_of_the_right_one():
    partition = Partition(3, MINUTE_US)
    counted_by(partition, START, heartbeat(1, 100), heartbeat(2, 50), staffing(2, 100, "no/pool"), heartbeat(2, 110))
    assert partition.positions[StreamKey("r", 0, "p")].next_seq == 3


def test_a_port_of_another_partition_is_refused_until_it_comes_where_it_belongs():
    found, counts = counted_by(Partition(3, MINUTE_US, lambda port: port != "p"), START, heartbeat(1, 5))
    assert found == [(0, Reason.MISPLACED), (1, Reason.MISPLACED)]
    assert counts.events == 0


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([("schema", b"99")], Reason.VERSION),
        ([("schema", None)], Reason.VERSION),
        ([("schema", b"1")], None),
        ([("schema", b"2")], None),
        ([], None),
    ],
)
def test_the_header_tells_the_version_before_the_value_is_looked_at(headers, reason):
    result = Partition(3, MINUTE_US).count([record._replace(headers=headers) for record in told(START)])
    assert [letter.reason for letter in result.dead] == [reason] * (reason is not None)


def test_a_port_that_is_silent_for_hours_has_a_window_for_each_when_it_speaks_again():
    booth = staffing(1, 0, "commercial/standard")
    result = Partition(3, 60 * MINUTE_US).count(told(START, booth, heartbeat(2, 300 * MINUTE_US)))
    (closed,) = result.closed
    assert closed.windows.window_us.tolist() == [hour * 60 * MINUTE_US for hour in range(5)]
    assert closed.windows.open_us.tolist() == [60 * MINUTE_US] * 5
    assert result.counts.windows == 5


def test_a_run_that_gives_way_to_another_of_its_name_goes_on_when_it_is_sent_again(tiny_port, made_records):
    info, from_us = tiny_port, tiny_port.measured_from_us
    records = made_records(from_us, from_us + 50, staffing=[(from_us + second, 1, 2) for second in range(40)])
    first, second = (list(lines_of(info, records, RunFacts("run", 0, 1, seed, "0"))) for seed in (1, 2))
    most, windows, partition = len(first) * 6 // 10, [], Partition(3, WIDTH_US)
    for values, reasons in ((first[:most], set()), (second, {Reason.CONFLICT}), (first, set())):
        result = partition.count(numbered(values, partition.offset))
        assert {letter.reason for letter in result.dead} == reasons
        assert len(result.dead) == (len(values) if reasons else 0)
        windows += result.closed
        other = Partition(3, WIDTH_US)
        other.restore("group", partition.state_records("group"))  # a dispute outlives the process that saw it begin
        partition = other
    assert windows_by_stream(windows) == {StreamKey("run", 0, info.slug): batch_windows(info, records)}


def test_weeks_of_silence_are_taken_in_parts_that_close_so_many_windows_at_most():
    week = 7 * DAY
    events = [START, staffing(1, 0, "commercial/standard"), *(heartbeat(2 + nth, nth * week) for nth in range(100))]
    partition, records, closed = Partition(3, 15 * MINUTE_US), told(*events), []
    while partition.offset < len(records):
        result = partition.count(records)
        closed.append(result.counts.windows)
    assert max(closed) <= MOST_WINDOWS
    assert sum(closed) == 99 * 7 * 96


def test_what_lies_behind_records_that_wait_is_not_dead_before_its_turn():
    booth = staffing(1, 0, "commercial/standard")
    silent = told(START, booth, *(heartbeat(2 + nth, nth * 7 * DAY) for nth in range(4)))
    partition, records = Partition(3, MINUTE_US), [*silent, Rec(len(silent), b"noise")]
    dead = [len(partition.count(records).dead)]
    assert partition.offset < len(silent)
    while partition.offset < len(records):
        dead.append(len(partition.count(records).dead))
    assert sum(dead) == 1


def test_records_that_were_taken_before_are_skipped_and_the_offset_never_goes_back():
    partition, records = Partition(3, MINUTE_US), told(START, heartbeat(1, 5))
    partition.count(records)
    again = partition.count(records)
    assert (again.counts.events, again.counts.duplicates, partition.offset) == (0, 0, 2)


def run_of(name, first, *events):
    """Events of a run, from an offset on."""
    return [
        record._replace(offset=first + record.offset) for record in told(*(event | {"run": name} for event in events))
    ]


def kept(partition):
    """The runs whose counters there are, and the size of what is stored of each stream that changed."""
    sizes = {read_key(key)[1].run: len(value) for key, value in partition.state_records("group") if read_key(key)[1]}
    return {port.key.run for port in partition.ports_now()}, sizes


def test_the_counters_of_a_run_that_has_ended_are_kept_until_a_newer_one_begins_at_the_port():
    partition, whole = Partition(3, MINUTE_US), (START, heartbeat(1, 5), ended(2, 9))
    partition.count(run_of("a", 0, *whole))
    assert kept(partition)[0] == {"a"}
    partition.count(run_of("other", 3, *(event | {"port": "q"} for event in whole)))
    assert kept(partition)[0] == {"a", "other"}
    partition.count(run_of("b", 6, START))
    runs, sizes = kept(partition)
    assert runs == {"b", "other"}
    assert sizes["a"] < 64
    restored = Partition(3, MINUTE_US)
    restored.restore("group", partition.state_records("group"))
    assert partition.count(run_of("a", 7, *whole)).counts.duplicates == 3  # it still tells duplicates


def test_a_run_that_goes_on_keeps_its_counters_beside_a_newer_one_and_drops_them_at_its_end():
    partition = Partition(3, MINUTE_US)
    partition.count(run_of("a", 0, START, heartbeat(1, 5)))
    partition.count([record._replace(timestamp=1) for record in run_of("b", 2, START, heartbeat(1, 5))])
    assert kept(partition)[0] == {"a", "b"}
    partition.count(run_of("a", 4, ended(2, 9)))
    assert kept(partition)[0] == {"b"}


def test_nothing_of_another_group_is_taken_up():
    other = Partition(3, MINUTE_US)
    other.restore("group", [(b"x", b"not ours"), *Partition(3, 1).state_records("another"), (None, None)])
    assert (other.offset, other.positions) == (0, {})


def test_a_stream_that_was_forgotten_has_no_counters():
    partition = Partition(3, MINUTE_US, forget_after_ms=5)
    partition.count(told(START, heartbeat(1, 5), ended(2, 9)))
    partition.forget(6)
    assert [*partition.ports_now()] == []


def test_a_port_is_told_with_its_open_window_while_the_run_goes_on():
    partition = Partition(3, MINUTE_US)
    arrived = heartbeat(2, 7, kind="arrived", mode="commercial", crossing=0, programme="none", loaded=True)
    partition.count(told(START, staffing(1, 5, "commercial/standard"), arrived))
    (port,) = partition.ports_now()
    assert (port.key, port.partition, port.watermark_us, port.is_ended) == (StreamKey("r", 0, "p"), 3, 7, False)
    assert port.counters.totals[:, COUNT.arrivals].sum() == 1
    assert port.pools[0, POOL.open] == 1


def test_it_is_known_how_much_is_stored_and_how_far_that_lies_behind():
    partition = Partition(3, MINUTE_US)
    assert (partition.stored_bytes, partition.event_lag_us) == (0, 0)
    partition.count(run_of("a", 0, START, heartbeat(1, 5)))
    stored = dict(partition.state_records("group"))
    assert partition.stored_bytes == sum(len(key) + len(value) for key, value in stored.items())
    partition.count([*run_of("a", 2, heartbeat(2, 12)), *run_of("b", 3, START, heartbeat(1, 100), heartbeat(2, 130))])
    assert partition.event_lag_us == 130  # of a run of which nothing is stored, from its beginning
    restored = Partition(3, MINUTE_US)
    restored.restore("group", stored.items())
    assert (restored.stored_bytes, restored.event_lag_us) == (sum(map(len, [*stored, *stored.values()])), 0)
    restored.count(run_of("a", 2, heartbeat(2, 12)))
    assert restored.event_lag_us == 7
    stored |= partition.state_records("group")
    assert partition.event_lag_us == 0
    assert partition.stored_bytes == sum(map(len, [*stored, *stored.values()]))


def test_what_is_deleted_is_stored_no_longer():
    partition = Partition(3, MINUTE_US, forget_after_ms=5)
    partition.count(told(START, heartbeat(1, 5), ended(2, 9)))
    partition.state_records("group")
    partition.forget(6)
    ((_, deleted), (key, own)) = partition.state_records("group")
    assert (deleted, partition.stored_bytes) == (None, len(key) + len(own))


def test_a_fold_is_made_with_the_first_event_after_run_started_and_dropped_at_the_end(monkeypatch):
    made = []
    monkeypatch.setattr(partition_module, "new_state", lambda *of: made.append(of) or new_state(*of))
    partition, records = Partition(3, MINUTE_US), told(START, heartbeat(1, 5), heartbeat(2, 6), ended(3, 9))
    partition.count(records[:1])
    assert (len(made), [*partition.folds()]) == (0, [])
    partition.count(records[1:3])
    assert (len(made), [key.port for key, *_ in partition.folds()]) == (1, ["p"])
    partition.count(records[3:])
    assert (len(made), [*partition.folds()]) == (1, [])
    restored = Partition(3, MINUTE_US)
    restored.restore("group", partition.state_records("group"))
    restored.count(records)
    assert len(made) == 1


HOUR_MS, WEEK_MS = 3_600_000, 7 * 24 * 3_600_000


def at(ms, *events, first=0):
    """Events in records that the broker wrote at an instant."""
    return [record._replace(offset=first + record.offset, timestamp=ms) for record in told(*events)]


def stored(partition):
    """What is stored of a partition: its streams' ports, and for each whether it is there."""
    return {json.loads(key)[-1]: value is not None for key, value in partition.state_records("group")[:-1]}


def test_a_stream_that_has_ended_is_forgotten_after_a_time_and_its_record_deleted():
    partition = Partition(3, MINUTE_US, forget_after_ms=WEEK_MS)
    partition.count(at(0, START, heartbeat(1, 5), ended(2, 9)))
    assert stored(partition) == {"p": True}
    assert partition.forget(WEEK_MS).counts == RecordCounts()
    assert not partition.has_changed
    assert partition.forget(WEEK_MS + 1).counts == RecordCounts()
    assert partition.has_changed
    assert stored(partition) == {"p": False}
    assert (partition.positions, partition.forget(2 * WEEK_MS).abandoned) == ({}, [])
    restored = Partition(3, MINUTE_US)
    restored.restore("group", [*Partition(3, MINUTE_US).state_records("group"), *partition.state_records("group")])
    assert (restored.offset, restored.positions) == (3, {})


def test_late_duplicates_of_a_stream_that_has_ended_keep_it_remembered_and_are_not_counted():
    partition, events = Partition(3, MINUTE_US, forget_after_ms=WEEK_MS), (START, heartbeat(1, 5), ended(2, 9))
    partition.count(at(0, *events))
    again = partition.count(at(WEEK_MS, *events, first=3))
    assert (again.counts, again.events) == (RecordCounts(duplicates=3), [])
    partition.forget(2 * WEEK_MS)
    assert len(partition.positions) == 1


def test_a_stream_that_was_abandoned_is_told_its_open_window_lost_and_its_later_events_are_dead():
    partition = Partition(3, MINUTE_US, forget_after_ms=WEEK_MS)
    booth = staffing(1, 0, "commercial/standard")
    first = partition.count(at(0, START, booth, heartbeat(2, 90_000_000)))
    assert first.counts == RecordCounts(events=3, windows=1)
    gone = partition.forget(WEEK_MS + 1)
    assert (gone.abandoned, gone.counts) == ([StreamKey("r", 0, "p")], RecordCounts(abandoned=1))
    assert ([*partition.folds()], stored(partition)) == ([], {"p": False})
    late = partition.count(at(WEEK_MS + 2, heartbeat(3, 95_000_000), ended(4, 95_000_000), first=3))
    assert [letter.reason for letter in late.dead] == [Reason.UNKNOWN_STREAM] * 2
    assert late.counts.events == 0


def test_a_run_that_was_forgotten_and_is_sent_again_from_its_beginning_gives_the_same_windows_again():
    partition = Partition(3, MINUTE_US, forget_after_ms=WEEK_MS)
    events = (START, staffing(1, 0, "commercial/standard"), heartbeat(2, 90_000_000), ended(3, 95_000_000))
    partition.count(at(0, *events[:3]))
    again = partition.count(at(WEEK_MS + 1, *events, first=3))
    assert (again.abandoned, again.dead, again.counts.events) == ([StreamKey("r", 0, "p")], [], 4)
    (windows,) = windows_by_stream(again.closed).values()
    assert windows == next(iter(windows_by_stream(Partition(3, MINUTE_US).count(at(0, *events)).closed).values()))


def test_a_run_that_is_forgotten_and_begins_again_in_one_batch_goes_on_in_the_next():
    partition = Partition(3, MINUTE_US, forget_after_ms=WEEK_MS)
    events = (START, staffing(1, 0, "commercial/standard"), heartbeat(2, 90_000_000), ended(3, 95_000_000))
    partition.count([*at(0, *events[:2]), *at(WEEK_MS + 1, *events[:2], first=2)])
    last = partition.count(at(WEEK_MS + 1, *events[2:], first=4))
    assert windows_by_stream(last.closed) == windows_by_stream(Partition(3, MINUTE_US).count(at(0, *events)).closed)


@settings(derandomize=True, deadline=None)
@given(
    hours=st.lists(
        st.tuples(st.sampled_from("pqr"), st.sampled_from([0, 1, 100, 168, 169]), st.integers(0, 4)), max_size=30
    ),
    data=st.data(),
)
def test_what_is_forgotten_and_closed_does_not_depend_on_how_the_records_are_cut(hours, data):
    """A port is silent for some hours, and one time in five begins again from its start."""
    sent, now_ms, records = dict.fromkeys("pqr", 0), 0, []
    for port, silence, again in hours:
        now_ms += silence * HOUR_MS
        sent[port] = sent[port] if again else 0
        records += at(now_ms, _event_of_open_booths(sent[port]) | {"port": port}, first=len(records))
        sent[port] += 1
    whole, parts = (Partition(3, MINUTE_US, forget_after_ms=WEEK_MS) for _ in range(2))
    expected, counts, dead, closed = whole.count(records), RecordCounts(), [], []
    while parts.offset < len(records):
        result = parts.count(records[parts.offset : parts.offset + data.draw(st.integers(1, 5))])
        counts.add(result.counts)
        dead += [letter.record.offset for letter in result.dead]
        closed += result.closed
    assert dead == [letter.record.offset for letter in expected.dead]
    assert (counts, parts.positions) == (expected.counts, whole.positions)
    assert windows_by_stream(closed) == windows_by_stream(expected.closed)


def _event_of_open_booths(seq):
    """The event of a number of a stream whose first booths open at its beginning; a window closes with every second."""
    if seq == 0:
        return START
    return staffing(seq, 0, "commercial/standard") if seq == 1 else heartbeat(seq, seq * MINUTE_US // 2)


def test_a_group_that_makes_other_windows_is_refused_with_what_to_do():
    kept = Partition(3, 15 * MINUTE_US).state_records("hourly")
    with pytest.raises(StateError, match="group 'hourly' makes windows of 15 minutes, not 60 minutes; each width"):
        Partition(3, 60 * MINUTE_US).restore("hourly", kept)


def test_only_what_changed_is_kept_again():
    partition, events = Partition(3, MINUTE_US), told(START, START | {"port": "q"}, heartbeat(1, 5))
    partition.count(events[:2])
    assert len(partition.state_records("group")) == 3
    partition.count(events[2:])
    assert [key for key, _ in partition.state_records("group")] == [b'["group","r",0,"p"]', b'["group"]']
    assert len(partition.state_records("group")) == 1
