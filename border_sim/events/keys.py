"""A whole number for every event of a period, so that sorting the numbers puts the events in order.

Its bits are, from the top: the time since the period began, the kind, the row of the table that tells of the event, and
the station.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.codes import (
    ARRIVED,
    DETERRED,
    DETERRED_WAIT,
    DISRUPTION,
    ENDED,
    EXPORT,
    HEARTBEAT,
    JOINED,
    POSTED,
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
from border_sim.compiled import hot
from border_sim.records import Array, Records
from border_sim.vocabulary import MINUTE_US, MISSING

GATE: Final = EXPORT
"""The station bits of an arrival: like export, before the lane is chosen."""
EXIT: Final = STATE
"""The station bits of what ends a visit."""

STATION_BITS: Final = 3
STATION_MASK: Final = (1 << STATION_BITS) - 1
KIND_BITS: Final = 4
KIND_MASK: Final = (1 << KIND_BITS) - 1
KEY_BITS: Final = 63
_MOST_EVENTS: Final = 17
"""Of one crossing: it arrives, joins, starts and ends at five stations, and is released."""


class KeyLayout(NamedTuple):
    """How keys of one period are laid out; only instants in [from_us, until_us) have one."""

    from_us: int
    until_us: int
    kind_shift: int
    time_shift: int


def key_layout(records: Records) -> KeyLayout | None:
    """The layout for a period and its rows, or None where 63 bits are too few."""
    rows = max(len(table[0]) for table in (records.crossings, records.staffing, records.posted, records.disruptions))
    kind_shift = STATION_BITS + rows.bit_length()
    time_shift = kind_shift + KIND_BITS
    if time_shift + (records.until_us - records.from_us).bit_length() > KEY_BITS:
        return None
    return KeyLayout(records.from_us, records.until_us, kind_shift, time_shift)


def sorted_keys(records: Records, layout: KeyLayout, *, starts: bool, ends: bool) -> Array:
    """The keys of all events in order; at one instant rows of staffing, posted waits and disruptions as they stand."""
    others = [
        _frame_keys(layout, starts=starts, ends=ends),
        _table_keys(records.staffing.t_us, STAFFING, layout),
        _table_keys(records.posted.t_us, POSTED, layout),
        _table_keys(records.disruptions.t_us, DISRUPTION, layout),
    ]
    count = sum(map(len, others))
    keys = np.empty(count + _MOST_EVENTS * len(records.crossings.crossing), np.int64)
    np.concatenate(others, out=keys[:count])
    keys = keys[: _add_crossings(keys, count, layout, records.crossings)]
    keys.sort()
    return keys


def _table_keys(t_us: Array, kind: int, layout: KeyLayout) -> Array:
    first, last = np.searchsorted(t_us, (layout.from_us, layout.until_us))
    times = (t_us[first:last] - layout.from_us) << layout.time_shift
    return times | (kind << layout.kind_shift) | (np.arange(first, last) << STATION_BITS)


def _frame_keys(layout: KeyLayout, *, starts: bool, ends: bool) -> Array:
    """The keys of the run's start, the heartbeats and the run's end."""
    first = -(-layout.from_us // MINUTE_US) * MINUTE_US
    beats = np.arange(first, layout.until_us, MINUTE_US, dtype=np.int64) - layout.from_us
    start = RUN_STARTED << layout.kind_shift
    end = ((layout.until_us - 1 - layout.from_us) << layout.time_shift) | (RUN_ENDED << layout.kind_shift)
    edges = np.array([start] * starts + [end] * ends, np.int64)
    return np.append((beats << layout.time_shift) | (HEARTBEAT << layout.kind_shift), edges)


@hot
def _add(keys: Any, count: int, layout: Any, t_us: int, kind: int, place: int) -> int:
    """Write the key of an event unless its instant is outside the period; return the number of keys."""
    if t_us < layout.from_us or t_us >= layout.until_us:
        return count
    keys[count] = ((t_us - layout.from_us) << layout.time_shift) | (kind << layout.kind_shift) | place
    return count + 1


@hot
def _add_crossings(keys: Any, count: int, layout: Any, crossings: Any) -> int:
    for row in range(len(crossings.crossing)):
        place = row << STATION_BITS
        if crossings.outcome[row] >= DETERRED_WAIT:
            count = _add(keys, count, layout, crossings.arrived_us[row], DETERRED, place | EXIT)
            continue
        count = _add(keys, count, layout, crossings.arrived_us[row], ARRIVED, place | GATE)
        count = _add(keys, count, layout, crossings.joined_us[row], JOINED, place | PRIMARY)
        count = _add(keys, count, layout, crossings.started_us[row], STARTED, place | PRIMARY)
        count = _add(keys, count, layout, crossings.ended_us[row], ENDED, place | PRIMARY)
        count = _add(keys, count, layout, crossings.released_us[row], RELEASED, place | EXIT)
        count = _add_branches(keys, count, layout, crossings, row)
    return count


@hot
def _add_branches(keys: Any, count: int, layout: Any, crossings: Any, row: int) -> int:
    """Write the keys of the stations that not every crossing visits; return the number of keys."""
    place = row << STATION_BITS
    if crossings.export_pool[row] != MISSING:
        count = _add(keys, count, layout, crossings.arrived_us[row], JOINED, place | EXPORT)
        count = _add(keys, count, layout, crossings.arrived_us[row], STARTED, place | EXPORT)
        count = _add(keys, count, layout, crossings.export_ended_us[row], ENDED, place | EXPORT)
    if crossings.scan_pool[row] != MISSING:
        count = _add(keys, count, layout, crossings.scan_joined_us[row], JOINED, place | SCAN)
        count = _add(keys, count, layout, crossings.scan_started_us[row], STARTED, place | SCAN)
        count = _add(keys, count, layout, crossings.scan_ended_us[row], ENDED, place | SCAN)
    if crossings.secondary_pool[row] != MISSING:
        count = _add(keys, count, layout, crossings.secondary_joined_us[row], JOINED, place | SECONDARY)
        count = _add(keys, count, layout, crossings.secondary_started_us[row], STARTED, place | SECONDARY)
        count = _add(keys, count, layout, crossings.secondary_ended_us[row], ENDED, place | SECONDARY)
    if crossings.state_pool[row] != MISSING:
        count = _add(keys, count, layout, crossings.state_joined_us[row], JOINED, place | STATE)
        count = _add(keys, count, layout, crossings.state_started_us[row], STARTED, place | STATE)
        count = _add(keys, count, layout, crossings.released_us[row], ENDED, place | STATE)
    return count
