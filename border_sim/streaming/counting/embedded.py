"""The pipeline without a broker: a bus in memory, whose events are turned into metrics as soon as they come."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from border_sim.streaming.counting.partition import BatchResult, Partition


class BusRecord(NamedTuple):
    """An event as the bus hands it on; see `dead_letters.Record`."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = 0
    headers: Sequence[tuple[str, bytes | None]] = ()


class Bus:
    """An `EventSink` for one thread, and the consumer of its one partition, which turns events into windows of
    `width_us`.

    `on_batch` is given the result of each batch; nothing else is stored of it.
    """

    def __init__(self, width_us: int, on_batch: Callable[[BatchResult], Any]) -> None:
        self.partition = Partition(0, width_us)
        self._on_batch = on_batch

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Put events on the bus, and count them."""
        first = self.partition.offset
        records = [BusRecord(0, first + place, port.encode(), line) for place, (port, line) in enumerate(events)]
        if records:
            self._on_batch(self.partition.count(records))

    def flush(self) -> None:
        """Nothing is left to do."""
