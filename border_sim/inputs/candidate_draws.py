"""What each candidate draws, by its marks: programme and lanes, the time at each station, the wait it accepts."""

from typing import Any

import numpy as np

from border_sim.compiled import hot, jitable
from border_sim.inputs.candidates import ANY_WAIT, MOST_LANES
from border_sim.inputs.duration_tables import draw
from border_sim.inputs.random_marks import (
    ARRIVAL_BLOCK,
    CHUNK,
    ELASTIC_STREAM,
    GROWTH_ELASTIC_STREAM,
    PRIMARY_BLOCK,
    SCAN_BLOCK,
    STATE_BLOCK,
    STREAM_SHIFT,
    TRUCK_BLOCK,
    WORD,
    philox,
)
from border_sim.vocabulary import MISSING, QUARTER_US

PROGRAMME, TOLERANCE, SERVICE, REFERRAL, SECONDARY_SERVICE, LOADED, CANDIDATE = range(7)
"""Rows of the marks of a chunk; last, the candidates they are of."""


@hot
def draw_candidates(
    parameters: Any,
    keys: Any,
    offsets: Any,
    places: Any,
    row_of: Any,
    mode_codes: Any,
    week_hours: Any,
    frame: Any,
    marks: Any,
    rows: Any,
) -> None:
    """Fill `rows`, columns of candidates, with what each draws, stream after stream, chunk after chunk.

    `keys`: mode, port and mode's word, number and day of each stream; `offsets`: where each begins in `places`, that of
    each candidate in its stream; `row_of`: the row of each; `marks`: room for the marks of a chunk, int64 (7, CHUNK).
    The rest as for `candidate_streams.candidates_of`.
    """
    begins_us, seed, replication = frame
    for run in range(len(keys)):
        mode, name, stream, day = np.uint64(keys[run, 0]), keys[run, 1], keys[run, 2], keys[run, 3]
        for first in range(offsets[run], offsets[run + 1], CHUNK):
            size = min(CHUNK, offsets[run + 1] - first)
            for at in range(size):
                marks[CANDIDATE, at] = (stream << STREAM_SHIFT) | places[first + at]
            _draw_marks(name, day, seed, replication, marks)
            for at in range(size):
                row = np.uint64(row_of[first + at])
                hour = np.uint64(week_hours[np.uint64((rows.arrived_us[row] - begins_us) // QUARTER_US)])
                rows.mode[row] = mode_codes[mode]
                _fill_row(parameters, rows, row, mode, hour, marks[:, at], (name, day, seed, replication))


@jitable
def _draw_marks(name: Any, day: Any, seed: Any, replication: Any, marks: Any) -> None:
    for at in range(CHUNK):
        drawn = philox(name, day, marks[CANDIDATE, at], ARRIVAL_BLOCK, seed, replication)
        marks[PROGRAMME, at], marks[TOLERANCE, at] = drawn[1], drawn[2]
    for at in range(CHUNK):
        drawn = philox(name, day, marks[CANDIDATE, at], PRIMARY_BLOCK, seed, replication)
        marks[SERVICE, at], marks[REFERRAL, at], marks[SECONDARY_SERVICE, at], marks[LOADED, at] = drawn


@jitable
def _fill_row(parameters: Any, rows: Any, row: Any, mode: Any, hour: Any, marks: Any, words: Any) -> None:
    name, day, seed, replication = words
    candidate = marks[CANDIDATE]
    for step in range(rows.pool.shape[1]):
        rows.pool[row, np.uint64(step)], rows.stay_us[row, np.uint64(step)] = MISSING, 0
    cut: Any = np.uint64(0)
    for bound in range(MOST_LANES - 1):
        cut += np.uint64(marks[PROGRAMME] >= parameters.programme_cut[mode, hour, bound])
    rows.programme[row] = parameters.programme[mode, cut]
    stream = candidate >> STREAM_SHIFT
    elastic = stream in (ELASTIC_STREAM, GROWTH_ELASTIC_STREAM)
    rows.tolerance_min[row] = tolerance(
        parameters, parameters.accustomed_wait_min[mode, cut, hour], marks[TOLERANCE], elastic
    )
    _fill_primary(parameters, rows, row, mode, cut, marks[SERVICE], marks[LOADED])
    referred = marks[REFERRAL] < parameters.referral_cut[mode, cut, np.uint64(rows.loaded[row])]
    if referred or parameters.export_pool[mode] >= 0:
        truck = philox(name, day, candidate, TRUCK_BLOCK, seed, replication)
        if referred:
            _fill_secondary(parameters, rows, row, mode, truck[3], marks[SECONDARY_SERVICE])
        if parameters.export_pool[mode] >= 0:
            _fill_export(parameters, rows, row, mode, truck)
    if parameters.state_pool[mode, 0] >= 0:
        drawn = philox(name, day, candidate, STATE_BLOCK, seed, replication)
        full = np.uint64(drawn[0] < parameters.state_cut[mode])
        pool, table = parameters.state_pool[mode, full], parameters.state_table[mode, full]
        _visit(parameters, rows, row, pool, draw(parameters.tables, table, drawn[1]))
    if parameters.scan_pool[mode] >= 0:
        drawn = philox(name, day, candidate, SCAN_BLOCK, seed, replication)
        if drawn[0] < parameters.scan_cut[mode]:
            table = parameters.scan_table[mode]
            _visit(parameters, rows, row, parameters.scan_pool[mode], draw(parameters.tables, table, drawn[1]))


@jitable
def tolerance(parameters: Any, accustomed_wait_min: Any, mark: Any, elastic: Any) -> Any:
    """The longest posted wait, whole minutes, that a candidate accepts.

    With elasticity e and v = m, or 1 + e m in the elastic stream: any wait if v is at most `always`, else floor(A (1
    + (1 - v) / e)).
    """
    if parameters.elasticity == 0.0:
        return np.int64(ANY_WAIT)
    uniform = (mark + 0.5) / WORD
    rank = 1.0 + parameters.elasticity * uniform if elastic else uniform
    longest = np.int64(min(accustomed_wait_min * (1.0 + (1.0 - rank) / parameters.elasticity), float(ANY_WAIT)))
    return np.int64(ANY_WAIT) if rank <= parameters.always else longest


@jitable
def _fill_primary(
    parameters: Any, rows: Any, row: Any, mode: Any, cut: Any, service_mark: Any, loaded_mark: Any
) -> None:
    rows.loaded[row] = loaded_mark < parameters.loaded_cut[mode]
    rows.entitled[row] = mode * np.uint64(MOST_LANES) + cut
    for choice in range(MOST_LANES):
        lane = parameters.lanes[mode, cut, choice]
        if lane >= 0:
            rows.service_us[row, choice] = draw(parameters.tables, parameters.service_table[lane], service_mark)
        else:
            rows.service_us[row, choice] = 0


@jitable
def _fill_secondary(parameters: Any, rows: Any, row: Any, mode: Any, kind_mark: Any, service_mark: Any) -> None:
    kind = 0
    while kind_mark >= parameters.secondary_cut[mode, kind]:
        kind += 1
    stay_us = draw(parameters.tables, parameters.secondary_table[mode, kind], service_mark)
    _visit(parameters, rows, row, parameters.secondary_pool[mode, kind], stay_us)


@jitable
def _fill_export(parameters: Any, rows: Any, row: Any, mode: Any, marks: Any) -> None:
    stay_us = draw(parameters.tables, parameters.export_table[mode], marks[0])
    if marks[1] < parameters.red_cut[mode]:
        stay_us += draw(parameters.tables, parameters.red_table[mode], marks[2])
    _visit(parameters, rows, row, parameters.export_pool[mode], stay_us)


@jitable
def _visit(parameters: Any, rows: Any, row: Any, pool: Any, stay_us: Any) -> None:
    """It goes to a pool, away from the booths."""
    step = np.uint64(parameters.pool_step[np.uint64(pool)])
    rows.pool[row, step], rows.stay_us[row, step] = pool, stay_us
