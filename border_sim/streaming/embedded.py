"""The pipeline without a broker: a bus in memory, whose events are turned into metrics as soon as they come."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from border_sim.streaming.partition import Partition, Taken
from border_sim.streaming.topics import PARTITIONS, partition_of


class BusRecord(NamedTuple):
    """An event as the bus hands it on; see `dead_letters.Record`."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


class Bus:
    """An `EventSink` for one thread, and the consumer of its partitions, which turns events into windows of `width_us`.

    `took` is given the lines of each batch of a partition and what they gave; nothing else is kept of them.
    """

    def __init__(self, width_us: int, took: Callable[[list[bytes], Taken], Any]) -> None:
        self.partitions = [Partition(number, width_us) for number in range(PARTITIONS)]
        self._took = took

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Put events on the bus, and take them from it."""
        batches: list[list[BusRecord]] = [[] for _ in self.partitions]
        lines: list[list[bytes]] = [[] for _ in self.partitions]
        for port, line in events:
            number = partition_of(port, PARTITIONS)
            offset = self.partitions[number].offset + len(lines[number])
            batches[number].append(BusRecord(number, offset, port.encode(), line))
            lines[number].append(line)
        for partition, batch, told in zip(self.partitions, batches, lines, strict=True):
            if batch:
                self._took(told, partition.take(batch))

    def flush(self) -> None:
        """Nothing is left to do."""
