"""The columns of candidates, whoever would come: when, what each draws, and the wait that it accepts."""

from typing import Final, NamedTuple

import numpy as np

from border_sim.records import Array
from border_sim.vocabulary import MISSING

MOST_LANES: Final = 3
"""Most lanes that a candidate may use, and most programmes that a mode has."""

ANY_WAIT: Final = 2**31 - 1
"""The tolerance, in minutes, of whoever comes whatever the posted wait."""


class Candidates(NamedTuple):
    """Candidates (n) in the order of their ids, and what each needs at the steps (S) of the port's route."""

    arrived_us: Array
    """int64 (n,): when it comes to the gate"""
    mode: Array
    """uint8 (n,): code"""
    programme: Array
    """uint8 (n,): code"""
    loaded: Array
    """uint8 (n,): 1 with load"""
    entitled: Array
    """uint8 (n,): the row of `Layout.entitled` that says which lanes it may use"""
    service_us: Array
    """int64 (n, 3): time at primary in each lane that it may use, best first; 0 where there is none"""
    tolerance_min: Array
    """int32 (n,): the longest posted wait that it accepts, whole minutes"""
    pool: Array
    """int16 (n, S): the pool that it needs at each step; `MISSING`: it does not go there. Of the step with booths it is
    `MISSING` too, since everybody goes there, and which pool serves them is for the engine to say.
    """
    stay_us: Array
    """int64 (n, S): time of service by that pool; 0 where there is none"""


CANDIDATE_DTYPES: Final = Candidates._make(
    (
        *(np.int64, np.uint8, np.uint8, np.uint8, np.uint8),
        *(np.int64, np.int32, np.int16, np.int64),
    )
)
"""The type of each column."""

SPARE: Final = 4_096
"""Crossings inside a port that new ones need not be copied for; few ports ever hold more."""


def new_candidates(count: int, steps: int) -> Candidates:
    """Columns for `count` candidates of a route of so many steps, not filled yet."""
    widths = {"service_us": MOST_LANES, "pool": steps, "stay_us": steps}
    shapes = ((count, widths[name]) if name in widths else count for name in Candidates._fields)
    return Candidates._make(map(np.empty, shapes, CANDIDATE_DTYPES))


def candidates_with_spare_rows(count: int, steps: int) -> Candidates:
    """Columns for `count` candidates, not written yet, with `SPARE` rows before them for those who are still inside."""
    return Candidates._make(column[SPARE:] for column in new_candidates(SPARE + count, steps))


def appended(inside: Candidates, new: Candidates) -> Candidates:
    """The columns of those inside, and behind them those of new ones: in the spare rows that these have before them, so
    that many need not be copied, or copied where there are none or too few.
    """
    count, whole = inside.arrived_us.size, new.arrived_us.base
    if count > SPARE or whole is None or whole.size != SPARE + new.arrived_us.size:
        return Candidates._make(map(np.concatenate, zip(inside, new, strict=True)))
    wholes = (column.base for column in new)
    rows = Candidates._make(column[SPARE - count :] for column in wholes if column is not None)
    for column, mine in zip(rows, inside, strict=True):
        column[:count] = mine
    return rows


def blank_candidates(count: int, steps: int) -> Candidates:
    """Columns for `count` candidates that need nothing yet."""
    rows = new_candidates(count, steps)
    for column in rows:
        column[:] = 0
    rows.pool[:] = MISSING
    rows.tolerance_min[:] = ANY_WAIT
    return rows
