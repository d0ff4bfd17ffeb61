"""The board: ports as they stand and how the pipeline goes, written by the threads that know, read by any other."""

from collections.abc import Collection, Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from border_sim.events.decode import StreamKey
from border_sim.streaming.counting.port_now import PortNow
from border_sim.streaming.counting.record_counts import RecordCounts


class PipelineFacts(NamedTuple):
    """How a process turns events into metrics."""

    committed: RecordCounts
    """What became of the records that it read, as far as it is committed"""
    transactions: int
    """Committed"""
    lag_records: int
    """Records on its partitions that are not committed"""
    oldest_ms: int | None
    """When the broker wrote the oldest of them, milliseconds since 1970, UTC, or a little before; `None`: none is left,
    or nothing is known of it
    """
    event_lag_us: int
    """Simulated time between the newest event that was read and what is committed, at the port where it is longest"""
    state_bytes: int
    """Stored of its partitions"""
    streams: int
    """Remembered of its partitions"""
    partitions: int
    """That it has now"""
    is_settled: bool
    """Whether it has all the partitions that its group has given it, and goes on with them"""
    alive_s: float
    """When its loop last made a turn, by `time.monotonic`"""


class ProducerFacts(NamedTuple):
    """How a process simulates and sends events."""

    sent: int
    """Events given to the producer"""
    undelivered: int
    """Of them, those that the broker has not taken yet"""
    reached_us: Mapping[str, int]
    """By port, the simulated time that was sent, microseconds since 1970, UTC"""
    ended: frozenset[str]
    """Of these, the ports whose run is over"""
    alive_s: float
    """When its loop last made a turn, by `time.monotonic`"""


class Board:
    """What a process knows of ports, of its part of the pipeline and of what it produces; safe for threads.

    A partition is shown once what was read of its state is as new as what was owned or asked for: figures that an
    earlier process committed never come after later ones.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ports: dict[StreamKey, PortNow] = {}
        self._offsets: dict[int, int] = {}
        self._owned: dict[int, int] = {}
        self._is_read = False
        self.pipeline: PipelineFacts | None = None
        """`None`: not known yet, or this process has no part in it"""
        self.producer: ProducerFacts | None = None
        """`None`: as `pipeline`"""

    @property
    def is_read(self) -> bool:
        """Whether everything that was stored when the process began has been read."""
        return self._is_read

    def show(
        self,
        ports: Iterable[PortNow] = (),
        gone: Collection[StreamKey] = (),
        offsets: Mapping[int, int] | None = None,
    ) -> None:
        """Take in ports as they stand now, and streams of which nothing is known any more.

        `offsets`: by partition, the next record of events to count, as the state says that goes with these ports.
        """
        with self._lock:
            for key in gone:
                self._ports.pop(key, None)
            self._ports.update((port.key, port) for port in ports)
            self._offsets.update(offsets or {})

    def has_been_read(self) -> None:
        """Everything that was stored when the process began has been shown."""
        self._is_read = True

    def own(self, offsets: Mapping[int, int]) -> None:
        """This process has these partitions, each committed up to an offset when it was gained; of one that it has
        already the first offset stands.
        """
        with self._lock:
            self._owned = {**offsets, **self._owned}

    def disown(self, partitions: Iterable[int]) -> None:
        """This process has these partitions no longer."""
        with self._lock:
            for partition in partitions:
                self._owned.pop(partition, None)

    def ports(self, run: str | None = None) -> list[PortNow]:
        """The ports of a run, by slug: of that named, else of the one that began last; of its replications the one that
        began last. Empty until all that was stored has been read.
        """
        with self._lock:
            known = list(self._ports.values()) if self._is_read else []
        return _of_newest_run(known, run)

    def owned_ports(self, run: str | None = None) -> list[PortNow]:
        """Those of `ports` whose partitions this process has, as they are committed."""
        with self._lock:
            owned = {each for each, offset in self._owned.items() if self._offsets.get(each, 0) >= offset}
        return [port for port in self.ports(run) if port.partition in owned]


def _of_newest_run(ports: Iterable[PortNow], run: str | None) -> list[PortNow]:
    """A run has begun when its first port has."""
    replications: dict[tuple[str, int], list[PortNow]] = {}
    for port in ports:
        if run in (None, port.key.run):
            replications.setdefault(port.key[:2], []).append(port)
    newest = max(replications.items(), key=_began, default=(None, []))[1]
    return sorted(newest, key=lambda port: port.key)


def _began(replication: tuple[tuple[str, int], list[PortNow]]) -> tuple[int, tuple[str, int]]:
    name, ports = replication
    return min(port.began_ms for port in ports), name
