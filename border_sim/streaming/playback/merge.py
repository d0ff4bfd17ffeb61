"""Streams of events in order -> all their events in one order: by instant, and at one instant by stream.

Streams are read as far as an hour needs, and what is held is what they were given by: an hour of a hundred streams
that come a day at a time costs these days.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from border_sim.records import Array, Events, select
from border_sim.vocabulary import HOUR_US, NEVER_US


class Part(NamedTuple):
    """Events of one stream, in order."""

    stream: int
    """The place of the stream"""
    events: Events


class Block(NamedTuple):
    """The events of all streams in a span of time."""

    parts: list[Part]
    """By stream; of one stream there may be several, one behind the other"""
    order: Array
    """int64: the places of the events of all parts, one behind the other, in the one order"""
    t_us: Array
    """int64: their instants in that order"""
    stream: Array
    """int64: the place of the stream of each, in that order"""
    kind: Array
    """int8: the kind of each, in that order"""


def merged(streams: Sequence[Iterable[Events]], width_us: int = HOUR_US) -> Iterator[Block]:
    """All events of streams in the order of instant, place of the stream, and place in the stream.

    Each stream is an iterable of its events, in the order of their instants, in any pieces. A block spans at most
    `width_us` and is never empty; blocks follow each other. Streams are read no further than the block needs.
    """
    cursors = [_Cursor(pieces) for pieces in streams]
    while (begins_us := min((cursor.next_us for cursor in cursors), default=NEVER_US)) < NEVER_US:
        until_us = (begins_us // width_us + 1) * width_us
        yield _block([Part(place, piece) for place, cursor in enumerate(cursors) for piece in cursor.until(until_us)])


def _block(parts: list[Part]) -> Block:
    t_us, kinds = (np.concatenate([getattr(part.events, name) for part in parts]) for name in ("t_us", "kind"))
    streams = np.repeat([part.stream for part in parts], [part.events.t_us.size for part in parts])
    order = np.argsort(t_us, kind="stable")
    return Block(parts, order, t_us[order], streams[order], kinds[order])


class _Cursor:
    """A place in a stream of events."""

    def __init__(self, pieces: Iterable[Events]) -> None:
        self._pieces = iter(pieces)
        self._piece: Events | None = None
        self._at = 0
        self._next_piece()

    @property
    def next_us(self) -> int:
        """The instant of the next event, `NEVER_US` at the end."""
        return NEVER_US if self._piece is None else int(self._piece.t_us[self._at])

    def until(self, until_us: int) -> Iterator[Events]:
        """Take the events before an instant, as views of the pieces in which they came."""
        while self._piece is not None and self.next_us < until_us:
            begin, self._at = self._at, int(np.searchsorted(self._piece.t_us, until_us))
            yield select(self._piece, slice(begin, self._at))
            if self._at == self._piece.t_us.size:
                self._next_piece()

    def _next_piece(self) -> None:
        """Go on to the next piece that is not empty."""
        self._piece = None  # before the next one is made
        self._piece = next((piece for piece in self._pieces if piece.t_us.size), None)
        self._at = 0
