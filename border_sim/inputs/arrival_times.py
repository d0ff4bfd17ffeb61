"""When the candidates of a stream come on a local day: a Poisson process by inversion, evenly spaced, or a list.

`expected` is what is expected in each quarter of an hour of the day, float64; `begins_us` the day's first instant.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot, jitable
from border_sim.inputs.duration_tables import NODES, quantile, upper_tail
from border_sim.inputs.random_marks import ARRIVAL_BLOCK, CHUNK, STREAM_SHIFT, WORD, StreamKey, philox
from border_sim.records import Array
from border_sim.spec.demand import Listed
from border_sim.vocabulary import QUARTER_US, SECOND_US

GAP_UNIT: Final = 2**36
"""The unit of cumulative rates: gaps are int64 multiples of 2^-36 expected arrivals."""

GAPS: Final[Array] = np.array([round(-math.log(x) * GAP_UNIT) for x in upper_tail()])
"""The table of unit exponential gaps."""

EVEN_UNIT: Final = 36 * 10**9
"""The unit of evenly spaced rates: decimal figures an hour, and thirds of an arrival, are whole in it, so that nothing
is lost however many days they are summed over.
"""


class ListedArrivals(NamedTuple):
    """The arrivals of a planner's list, sorted by time; equal times keep the order of the list."""

    times_us: Array
    """int64, ascending"""
    places: Array
    """int64: place in the planner's list"""
    service_us: Array
    """int64: service at primary; 0: drawn"""

    def between(self, begins_us: int, ends_us: int) -> "ListedArrivals":
        """Those from one instant to before another."""
        some = slice(*np.searchsorted(self.times_us, (begins_us, ends_us)))
        return ListedArrivals(self.times_us[some], self.places[some], self.service_us[some])


def listed_arrivals(demand: Listed, start_us: int) -> ListedArrivals:
    """The arrivals of a list that counts from `start_us`."""
    times = np.array([start_us + round(arrival.at_s * SECOND_US) for arrival in demand.arrivals], dtype=np.int64)
    given = [arrival.service_s for arrival in demand.arrivals]
    service = np.array([0 if s is None else max(1, round(s * SECOND_US)) for s in given], dtype=np.int64)
    order = np.argsort(times, kind="stable")
    return ListedArrivals(times[order], order, service[order])


class EvenlySpaced:
    """Streams of evenly spaced candidates, day after day from the beginning of a run: what a day leaves of a whole
    candidate is carried over midnight.
    """

    def __init__(self) -> None:
        self._expected: dict[tuple[int, int], int] = {}
        """In units, on all days so far, by port and mode, and stream"""

    def times(self, expected: Array, begins_us: int, key: StreamKey, *, keep: float = 1.0) -> tuple[Array, Array]:
        """Times (int64 microseconds, ascending) and places in the stream of its candidates on the next day.

        The first candidate of a run comes as soon as any is expected, every other one as soon as one more has been
        expected since the one before. `keep`: the share that stays, by the candidate's own mark.
        """
        units = np.rint(expected * EVEN_UNIT).astype(np.int64)
        stream = key.port_mode, key.stream
        before = self._expected.get(stream, 0)
        self._expected[stream] = before + int(units.sum())
        times = _whole_steps(units, before % EVEN_UNIT)
        places = np.arange(times.size)
        if keep < 1:
            places = places[_thinning_marks(key, times.size) < round(keep * WORD)]
        return begins_us + times[places], places


def _whole_steps(units: Array, left: int) -> Array:
    """When the sum of `units` by quarter (int64), on top of what is `left` of the last step, has whole steps of
    `EVEN_UNIT` behind it and goes on: int64 microseconds after the first quarter's beginning.
    """
    reached = np.cumsum(np.concatenate(([left], units)))
    due = np.arange(EVEN_UNIT if left else 0, reached[-1], EVEN_UNIT)
    quarter = np.searchsorted(reached, due, "right") - 1
    part = (due - reached[quarter]) / units[quarter]
    times: Array = quarter * QUARTER_US + np.minimum(np.rint(part * QUARTER_US).astype(np.int64), QUARTER_US - 1)
    return times


def _thinning_marks(key: StreamKey, count: int) -> Array:
    marks = np.empty((2, -(-count // CHUNK) * CHUNK), np.int64)
    for first in range(0, count, CHUNK):
        _draw_chunk(key, first, marks[:, first : first + CHUNK])
    return marks[1, :count]


def poisson_times(expected: Array, begins_us: int, key: StreamKey, *, keep: float = 1.0) -> tuple[Array, Array]:
    """Times (int64 microseconds, ascending) and places in the stream of a stream's candidates of a day, by unit
    exponential gaps through the inverse of the cumulative rate. `keep`: the share that stays, by the candidate's own
    mark.
    """
    cumulative = np.empty(expected.size + 1, np.int64)
    _accumulate(expected, cumulative)
    mean = cumulative[-1] / GAP_UNIT
    capacity = int(mean + 8 * np.sqrt(mean)) + 64
    keep_cut = round(keep * WORD)
    while True:
        times, places = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
        count = _invert(cumulative, begins_us, key, keep_cut, GAPS, np.empty((2, CHUNK), np.int64), times, places)
        if count <= capacity:
            return times[:count], places[:count]
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
    cumulative: Any, begins_us: Any, key: Any, keep_cut: Any, gaps: Any, marks: Any, times: Any, places: Any
) -> Any:
    count = candidate = quarter = 0
    reached = np.int64(0)
    while True:
        at = candidate % CHUNK
        if at == 0:
            _draw_gaps(key, candidate, marks)
        reached += quantile(gaps, 0, NODES, marks[0, at])
        while quarter < cumulative.size - 1 and cumulative[quarter + 1] < reached:
            quarter += 1
        if quarter == cumulative.size - 1:
            return count
        if marks[1, at] < keep_cut:
            if count < times.size:
                width = cumulative[quarter + 1] - cumulative[quarter]
                part = (reached - cumulative[quarter]) / width
                times[count] = begins_us + quarter * QUARTER_US + min(np.int64(part * QUARTER_US), QUARTER_US - 1)
                places[count] = candidate
            count += 1
        candidate += 1


@jitable
def _draw_gaps(key: Any, first: Any, marks: Any) -> None:
    """The marks of gap and thinning of a chunk of candidates."""
    port_mode, day, stream, seed, replication = key  # once: the loop is then done several turns at once
    for at in range(CHUNK):
        drawn = philox(port_mode, day, (stream << STREAM_SHIFT) | (first + at), ARRIVAL_BLOCK, seed, replication)
        marks[0, at], marks[1, at] = drawn[0], drawn[3]


@hot
def _draw_chunk(key: Any, first: Any, marks: Any) -> None:
    _draw_gaps(key, first, marks)
