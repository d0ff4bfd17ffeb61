"""The candidates of a local day: when they come (a Poisson process by inversion), in the order of their ids."""

from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from border_sim.compiled import hot, jitable
from border_sim.inputs.draws import ARRIVAL_BLOCK, GAP_UNIT, GAPS, NODES, STREAM_SHIFT, WORD, philox, quantile
from border_sim.inputs.needs import CHUNK, Arrivals, Recipe, arrivals_with_room, fill
from border_sim.records import Array
from border_sim.vocabulary import HOUR_US, NEVER_US, QUARTER_US


class Stream(NamedTuple):
    """One stream of candidates of one mode on one day."""

    mode: int
    """The mode's place among the port's modes."""
    name_word: int
    """The counter word of the port and mode."""
    stream: int
    day: int
    """The local day's counter word"""
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
    cumulative = np.empty(expected.size + 1, np.int64)
    _accumulate(expected, cumulative)
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
def _accumulate(expected: Any, cumulative: Any) -> None:
    """Expected arrivals up to the end of each quarter, in units of gaps."""
    total = 0.0
    cumulative[0] = 0
    for quarter in range(expected.size):
        total += expected[quarter]
        cumulative[quarter + 1] = np.int64(np.rint(total * GAP_UNIT))


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
    recipe: Recipe, streams: list[Stream], mode_codes: Array, local_hours: Array, frame: tuple[int, int, int]
) -> Arrivals:
    """The streams of days, day after day, merged by (time, mode, stream, index), with what each candidate will need.

    `mode_codes`: the code of each of the port's modes. `local_hours`: the hour of the wall clock of each quarter of
    the days. `frame`: the first instant, the seed and the replication.
    """
    offsets = np.array([0, *accumulate(stream.times_us.size for stream in streams)])
    times, index = (np.concatenate([np.zeros(0, np.int64), *columns]) for columns in _columns(streams))
    keys = np.array([stream[:4] for stream in streams], dtype=np.int64).reshape(-1, 4)
    rows = arrivals_with_room(times.size)
    row = np.empty(times.size, np.int64)
    heads = (np.empty(len(streams), np.int64) for _ in range(2))
    _merge(times, offsets, keys[:, 3], *heads, row, rows.arrived_us)
    fill(recipe, keys, offsets, index, row, mode_codes, local_hours, frame, np.zeros((7, CHUNK), np.int64), rows)
    for at, stream in enumerate(streams):
        if stream.service_us is not None:
            mine = row[offsets[at] : offsets[at + 1]]
            given = stream.service_us[stream.places][:, None]
            rows.service_us[mine] = np.where(given > 0, given, rows.service_us[mine])
    return rows


def _columns(streams: list[Stream]) -> tuple[list[Array], list[Array]]:
    return [stream.times_us for stream in streams], [stream.places for stream in streams]


@hot
def _merge(times: Any, offsets: Any, days: Any, place: Any, first_us: Any, row: Any, merged: Any) -> None:
    """Merge ascending runs, day after day, into one, `merged`; equal times in the order of the runs. `row` is the
    place of each time in it; `place` and `first_us` are room for the place and time of each run's first one left.
    """
    one: Any = np.uint64(1)
    low: Any = np.uint64(0)
    high = low
    while low < days.size:
        while high < days.size and days[high] == days[low]:
            place[high] = offsets[high]
            first_us[high] = times[offsets[high]] if offsets[high] < offsets[high + one] else NEVER_US
            high += one
        for at in range(offsets[low], offsets[high]):
            best, earliest_us = low, first_us[low]
            for run in range(low + one, high):  # without branches: which run is next is anybody's guess
                best = run if first_us[run] < earliest_us else best
                earliest_us = min(earliest_us, first_us[run])
            taken = np.uint64(place[best])
            row[taken], merged[np.uint64(at)] = at, earliest_us
            place[best] = taken + one
            first_us[best] = times[taken + one] if taken + one < offsets[best + one] else NEVER_US
        low = high


def local_hours(quarters: Array) -> Array:
    """The hour of the wall clock (int64) of quarters of the week."""
    return quarters // (HOUR_US // QUARTER_US) % 24
