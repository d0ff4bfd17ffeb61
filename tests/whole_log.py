"""A whole log read back: its lines to events, and events to records, the tables of a whole run of a port."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from border_sim.codes import (
    ARRIVED,
    DETERRED,
    DETERRED_WAIT,
    DISRUPTION,
    ENDED,
    EXPORT,
    JOINED,
    OUTCOME_RELEASED,
    POSTED,
    PRESENT,
    PRIMARY,
    RELEASED,
    RUN_ENDED,
    RUN_STARTED,
    SCAN,
    SECONDARY,
    STAFFING,
    STARTED,
    STATE,
)
from border_sim.events.decode import Start, StreamKey, decode_batches
from border_sim.records import (
    CROSSING_DTYPES,
    Array,
    Crossings,
    Disruptions,
    Events,
    PostedWaits,
    Records,
    StaffingChanges,
    concatenate,
    select,
)
from border_sim.vocabulary import MISSING

_INSTANTS: Final = (
    (ENDED, EXPORT, "export_ended_us"),
    (JOINED, SCAN, "scan_joined_us"),
    (STARTED, SCAN, "scan_started_us"),
    (ENDED, SCAN, "scan_ended_us"),
    (JOINED, PRIMARY, "joined_us"),
    (STARTED, PRIMARY, "started_us"),
    (ENDED, PRIMARY, "ended_us"),
    (JOINED, SECONDARY, "secondary_joined_us"),
    (STARTED, SECONDARY, "secondary_started_us"),
    (ENDED, SECONDARY, "secondary_ended_us"),
    (JOINED, STATE, "state_joined_us"),
    (STARTED, STATE, "state_started_us"),
    (RELEASED, MISSING, "released_us"),
)
"""Kind and station of the events that tell each instant."""
_POOLS: Final = (
    (JOINED, EXPORT, "export_pool"),
    (JOINED, SCAN, "scan_pool"),
    (STARTED, PRIMARY, "pool"),
    (JOINED, SECONDARY, "secondary_pool"),
    (JOINED, STATE, "state_pool"),
)


def decode_events(lines: Iterable[bytes]) -> dict[StreamKey, tuple[Start, Events]]:
    """The ports and their events in the order of `seq`, from the lines of any number of runs, replications and ports.

    Raises `CodecError` as `decode_batches` does.
    """
    streams: dict[StreamKey, tuple[Start, list[Events]]] = {}
    for key, start, events in decode_batches(lines):
        streams.setdefault(key, (start, []))[1].append(events)
    return {key: (start, concatenate(parts)) for key, (start, parts) in streams.items()}


def records_of(events: Events) -> Records:
    """The records of a run of one port, from `run_started` to `run_ended`, as `reached` leaves them.

    Rows of one instant are in the order of events.
    """
    assert (events.kind[0], events.kind[-1]) == (RUN_STARTED, RUN_ENDED)
    staffing, posted, disruptions = (select(events, events.kind == kind) for kind in (STAFFING, POSTED, DISRUPTION))
    return Records(
        int(events.t_us[0]),
        int(events.t_us[-1]) + 1,
        _crossings(events),
        StaffingChanges(staffing.t_us, staffing.pool, staffing.open_booths),
        PostedWaits(posted.t_us, posted.mode.astype(np.uint8), posted.lane_class, posted.posted_wait_min, posted.queue),
        Disruptions(
            disruptions.t_us,
            disruptions.mode.astype(np.uint8),
            disruptions.gate_shut,
            disruptions.open_booths,
            disruptions.pool,
            disruptions.bays_cap,
            disruptions.pace_permille,
        ),
    )


def reached(crossings: Crossings) -> Crossings:
    """The crossings without the pools of stations that they did not reach, of which no event tells."""
    return crossings._replace(
        export_pool=_if(crossings.outcome < DETERRED_WAIT, crossings.export_pool),
        scan_pool=_if(crossings.scan_joined_us != MISSING, crossings.scan_pool),
        secondary_pool=_if(crossings.secondary_joined_us != MISSING, crossings.secondary_pool),
        state_pool=_if(crossings.state_joined_us != MISSING, crossings.state_pool),
    )


def _if(is_reached: Array, pools: Array) -> Array:
    return np.where(is_reached, pools, MISSING).astype(pools.dtype)


def _crossings(events: Events) -> Crossings:
    """A row for each candidate that arrived or was deterred."""
    came = select(events, (events.kind == ARRIVED) | (events.kind == DETERRED))
    came = select(came, np.argsort(came.crossing))
    names = CROSSING_DTYPES._asdict()
    columns = {name: np.full(len(came.crossing), MISSING).astype(dtype) for name, dtype in names.items()}
    for name in ("crossing", "mode", "programme", "loaded", "lane_class"):
        columns[name][:] = getattr(came, name)
    columns["arrived_us"][:] = came.t_us
    columns["outcome"][:] = np.where(came.kind == DETERRED, came.outcome, PRESENT)
    for kind, station, name in _INSTANTS:
        rows, places = _rows_and_places(events, came.crossing, kind, station)
        columns[name][rows] = events.t_us[places]
    for kind, station, name in _POOLS:
        rows, places = _rows_and_places(events, came.crossing, kind, station)
        columns[name][rows] = events.pool[places]
    rows, places = _rows_and_places(events, came.crossing, JOINED, PRIMARY)
    columns["lane_class"][rows] = events.lane_class[places]
    columns["outcome"][columns["released_us"] != MISSING] = OUTCOME_RELEASED
    return Crossings(**columns)


def _rows_and_places(events: Events, ids: Array, kind: int, station: int) -> tuple[Array, Array]:
    """The rows of the crossings that have events of a kind at a station, and the places of these events."""
    places = np.flatnonzero((events.kind == kind) & (events.station == station))
    rows = np.searchsorted(ids, events.crossing[places])
    assert (ids[rows] == events.crossing[places]).all(), "a crossing has events but never arrived"
    return rows, places
