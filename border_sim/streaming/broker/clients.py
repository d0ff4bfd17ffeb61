"""Kafka's clients as border-sim uses them, and what goes wrong with them in one clear line."""

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import create_connection
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import (
    AuthorizationError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnknownTopicOrPartitionError,
)
from kafka.net.compat import KafkaNetClient

from border_sim.errors import BorderSimError
from border_sim.streaming.broker.settings import KafkaSettings

BOOTSTRAP_MS: Final = 10_000
"""How long a client looks for its broker when it is made."""
PROBE_S: Final = 3
"""How long a connection may take that is made to find out what is wrong."""
_CLOSE_S: Final = 2
_COMMON: Final = {
    "bootstrap_timeout_ms": BOOTSTRAP_MS,
    "reconnect_backoff_max_ms": 1_000,  # a broker that comes back is met soon
    "client_id": "border-sim",
}
_PRODUCER: Final = {
    "acks": "all",
    "enable_idempotence": True,
    "delivery_timeout_ms": float("inf"),  # a batch given up would leave a hole in the stream
    "linger_ms": 20,
    "batch_size": 256 * 1024,
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
_CONSUMER: Final = {
    "auto_offset_reset": "earliest",
    "enable_auto_commit": False,
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}

# The client's log is not the user's: it goes where whoever embeds border-sim sends it, and nowhere else. At DEBUG it
# would write passwords.
_LOG: Final = logging.getLogger("kafka")
_LOG.addHandler(logging.NullHandler())
_LOG.setLevel(logging.WARNING)


class StreamingError(BorderSimError):
    """What goes wrong with Kafka, in one line for the user.

    Exception
    └── StreamingError     the broker cannot be reached, refuses us or lacks a topic; events were not delivered
    """


class PatientClient(KafkaNetClient):  # type: ignore[misc] # kafka has no types
    """A client that says it is not ready where kafka-python 3.0.12 raises, for producers.

    The producer's thread puts a transactional request back into its queue when the broker is not ready, but loses it,
    and whoever waits for it waits for ever, when `await_ready` raises, as it does while a broker restarts.
    """

    def await_ready(self, node_id: Any, timeout_ms: float = 30_000) -> bool:
        """Whether the node is connected, at the latest after `timeout_ms`."""
        try:
            return bool(super().await_ready(node_id, timeout_ms=timeout_ms))
        except KafkaConnectionError:
            time.sleep(0.05)  # the producer's thread asks again at once
            return False


def producer(settings: KafkaSettings, **options: Any) -> KafkaProducer:
    """An idempotent producer that never gives up a batch; `options` win over border-sim's own.

    Raises `StreamingError` if no broker can be reached.
    """
    return _new_client(KafkaProducer, PatientClient, settings, _PRODUCER | options)


def consumer(settings: KafkaSettings, **options: Any) -> KafkaConsumer:
    """A consumer that begins at the earliest record and commits nothing by itself; `options` win.

    Raises `StreamingError` if no broker can be reached.
    """
    return _new_client(KafkaConsumer, KafkaNetClient, settings, _CONSUMER | options)


def admin(settings: KafkaSettings) -> KafkaAdminClient:
    """An administrative client; raises `StreamingError`, at once if no broker takes a connection.

    Every command begins with one: a wrong address is told before a client has looked for its broker for seconds.
    """
    if why := unreachable(settings):
        raise StreamingError(f"{settings.servers}: {why}")
    return _new_client(KafkaAdminClient, KafkaNetClient, settings, {})


def drop(client: KafkaProducer) -> None:
    """End a producer at once; what it has not delivered is given up."""
    client._sender.force_close()  # noqa: SLF001 - its own close() first waits for what is not delivered
    with suppress(KafkaError):
        client.close(timeout=_CLOSE_S)


@contextmanager
def clear_errors(settings: KafkaSettings) -> Iterator[None]:
    """Whatever Kafka's client raises inside becomes a `StreamingError`."""
    try:
        yield
    except KafkaError as error:
        raise StreamingError(explained(error, settings)) from error


def explained(error: KafkaError, settings: KafkaSettings) -> str:
    """A client's error in words, and where there is one the reason why the broker is not reached."""
    where = settings.servers
    match error:
        case SaslAuthenticationFailedError():
            return f"{where}: authentication failed for user {settings.sasl_username!r} ({settings.sasl_mechanism})"
        case AuthorizationError():
            return f"{where}: not allowed: {_said(error)}"
        case UnknownTopicOrPartitionError():
            return f"{where}: a topic is missing: {_said(error)}; make the topics with border-sim topics"
        case KafkaTimeoutError() | KafkaConnectionError():
            return f"{where}: {unreachable(settings) or f'the broker did not answer in time: {_said(error)}'}"
    return f"{where}: {_said(error)}"


def unreachable(settings: KafkaSettings) -> str | None:
    """Why no broker of `settings.servers` can be reached; `None` if one takes a connection."""
    reasons = []
    for server in settings.servers.split(","):
        host, _, port = server.rpartition(":")
        try:
            _connect(host.strip("[]"), int(port), _tls(settings))
        except ssl.SSLCertVerificationError as error:
            reasons.append(f"the broker's certificate is not trusted ({error.verify_message})")
        except ssl.SSLError as error:
            reasons.append(f"no TLS connection ({error.reason or error}); security_protocol may be wrong")
        except OSError as error:
            reasons.append(f"the broker cannot be reached ({error.strerror or error})")
        else:
            return None
    return "; ".join(dict.fromkeys(reasons))


def _connect(host: str, port: int, context: ssl.SSLContext | None) -> None:
    with create_connection((host, port), PROBE_S) as connection:
        if context:
            context.wrap_socket(connection, server_hostname=host).close()


def _new_client(
    kind: Callable[..., Any], client: Callable[..., Any], settings: KafkaSettings, options: dict[str, Any]
) -> Any:
    """A client of Kafka; if it cannot be made, nothing of it stays: no thread and no socket."""
    networks: list[Any] = []

    def network(**configs: Any) -> Any:
        networks.append(client(**configs))
        return networks[-1]

    try:
        return kind(**_COMMON | _trusting(settings) | options, kafka_client=network)
    except KafkaTimeoutError:
        why = f"{settings.servers}: {unreachable(settings) or _refused(settings)}"
    except KafkaError as error:
        why = explained(error, settings)
    for each in networks:
        each.close()
    raise StreamingError(why)


def _refused(settings: KafkaSettings) -> str:
    """Why a broker that takes connections does not answer: kafka-python 3.0.12 does not tell what it was refused."""
    if settings.sasl_mechanism is None:
        return "something answers, but no Kafka broker; security_protocol may be wrong"
    login = f"authentication failed for user {settings.sasl_username!r} ({settings.sasl_mechanism})"
    return f"{login}; sasl_username, sasl_password, sasl_mechanism or security_protocol may be wrong"


def _trusting(settings: KafkaSettings) -> dict[str, Any]:
    """Where the brokers are, and what makes client and brokers trust each other."""
    password = settings.sasl_password
    return {
        "bootstrap_servers": settings.servers.split(","),
        "security_protocol": settings.security_protocol,
        "ssl_context": _tls(settings),
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": password.get_secret_value() if password else None,
    }


def _tls(settings: KafkaSettings) -> ssl.SSLContext | None:
    """What TLS trusts and shows; `None`: the connection is not encrypted."""
    if "SSL" not in settings.security_protocol.split("_"):
        return None
    file, password = settings.ssl_cafile, settings.ssl_password
    try:
        context = ssl.create_default_context(cafile=file)
        if settings.ssl_certfile:
            file = settings.ssl_certfile
            # without a password OpenSSL would ask the terminal for one
            opens = password.get_secret_value() if password else ""
            context.load_cert_chain(file, settings.ssl_keyfile, opens)
    except OSError as error:
        raise StreamingError(f"{file}: cannot be used for TLS: {error.strerror or error}") from error
    return context


def _said(error: KafkaError) -> str:
    """What the client says of an error, on one line."""
    return " ".join(str(error).split())
