import logging
import socket
import threading

import pytest
from kafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from border_sim.streaming.broker import clients
from border_sim.streaming.broker.clients import (
    StreamingError,
    admin,
    clear_errors,
    consumer,
    explained,
    producer,
    unreachable,
)
from border_sim.streaming.broker.settings import kafka_settings


@pytest.fixture
def closed_port():
    """An address at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def mute():
    """An address that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("client", [producer, consumer])
def test_a_broker_that_is_not_there_is_told_in_one_line_and_leaves_no_thread(client, closed_port):
    before = threading.active_count()
    with pytest.raises(StreamingError) as caught:
        client(kafka_settings(closed_port, environment={}), bootstrap_timeout_ms=50)
    assert str(caught.value) == f"{closed_port}: the broker cannot be reached (Connection refused)"
    assert threading.active_count() == before


def test_an_administrative_client_looks_first_whether_anybody_is_there(monkeypatch, closed_port):
    monkeypatch.setattr(clients, "KafkaAdminClient", lambda **_: pytest.fail("made for an address that is wrong"))
    with pytest.raises(StreamingError) as caught:
        admin(kafka_settings(closed_port, environment={}))
    assert str(caught.value) == f"{closed_port}: the broker cannot be reached (Connection refused)"


def test_something_that_is_no_broker_is_told(mute):
    with pytest.raises(StreamingError, match="something answers, but no Kafka broker; security_protocol may be wrong"):
        producer(kafka_settings(mute, environment={}), bootstrap_timeout_ms=50)


def test_one_broker_of_several_is_enough(closed_port, mute):
    assert unreachable(kafka_settings(f"{closed_port},{mute}", environment={})) is None
    assert (
        unreachable(kafka_settings(closed_port, environment={})) == "the broker cannot be reached (Connection refused)"
    )


def test_a_certificate_that_cannot_be_read_is_named(tmp_path, closed_port):
    authority = tmp_path / "authority.pem"
    authority.write_text("no certificate")
    variables = {"BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SSL", "BORDER_SIM_KAFKA_SSL_CAFILE": str(authority)}
    with pytest.raises(StreamingError, match=f"{authority}: cannot be used for TLS: "):
        producer(kafka_settings(closed_port, environment=variables))


SASL = {
    "BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "BORDER_SIM_KAFKA_SASL_MECHANISM": "PLAIN",
    "BORDER_SIM_KAFKA_SASL_USERNAME": "planner",
    "BORDER_SIM_KAFKA_SASL_PASSWORD": "hunter2",
}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SaslAuthenticationFailedError("no"), "authentication failed for user 'planner' (PLAIN)"),
        (TopicAuthorizationFailedError("mine.events"), "not allowed: "),
        (UnknownTopicOrPartitionError(), "make the topics with border-sim topics"),
        (KafkaTimeoutError("slow"), "the broker cannot be reached (Connection refused)"),
        (KafkaError("two\nlines"), "KafkaError: two lines"),
    ],
)
def test_errors_are_told_in_one_line_with_the_broker(error, told, closed_port):
    settings = kafka_settings(closed_port, environment=SASL)
    line = explained(error, settings)
    assert line.startswith(f"{closed_port}: ")
    assert told in line
    assert "\n" not in line
    assert "hunter2" not in line
    with pytest.raises(StreamingError) as caught, clear_errors(settings):
        raise error
    assert str(caught.value) == line


def test_the_clients_log_tells_no_password(closed_port, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StreamingError):
        producer(kafka_settings(closed_port, environment=SASL), bootstrap_timeout_ms=50)
    assert "hunter2" not in caplog.text
