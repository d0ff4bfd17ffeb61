"""The columns of events, read from the tables that their keys point into."""

from itertools import accumulate
from typing import Any, Final

import numpy as np

from border_sim.codes import (
    DETERRED,
    DISRUPTION,
    ENDED,
    EXPORT,
    JOINED,
    OUTCOME_RELEASED,
    POSTED,
    PRIMARY,
    RELEASED,
    RUN_ENDED,
    SCAN,
    SECONDARY,
    STAFFING,
    STARTED,
)
from border_sim.compiled import hot
from border_sim.events.keys import KIND_MASK, STATION_BITS, STATION_MASK, KeyLayout
from border_sim.records import EVENT_DTYPES, Array, Events, Records
from border_sim.vocabulary import MISSING

_RARE: Final = ("gate_shut", "open_booths", "posted_wait_min", "queue", "bays_cap", "pace_permille")
"""Columns in which few events have a value."""
_ALIGNMENT: Final = 64
"""Bytes: a column begins where a line of the processor's cache does."""
_MISSING_BYTE: Final = 0xFF
"""Each byte of `MISSING`, of any width."""


def columns_of(keys: Array, layout: KeyLayout, records: Records) -> Events:
    """The events of sorted keys."""
    events = _empty(len(keys))
    _fill(events, keys, layout, records)
    return events


def _empty(count: int) -> Events:
    """Columns without values, the rare ones `MISSING`: all in one block, which systems hand out faster than many
    of middling size, and the rare ones at its end, so that they are filled at once.
    """
    dtypes = dict(sorted(EVENT_DTYPES._asdict().items(), key=lambda column: column[0] in _RARE))
    sizes = [count * np.dtype(dtype).itemsize for dtype in dtypes.values()]
    starts = list(accumulate((-(-size // _ALIGNMENT) * _ALIGNMENT for size in sizes), initial=0))
    block = np.empty(starts[-1], np.uint8)
    block[starts[-1 - len(_RARE)] :] = _MISSING_BYTE
    places = zip(dtypes.items(), starts, sizes, strict=False)
    return Events(**{name: block[start : start + size].view(dtype) for (name, dtype), start, size in places})


@hot
def _fill(events: Any, keys: Any, layout: Any, records: Any) -> None:
    row_mask = (1 << layout.kind_shift) - 1
    for at in range(len(keys)):
        key = keys[at]
        kind = (key >> layout.kind_shift) & KIND_MASK
        row, station = (key & row_mask) >> STATION_BITS, key & STATION_MASK
        events.t_us[at] = layout.from_us + (key >> layout.time_shift)
        events.kind[at] = kind
        _blank(events, at)
        if ENDED <= kind < RUN_ENDED:
            _fill_crossing(events, at, records.crossings, row, station)
            if kind in (ENDED, JOINED, STARTED):
                _fill_visit(events, at, records.crossings, row, station)
            else:
                _fill_outcome(events, at, records.crossings, row)
        elif DISRUPTION <= kind <= POSTED:
            _fill_change(events, at, records, row)


@hot
def _blank(events: Any, at: int) -> None:
    events.mode[at] = events.lane_class[at] = events.programme[at] = events.loaded[at] = MISSING
    events.crossing[at] = events.station[at] = events.pool[at] = events.outcome[at] = MISSING
    events.queue_wait_us[at] = events.time_in_system_us[at] = MISSING


@hot
def _fill_crossing(events: Any, at: int, crossings: Any, row: int, station: int) -> None:
    """Who it is; the lane class is chosen when it joins primary."""
    events.mode[at] = crossings.mode[row]
    events.programme[at] = crossings.programme[row]
    events.loaded[at] = crossings.loaded[row]
    events.crossing[at] = crossings.crossing[row]
    if station not in (EXPORT, SCAN):
        events.lane_class[at] = crossings.lane_class[row]


@hot
def _fill_visit(events: Any, at: int, crossings: Any, row: int, station: int) -> None:
    """Where it is, and how long it waited there; the pool of primary is not known before service starts."""
    events.station[at] = station
    if station == PRIMARY:
        pool = MISSING if events.kind[at] == JOINED else crossings.pool[row]
        wait_us = crossings.started_us[row] - crossings.joined_us[row]
    elif station == EXPORT:
        pool, wait_us = crossings.export_pool[row], 0
    elif station == SCAN:
        pool, wait_us = crossings.scan_pool[row], crossings.scan_started_us[row] - crossings.scan_joined_us[row]
    elif station == SECONDARY:
        pool = crossings.secondary_pool[row]
        wait_us = crossings.secondary_started_us[row] - crossings.secondary_joined_us[row]
    else:
        pool, wait_us = crossings.state_pool[row], crossings.state_started_us[row] - crossings.state_joined_us[row]
    events.pool[at] = pool
    if events.kind[at] == STARTED:
        events.queue_wait_us[at] = wait_us


@hot
def _fill_outcome(events: Any, at: int, crossings: Any, row: int) -> None:
    """What became of it."""
    if events.kind[at] == RELEASED:
        events.outcome[at] = OUTCOME_RELEASED
        events.time_in_system_us[at] = crossings.released_us[row] - crossings.arrived_us[row]
    elif events.kind[at] == DETERRED:
        events.outcome[at] = crossings.outcome[row]


@hot
def _fill_change(events: Any, at: int, records: Any, row: int) -> None:
    """What a row of staffing, posted waits or disruptions says."""
    if events.kind[at] == STAFFING:
        events.pool[at] = records.staffing.pool[row]
        events.open_booths[at] = records.staffing.open_booths[row]
    elif events.kind[at] == POSTED:
        events.mode[at] = records.posted.mode[row]
        events.lane_class[at] = records.posted.lane_class[row]
        events.posted_wait_min[at] = records.posted.posted_wait_min[row]
        events.queue[at] = records.posted.queue[row]
    else:
        events.mode[at] = records.disruptions.mode[row]
        events.gate_shut[at] = records.disruptions.gate_shut[row]
        events.open_booths[at] = records.disruptions.booths_cap[row]
        events.pool[at] = records.disruptions.pool[row]
        events.bays_cap[at] = records.disruptions.bays_cap[row]
        events.pace_permille[at] = records.disruptions.pace_permille[row]
