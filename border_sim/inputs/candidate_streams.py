"""Streams of candidates, merged day after day in the order of their ids, with what each draws."""

from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from border_sim.compiled import hot
from border_sim.inputs.candidate_draws import draw_candidates
from border_sim.inputs.candidates import Candidates, candidates_with_spare_rows
from border_sim.inputs.draw_parameters import DrawParameters
from border_sim.inputs.random_marks import CHUNK
from border_sim.records import Array
from border_sim.vocabulary import NEVER_US


class CandidateStream(NamedTuple):
    """The candidates (n) of one stream of a mode on one local day."""

    mode: int
    """The mode's place among the port's modes"""
    port_mode: int
    """As in `StreamKey`"""
    stream: int
    """As in `StreamKey`"""
    day: int
    """As in `StreamKey`"""
    times_us: Array
    """int64 (n,), ascending"""
    places: Array
    """int64 (n,): the place of each in its stream, thinned ones counted"""
    service_us: Array | None
    """int64 (n,): at primary, 0 where it is drawn; `None`: all are drawn"""


def candidates_of(
    parameters: DrawParameters,
    streams: list[CandidateStream],
    mode_codes: Array,
    week_hours: Array,
    frame: tuple[int, int, int],
) -> Candidates:
    """The streams of days, day after day, merged by (time, mode, stream, place), with what each candidate draws.

    `mode_codes`: the code of each of the port's modes. `week_hours`: the hour of the week's wall clock of each
    quarter of the days. `frame`: the first instant, the seed and the replication.
    """
    offsets = np.array([0, *accumulate(stream.times_us.size for stream in streams)])
    times = np.concatenate([np.zeros(0, np.int64), *(stream.times_us for stream in streams)])
    places = np.concatenate([np.zeros(0, np.int64), *(stream.places for stream in streams)])
    keys = np.array([stream[:4] for stream in streams], dtype=np.int64).reshape(-1, 4)
    rows = candidates_with_spare_rows(times.size, parameters.steps)
    row_of = np.empty(times.size, np.int64)
    heads = (np.empty(len(streams), np.int64) for _ in range(2))
    _merge(times, offsets, keys[:, 3], *heads, row_of, rows.arrived_us)
    marks = np.zeros((7, CHUNK), np.int64)
    draw_candidates(parameters, keys, offsets, places, row_of, mode_codes, week_hours, frame, marks, rows)
    for at, stream in enumerate(streams):
        if stream.service_us is not None:
            mine, given = row_of[offsets[at] : offsets[at + 1]], stream.service_us[:, None]
            rows.service_us[mine] = np.where(given > 0, given, rows.service_us[mine])
    return rows


@hot
def _merge(times: Any, offsets: Any, days: Any, next_of: Any, first_us: Any, row_of: Any, merged: Any) -> None:
    """Merge ascending runs, day after day, into one, `merged`; equal times in the order of the runs. `row_of` is
    the place of each time in it; `next_of` and `first_us` are room for the place and time of each run's first one left.
    """
    one: Any = np.uint64(1)
    low: Any = np.uint64(0)
    high = low
    while low < days.size:
        while high < days.size and days[high] == days[low]:
            next_of[high] = offsets[high]
            first_us[high] = times[offsets[high]] if offsets[high] < offsets[high + one] else NEVER_US
            high += one
        for at in range(offsets[low], offsets[high]):
            best, earliest_us = low, first_us[low]
            for run in range(low + one, high):  # without branches: which run is next is anybody's guess
                best = run if first_us[run] < earliest_us else best
                earliest_us = min(earliest_us, first_us[run])
            first = np.uint64(next_of[best])
            row_of[first], merged[np.uint64(at)] = at, earliest_us
            next_of[best] = first + one
            first_us[best] = times[first + one] if first + one < offsets[best + one] else NEVER_US
        low = high
