"""What changes every week at the pools of a port: bays open, and the pace of service."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from border_sim.inputs.stations import UNLIMITED, PoolPlan
from border_sim.records import Array
from border_sim.spec.calendar import DAYS, QUARTERS_PER_DAY
from border_sim.spec.port import Port
from border_sim.vocabulary import MISSING, USUAL_PACE, Mode


class PoolWeek(NamedTuple):
    """By quarters of the week's wall clock, and pools (P)."""

    bays: Array
    """int16 (672, P): bays open; `MISSING` where they are always as many, and of booths"""
    pace_permille: Array
    """int32 (672, P): factor on the time of a service that begins, thousandths"""


def pool_week(port: Port, modes: Sequence[Mode], pools: Sequence[PoolPlan]) -> PoolWeek:
    """The week of the pools of a resolved port."""
    shape = len(DAYS) * QUARTERS_PER_DAY, len(pools)
    week = PoolWeek(np.full(shape, MISSING, np.int16), np.full(shape, USUAL_PACE, np.int32))
    for place, pool in enumerate(pools):
        part, station = port.modes[modes[pool.mode]], pool.info.station
        for slowed, pace in part.pace.items():
            if slowed is station:
                week.pace_permille[:, place] = np.concatenate([pace.by_quarter(day) for day in range(len(DAYS))])
        if pool.is_primary or pool.limit == UNLIMITED:
            continue
        if (bays := part.bays.by_quarter(station, pool.info.name)) is not None:
            week.bays[:, place] = np.concatenate(bays)
    return week
