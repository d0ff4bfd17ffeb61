"""The models are the contract: what they and the structs made from them accept, refuse and read is the same."""

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from border_sim.events.encode import encode_events
from border_sim.events.lines import STRUCTS
from border_sim.events.models import MODELS, AnyEvent, Event
from border_sim.events.order import events_of
from border_sim.events.parse_line import CodecError, parse
from border_sim.records import RunFacts
from border_sim.vocabulary import EventKind

EVENT = TypeAdapter(AnyEvent)
NUMBERS = st.sampled_from(
    [-1, 0, 1, 2, 2**31 - 1, 2**31, 2**62 - 1, 2**62, 2**63, 2**64, 10**400, 1.0, 0.5, -0.0, 1e300]
)
WORDS = st.sampled_from(
    ["", "primary", "door_to_door", "standard", "passenger", "released", "present", "5", "é", "\x00"]
)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2))


def by_model(line):
    """The event as its model reads it; `None`: refused."""
    with suppress(ValidationError):
        return EVENT.validate_json(line).model_dump(mode="json", by_alias=True, exclude_unset=True)
    return None


def by_struct(line):
    """The event as the hot path reads it; `None`: refused."""
    with suppress(CodecError):
        return json.loads(msgspec.json.encode(parse(line)))
    return None


@pytest.fixture(scope="module")
def lines(port_runs):
    """A line of a tiny port, any of those that a whole run tells."""

    def all_of(run):
        return encode_events(events_of(run.records, starts=True, ends=True), run.info, RunFacts("a", 3, 2), 0)

    return port_runs.map(all_of).flatmap(st.sampled_from)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_line_is_read_alike(lines, data):
    line = data.draw(lines)
    assert by_model(line) == by_struct(line) == json.loads(line)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(data=st.data())
def test_a_line_with_other_fields_is_accepted_or_refused_alike(lines, data):
    event = json.loads(data.draw(lines))
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from([*event, "lane_class", "pool", "colour"]))
        if data.draw(st.booleans()):
            event[name] = data.draw(VALUES)
        else:
            event.pop(name, None)
    line = json.dumps(event).encode()
    assert by_model(line) == by_struct(line)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(data=st.data())
def test_a_line_with_other_bytes_is_accepted_or_refused_alike(lines, data):
    line = bytearray(data.draw(lines))
    for _ in range(data.draw(st.integers(1, 3))):
        first = data.draw(st.integers(0, len(line)))
        line[first : first + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    assert by_model(bytes(line)) == by_struct(bytes(line))


def test_every_kind_has_a_model_and_a_struct_that_says_so():
    assert list(MODELS) == list(STRUCTS) == list(EventKind)
    for kind, model in MODELS.items():
        assert STRUCTS[kind].__struct_config__.tag == kind.value
        assert issubclass(model, Event)


def test_an_event_cannot_be_changed():
    event = EVENT.validate_json(b'{"run":"a","replication":0,"port":"b","seq":0,"t_us":1,"kind":"heartbeat"}')
    with pytest.raises(ValidationError, match="frozen"):
        event.seq = 2
