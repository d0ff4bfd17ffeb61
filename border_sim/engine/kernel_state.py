"""What the compiled engine holds in memory, as arrays: the crossings, what it logs, and all else that changes."""

from typing import NamedTuple

from border_sim.engine.port_state import Control
from border_sim.inputs.candidates import Candidates
from border_sim.records import Array

NEXT, TICK, AGENDA, INSIDE, DISRUPTED_US, HANDLED_US, STAFFING_COUNT, POSTED_COUNT = range(8)
"""Places in `State.scalars`: the next candidate's row, the next row of the calendar, completions on the agenda,
crossings inside, the instant of a disruption that is not looked at yet, the instant handled last, rows of the log.
"""


class Rows(NamedTuple):
    """The crossings in memory (n): what they draw, what became of them, and where they are; from `NEXT` on, what they
    draw alone.
    """

    candidates: Candidates
    crossing: Array
    """int64 (n,): ids"""
    lane_class: Array
    """int8 (n,): as in `Crossings`"""
    outcome: Array
    """uint8 (n,): as in `Crossings`"""
    pool: Array
    """int16 (n, S): by step of the route; `MISSING` until it is there, at the step with booths until it is served"""
    joined_us: Array
    """int64 (n, S): when it joined each step; this and the next two `MISSING` until then"""
    started_us: Array
    """int64 (n, S): when its service began there"""
    ended_us: Array
    """int64 (n, S): when that ended"""
    released_us: Array
    """int64 (n,): when it left the port"""
    next_in_queue: Array
    """int32 (n,): the row behind it in the same queue, or among those who are blocked; `MISSING`: it is the last"""
    step: Array
    """int8 (n,): where it is"""
    service_us: Array
    """int64 (n,): time of service at the step where it is"""


class ChangeLog(NamedTuple):
    """Changes of open booths and postings since the records were taken out, with room for more."""

    staffing_us: Array
    """int64"""
    staffing_pool: Array
    """int16"""
    staffing_open: Array
    """int32"""
    posted_us: Array
    """int64"""
    posted_lane: Array
    """int16"""
    posted_min: Array
    """int32"""
    posted_queue: Array
    """int32"""


class State(NamedTuple):
    """Everything else that changes, by pool (P), queue (Q) and entitlement (E)."""

    control: Control
    scalars: Array
    """int64 (8,): see `NEXT` and so on"""
    agenda_us: Array
    """int64: completions by (instant, row), the first one last"""
    agenda_row: Array
    """int32: the row of each"""
    busy: Array
    """int64 (P,): booths or bays that serve or are blocked"""
    logged_open: Array
    """int64 (P,): open booths as last logged"""
    head: Array
    """int32 (Q,): the row of the first in the queue; `MISSING`: nobody"""
    tail: Array
    """int32 (Q,): the row of the last"""
    choice: Array
    """int64 (E,): the place of the lane that is joined now among those of the entitlement"""
    barrier_min: Array
    """int64 (E,): what stands before it at the gate, see `admission`"""
    log: ChangeLog


class Blocked(NamedTuple):
    """Who was served and found no place yet at the next step, by mode (M) and that step (S); their rows are linked by
    `Rows.next_in_queue`.
    """

    head: Array
    """int32 (M, S): the row of whoever was served longest ago; `MISSING`: nobody"""
    tail: Array
    """int32 (M, S): the row of whoever was served last"""
