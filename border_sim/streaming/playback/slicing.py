"""A part of a port's run as a run of its own: from an instant on, until an instant, or both."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from border_sim.codes import DETERRED, DISRUPTION, POSTED, RELEASED, RUN_ENDED, RUN_STARTED, STAFFING
from border_sim.records import EVENT_DTYPES, Array, Events, PortInfo, concatenate, select
from border_sim.vocabulary import MISSING, MOST_POOLS, EventKind, LaneClass, code

_ALWAYS: Final = (RUN_STARTED, RUN_ENDED)
_LEAVING: Final = (RELEASED, DETERRED)


def one_event(kind: EventKind, t_us: int) -> Events:
    """A single event that has nothing but its kind and instant."""
    event: Events = Events._make(np.full(1, MISSING, dtype) for dtype in EVENT_DTYPES)
    event.kind[:], event.t_us[:] = code(kind), t_us
    return event


def nothing() -> Events:
    """No events."""
    return Events._make(np.empty(0, dtype) for dtype in EVENT_DTYPES)


def measured_from(info: PortInfo, from_us: int | None) -> PortInfo:
    """The port as `run_started` tells it in a part of its run from `from_us` on (`None`: from its beginning)."""
    return replace(info, measured_from_us=max(info.measured_from_us, from_us or 0))


def sliced(pieces: Iterable[Events], from_us: int | None, until_us: int | None) -> Iterator[Events]:
    """The events of a port in [`from_us`, `until_us`), in pieces; `None`: from the beginning, to the end.

    Before them stand, with their own instants, the events that their state is made of: the start of the run, all of
    the crossings that are still inside, the first staffing of each pool, from which on its places are counted, the last
    staffing of each pool, posted wait of each lane, and disruption of each mode and of each of its pools. A run that
    goes on after `until_us` ends at `until_us - 1`, and so does its last window of metrics; all others from `from_us`
    on are those of all events.
    """
    cut = pieces if until_us is None else _until(pieces, until_us)
    return iter(cut) if from_us is None else _from(cut, from_us)


def _until(pieces: Iterable[Events], until_us: int) -> Iterator[Events]:
    for piece in pieces:
        end = int(np.searchsorted(piece.t_us, until_us))
        if end < piece.t_us.size:
            yield concatenate([select(piece, slice(end)), one_event(EventKind.RUN_ENDED, until_us - 1)])
            return
        yield piece


def _from(pieces: Iterable[Events], from_us: int) -> Iterator[Events]:
    before: Events | None = nothing()
    for piece in pieces:
        if before is None:
            yield piece
            continue
        begin = int(np.searchsorted(piece.t_us, from_us))
        before = _state(concatenate([before, select(piece, slice(begin))]))
        if begin < piece.t_us.size:
            yield before
            yield select(piece, slice(begin, None))
            before = None
    if before is not None:  # the run ended before
        yield before


def _state(events: Events) -> Events:
    """The events of which the state at their end is made, in their order."""
    is_needed = np.isin(events.kind, _ALWAYS)
    inside = events.crossing != MISSING
    gone = events.crossing[inside & np.isin(events.kind, _LEAVING)]
    is_needed |= inside & ~np.isin(events.crossing, gone)
    pool = events.pool.astype(np.int64)
    is_needed[_first(events, STAFFING, pool)] = True
    is_needed[_last(events, STAFFING, pool)] = True
    lanes = events.mode.astype(np.int64) * (1 + len(LaneClass)) + events.lane_class
    is_needed[_last(events, POSTED, lanes)] = True
    is_needed[_last(events, DISRUPTION, events.mode.astype(np.int64) * (MOST_POOLS + 1) + pool)] = True
    needed: Events = select(events, is_needed)
    return needed


def _first(events: Events, kind: int, what: Array) -> Array:
    """The place of the first event of a kind for each value of `what`."""
    places = np.flatnonzero(events.kind == kind)
    _, firsts = np.unique(what[places], return_index=True)
    first: Array = places[firsts]
    return first


def _last(events: Events, kind: int, what: Array) -> Array:
    """The place of the last event of a kind for each value of `what`."""
    places = np.flatnonzero(events.kind == kind)[::-1]
    _, firsts = np.unique(what[places], return_index=True)
    last: Array = places[firsts]
    return last
