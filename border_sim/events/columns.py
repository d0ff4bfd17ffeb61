"""The columns of events, read from the tables that their keys point into.

Each compiled loop takes the arrays out of their tuples first: to reach into a tuple inside the loop costs more than the
loop itself.
"""

from itertools import accumulate
from typing import Any, Final

import numpy as np

from border_sim.compiled import jit
from border_sim.events.codes import (
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
    SECONDARY,
    STAFFING,
    STARTED,
)
from border_sim.events.keys import KIND_MASK, STATION_BITS, STATION_MASK, Layout
from border_sim.records import EVENT_DTYPES, Array, Events, Records
from border_sim.vocabulary import MISSING

_ALIGNMENT: Final = 64
"""Bytes: a column begins where a line of the processor's cache does."""


def columns_of(keys: Array, layout: Layout, records: Records) -> Events:
    """The events of sorted keys."""
    events = _empty(len(keys))
    for column in (events.gate_shut, events.open_booths, events.posted_wait_min, events.queue):
        column.fill(MISSING)
    _fill(events, keys, layout, records)
    return events


def _empty(count: int) -> Events:
    """Columns without values, all in one block: the system hands out one large block faster than many of middling size."""
    sizes = [count * np.dtype(dtype).itemsize for dtype in EVENT_DTYPES]
    starts = list(accumulate((-(-size // _ALIGNMENT) * _ALIGNMENT for size in sizes), initial=0))
    block = np.empty(starts[-1], np.uint8)
    places = zip(starts, sizes, EVENT_DTYPES, strict=False)
    return Events._make(block[start : start + size].view(dtype) for start, size, dtype in places)


@jit
def _fill(events: Any, keys: Any, layout: Any, records: Any) -> None:
    _fill_who(events, keys, layout, records.crossings)
    _fill_where(events, keys, layout, records.crossings)
    _fill_durations(events, keys, layout, records.crossings)
    _fill_tables(events, keys, layout, records)


@jit
def _fill_who(events: Any, keys: Any, layout: Any, crossings: Any) -> None:
    """When, what kind, and which crossing."""
    t_us, kinds, mode, lane_class, programme, loaded, crossing = events[:7]
    ids, modes, programmes, loads, lanes = crossings[:5]
    row_mask = (1 << layout.kind_shift) - 1
    for at in range(len(keys)):
        key = keys[at]
        t_us[at] = layout.from_us + (key >> layout.time_shift)
        kind = (key >> layout.kind_shift) & KIND_MASK
        kinds[at] = kind
        if kind < ENDED or kind == RUN_ENDED:
            mode[at] = lane_class[at] = programme[at] = loaded[at] = crossing[at] = MISSING
        else:
            row = (key & row_mask) >> STATION_BITS
            mode[at], programme[at], loaded[at], crossing[at] = modes[row], programmes[row], loads[row], ids[row]
            lane_class[at] = MISSING if key & STATION_MASK == EXPORT else lanes[row]


@jit
def _fill_where(events: Any, keys: Any, layout: Any, crossings: Any) -> None:
    """At which station and pool; the pool of primary is not known before service starts."""
    stations, pools = events.station, events.pool
    export_pool, primary_pool, secondary_pool, state_pool = crossings[6:10]
    row_mask = (1 << layout.kind_shift) - 1
    for at in range(len(keys)):
        kind = (keys[at] >> layout.kind_shift) & KIND_MASK
        row, station = (keys[at] & row_mask) >> STATION_BITS, keys[at] & STATION_MASK
        if kind not in (ENDED, JOINED, STARTED):
            stations[at] = pools[at] = MISSING
            continue
        stations[at] = station
        if station == PRIMARY:
            pools[at] = MISSING if kind == JOINED else primary_pool[row]
        elif station == EXPORT:
            pools[at] = export_pool[row]
        else:
            pools[at] = secondary_pool[row] if station == SECONDARY else state_pool[row]


@jit
def _fill_durations(events: Any, keys: Any, layout: Any, crossings: Any) -> None:
    """How long a crossing waited at a station and was in the system, and what became of it."""
    outcome, queue_wait_us, time_in_system_us = events.outcome, events.queue_wait_us, events.time_in_system_us
    outcomes, arrived_us, released_us = crossings.outcome, crossings.arrived_us, crossings.released_us
    row_mask = (1 << layout.kind_shift) - 1
    for at in range(len(keys)):
        kind = (keys[at] >> layout.kind_shift) & KIND_MASK
        row = (keys[at] & row_mask) >> STATION_BITS
        outcome[at] = queue_wait_us[at] = time_in_system_us[at] = MISSING
        if kind == STARTED:
            queue_wait_us[at] = _wait_us(crossings, row, keys[at] & STATION_MASK)
        elif kind == RELEASED:
            outcome[at] = OUTCOME_RELEASED
            time_in_system_us[at] = released_us[row] - arrived_us[row]
        elif kind == DETERRED:
            outcome[at] = outcomes[row]


@jit
def _wait_us(crossings: Any, row: int, station: int) -> Any:
    """The time from joining a station to the start of service."""
    if station == PRIMARY:
        return crossings.started_us[row] - crossings.joined_us[row]
    if station == EXPORT:
        return 0
    if station == SECONDARY:
        return crossings.secondary_started_us[row] - crossings.ended_us[row]
    referred = crossings.secondary_pool[row] != MISSING
    return crossings.state_started_us[row] - (crossings.secondary_ended_us[row] if referred else crossings.ended_us[row])


@jit
def _fill_tables(events: Any, keys: Any, layout: Any, records: Any) -> None:
    """What the rows of staffing, posted waits and disruptions say."""
    kinds = events.kind
    row_mask = (1 << layout.kind_shift) - 1
    for at in range(len(kinds)):
        kind = kinds[at]
        if kind < DISRUPTION or kind > POSTED:
            continue
        row = (keys[at] & row_mask) >> STATION_BITS
        if kind == STAFFING:
            events.pool[at] = records.staffing.pool[row]
            events.open_booths[at] = records.staffing.open_booths[row]
        elif kind == POSTED:
            events.mode[at] = records.posted.mode[row]
            events.lane_class[at] = records.posted.lane_class[row]
            events.posted_wait_min[at] = records.posted.posted_wait_min[row]
            events.queue[at] = records.posted.queue[row]
        else:
            events.mode[at] = records.disruptions.mode[row]
            events.gate_shut[at] = records.disruptions.gate_shut[row]
            events.open_booths[at] = records.disruptions.booths_cap[row]
