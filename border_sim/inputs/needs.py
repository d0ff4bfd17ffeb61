"""What each candidate will need, from its marks: programme and lanes, times at each station, the wait it accepts."""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot, jitable
from border_sim.inputs.draws import (
    ARRIVAL_BLOCK,
    ELASTIC_STREAM,
    GROWTH_ELASTIC_STREAM,
    PRIMARY_BLOCK,
    STATE_BLOCK,
    STREAM_SHIFT,
    TRUCK_BLOCK,
    WORD,
    Tables,
    draw,
    philox,
)
from border_sim.records import Array
from border_sim.vocabulary import MISSING, QUARTER_US

CUTS: Final = 3
"""Most programmes of a mode, and most lanes of a programme."""

ANY_WAIT: Final = 2**31 - 1
"""The tolerance, in minutes, of whoever comes whatever the posted wait."""


CHUNK: Final = 256
"""Candidates whose marks are drawn in one go, in a loop so plain that the compiler draws several at once."""

PROGRAMME, TOLERANCE, SERVICE, REFERRAL, SECONDARY_SERVICE, LOADED, CANDIDATE = range(7)
"""Rows of the marks of a chunk; last, the candidates they are of."""


class Recipe(NamedTuple):
    """What turns the marks of a candidate into its needs: arrays by mode (M), place in the cut of programmes (3),
    lane (L).

    Cuts are thresholds on a mark: shares times 2^32. Tables and pools are places; `MISSING` where there is none.
    """

    tables: Tables
    programme_cut: Array  # int64 (M, 3), cumulative
    programme: Array  # int64 (M, 3), codes
    lanes: Array  # int64 (M, 3, 3), the lanes that the programme may use, best first
    service_table: Array  # int64 (L,)
    loaded_cut: Array  # int64 (M,)
    referral_cut: Array  # int64 (M, 3, 2), empty and loaded
    secondary_cut: Array  # int64 (M, 6), cumulative
    secondary_pool: Array  # int64 (M, 6)
    secondary_table: Array  # int64 (M, 6)
    export_pool: Array  # int64 (M,)
    export_table: Array  # int64 (M,)
    red_cut: Array  # int64 (M,)
    red_table: Array  # int64 (M,)
    state_cut: Array  # int64 (M,): below it a full inspection
    state_pool: Array  # int64 (M, 2), passing and full
    state_table: Array  # int64 (M, 2)
    patience_min: Array  # float64 (M, 3, 24), accustomed wait by local hour, at least a minute
    elasticity: float
    always: float


class Arrivals(NamedTuple):
    """Candidates in the order of their ids, a column per need; stations not visited have pool `MISSING` and
    duration 0.
    """

    arrived_us: Array  # int64 (n,)
    mode: Array  # uint8
    programme: Array  # uint8
    loaded: Array  # uint8
    entitled: Array  # uint8: the row of `Layout.entitled` that says which lanes it may use
    service_us: Array  # int64 (n, 3): at primary, in each of them, best first
    tolerance_min: Array  # int32: the longest posted wait it accepts
    export_pool: Array  # int16
    export_us: Array  # int64
    secondary_pool: Array  # int16
    secondary_us: Array  # int64
    state_pool: Array  # int16
    state_us: Array  # int64


ARRIVAL_DTYPES: Final = Arrivals._make(
    (
        *(np.int64, np.uint8, np.uint8, np.uint8, np.uint8, np.int64, np.int32),
        *(np.int16, np.int64, np.int16, np.int64, np.int16, np.int64),
    )
)
"""The type of each column."""

ROOM: Final = 4_096
"""Crossings inside a port that new ones need not be copied for; few ports ever hold more."""


def new_arrivals(count: int) -> Arrivals:
    """Columns for `count` candidates, not filled yet."""
    shapes = ((count, CUTS) if name == "service_us" else count for name in Arrivals._fields)
    return Arrivals._make(map(np.empty, shapes, ARRIVAL_DTYPES))


def arrivals_with_room(count: int) -> Arrivals:
    """Columns for `count` candidates, not written yet, with room before them for `ROOM` who are still inside."""
    return Arrivals._make(column[ROOM:] for column in new_arrivals(ROOM + count))


def behind(inside: Arrivals, come: Arrivals) -> Arrivals:
    """The columns of those inside and of those who come behind them, in the room that these have before them, so that
    many need not be copied; anew where there is none, or too little.
    """
    count, whole = inside.arrived_us.size, come.arrived_us.base
    if count > ROOM or whole is None or whole.size != ROOM + come.arrived_us.size:
        return Arrivals._make(map(np.concatenate, zip(inside, come, strict=True)))
    wholes = (column.base for column in come)
    rows = Arrivals._make(column[ROOM - count :] for column in wholes if column is not None)
    for column, mine in zip(rows, inside, strict=True):
        column[:count] = mine
    return rows


def empty_arrivals(count: int) -> Arrivals:
    """Columns for `count` candidates that need nothing yet."""
    rows = new_arrivals(count)
    for column in rows:
        column[:] = 0
    for column in (rows.export_pool, rows.secondary_pool, rows.state_pool):
        column[:] = MISSING
    rows.tolerance_min[:] = ANY_WAIT
    return rows


@hot
def fill(
    recipe: Any,
    keys: Any,
    offsets: Any,
    index: Any,
    place: Any,
    mode_codes: Any,
    local_hours: Any,
    frame: Any,
    marks: Any,
    rows: Any,
) -> None:
    """Fill `rows` with what each candidate needs, stream after stream, chunk after chunk; `place` is the row of each.

    `keys`: mode, name word, number and day of each stream; `offsets`: where each begins in `index`, the place of each
    candidate in its stream; `marks`: room for the marks of a chunk, int64 (7, CHUNK). The rest as for `arrivals.needs`.
    """
    begins_us, seed, replication = frame
    for run in range(len(keys)):
        mode, name, stream, day = np.uint64(keys[run, 0]), keys[run, 1], keys[run, 2], keys[run, 3]
        for first in range(offsets[run], offsets[run + 1], CHUNK):
            size = min(CHUNK, offsets[run + 1] - first)
            for at in range(size):
                marks[CANDIDATE, at] = (stream << STREAM_SHIFT) | index[first + at]
            _draw_marks(name, day, seed, replication, marks)
            for at in range(size):
                row = np.uint64(place[first + at])
                hour = np.uint64(local_hours[np.uint64((rows.arrived_us[row] - begins_us) // QUARTER_US)])
                rows.mode[row] = mode_codes[mode]
                _fill_row(recipe, rows, row, mode, hour, marks[:, at], (name, day, seed, replication))


@jitable
def _draw_marks(name: Any, day: Any, seed: Any, replication: Any, marks: Any) -> None:
    for at in range(CHUNK):
        drawn = philox(name, day, marks[CANDIDATE, at], ARRIVAL_BLOCK, seed, replication)
        marks[PROGRAMME, at], marks[TOLERANCE, at] = drawn[1], drawn[2]
    for at in range(CHUNK):
        drawn = philox(name, day, marks[CANDIDATE, at], PRIMARY_BLOCK, seed, replication)
        marks[SERVICE, at], marks[REFERRAL, at], marks[SECONDARY_SERVICE, at], marks[LOADED, at] = drawn


@jitable
def _fill_row(recipe: Any, rows: Any, row: Any, mode: Any, hour: Any, marks: Any, words: Any) -> None:
    name, day, seed, replication = words
    candidate = marks[CANDIDATE]
    rows.export_pool[row] = rows.secondary_pool[row] = rows.state_pool[row] = MISSING
    rows.export_us[row] = rows.secondary_us[row] = rows.state_us[row] = 0
    cut: Any = np.uint64(0)
    for bound in range(CUTS - 1):
        cut += np.uint64(marks[PROGRAMME] >= recipe.programme_cut[mode, bound])
    rows.programme[row] = recipe.programme[mode, cut]
    stream = candidate >> STREAM_SHIFT
    elastic = stream in (ELASTIC_STREAM, GROWTH_ELASTIC_STREAM)
    rows.tolerance_min[row] = tolerance(recipe, recipe.patience_min[mode, cut, hour], marks[TOLERANCE], elastic)
    _fill_primary(recipe, rows, row, mode, cut, marks[SERVICE], marks[LOADED])
    referred = marks[REFERRAL] < recipe.referral_cut[mode, cut, np.uint64(rows.loaded[row])]
    if referred or recipe.export_pool[mode] >= 0:
        truck = philox(name, day, candidate, TRUCK_BLOCK, seed, replication)
        if referred:
            _fill_secondary(recipe, rows, row, mode, truck[3], marks[SECONDARY_SERVICE])
        if recipe.export_pool[mode] >= 0:
            _fill_export(recipe, rows, row, mode, truck)
    if recipe.state_pool[mode, 0] >= 0:
        drawn = philox(name, day, candidate, STATE_BLOCK, seed, replication)
        full = np.int64(drawn[0] < recipe.state_cut[mode])
        rows.state_pool[row] = recipe.state_pool[mode, full]
        rows.state_us[row] = draw(recipe.tables, recipe.state_table[mode, full], drawn[1])


@jitable
def tolerance(recipe: Any, patience_min: Any, mark: Any, elastic: Any) -> Any:
    """The longest posted wait, whole minutes, that a candidate accepts.

    With elasticity e and v = m, or 1 + e m in the elastic stream: any wait if v is at most `always`, else floor(A (1
    + (1 - v) / e)).
    """
    if recipe.elasticity == 0.0:
        return np.int64(ANY_WAIT)
    uniform = (mark + 0.5) / WORD
    rank = 1.0 + recipe.elasticity * uniform if elastic else uniform
    longest = np.int64(min(patience_min * (1.0 + (1.0 - rank) / recipe.elasticity), float(ANY_WAIT)))
    return np.int64(ANY_WAIT) if rank <= recipe.always else longest


@jitable
def _fill_primary(recipe: Any, rows: Any, row: Any, mode: Any, cut: Any, service_mark: Any, loaded_mark: Any) -> None:
    rows.loaded[row] = loaded_mark < recipe.loaded_cut[mode]
    rows.entitled[row] = mode * np.uint64(CUTS) + cut
    for choice in range(CUTS):
        lane = recipe.lanes[mode, cut, choice]
        if lane >= 0:
            rows.service_us[row, choice] = draw(recipe.tables, recipe.service_table[lane], service_mark)
        else:
            rows.service_us[row, choice] = 0


@jitable
def _fill_secondary(recipe: Any, rows: Any, row: Any, mode: Any, kind_mark: Any, service_mark: Any) -> None:
    kind = 0
    while kind_mark >= recipe.secondary_cut[mode, kind]:
        kind += 1
    rows.secondary_pool[row] = recipe.secondary_pool[mode, kind]
    rows.secondary_us[row] = draw(recipe.tables, recipe.secondary_table[mode, kind], service_mark)


@jitable
def _fill_export(recipe: Any, rows: Any, row: Any, mode: Any, marks: Any) -> None:
    rows.export_pool[row] = recipe.export_pool[mode]
    rows.export_us[row] = draw(recipe.tables, recipe.export_table[mode], marks[0])
    if marks[1] < recipe.red_cut[mode]:
        rows.export_us[row] += draw(recipe.tables, recipe.red_table[mode], marks[2])
