"""The candidates of a local day: when they come (a Poisson process by inversion) and what each will need, from its
marks.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot, jit, jitable
from border_sim.engine.draws import (
    ARRIVAL_BLOCK,
    ELASTIC_STREAM,
    GAP_UNIT,
    GAPS,
    GROWTH_ELASTIC_STREAM,
    NODES,
    PRIMARY_BLOCK,
    STATE_BLOCK,
    STREAM_SHIFT,
    TRUCK_BLOCK,
    WORD,
    Tables,
    draw,
    philox,
    quantile,
)
from border_sim.records import Array
from border_sim.vocabulary import HOUR_US, MISSING, QUARTER_US

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
    lanes: Array  # int8 (n, 3): lanes it may use, best first
    service_us: Array  # int64 (n, 3): at primary, in each of them
    tolerance_min: Array  # int32: the longest posted wait it accepts
    export_pool: Array  # int16
    export_us: Array  # int64
    secondary_pool: Array  # int16
    secondary_us: Array  # int64
    state_pool: Array  # int16
    state_us: Array  # int64


class Stream(NamedTuple):
    """One stream of candidates of one mode on one day."""

    mode: int
    """The mode's place among the port's modes."""
    name_word: int
    """The counter word of the port and mode."""
    stream: int
    times_us: Array
    """int64, ascending"""
    places: Array
    """int64: the place of each in its stream, thinned ones counted"""
    service_us: Array | None
    """int64 by index, 0 where it is drawn; `None`: all are drawn"""


def poisson_times(
    expected: Array, begins_us: int, words: tuple[int, int, int, int, int], *, keep: float = 1.0, even: bool = False
) -> tuple[Array, Array]:
    """Times (int64 microseconds, ascending) and places in the stream of one stream's candidates of a day.

    `expected`: arrivals in each quarter of an hour from `begins_us`. `words`: port and mode, day, stream, seed,
    replication. `keep`: the share that stays, by the candidate's own mark. `even`: whole steps of the cumulative rate
    instead of exponential ones.
    """
    cumulative = np.rint(np.concatenate(([0.0], np.cumsum(expected))) * GAP_UNIT).astype(np.int64)
    mean = cumulative[-1] / GAP_UNIT
    capacity = int(mean + 8 * np.sqrt(mean)) + 64
    keep_cut = round(keep * WORD)
    while True:
        times, index = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
        count = _invert(
            cumulative, begins_us, words, keep_cut, even, GAPS, np.empty((2, CHUNK), np.int64), times, index
        )
        if count <= capacity:
            return times[:count], index[:count]
        capacity = count


@hot
def _invert(
    cumulative: Any, begins_us: Any, words: Any, keep_cut: Any, even: Any, gaps: Any, marks: Any, times: Any, index: Any
) -> Any:
    count = candidate = quarter = 0
    reached = np.int64(0)
    while True:
        at = candidate % CHUNK
        if at == 0:
            _draw_gaps(words, candidate, marks)
        reached += GAP_UNIT if even else quantile(gaps, 0, NODES, marks[0, at])
        while quarter < cumulative.size - 1 and cumulative[quarter + 1] < reached:
            quarter += 1
        if quarter == cumulative.size - 1:
            return count
        if marks[1, at] < keep_cut:
            if count < times.size:
                width = cumulative[quarter + 1] - cumulative[quarter]
                part = (reached - cumulative[quarter]) / width
                times[count] = begins_us + quarter * QUARTER_US + min(np.int64(part * QUARTER_US), QUARTER_US - 1)
                index[count] = candidate
            count += 1
        candidate += 1


@jitable
def _draw_gaps(words: Any, first: Any, marks: Any) -> None:
    """The marks of gap and thinning of a chunk of candidates."""
    name, day, stream, seed, replication = words
    for at in range(CHUNK):
        drawn = philox(name, day, (stream << STREAM_SHIFT) | (first + at), ARRIVAL_BLOCK, seed, replication)
        marks[0, at], marks[1, at] = drawn[0], drawn[3]


def needs(
    recipe: Recipe, streams: list[Stream], mode_codes: Array, local_hours: Array, frame: tuple[int, int, int, int]
) -> Arrivals:
    """The streams of a day merged by (time, mode, stream, index), with what each candidate will need.

    `mode_codes`: the code of each of the port's modes. `local_hours`: the hour of the wall clock of each quarter of
    the day. `frame`: the day's first instant, the local day, the seed and the replication.
    """
    offsets = np.cumsum([0, *(stream.times_us.size for stream in streams)])
    times = np.concatenate([np.zeros(0, np.int64), *(stream.times_us for stream in streams)])
    order = _merge(times, offsets)
    row = np.empty(times.size, np.int64)
    row[order] = np.arange(times.size)
    index = np.concatenate([np.zeros(0, np.int64), *(stream.places for stream in streams)])
    keys = np.array([(s.mode, s.name_word, s.stream) for s in streams], dtype=np.int64).reshape(-1, 3)
    rows = empty_arrivals(times.size)
    rows.arrived_us[:] = times[order]
    marks = np.zeros((7, CHUNK), np.int64)
    _fill(recipe, keys, offsets, index, row, mode_codes, local_hours, frame, marks, rows)
    for at, stream in enumerate(streams):
        if stream.service_us is not None:
            mine = row[offsets[at] : offsets[at + 1]]
            given = stream.service_us[stream.places][:, None]
            rows.service_us[mine] = np.where(given > 0, given, rows.service_us[mine])
    return rows


def empty_arrivals(count: int) -> Arrivals:
    """Columns for `count` candidates that need nothing yet."""
    return Arrivals(
        arrived_us=np.zeros(count, np.int64),
        mode=np.zeros(count, np.uint8),
        programme=np.zeros(count, np.uint8),
        loaded=np.zeros(count, np.uint8),
        lanes=np.full((count, 3), MISSING, np.int8),
        service_us=np.zeros((count, 3), np.int64),
        tolerance_min=np.full(count, ANY_WAIT, np.int32),
        export_pool=np.full(count, MISSING, np.int16),
        export_us=np.zeros(count, np.int64),
        secondary_pool=np.full(count, MISSING, np.int16),
        secondary_us=np.zeros(count, np.int64),
        state_pool=np.full(count, MISSING, np.int16),
        state_us=np.zeros(count, np.int64),
    )


@jit
def _merge(times: Any, offsets: Any) -> Any:
    """The order that sorts ascending runs into one; equal times in the order of the runs."""
    order = np.empty(times.size, np.int64)
    heads = offsets[:-1].copy()
    for place in range(times.size):
        best = -1
        for run in range(heads.size):
            if heads[run] < offsets[run + 1] and (best < 0 or times[heads[run]] < times[heads[best]]):
                best = run
        order[place] = heads[best]
        heads[best] += 1
    return order


@hot
def _fill(
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
    """Stream after stream, chunk after chunk; `place` is the row of each candidate."""
    begins_us, day, seed, replication = frame
    for run in range(len(keys)):
        mode, name, stream = keys[run]
        for first in range(offsets[run], offsets[run + 1], CHUNK):
            size = min(CHUNK, offsets[run + 1] - first)
            for at in range(size):
                marks[CANDIDATE, at] = (stream << STREAM_SHIFT) | index[first + at]
            _draw_marks(name, day, seed, replication, marks)
            for at in range(size):
                row = place[first + at]
                hour = local_hours[(rows.arrived_us[row] - begins_us) // QUARTER_US]
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
    cut = 0
    for bound in range(CUTS - 1):
        cut += np.int64(marks[PROGRAMME] >= recipe.programme_cut[mode, bound])
    rows.programme[row] = recipe.programme[mode, cut]
    stream = candidate >> STREAM_SHIFT
    elastic = stream in (ELASTIC_STREAM, GROWTH_ELASTIC_STREAM)
    rows.tolerance_min[row] = tolerance(recipe, recipe.patience_min[mode, cut, hour], marks[TOLERANCE], elastic)
    _fill_primary(recipe, rows, row, mode, cut, marks[SERVICE], marks[LOADED])
    referred = marks[REFERRAL] < recipe.referral_cut[mode, cut, rows.loaded[row]]
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
    longest = np.int64(patience_min * (1.0 + (1.0 - rank) / recipe.elasticity))
    return np.int64(ANY_WAIT) if rank <= recipe.always else longest


@jitable
def _fill_primary(recipe: Any, rows: Any, row: Any, mode: Any, cut: Any, service_mark: Any, loaded_mark: Any) -> None:
    rows.loaded[row] = loaded_mark < recipe.loaded_cut[mode]
    for choice in range(3):
        lane = recipe.lanes[mode, cut, choice]
        rows.lanes[row, choice] = lane
        if lane >= 0:
            rows.service_us[row, choice] = draw(recipe.tables, recipe.service_table[lane], service_mark)


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


def local_hours(quarters: Array) -> Array:
    """The hour of the wall clock (int64) of quarters of the day."""
    return quarters // (HOUR_US // QUARTER_US)
