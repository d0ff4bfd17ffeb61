"""Whether the work that a board tells of goes on, and whether there is anything right to show: in words, if not."""

from typing import Final

from border_sim.spec.words import counted, printable
from border_sim.streaming.counting.board import Board

SILENT_S: Final = 90.0
"""Longer than any turn of a main loop takes, the first one, which may compile, among them."""


def unhealthy(board: Board, began_s: float, now_s: float) -> str | None:
    """Why the main loop does not seem to be alive; `None`: it does. Times are of `time.monotonic`; it began then."""
    facts = board.pipeline or board.producer
    silent_s = now_s - (facts.alive_s if facts else began_s)
    if silent_s <= SILENT_S:
        return None
    text = f"the main loop has not turned for {silent_s:.0f} s"
    undelivered = board.producer.undelivered if board.producer else 0
    return f"{text}; {counted(undelivered, 'event')} sent that Kafka has not acknowledged" if undelivered else text


def unready_consumer(board: Board, run: str | None) -> str | None:
    """Why there is nothing right to show of the border yet; `None`: there is. `run`: the one asked for."""
    if board.pipeline is None:
        return "nothing has been read yet"
    if not board.pipeline.is_settled:
        return "the partitions that the group has given to this process are not all gone on with yet"
    if not board.is_read:
        return "the stored state is being read"
    if run is not None and not board.ports(run):
        newest = board.ports()
        others = f"; the newest is {printable(newest[0].key.run)}" if newest else "; there is no other either"
        return f"run {printable(run)} has not begun{others}"
    return None


def unready_producer(board: Board) -> str | None:
    """Why there is nothing to show of a producer yet; `None`: there is."""
    return None if board.producer else "nothing has been sent yet"
