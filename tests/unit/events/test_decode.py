"""What is written can be read back whole, and what is not ours is refused with its line and the reason."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events import decode as decoding
from border_sim.events.decode import Start, StreamKey, decode_batches, line_columns, pool_column
from border_sim.events.encode import encode_events
from border_sim.events.order import events_of
from border_sim.events.parse_line import CodecError, UnknownPoolError, parse
from border_sim.records import PoolInfo, RunFacts, concatenate, select
from border_sim.vocabulary import MISSING, Mode, Station
from tests.whole_log import decode_events

FACTS = RunFacts("a", 0, 1)
TRUCK = {"crossing": 0, "lane_class": 0, "arrived_us": 5, "joined_us": 5, "started_us": 7, "pool": 0}


def same(a, b):
    return all(x.dtype == y.dtype and x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@pytest.fixture
def lines(made_records, tiny_port):
    records = made_records(0, 20, [TRUCK], staffing=[(1, 0, 2)], posted=[(2, 0, 0, -1, 0)])
    return encode_events(events_of(records, starts=True, ends=True), tiny_port, FACTS, 0)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_events_come_back_as_they_were(port_runs, data):
    info, records = data.draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    cut = data.draw(st.integers(1, len(events.kind)))
    counts = st.integers(1, 99)
    made_of = st.none() | st.integers(0, 2**32 - 1), st.none() | st.text(max_size=5)
    facts = data.draw(st.builds(RunFacts, st.text(max_size=5), counts, counts, *made_of))
    parts = (slice(0, cut), slice(cut, None))
    lines = [line + b"\n" for part in parts for line in encode_events(select(events, part), info, facts, part.start)]
    ((key, (start, told)),) = decode_events(lines).items()
    assert key == StreamKey(facts.run, facts.replication, info.slug)
    assert start == Start(info, facts)
    assert same(told, events)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_streams_may_be_mixed_in_any_way(port_runs, data):
    streams = {}
    for name in ("east", "west"):
        info, records = data.draw(port_runs)
        streams[name] = (replace(info, slug=name), events_of(records, starts=True))
    left = {name: encode_events(events, info, FACTS, 0) for name, (info, events) in streams.items()}
    mixed = []
    while any(left.values()):
        name = data.draw(st.sampled_from([name for name in left if left[name]]))
        mixed.append(left[name].pop(0))
    told = {key.port: part for key, part in decode_events(mixed).items()}
    assert told.keys() == streams.keys()
    assert all(told[name][0].info == streams[name][0] and same(told[name][1], streams[name][1]) for name in streams)


def test_more_lines_than_a_batch(made_records, tiny_port, monkeypatch):
    monkeypatch.setattr(decoding, "_BATCH", 3)
    events = events_of(made_records(0, 600_000_000), starts=True)
    ((_, told),) = decode_events(encode_events(events, tiny_port, FACTS, 0)).values()
    assert same(told, events)


def test_batches_come_before_all_lines_are_read(lines, monkeypatch):
    monkeypatch.setattr(decoding, "_BATCH", 2)

    def read():
        for line in lines:
            taken.append(line)
            yield line

    taken = []
    batches = decode_batches(read())
    key, start, events = next(batches)
    assert (key, start.facts, len(events.kind), len(taken)) == (StreamKey("a", 0, "tiny-port"), FACTS, 2, 2)
    parts = [events, *(part for _, _, part in batches)]
    assert same(concatenate(parts), decode_events(lines)[key][1])


def test_lines_of_several_streams_give_columns_in_their_order(lines, tiny_port):
    other = [line.replace(b'"tiny-port"', b'"other-port"') for line in lines]
    mixed = [parse(line) for pair in zip(lines, other, strict=True) for line in pair]
    columns = line_columns(mixed)
    assert columns.seq.tolist() == [seq for seq in range(len(lines)) for _ in range(2)]
    assert columns.events.pool.tolist() == [MISSING] * len(mixed)
    rows = [place for place, line in enumerate(mixed) if line.port == "other-port"]
    pool = pool_column(columns.pool_texts[rows], tiny_port)
    assert same(
        select(columns.events, rows)._replace(pool=pool), decode_events(lines)[StreamKey("a", 0, "tiny-port")][1]
    )


def test_an_unknown_pool_is_told_by_its_place(tiny_port):
    texts = np.array([msgspec.UNSET, "commercial/fast", "commercial/slow", "commercial/slower"], object)
    assert pool_column(texts[:2], tiny_port).tolist() == [MISSING, 1]
    with pytest.raises(
        UnknownPoolError, match="no pool 'commercial/slow'; its pools are commercial/standard, "
    ) as error:
        pool_column(texts, tiny_port)
    assert error.value.place == 2


def test_no_lines_no_streams():
    assert decode_events([]) == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "JSON is malformed.*'not json'"),
        (b"", "Input data was truncated"),
        (b"\xff\xfe", "JSON is malformed"),
        (b'"\xff"', "Expected `object`, got `str`"),
        (b"[1, 2]", "Expected `object`, got `array`"),
        (b'{"temperature":21}', "Object missing required field `kind`"),
        (b'{"kind":"heartbeat","run":"a","replication":0}', "Object missing required field `port`"),
    ],
)
def test_a_line_of_another_origin_is_told_by_its_number_and_why(lines, line, reason):
    lines[3] = line
    with pytest.raises(CodecError, match=f"line 4: {reason}"):
        decode_events(lines)


def test_a_line_that_was_cut_short_is_shown(lines):
    with pytest.raises(CodecError, match=r"line 4: Input data was truncated; .* here is '{\"run\":\"a\",.*_m'"):
        decode_events([*lines[:3], lines[3][:-19]])


@pytest.mark.parametrize(
    ("place", "written", "instead", "reason"),
    [
        (3, b'"posted"', b'"painted"', "line 4: Invalid value 'painted'.*kind"),
        (3, b"}", b',"colour":"red"}', "line 4: Object contains unknown field `colour`"),
        (3, b'"seq":3', b'"seq":"3"', "line 4: Expected `int`, got `str`.*seq"),
        (3, b'"commercial"', b'"canoe"', "line 4: Invalid enum value 'canoe'"),
        (3, b'"queue":0', b'"queue":-1', "line 4: Expected `int` >= 0"),
        (3, b'"t_us":2', b'"t_us":99999999999999999999', "line 4: Expected `int` <= 4611686018427387903"),
        (3, b'"seq":3', b'"seq":4', "line 4: run 'a', replication 0, port 'tiny-port' has seq 4; the next is 3"),
        (2, b"/standard", b"/slow", "line 3: .* no pool 'commercial/slow'; its pools are .*commercial/fast"),
        (0, b'"schema":3', b'"schema":4', "line 1: the event is of schema 4; .* reads 1, 2 and 3"),
        (0, b'"name":"fast"', b'"name":"standard"', "line 1: .*two pools are commercial/standard"),
    ],
)
def test_a_wrong_field_is_told_with_its_line(lines, place, written, instead, reason):
    lines[place] = lines[place].replace(written, instead)
    with pytest.raises(CodecError, match=reason):
        decode_events(lines)


def test_a_missing_line_is_noticed(lines):
    del lines[4]
    with pytest.raises(CodecError, match=r"line 5: run 'a', replication 0, port 'tiny-port' has seq 5; the next is 4"):
        decode_events(lines)


def test_a_line_told_twice_is_noticed(lines):
    with pytest.raises(CodecError, match=r"line 3: .* has seq 1; the next is 2"):
        decode_events([*lines[:2], *lines[1:]])


def test_a_stream_begins_with_its_start(lines):
    with pytest.raises(CodecError, match=r"line 1: .* begins with seq 1, heartbeat; .* seq 0, run_started"):
        decode_events(lines[1:])


def test_parts_of_one_stream_fit_together(made_records, tiny_port):
    parts = [events_of(made_records(0, 10), starts=True), events_of(made_records(10, 20), ends=True)]
    lines = encode_events(parts[0], tiny_port, FACTS, 0) + encode_events(parts[1], tiny_port, FACTS, len(parts[0].kind))
    assert same(decode_events(lines)[StreamKey("a", 0, "tiny-port")][1], concatenate(parts))


def test_a_port_of_unknown_place_and_other_pools_is_read_back(made_records, tiny_port):
    info = replace(
        tiny_port, latitude=None, longitude=-99.5, pools=(PoolInfo("walk", Mode.PEDESTRIAN, Station.PRIMARY),)
    )
    lines = encode_events(events_of(made_records(0, 1), starts=True), info, FACTS, 0)
    assert decode_events(lines)[StreamKey("a", 0, info.slug)][0].info == info
