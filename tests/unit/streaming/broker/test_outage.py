"""The user is told once that the broker is gone and once that it is back; what waiting does not mend is an error."""

import socket

import pytest
from kafka.errors import GroupAuthorizationFailedError, KafkaTimeoutError

from border_sim.streaming.broker.clients import StreamingError
from border_sim.streaming.broker.outage import IN_A_ROW_S, MOST_FAILURES, RETRY_AFTER_S, Outage
from border_sim.streaming.broker.settings import kafka_settings


@pytest.fixture
def server():
    """Something that takes connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def outage(address, now_s=lambda: 0, waits=None):
    said = []
    wait = (waits if waits is not None else []).append
    return Outage(kafka_settings(address, environment={}), said.append, now_s, wait), said


def test_a_broker_that_is_gone_is_told_once_and_again_when_it_is_back():
    watched, said = outage("127.0.0.1:1")
    for _ in range(2 * MOST_FAILURES):
        watched.failed(KafkaTimeoutError("slow"))
    assert len(said) == 1
    assert "broker 127.0.0.1:1 does not answer" in said[0]
    assert "waiting: nothing is lost" in said[0]
    watched.over()
    watched.over()
    assert said[1:] == ["broker 127.0.0.1:1 answers again; going on"]


def test_failures_of_a_broker_that_is_there_end_in_an_error(server):
    watched, said = outage(server)
    for _ in range(MOST_FAILURES - 1):
        watched.failed(KafkaTimeoutError("slow"))
    watched.mended()
    for _ in range(MOST_FAILURES - 1):
        watched.failed(KafkaTimeoutError("slow"))
    with pytest.raises(StreamingError, match=f"slow.* \\({MOST_FAILURES} times in a row\\)"):
        watched.failed(KafkaTimeoutError("slow"))
    assert said == []


def test_failures_long_after_each_other_are_not_in_a_row(server):
    clock = iter(range(0, 10**6, IN_A_ROW_S + 1))
    watched, _ = outage(server, lambda: next(clock))
    for _ in range(2 * MOST_FAILURES):
        watched.failed(KafkaTimeoutError("slow"))


def test_that_the_broker_answers_does_not_end_a_row(server):
    watched, _ = outage(server)
    for _ in range(MOST_FAILURES - 1):
        watched.failed(KafkaTimeoutError("slow"))
        watched.over()
    with pytest.raises(StreamingError, match="in a row"):
        watched.failed(KafkaTimeoutError("slow"))


def test_what_failed_is_tried_again_after_a_wait(server):
    waits = []
    watched, _ = outage(server, waits=waits)
    for _ in range(3):
        watched.failed(KafkaTimeoutError("slow"))
    assert waits == [RETRY_AFTER_S] * 3


def test_what_the_broker_refuses_is_an_error_at_once(server):
    watched, _ = outage(server)
    with pytest.raises(StreamingError, match="not allowed"):
        watched.failed(GroupAuthorizationFailedError("metrics"))
