"""States are kept whole, small, and refused if nobody of this version wrote them."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.decode import Start, StreamKey
from border_sim.events.order import events_of
from border_sim.metrics.counters import fold_and_count, new_counters
from border_sim.metrics.state import new_state
from border_sim.records import RunFacts, select
from border_sim.streaming.counting.sequence import Position, open_stream, origin_of
from border_sim.streaming.counting.stream_state import (
    StateError,
    StreamEnd,
    StreamState,
    decode_record,
    decode_stream,
    encode_stream,
    read_key,
    record_key,
)
from border_sim.vocabulary import MISSING, NEVER_US


def state_of(info, t_us, ports=1, fold=None, counters=None):
    """The state of a stream that has just begun."""
    start = Start(info, RunFacts("run", 0, ports, None, None))
    position = Position(origin_of(start, t_us), ports, 0, t_us, 1_000, 2_000, open_stream(start))
    return StreamState(position, start, fold, counters)


def same(arrays, others):
    return all(map(np.array_equal, arrays, others))


def used(fold):
    """The fold without the rows of `unmoved` that are not used, which may hold anything."""
    return fold._replace(unmoved=fold.unmoved[: fold.unmoved_count[0]])


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_stream_goes_on_from_its_record_as_if_it_had_never_stopped(port_runs, blocking_runs, data):
    info, records = data.draw(st.one_of(port_runs, blocking_runs))
    events = events_of(records, starts=True, ends=True)
    cut = data.draw(st.integers(1, len(events.kind) - 1))
    parts = select(events, slice(None, cut)), select(events, slice(cut, None))
    state = state_of(info, records.from_us, 1, new_state(info, data.draw(st.integers(1, 50))), new_counters())
    taken(state, parts[0])
    again = decode_stream(encode_stream(state))
    assert again[:2] == state[:2]
    assert same(used(again.fold), used(state.fold))
    assert same(again.counters, state.counters)
    looked_at = decode_stream(encode_stream(state), is_looked_at=True)
    assert all(
        np.array_equal(getattr(looked_at.fold, name), getattr(state.fold, name)) for name in ("clock", "cells", "pools")
    )
    assert looked_at.fold.waits.size == 0
    assert same(taken(again, parts[1]), taken(state, parts[1]))
    assert same(again.counters, state.counters)


def taken(state, events):
    """The windows that events close."""
    return fold_and_count(state.fold, state.counters, events, state.start.info.measured_from_us)


def test_a_wait_of_the_last_bucket_of_a_group_is_stored(tiny_port):
    state = new_state(tiny_port, 60)
    state.waits[2, 127] = 5
    state.marks[2, 1] = np.int64(1) << 63
    assert same(decode_stream(encode_stream(state_of(tiny_port, 0, fold=state))).fold, state)


def test_those_who_have_not_moved_on_are_stored_and_those_who_have_are_not(tiny_port):
    state = new_state(tiny_port, 60)
    state.unmoved[:3], state.unmoved_count[0] = [(7, 2), (8, 6), (9, 1)], 2
    again = decode_stream(encode_stream(state_of(tiny_port, 0, fold=state))).fold
    assert again.unmoved[:3].tolist() == [[7, 2], [8, 6], [0, 0]]
    assert again.unmoved_count.tolist() == [2]
    assert again.unmoved.shape == state.unmoved.shape


@pytest.mark.parametrize("unmoved", [[5, -1], [5, 8], [5], [1, 2] * 5_000])
def test_a_state_in_which_someone_is_at_no_pool_is_refused(tiny_port, unmoved):
    record = msgspec.msgpack.decode(encode_stream(state_of(tiny_port, 0, fold=new_state(tiny_port, 60))))
    record[9][4] = unmoved
    with pytest.raises(StateError, match="begin with another group"):
        decode_stream(msgspec.msgpack.encode(record))


def test_a_stream_of_which_nothing_is_folded_has_no_fold(tiny_port):
    state = state_of(tiny_port, 0)
    assert decode_stream(encode_stream(state)) == state


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_stream_that_has_ended_keeps_its_counters_or_nothing(tiny_port, is_kept):
    position, start, *_ = state_of(tiny_port, 0)
    position.watermark_us, position.open = NEVER_US, None
    counters = new_counters()
    counters.totals[7, 2] = counters.durations[7, 12] = 2**40
    counters.posted_min[[0, 7]] = MISSING, 35
    state = StreamState(position, start, None, counters) if is_kept else StreamState(position, None, None, None)
    again = decode_stream(encode_stream(state))
    assert again[:3] == state[:3]
    assert same(again.counters or (), state.counters or ())


def test_what_a_stream_ended_with_is_read_without_the_rest(tiny_port):
    end = decode_record(encode_stream(state_of(tiny_port, 5, 7, new_state(tiny_port, 60), new_counters())), StreamEnd)
    assert (end.ports, end.next_seq, end.watermark_us, end.began_ms, end.last_ms) == (7, 0, 5, 1_000, 2_000)


def test_another_run_has_another_origin_however_it_is_sent(tiny_port):
    start = Start(tiny_port, RunFacts("run", 0, 7, None, None))
    assert origin_of(start, 5) == origin_of(start._replace(), 5)
    others = [origin_of(start, 6), origin_of(start._replace(facts=start.facts._replace(ports=8)), 5)]
    assert origin_of(start, 5) not in others


@pytest.mark.parametrize("stream", [None, StreamKey("a/b", 3, "p"), StreamKey('"', 0, "\N{BRIDGE AT NIGHT}")])
def test_keys_tell_group_and_stream(stream):
    assert read_key(record_key("group", stream)) == ("group", stream)


@pytest.mark.parametrize("data", [None, b"", b"x", b"[]", b"5", b"[5]", b'["g","r",0]', b'["g","r","0","p"]', b"\xff"])
def test_keys_of_somebody_else_are_nobodys(data):
    assert read_key(data) is None


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode([1, b"", None, 0, 0, 0, 0, False, None, None]),
        msgspec.msgpack.encode([2, b"", None, 0, 0, 0, 0, False, None, None, None]),
        msgspec.msgpack.encode([3, b"", None, 0, 0, 0, 0, False, None, None, None]),
        msgspec.msgpack.encode({"version": 4}),
    ],
)
def test_a_state_of_another_version_is_refused(value):
    with pytest.raises(StateError, match="not written by this version of border-sim"):
        decode_stream(value)


@pytest.mark.parametrize("place", [(9, 2), (10, 3)])
def test_a_state_that_points_outside_its_arrays_is_refused(tiny_port, place):
    state = state_of(tiny_port, 0, 1, new_state(tiny_port, 60), new_counters())
    record = msgspec.msgpack.decode(encode_stream(state))
    record[place[0]][place[1]] = [[10**6], [1]]
    with pytest.raises(StateError, match="begin with another group"):
        decode_stream(msgspec.msgpack.encode(record))
