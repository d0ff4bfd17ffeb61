"""Keyed streams of random marks and the quantile tables that turn a mark into a duration.

A mark is a 32-bit word of Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
3", 2011). The key is the seed and the replication; the counter names the port and mode, the local day, the stream and
the candidate in it, and the block of four marks. So every mark of every candidate can be drawn alone, in any order,
on any machine.
"""

import hashlib
import math
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import hot, inlined, jitable
from border_sim.records import Array
from border_sim.spec.distribution import (
    Deterministic,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Uniform,
)
from border_sim.vocabulary import SECOND_US

# Blocks and words of the marks of a candidate: each purpose has its own place, used or not.
ARRIVAL_BLOCK: Final = 0  # gap, programme, tolerance, thinning
PRIMARY_BLOCK: Final = 1  # primary service, referral, secondary service, loaded
TRUCK_BLOCK: Final = 2  # export delay, red light, red-light inspection, kind of secondary
STATE_BLOCK: Final = 3  # state branch, state service

# Streams of candidates, in the top bits of a counter word; the index of the candidate is below.
BASE_STREAM: Final = 0
ELASTIC_STREAM: Final = 1
GROWTH_STREAM: Final = 2
GROWTH_ELASTIC_STREAM: Final = 3
DAY_STREAM: Final = 15
STREAM_SHIFT: Final = 28

HALVINGS: Final = 32
CELLS: Final = 32
NODES: Final = HALVINGS * CELLS + 1
_FRACTION_BITS: Final = 20
_CELL_BITS: Final = 5
_EXPONENT_OF_ONE: Final = 1023
"""Of a float64, which holds a mark exactly: the exponent is the place of its leading bit, the mantissa the rest."""
WORD: Final = 2**32
LONGEST_US: Final = 2**60
"""Durations end here, far beyond any run, so that sums with an instant stay below `NEVER_US`."""


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """The four 32-bit words (as int64) of one counter and key."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    x0, x1, x2, x3 = np.uint64(c0) & low, np.uint64(c1) & low, np.uint64(c2) & low, np.uint64(c3) & low
    key0, key1 = np.uint64(k0) & low, np.uint64(k1) & low
    for _ in range(10):
        product0 = np.uint64(0xD2511F53) * x0
        product1 = np.uint64(0xCD9E8D57) * x2
        x0, x1, x2, x3 = (
            (product1 >> shift) ^ x1 ^ key0,
            product1 & low,
            (product0 >> shift) ^ x3 ^ key1,
            product0 & low,
        )
        key0 = (key0 + np.uint64(0x9E3779B9)) & low
        key1 = (key1 + np.uint64(0xBB67AE85)) & low
    return np.int64(x0), np.int64(x1), np.int64(x2), np.int64(x3)


def stream_word(name: str) -> int:
    """The counter word that a name (`slug/mode`) stands for: the first four bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


@jitable
def quantile(values: Any, start: Any, size: Any, mark: Any) -> Any:
    """The value at a mark in the table `values[start : start + size]`.

    A table of `NODES` entries is a grid over 1 - u that is geometric in the upper tail, interpolated in integers: the
    halving is the number of leading zeros of the mark, the cell its next five bits. Any other size is a sample, each
    value as likely.
    """
    if size != NODES:
        return values[start + ((mark * size) >> 32)]
    bits = np.float64(max(mark, 1)).view(np.int64)
    node = start + (bits >> (52 - _CELL_BITS)) - (_EXPONENT_OF_ONE << _CELL_BITS)
    fraction = (bits >> (52 - _CELL_BITS - _FRACTION_BITS)) & ((1 << _FRACTION_BITS) - 1)
    value = values[np.uint64(node)]
    step = values[np.uint64(node + 1)] - value
    low = step & ((1 << _FRACTION_BITS) - 1)  # step * fraction in two parts, for the product may be beyond 64 bits
    return value + (step >> _FRACTION_BITS) * fraction + ((low * fraction) >> _FRACTION_BITS)


def upper_tail() -> Array:
    """1 - u at the nodes of a table: from 2^-32 to 1, float64 (NODES,)."""
    halving = np.arange(HALVINGS, 0, -1).repeat(CELLS)
    cell = np.tile(np.arange(CELLS), HALVINGS)
    return np.append(2.0**-halving * (1 + cell / CELLS), 1.0)


def gamma_quantiles(shape: float, tail: Array) -> Array:
    """Quantiles of the gamma distribution with mean 1 and the given shape where the upper tail is `tail`.

    By inverting a fine numerical integral of the density; SciPy's function would cost every run a second of import.
    `tail` is increasing; 1 gives 0.
    """
    spread = 1 / np.sqrt(shape)
    low, high = -60 / shape - 12 * spread, np.log1p(30 * spread + 60 / shape)
    logs = np.linspace(low, high, 400_001)
    density = np.exp(shape * (logs - np.exp(logs) + 1))
    area = (density[1:] + density[:-1]) / 2
    above = np.append(np.cumsum(area[::-1])[::-1], 0.0) / area.sum()
    values = np.exp(np.interp(np.log(tail), np.log(np.maximum(above[::-1], 1e-300)), logs[::-1]))
    values[tail >= 1] = 0.0
    return values


def _unit_quantiles(distribution: Distribution, tail: Array) -> Array:
    match distribution:
        case Exponential():
            return -distribution.mean_s * np.log(tail)
        case Lognormal():
            variance = np.log1p(distribution.cv**2)
            normal = NormalDist()
            z = np.array([-normal.inv_cdf(x) if x < 1 else -np.inf for x in tail.tolist()])
            return distribution.mean_s * np.exp(np.sqrt(variance) * z - variance / 2)
        case Gamma():
            return distribution.mean_s * gamma_quantiles(distribution.cv**-2, tail)
        case Erlang():
            return distribution.mean_s * gamma_quantiles(float(distribution.phases), tail)
        case Uniform():
            return distribution.high_s - (distribution.high_s - distribution.low_s) * tail
        case Deterministic():
            return np.full(tail.shape, distribution.mean_s)
        case Empirical():
            raise TypeError("an empirical distribution is its own table")


def _with_mean(values: Array, mean: float) -> Array:
    """The values with the last node (u = 0), where a straight line fits worst, moved so that the table's mean is
    right.
    """
    widths = np.diff(upper_tail())
    others = (widths[:-1] * (values[:-2] + values[1:-1]) / 2).sum()
    values[-1] = np.clip(2 * (mean - others) / widths[-1] - values[-2], 0.0, values[-2])
    return values


@lru_cache(maxsize=256)
def duration_table(distribution: Distribution) -> Array:
    """The table of a distribution: int64 microseconds, each at least 1, for `quantile`."""
    if isinstance(distribution, Empirical):
        values = np.sort(np.array(distribution.values_s))
        values = np.repeat(values, 2) if values.size == NODES else values
    else:
        values = _with_mean(_unit_quantiles(distribution, upper_tail()), distribution.mean_s)
    return np.clip(np.rint(values * SECOND_US), 1, LONGEST_US).astype(np.int64)


GAP_UNIT: Final = 2**36
"""The unit of cumulative rates: gaps are int64 multiples of 2^-36 expected arrivals."""

GAPS: Final[Array] = np.array([round(-math.log(x) * GAP_UNIT) for x in upper_tail()])
"""The table of unit exponential gaps."""


class Tables(NamedTuple):
    """Tables end to end, for compiled code: table `i` is `values[start[i] : start[i] + size[i]]`."""

    values: Array
    start: Array
    size: Array


def pack(tables: list[Array]) -> Tables:
    """Tables end to end; at least one value so that Numba sees an array."""
    sizes = np.array([table.size for table in tables], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64) if tables else np.zeros(0, np.int64)
    return Tables(np.concatenate([*tables, np.ones(1, np.int64)]), starts, sizes)


@jitable
def draw(tables: Any, table: Any, mark: Any) -> Any:
    """The duration (microseconds) at a mark in one of packed `tables`."""
    place = np.uint64(table)
    return quantile(tables.values, tables.start[place], tables.size[place], mark)


def day_factors(keys: Array, day_cv: float, hour_sd: float, hour_rho: float) -> tuple[Array, Array]:
    """The gamma factor of each day, float64 (D,), and its hourly factors max(0, 1 + x), x autoregressive and stationary
    at the day's start, float64 (D, 25).

    `keys`: int64 (D, 4), counter word of the port and mode, local day, seed, replication. Without spread all factors
    are 1.
    """
    marks = np.empty((len(keys), DAY_HOURS + 1), np.int64)
    _day_marks(keys, marks)
    points = marks * SPREAD_POINTS >> 32
    day_factor = _gamma_spread(day_cv)[points[:, DAY_HOURS]] if day_cv > 0 else np.ones(len(keys))
    hours = np.zeros((len(keys), DAY_HOURS))
    if hour_sd > 0:
        hours = hour_sd * _normal_spread()[points[:, :DAY_HOURS]]
        _autoregress(hours, hour_rho, math.sqrt(1 - hour_rho**2))
    return day_factor, np.maximum(0.0, 1.0 + hours)


@hot
def _autoregress(steps: Any, rho: Any, rest: Any) -> None:
    """Turn each row of independent steps into a stationary sequence, in place."""
    for day in range(steps.shape[0]):
        for hour in range(1, steps.shape[1]):
            steps[day, hour] = rho * steps[day, hour - 1] + rest * steps[day, hour]


@hot
def _day_marks(keys: Any, marks: Any) -> None:
    for at in range(keys.shape[0]):
        name, day, seed, replication = keys[at]
        for place in range(marks.shape[1]):
            marks[at, place] = philox(name, day, (DAY_STREAM << STREAM_SHIFT) | place, 0, seed, replication)[0]


DAY_HOURS: Final = 25
"""Hours of the longest local day."""

SPREAD_POINTS: Final = 2**14


@lru_cache(maxsize=1)
def _normal_spread() -> Array:
    normal = NormalDist()
    points = np.array([normal.inv_cdf((i + 0.5) / SPREAD_POINTS) for i in range(SPREAD_POINTS)])
    return _coarse(points / points.std())


@lru_cache(maxsize=8)
def _gamma_spread(cv: float) -> Array:
    tail = (np.arange(SPREAD_POINTS) + 0.5) / SPREAD_POINTS
    points = gamma_quantiles(cv**-2, tail)
    return _coarse(points / points.mean())


def _coarse(factors: Array) -> Array:
    """Factors to 20 bits behind the point: the last bits of NumPy's functions differ between processors."""
    return np.rint(factors * 2**20) / 2**20
