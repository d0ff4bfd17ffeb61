"""How demand spreads around its expectation: a gamma factor for each day, an autoregressive one for its hours."""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from border_sim.compiled import hot
from border_sim.inputs.duration_tables import gamma_quantiles
from border_sim.inputs.random_marks import DAY_STREAM, STREAM_SHIFT, philox
from border_sim.records import Array

DAY_HOURS: Final = 25
"""Hours of the longest local day."""

SPREAD_POINTS: Final = 2**14


def day_factors(keys: Array, day_cv: float, hour_sd: float, hour_rho: float) -> tuple[Array, Array]:
    """The gamma factor of each day, float64 (D,), and its hourly factors, float64 (D, 25): max(0, 1 + x) over its mean,
    x autoregressive and stationary at the day's start.

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
    return day_factor, np.maximum(0.0, 1.0 + hours) / _rectified_mean(hour_sd)


def _rectified_mean(sd: float) -> float:
    """The mean of max(0, 1 + x), x normal around 0: above 1, since what is cut off lies below 0."""
    if sd == 0:
        return 1.0
    normal = NormalDist()
    return float(_coarse(np.array(normal.cdf(1 / sd) + sd * normal.pdf(1 / sd))))


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
