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
    """Candidates (n) in the order of their ids; stations not visited have pool `MISSING` and duration 0."""

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
    export_pool: Array
    """int16 (n,)"""
    export_us: Array
    """int64 (n,)"""
    secondary_pool: Array
    """int16 (n,)"""
    secondary_us: Array
    """int64 (n,)"""
    state_pool: Array
    """int16 (n,)"""
    state_us: Array
    """int64 (n,)"""


CANDIDATE_DTYPES: Final = Candidates._make(
    (
        *(np.int64, np.uint8, np.uint8, np.uint8, np.uint8, np.int64, np.int32),
        *(np.int16, np.int64, np.int16, np.int64, np.int16, np.int64),
    )
)
"""The type of each column."""

ROOM: Final = 4_096
"""Crossings inside a port that new ones need not be copied for; few ports ever hold more."""


def new_candidates(count: int) -> Candidates:
    """Columns for `count` candidates, not filled yet."""
    shapes = ((count, MOST_LANES) if name == "service_us" else count for name in Candidates._fields)
    return Candidates._make(map(np.empty, shapes, CANDIDATE_DTYPES))


def candidates_with_room(count: int) -> Candidates:
    """Columns for `count` candidates, not written yet, with room before them for `ROOM` who are still inside."""
    return Candidates._make(column[ROOM:] for column in new_candidates(ROOM + count))


def appended(inside: Candidates, new: Candidates) -> Candidates:
    """The columns of those inside, and behind them those of new ones: in the room that these have before them, so that
    many need not be copied, or copied where there is none or too little.
    """
    count, whole = inside.arrived_us.size, new.arrived_us.base
    if count > ROOM or whole is None or whole.size != ROOM + new.arrived_us.size:
        return Candidates._make(map(np.concatenate, zip(inside, new, strict=True)))
    wholes = (column.base for column in new)
    rows = Candidates._make(column[ROOM - count :] for column in wholes if column is not None)
    for column, mine in zip(rows, inside, strict=True):
        column[:count] = mine
    return rows


def blank_candidates(count: int) -> Candidates:
    """Columns for `count` candidates that need nothing yet."""
    rows = new_candidates(count)
    for column in rows:
        column[:] = 0
    for column in (rows.export_pool, rows.secondary_pool, rows.state_pool):
        column[:] = MISSING
    rows.tolerance_min[:] = ANY_WAIT
    return rows
