"""A dead letter keeps what it was, and tells why it is dead and where it came from."""

from typing import NamedTuple

from border_sim.streaming.dead_letters import MEANINGS, DeadLetter, Origin, Reason, headers, origin_of


class Rec(NamedTuple):
    headers: list
    offset: int = 7
    partition: int = 3
    key: bytes | None = None
    value: bytes | None = b"\x00\xff"


def test_headers_tell_reason_error_and_source_after_the_records_own():
    letter = DeadLetter(Rec([("schema", b"2"), ("trace", None)]), Reason.LATE, "too late")
    told = headers(letter, "border.events")
    assert told[:2] == [("schema", b"2"), ("trace", None)]
    assert origin_of(Rec(told)) == Origin("late", "too late", "border.events", 3, 7)


def test_a_record_that_was_dead_before_tells_of_its_last_death():
    first = headers(DeadLetter(Rec([], 1, 1), Reason.LATE, "first"), "a")
    second = headers(DeadLetter(Rec(first, 2, 2), Reason.GAP, "second"), "b")
    assert origin_of(Rec(second)) == Origin("gap", "second", "b", 2, 2)
    assert len(second) == len(first)


def test_what_somebody_else_put_there_is_read_too():
    foreign = [("reason", b"\xff"), ("offset", b"9" * 9999), ("partition", b"-4"), ("error", None)]
    assert origin_of(Rec(foreign)) == Origin("\N{REPLACEMENT CHARACTER}", "", "", -1, -1)


def test_every_reason_is_told_in_words():
    assert MEANINGS.keys() == set(Reason)
