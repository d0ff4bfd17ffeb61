"""What `consume --until-ended` waits for, from the states that a group stores."""

import pytest

from border_sim.events.decode import Start, StreamKey
from border_sim.records import RunFacts
from border_sim.streaming.broker.until_ended import GroupStates, RunProgress
from border_sim.streaming.counting.sequence import Position, open_stream
from border_sim.streaming.counting.stream_state import (
    StateError,
    StreamState,
    encode_partition,
    encode_stream,
    record_key,
)
from border_sim.vocabulary import NEVER_US

LONG_AGO = 5_000


@pytest.fixture
def states():
    return GroupStates("group")


@pytest.fixture
def began(states, tiny_port):
    """Reads the state of a port's stream of run `a`, of three ports."""

    def read(port, *, ended, began_ms=9_000):
        start = Start(tiny_port, RunFacts("a", 0, 3, None, None))
        reached = (NEVER_US, None) if ended else (5, open_stream(start))
        position = Position(b"", 3, 4, reached[0], began_ms, began_ms, reached[1])
        states.read(
            0,
            record_key("group", StreamKey("a", 0, port)),
            encode_stream(StreamState(position, None if ended else start, None, None)),
        )

    return read


def forget(states, *ports):
    for port in ports:
        states.read(0, record_key("group", StreamKey("a", 0, port)), None)


def test_nothing_has_begun_where_only_noise_was_read(states):
    states.read(0, record_key("group", None), encode_partition(60, 10, 0))
    waiting = states.waiting(0, LONG_AGO)
    assert (waiting.has_begun, waiting.is_over, states.offset(0), states.offset(1)) == (False, False, 10, 0)


def test_it_waits_for_ports_that_go_on_and_for_those_that_have_not_begun(states, began):
    began("naco", ended=True)
    began("roma", ended=False)
    assert states.waiting(0, LONG_AGO).runs == (RunProgress("a", 0, 3, 1, ("roma",)),)
    began("roma", ended=True)
    assert states.waiting(0, LONG_AGO).runs == (RunProgress("a", 0, 3, 2, ()),)
    began("sasabe", ended=True)
    assert states.waiting(0, LONG_AGO).is_over
    assert not states.waiting(1, LONG_AGO).is_over


def test_a_group_that_has_forgotten_all_that_ended_is_over(states, began):
    for port in ("naco", "roma", "sasabe"):
        began(port, ended=True)
    forget(states, "naco", "roma", "sasabe")
    assert not states.waiting(0, LONG_AGO).has_begun
    states.read(0, record_key("group", None), encode_partition(60, 10, 3))
    assert states.waiting(0, LONG_AGO).is_over


def test_ports_that_were_forgotten_or_never_came_are_given_up_when_their_run_began_long_ago(states, began):
    for port in ("naco", "roma", "sasabe"):
        began(port, ended=True, began_ms=LONG_AGO - 1)
    forget(states, "naco")
    waiting = states.waiting(0, LONG_AGO)
    assert (waiting.is_over, waiting.given_up) == (True, (RunProgress("a", 0, 3, 2, ()),))
    assert states.waiting(0, LONG_AGO - 1).runs == waiting.given_up


def test_a_port_that_goes_on_is_waited_for_however_long_ago_it_began(states, began):
    began("naco", ended=False, began_ms=0)
    waiting = states.waiting(0, LONG_AGO)
    assert (waiting.runs, waiting.given_up) == ((RunProgress("a", 0, 3, 0, ("naco",)),), ())


def test_states_of_other_groups_are_not_read_and_those_of_other_versions_refused(states):
    states.read(0, record_key("other", None), b"anything")
    states.read(0, b"anything", b"anything")
    with pytest.raises(StateError, match="begin with another group"):
        states.read(0, record_key("group", None), b"anything")
