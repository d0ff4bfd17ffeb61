"""Streams come out in one order however they were cut, and no further than is needed."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.records import EVENT_DTYPES, Events, select
from border_sim.streaming.playback.merge import merged


def numbered(stream, t_us):
    """Events of a stream, each told by its crossing: the stream and its place in it."""
    events = Events._make(np.zeros(len(t_us), dtype) for dtype in EVENT_DTYPES)
    events.t_us[:] = t_us
    events.crossing[:] = 1_000 * stream + np.arange(len(t_us))
    return events


def cut(events, edges):
    edges = [0, *sorted(min(edge, events.t_us.size) for edge in edges), events.t_us.size]
    return [select(events, slice(*edge)) for edge in pairwise(edges)]


def told(blocks):
    """The crossings of blocks in order, and what the blocks say of them."""
    crossings = []
    for block in blocks:
        ids = np.concatenate([part.events.crossing for part in block.parts])[block.order]
        t_us = np.concatenate([part.events.t_us for part in block.parts])[block.order]
        assert (block.stream == ids // 1_000).all()
        assert (block.t_us == t_us).all()
        crossings += ids.tolist()
    return crossings


instants = st.lists(st.integers(0, 60), max_size=30).map(sorted)
edges = st.lists(st.integers(0, 30), max_size=6)


@settings(derandomize=True, deadline=None)
@given(streams=st.lists(st.tuples(instants, edges), max_size=5), width_us=st.integers(1, 80))
def test_streams_cut_in_any_way_give_the_one_order(streams, width_us):
    events = [numbered(place, t_us) for place, (t_us, _) in enumerate(streams)]
    expected = sorted((t, place, at) for place, (t_us, _) in enumerate(streams) for at, t in enumerate(t_us))
    pieces = [cut(part, edges) for part, (_, edges) in zip(events, streams, strict=True)]
    blocks = list(merged(pieces, width_us))
    assert told(blocks) == [1_000 * place + at for _, place, at in expected]
    assert all(block.t_us.size and np.ptp(block.t_us) < width_us for block in blocks)


def test_nothing_is_read_before_it_is_needed():
    asked = []

    def day_by_day(stream):
        for day in range(3):
            asked.append((stream, day))
            yield numbered(stream, [day * 100 + 10 * stream])

    blocks = merged([day_by_day(0), day_by_day(1)], 100)
    next(blocks)
    assert asked == [(0, 0), (1, 0), (0, 1), (1, 1)]


def test_long_silences_cost_nothing():
    years_us = 10 * 366 * 86_400_000_000
    blocks = list(merged([[numbered(0, [0, years_us])]], 1_000_000))
    assert [block.t_us.tolist() for block in blocks] == [[0], [years_us]]


def test_no_streams_no_blocks():
    assert list(merged([])) == list(merged([[], iter([])])) == []
