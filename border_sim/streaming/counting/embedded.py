"""The pipeline without a broker: a bus in memory, whose events are turned into metrics as soon as they come."""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, Final, NamedTuple

from border_sim.streaming.counting.board import Board, PipelineFacts
from border_sim.streaming.counting.partition import BatchResult, Partition
from border_sim.streaming.counting.record_counts import RecordCounts

_SHOW_EVERY_S: Final = 0.5


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

    `on_batch` is given the result of each batch; nothing else is stored of it. What has become of the ports is shown on
    `board`, if there is one, when the bus is flushed, and some times a second: call `show` while no events come.
    """

    def __init__(self, width_us: int, on_batch: Callable[[BatchResult], Any], board: Board | None = None) -> None:
        self.partition = Partition(0, width_us)
        self._on_batch, self._board = on_batch, board
        self._counts = RecordCounts()
        self._shown_s = -_SHOW_EVERY_S
        if board:
            board.own({0: 0})
            board.has_been_read()

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Put events on the bus, and count them."""
        first = self.partition.offset
        records = [BusRecord(0, first + place, port.encode(), line) for place, (port, line) in enumerate(events)]
        if records:
            result = self.partition.count(records)
            self._counts.add(result.counts)
            self._on_batch(result)
        self.show()

    def show(self) -> None:
        """Show how it stands, unless that was done just now."""
        if self._board and monotonic() - self._shown_s >= _SHOW_EVERY_S:
            self._show_on(self._board)

    def flush(self) -> None:
        """Show how it stands; nothing else is left to do."""
        if self._board:
            self._show_on(self._board)

    def _show_on(self, board: Board) -> None:
        self._shown_s = monotonic()
        board.show(self.partition.ports_now())
        streams = len(self.partition.positions)
        board.pipeline = PipelineFacts(self._counts.copy(), 0, 0, None, 0, 0, streams, 1, True, self._shown_s)
