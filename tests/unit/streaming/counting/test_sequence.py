"""Each event is the next of its stream, a duplicate, or refused with its reason; nothing else happens to it."""

from typing import NamedTuple

import pytest

from border_sim.events.decode import StreamKey
from border_sim.events.encode import encode_events
from border_sim.events.order import events_of
from border_sim.records import RunFacts
from border_sim.streaming.counting.dead_letters import Reason
from border_sim.streaming.counting.record_lines import HEADERS, line_batch
from border_sim.streaming.counting.sequence import Sequencer

KEY = StreamKey("run", 0, "tiny-port")


class Rec(NamedTuple):
    offset: int
    value: bytes
    timestamp: int = 0
    headers: list = HEADERS
    key: bytes = b"tiny-port"
    partition: int = 3


@pytest.fixture
def lines(tiny_port, made_records):
    from_us = tiny_port.measured_from_us
    records = made_records(from_us, from_us + 50, staffing=[(from_us + second, 1, 2) for second in range(8)])
    return list(encode_events(events_of(records, starts=True, ends=True), tiny_port, RunFacts("run", 0, 1), 0))


@pytest.fixture
def sequencer():
    return Sequencer(3, lambda port: port != "elsewhere")


def read(sequencer, lines):
    batch, dead = line_batch(Rec(offset, line) for offset, line in enumerate(lines))
    assert dead == []
    return sequencer.read(batch)


def test_the_next_events_come_out_with_what_run_started_says_of_their_port(sequencer, lines, tiny_port):
    first, second = read(sequencer, lines[:4]), read(sequencer, lines[4:])
    assert [(each.key, each.is_begin) for each in (*first.streams, *second.streams)] == [(KEY, True), (KEY, False)]
    assert [each.start.info for each in (*first.streams, *second.streams)] == [tiny_port, tiny_port]
    assert [each.events.kind.size for each in (*first.streams, *second.streams)] == [4, len(lines) - 4]
    assert (sequencer.positions[KEY].next_seq, sequencer.positions[KEY].open) == (len(lines), None)


def test_what_was_read_before_is_a_duplicate(sequencer, lines):
    read(sequencer, lines[:4])
    again = read(sequencer, lines[:6])
    assert (again.duplicates, again.dead, again.streams[0].events.kind.size) == (4, [], 2)
    after_the_end = [read(sequencer, lines[6:]), read(sequencer, lines)]
    assert [(each.duplicates, each.dead) for each in after_the_end] == [(0, []), (len(lines), [])]


def test_what_is_out_of_order_is_refused_and_counted_with_its_reason(sequencer, lines):
    result = read(sequencer, [lines[0], lines[2], lines[1], *lines[2:]])
    assert [(letter.record.offset, letter.reason) for letter in result.dead] == [(1, Reason.GAP)]
    assert result.streams[0].events.kind.size == len(lines)


def test_what_is_late_is_refused_and_counted_with_its_reason(sequencer, lines, tiny_port):
    earlier = lines[5].replace(str(tiny_port.measured_from_us + 4).encode(), str(tiny_port.measured_from_us).encode())
    assert earlier != lines[5]
    result = read(sequencer, [*lines[:5], earlier, *lines[5:]])
    assert [(letter.record.offset, letter.reason) for letter in result.dead] == [(5, Reason.LATE)]
    assert result.streams[0].events.kind.size == len(lines)


def test_what_belongs_to_another_partition_is_refused_even_where_it_would_be_the_next(lines):
    owned = True
    sequencer = Sequencer(3, lambda _: owned)
    read(sequencer, lines[:4])
    owned = False
    result = read(sequencer, lines[4:])
    assert {letter.reason for letter in result.dead} == {Reason.MISPLACED}
    assert (result.streams, sequencer.positions[KEY].next_seq) == ([], 4)
