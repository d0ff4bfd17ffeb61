"""When the work that arrives is due: one accustomed wait after it joins the queue, and never before earlier work."""

from typing import Any, Final

import numpy as np

from border_sim.compiled import hot
from border_sim.records import Array
from border_sim.spec.calendar import DAYS, QUARTERS_PER_DAY
from border_sim.vocabulary import HOUR_US, QUARTER_US

WEEK_US: Final = len(DAYS) * QUARTERS_PER_DAY * QUARTER_US
LONGEST_US: Final = 24 * HOUR_US
"""A longer time from the gate to the booth is not planned for: it counts as this."""


def due_after(accustomed_us: Array, way_us: float) -> Array:
    """How long after each quarter of the week's wall clock begins the work of who arrives then is due: int64 (672,).

    `accustomed_us`: the accustomed wait A of each hour of the day (24) or week (168); `way_us`: the time from the gate
    to the queue. Who joins the queue at t is due at D(t), the greatest s + A(s) of all s up to t. A(s) is linear
    between the centres of hours, so that D does not jump where hours change; between two centres s + A(s) rises or
    falls all the way, so that D(t) is the greater of t + A(t) and the greatest at a centre before t.
    """
    wait_us = np.tile(np.minimum(accustomed_us, LONGEST_US), WEEK_US // HOUR_US // accustomed_us.size)
    centres_us = np.arange(wait_us.size) * HOUR_US + HOUR_US / 2
    begins_us = np.arange(WEEK_US // QUARTER_US) * QUARTER_US
    joins_us = begins_us + min(way_us, LONGEST_US)
    due_us = joins_us + np.interp(joins_us, centres_us, wait_us, period=WEEK_US)
    before_us = np.concatenate([centres_us - WEEK_US, centres_us, centres_us + WEEK_US])
    greatest_us = np.maximum.accumulate(before_us + np.tile(wait_us, 3))
    due_us = np.maximum(due_us, greatest_us[np.searchsorted(before_us, joins_us, side="right") - 1])
    return np.rint(np.minimum(due_us - begins_us, LONGEST_US)).astype(np.int64)


def came_in_quarter(due_after_us: Array) -> Array:
    """For each quarter of the week's wall clock, that in which they came who are due in its middle: int64 (672,)."""
    begins_us = np.arange(2 * due_after_us.size) * QUARTER_US - WEEK_US
    due_us = begins_us + np.tile(due_after_us, 2)
    middles_us = np.arange(due_after_us.size) * QUARTER_US + QUARTER_US // 2
    came = np.searchsorted(np.maximum.accumulate(due_us), middles_us, side="right") - 1
    return came % due_after_us.size


def due_in_quarters(work: Array, quarters: Array, due_after_us: Array) -> Array:
    """The work that is due in each quarter (float64), of that which arrives evenly in each; what is due after the last
    is left out. `quarters`: those of the week's wall clock, `due_after_us`: of `due_after`.
    """
    due = np.zeros(work.size)
    _fall_due(work, quarters, due_after_us, due)
    return due


@hot
def _fall_due(work: Any, quarters: Any, due_after_us: Any, due: Any) -> None:
    """Spread the work of each quarter evenly over the time in which it is due, never before earlier work."""
    ends_us = np.int64(0)
    for quarter in range(work.size):
        of_week = quarters[quarter]
        begins_us = max(ends_us, quarter * QUARTER_US + due_after_us[of_week])
        ends_us = max(begins_us, (quarter + 1) * QUARTER_US + due_after_us[(of_week + 1) % due_after_us.size])
        first = begins_us // QUARTER_US
        if begins_us == ends_us:
            if first < due.size:
                due[first] += work[quarter]
            continue
        for at in range(first, min((ends_us - 1) // QUARTER_US + 1, due.size)):
            part_us = min(ends_us, (at + 1) * QUARTER_US) - max(begins_us, at * QUARTER_US)
            due[at] += work[quarter] * (part_us / (ends_us - begins_us))
