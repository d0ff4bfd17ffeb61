"""Duration tables: the quantiles of a distribution, by which a mark becomes a duration without `exp` or `log`, whose
bits differ between processors.
"""

from functools import lru_cache
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import jitable
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

HALVINGS: Final = 32
CELLS: Final = 32
NODES: Final = HALVINGS * CELLS + 1
_FRACTION_BITS: Final = 20
_CELL_BITS: Final = 5
_EXPONENT_OF_ONE: Final = 1023
"""Of a float64, which holds a mark exactly: the exponent is the place of its leading bit, the mantissa the rest."""
LONGEST_US: Final = 2**59 - 1
"""Durations end here, far beyond any run, so that sums with an instant stay below `NEVER_US`."""


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


class Tables(NamedTuple):
    """Tables end to end, for compiled code: table `i` is `values[start[i] : start[i] + size[i]]`."""

    values: Array
    """int64: microseconds"""
    start: Array
    """int64 (tables,)"""
    size: Array
    """int64 (tables,)"""


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
