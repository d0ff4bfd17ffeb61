"""A struct reads and writes the JSON of its model, field by field."""

from typing import Annotated, Literal

import msgspec
import pytest
from pydantic import Field

from border_sim.events.structs import struct_of
from border_sim.events.wire import Count, OrLeftOut, Wire
from border_sim.vocabulary import Mode


class Booth(Wire):
    number: Count


class Row(Wire):
    port: str
    waits: Annotated[tuple[Annotated[int, Field(ge=3)], ...], Field(alias="waits_us")]
    booths: dict[Mode, Booth]
    outcome: Literal["released", 5]
    cap: Count | None
    note: OrLeftOut[str] = None


LINE = b'{"port":"naco","waits_us":[3,4],"booths":{"passenger":{"number":1}},"outcome":5,"cap":null}'


def test_it_reads_and_writes_what_the_model_does():
    struct = struct_of(Row)
    row = msgspec.json.decode(LINE, type=struct)
    assert (row.port, row.waits_us, row.booths[Mode.PASSENGER].number, row.cap) == ("naco", (3, 4), 1, None)
    assert row.note is msgspec.UNSET
    assert msgspec.json.encode(row) == LINE
    assert Row.model_validate_json(LINE).model_dump_json(by_alias=True, exclude_unset=True).encode() == LINE


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b"[3,4]", b"[2]"),
        (b"[3,4]", b"[3.0]"),
        (b'"number":1', b'"number":-1'),
        (b'"number":1', b'"number":1,"open":true'),
        (b'"passenger"', b'"rail"'),
        (b'"outcome":5', b'"outcome":6'),
        (b'"cap":null', b'"cap":"2"'),
        (b'"cap":null', b'"cap":null,"note":null'),
        (b',"cap":null', b""),
        (b'"waits_us"', b'"waits"'),
    ],
)
def test_it_refuses_what_the_model_refuses(written, instead):
    line = LINE.replace(written, instead)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line, type=struct_of(Row))
    with pytest.raises(ValueError, match="validation error"):
        Row.model_validate_json(line)


def test_a_default_that_is_not_for_leaving_out_is_refused():
    class Defaulted(Wire):
        port: str = "naco"

    with pytest.raises(TypeError, match="port has a default; only a field that may be left out has one, None"):
        struct_of(Defaulted)
