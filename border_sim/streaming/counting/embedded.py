"""The pipeline without a broker: a bus in memory, whose events are turned into metrics as soon as they come."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from border_sim.streaming.counting.partition import Partition, Taken


class BusRecord(NamedTuple):
    """An event as the bus hands it on; see `dead_letters.Record`."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


class Bus:
    """An `EventSink` for one thread, and the consumer of its one partition, which turns events into windows of
    `width_us`.

    `took` is given the lines of each batch and what they gave; nothing else is kept of them.
    """

    def __init__(self, width_us: int, took: Callable[[list[bytes], Taken], Any]) -> None:
        self.partition = Partition(0, width_us)
        self._took = took

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Put events on the bus, and take them from it."""
        ports, lines = [], []
        for port, line in events:
            ports.append(port.encode())
            lines.append(line)
        if lines:
            pairs = enumerate(zip(ports, lines, strict=True), self.partition.offset)
            self._took(lines, self.partition.take([BusRecord(0, offset, *pair) for offset, pair in pairs]))

    def flush(self) -> None:
        """Nothing is left to do."""
