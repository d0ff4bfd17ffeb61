"""States are kept whole, small, and refused if nobody of this version wrote them."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.decode import Start, StreamKey
from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.records import RunFacts, select
from border_sim.streaming.counting.stream_state import (
    StateError,
    StreamEnd,
    Totals,
    decode,
    decode_stream,
    encode_stream,
    new_stream,
    origin_of,
    read_key,
    record_key,
)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_fold_goes_on_from_its_record_as_if_it_had_never_stopped(port_runs, data):
    info, records = data.draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    cut = data.draw(st.integers(0, len(events.kind)))
    state = new_stream(Start(info, RunFacts("run", 0, 1, None, None)), records.from_us, data.draw(st.integers(1, 50)))
    fold(state.open.fold, select(events, slice(None, cut)))
    again = decode_stream(encode_stream(state))
    assert all(map(np.array_equal, again.open.fold, state.open.fold))
    rest = [fold(each.open.fold, select(events, slice(cut, None))) for each in (state, again)]
    assert all(map(np.array_equal, *rest))


def test_a_wait_of_the_last_bucket_of_a_group_is_kept(tiny_port):
    state = new_stream(Start(tiny_port, RunFacts("run", 0, 1, None, None)), 0, 60)
    state.open.fold.waits[2, 127] = 5
    state.open.fold.marks[2, 1] = np.int64(1) << 63
    again = decode_stream(encode_stream(state))
    assert all(map(np.array_equal, again.open.fold, state.open.fold))


def test_what_a_stream_ended_with_is_read_without_the_rest(tiny_port):
    state = new_stream(Start(tiny_port, RunFacts("run", 0, 7, None, None)), 5, 60)
    end = decode(encode_stream(state), StreamEnd)
    assert (end.ports, end.next_seq, end.watermark_us) == (7, 0, 5)


def test_another_run_has_another_origin_however_it_is_told(tiny_port):
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
        msgspec.msgpack.encode([2, b"", None, 0, 0, False, None, None]),
        msgspec.msgpack.encode({"version": 1}),
    ],
)
def test_a_state_of_another_version_is_refused(value):
    with pytest.raises(StateError, match="not written by this version of border-sim"):
        decode_stream(value)


def test_a_state_that_points_outside_its_arrays_is_refused(tiny_port):
    state = new_stream(Start(tiny_port, RunFacts("run", 0, 1, None, None)), 0, 60)
    record = msgspec.msgpack.decode(encode_stream(state))
    record[7][2] = [[10**6], [1]]
    with pytest.raises(StateError, match="begin with another group"):
        decode_stream(msgspec.msgpack.encode(record))


def test_totals_add_up():
    totals = Totals(1, 2, 3, {"late": 1})
    totals.add(Totals(10, 20, 30, {"late": 1, "gap": 4}))
    assert totals == Totals(11, 22, 33, {"late": 2, "gap": 4})
