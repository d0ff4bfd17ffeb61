"""A dead letter keeps what it was, and tells why it is dead and where it came from."""

from functools import partial
from typing import NamedTuple
from unittest.mock import MagicMock

import pytest
from kafka import KafkaProducer

from border_sim.streaming.counting.dead_letters import (
    LARGEST_DEAD_LETTER,
    MEANINGS,
    DeadLetter,
    Origin,
    Reason,
    dead_letter_record,
    origin_of,
)


class Rec(NamedTuple):
    headers: list
    offset: int = 7
    partition: int = 3
    key: bytes | None = None
    value: bytes | None = b"\x00\xff"


def test_headers_tell_reason_error_and_source_after_the_records_own():
    letter = DeadLetter(Rec([("schema", b"3"), ("trace", None)]), Reason.LATE, "too late")
    key, value, told = dead_letter_record(letter, "border.events", "hourly")
    assert (key, value) == (None, b"\x00\xff")
    assert told[:2] == [("schema", b"3"), ("trace", b"")]
    assert origin_of(Rec(told)) == Origin("late", "too late", "border.events", 3, 7, "hourly")


def test_a_record_that_was_dead_before_tells_of_its_last_death():
    first = dead_letter_record(DeadLetter(Rec([], 1, 1), Reason.LATE, "first"), "a", "one").headers
    second = dead_letter_record(DeadLetter(Rec(first, 2, 2), Reason.GAP, "second"), "b", "two").headers
    assert origin_of(Rec(second)) == Origin("gap", "second", "b", 2, 2, "two")
    assert len(second) == len(first)


def test_what_somebody_else_put_there_is_read_too():
    foreign = [("reason", b"\xff"), ("offset", b"9" * 9999), ("partition", b"-4"), ("error", None)]
    assert origin_of(Rec(foreign)) == Origin("\N{REPLACEMENT CHARACTER}", "", "", -1, -1, "")


@pytest.fixture
def client():
    """Kafka's producer, without a broker and with its own looks at what it is given."""
    made = MagicMock(_closed=False, config=KafkaProducer.DEFAULT_CONFIG | {"max_request_size": LARGEST_DEAD_LETTER})
    for name in ("_serialize", "_estimate_size_in_bytes", "_ensure_valid_record_size"):
        setattr(made, name, partial(getattr(KafkaProducer, name), made))
    made.config["api_version"] = (4, 0)
    made.max_usable_produce_magic = KafkaProducer.max_usable_produce_magic
    made._accumulator.append.return_value = None, False, False, False
    return made


RECORDS = {
    "nothing at all": Rec([], value=None),
    "a header without a value": Rec([("trace", None)]),
    "a megabyte": Rec([], value=b"x" * 1_048_000),
    "more than its topic takes": Rec([], value=b"x" * LARGEST_DEAD_LETTER),
    "the same with a key": Rec([], key=b"k", value=b"x" * LARGEST_DEAD_LETTER),
}


@pytest.mark.parametrize("name", RECORDS)
def test_whatever_the_record_was_kafkas_client_sends_it_and_its_topic_takes_it(name, client):
    error = f"unknown field `{'x' * 10**6}\ud800`"
    key, value, headers = dead_letter_record(
        DeadLetter(RECORDS[name], Reason.MALFORMED, error), "border.events", "group"
    )
    KafkaProducer.send(client, "border.dead-letters", value, key, headers, 0)
    assert client._accumulator.append.call_count == 1


def test_an_error_is_cut_short_and_tells_that_the_value_is_left_out():
    letter = DeadLetter(Rec([], value=b"x" * LARGEST_DEAD_LETTER), Reason.MALFORMED, "e" * 10**6)
    left_out = dead_letter_record(letter, "border.events", "group")
    error = f"{'e' * 500} (its value of 2,097,176 bytes is too large to be stored)"
    assert (left_out.key, left_out.value) == (b"", None)
    assert origin_of(Rec(left_out.headers)).error == error


def test_every_reason_is_told_in_words():
    assert MEANINGS.keys() == set(Reason)
