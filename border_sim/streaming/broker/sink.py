"""Events into Kafka: in order, none lost, none doubled, whatever the broker does."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from threading import Event, Lock
from time import monotonic
from typing import Any, Final, NoReturn, Self

from kafka.errors import KafkaError

from border_sim.streaming.broker.clients import StreamingError, drop, explained, producer, unreachable
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.topics import partition_of
from border_sim.streaming.counting.record_lines import HEADERS

MOST_WAITING: Final = 32_768
"""Events handed to the client that the broker has not taken yet; each costs a kilobyte of memory."""
SILENT_S: Final = 10.0
"""After how long without an answer from the broker the user is told."""
_CHUNK: Final = 512
"""Events handed over before it is looked which ones the broker has taken."""
_LOOK_EVERY_S: Final = 0.2
"""How soon a writer that waits learns that it shall give up."""


class KafkaSink:
    """An `EventSink` into a topic, for any number of threads; a context manager that flushes on every way out.

    Kafka's client takes in without bound, and tells a failure only to who asks for it. So a writer waits while
    `most_waiting` events are on their way, and each one's fate is looked at. While the broker is gone writers wait, and
    `say` tells the user once. `StreamingError`: the broker cannot be reached at the beginning, has refused an event, or
    was given up; then no further event is taken.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        partitions: int,
        say: Callable[[str], Any],
        *,
        most_waiting: int = MOST_WAITING,
        silent_s: float = SILENT_S,
    ) -> None:
        self._settings, self._topic, self._partitions, self._say = settings, topic, partitions, say
        self._most_waiting, self._silent_s = most_waiting, silent_s
        self._lock = Lock()
        self._waiting: list[Any] = []
        """The client's futures, in the order of the events."""
        self._routes: dict[str, tuple[bytes, int]] = {}
        """By port, the key and the partition of its events."""
        self._delivered = 0
        self._answered_s = monotonic()
        self._is_silent = False
        self._given_up = Event()
        self._refusal: str | None = None

    def __enter__(self) -> Self:
        self._producer = producer(self._settings)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None or not self._is_over():
                self.flush()
        finally:
            drop(self._producer)

    @property
    def place(self) -> str:
        """Where the events go, for the user."""
        return f"{self._topic} at {self._settings.servers}"

    @property
    def delivered(self) -> int:
        """How many events the broker has taken, as far as is known."""
        return self._delivered

    @property
    def undelivered(self) -> int:
        """How many were handed over that the broker has not taken, as far as is known."""
        return len(self._waiting)

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Send events in order: the port, and the line. Returns when less than `most_waiting` are on their way."""
        rest = iter(events)
        with self._lock:
            self._take_answers()
            while chunk := list(islice(rest, _CHUNK)):
                self._send(chunk)
                self._take_answers()
                while len(self._waiting) >= self._most_waiting:
                    self._await_oldest()

    def flush(self) -> None:
        """Return when the broker has taken every event."""
        with self._lock:
            self._take_answers()
            while self._waiting:
                self._await_oldest()

    def give_up(self) -> None:
        """Make whoever waits for the broker stop waiting, now and from now on; safe to call from a signal's handler."""
        self._given_up.set()

    def _send(self, events: list[tuple[str, bytes]]) -> None:
        if not self._waiting:
            self._answered_s = monotonic()
        send, add, topic, routes = self._producer.send, self._waiting.append, self._topic, self._routes
        for port in {port for port, _ in events} - routes.keys():
            routes[port] = port.encode(), partition_of(port, self._partitions)
        try:
            for port, line in events:
                key, partition = routes[port]
                add(send(topic, line, key, HEADERS, partition))
        except KafkaError as error:
            self._refuse(error)

    def _await_oldest(self) -> None:
        """Wait a moment for the event that has waited longest."""
        with suppress(KafkaError):  # its fate is looked at below
            self._waiting[0].get(_LOOK_EVERY_S)
        self._take_answers()

    def _take_answers(self) -> None:
        """Look at the events whose fate is known."""
        self._raise_if_over()
        waiting, answered = self._waiting, 0
        for future in waiting:
            if not future.is_done or future.exception is not None:
                break
            answered += 1
        del waiting[:answered]
        self._delivered += answered
        if waiting and (error := waiting[0].exception) is not None:
            self._refuse(error)
        if answered:
            self._hear()
        elif waiting and not self._is_silent and monotonic() - self._answered_s >= self._silent_s:
            self._fall_silent()

    def _hear(self) -> None:
        self._answered_s = monotonic()
        if self._is_silent:
            self._is_silent = False
            self._say(f"broker {self._settings.servers} answers again; going on")

    def _fall_silent(self) -> None:
        self._is_silent = True
        silence = f"broker {self._settings.servers} has not answered for {self._silent_s:.0f} s"
        why = unreachable(self._settings)
        self._say(f"{silence}{f' ({why})' if why else ''}; waiting: nothing is lost")

    def _refuse(self, error: KafkaError) -> NoReturn:
        """An event was not taken, and what follows it must not be: the stream would have a hole."""
        self._refusal = explained(error, self._settings)
        raise StreamingError(self._why_over()) from error

    def _raise_if_over(self) -> None:
        if self._is_over():
            raise StreamingError(self._why_over())

    def _is_over(self) -> bool:
        return self._given_up.is_set() or self._refusal is not None

    def _why_over(self) -> str:
        why = self._refusal or f"broker {self._settings.servers} given up"
        return f"{why}; {self.undelivered:,} events sent to {self._topic} were not delivered"
