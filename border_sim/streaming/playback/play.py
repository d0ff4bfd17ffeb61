"""Streams of events, merged and paced, into a sink: what replay and live share."""

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any, NamedTuple

import numpy as np

from border_sim.codes import RUN_ENDED
from border_sim.events.decode import Start
from border_sim.events.encode import encode_events
from border_sim.events.sink import EventSink
from border_sim.records import Array, Events
from border_sim.streaming.playback.merge import Block, merged
from border_sim.streaming.playback.pacing import Pacer
from border_sim.vocabulary import EventKind


class EventStream(NamedTuple):
    """The events of a port in a run and replication, yet to be read."""

    start: Start
    """What its lines say of the port and the run"""
    begins_us: int
    """The instant of its first event"""
    ends_us: int
    """No event is later than this"""
    pieces: Iterable[Events]
    """Its events in order, in any pieces"""


class Reached(NamedTuple):
    """How far it came."""

    until_us: int
    """The instant of the last event sent; that of the first one yet to be sent if there is none"""
    sent: Array
    """int64: events sent, by stream"""
    ended: Array
    """bool: whether the run of the port has ended, by stream"""
    kinds: Array
    """int64: events sent, by kind"""


def play(
    streams: Sequence[EventStream],
    sink: EventSink,
    pacer: Pacer,
    stop: Event,
    on_progress: Callable[[Reached], Any] = lambda _: None,
) -> Reached:
    """Send the events of all streams in one order, each when it is due, until all are sent or `stop` is set.

    At one instant the order is that of `streams`. What is sent is always whole instants, and flushed at the end.
    `on_progress` is called after each few events.
    """
    ports = np.array([stream.start.info.slug for stream in streams], object)
    reached = Reached(
        min((stream.begins_us for stream in streams), default=0),
        np.zeros(len(streams), np.int64),
        np.zeros(len(streams), bool),
        np.zeros(len(EventKind), np.int64),
    )
    for block in merged([stream.pieces for stream in streams]):
        lines = _lines(block, streams, reached.sent)
        for due in pacer.due(block.t_us):
            sink.write(zip(ports[block.stream[due]].tolist(), lines[due].tolist(), strict=True))
            reached = _further(reached, block, due)
            on_progress(reached)
            if stop.is_set():
                break
        if stop.is_set():
            break
    sink.flush()
    return reached


def _lines(block: Block, streams: Sequence[EventStream], sent: Array) -> Array:
    """The lines of a block in its order; `sent`: how many of each stream went before."""
    seq = sent.copy()
    lines: list[bytes] = []
    for place, events in block.parts:
        start = streams[place].start
        lines += encode_events(events, start.info, start.facts, int(seq[place]))
        seq[place] += events.t_us.size
    return np.array(lines, object)[block.order]


def _further(reached: Reached, block: Block, due: slice) -> Reached:
    """How far it came with the events of a block that were just sent."""
    streams, kinds = block.stream[due], block.kind[due]
    ended = reached.ended.copy()
    ended[streams[kinds == RUN_ENDED]] = True
    return Reached(
        int(block.t_us[due.stop - 1]),
        reached.sent + np.bincount(streams, minlength=reached.sent.size),
        ended,
        reached.kinds + np.bincount(kinds, minlength=len(EventKind)),
    )
