"""What is open, posted and waiting at a port now: what the rules read and change, in both engines.

Rules are integer functions, compiled into the kernel and called as plain Python by the reference. Arrays are by pool
(P), lane (L), queue (Q: lanes first, then one per pool of bays or of a plain delay) and mode (M); see `Layout` for the
static ones.
"""

from typing import Final, NamedTuple

import numpy as np

from border_sim.inputs.layout import Layout
from border_sim.records import Array
from border_sim.vocabulary import MISSING, USUAL_PACE

POSTINGS_PER_HOUR: Final = 4


class Use(NamedTuple):
    """How a port's booths and bays were used: kept where they can be blocked, for the posted wait."""

    serving: Array
    """int64 (P,): those that serve now"""
    blocked: Array
    """int64 (P,): those whose crossing was served and finds no place to go to"""
    since_us: Array
    """int64 (P,): until when the integrals below are counted"""
    serving_us: Array
    """int64 (P,): integral of those that serve, from the run's begin"""
    blocked_us: Array
    """int64 (P,): integral of those that are blocked"""
    hour_serving_us: Array
    """int64 (4, P): the integral as it was at the last four postings"""
    hour_blocked_us: Array
    """int64 (4, P): likewise"""
    postings: Array
    """int64 (1,): how many there were"""


class Control(NamedTuple):
    """What the staffing, the gate and the posted waits are now; changed in place by the rules."""

    booths_wanted: Array
    """int64 (P,): booths or bays before limits; `MISSING`: all bays that there are"""
    booths_answered: Array
    """int64 (P,): of them, what a roster has added (below 0: taken away) to answer the queue"""
    booths_open: Array
    """int64 (P,): booths or bays open"""
    bays_cap: Array
    """int64 (P,): the most bays under a disruption; `MISSING`: none"""
    pace_planned: Array
    """int64 (P,): factor on the time of a service that begins, thousandths, by the calendar"""
    pace_disrupted: Array
    """int64 (P,): the same, by disruptions"""
    pace: Array
    """int64 (P,): both together"""
    serves_stranded: Array
    """int64 (P,): 1 if the closed pool serves, one at a time, lanes that wait with no open pool"""
    lane_open: Array
    """int64 (L,): 1 if an open pool serves the lane"""
    booths_limit: Array
    """int64 (M,): the most booths by installed and officers"""
    gate_open: Array
    """int64 (M,): 1 open by the opening hours"""
    held: Array
    """int64 (M,): 1 while nobody is served (closing by hold)"""
    gate_shut: Array
    """int64 (M,): 1 while a disruption shuts the gate"""
    booths_cap: Array
    """int64 (M,): the most booths under a disruption; `MISSING`: none"""
    posted_wait_min: Array
    """int64 (L,): whole minutes; `MISSING`: closed"""
    queue: Array
    """int64 (Q,): how many wait"""
    use: Use


def new_control(layout: Layout) -> Control:
    """Everything closed; bays open."""
    pools, queues = layout.rank.shape
    lanes, modes = layout.lane_mode.size, layout.mode_code.size
    is_booths = layout.pool_queue == MISSING
    return Control(
        booths_wanted=np.where(is_booths, 0, MISSING).astype(np.int64),
        booths_answered=np.zeros(pools, np.int64),
        booths_open=np.where(is_booths, 0, layout.pool_limit).astype(np.int64),
        bays_cap=np.full(pools, MISSING, np.int64),
        pace_planned=np.full(pools, USUAL_PACE, np.int64),
        pace_disrupted=np.full(pools, USUAL_PACE, np.int64),
        pace=np.full(pools, USUAL_PACE, np.int64),
        serves_stranded=np.zeros(pools, np.int64),
        lane_open=np.zeros(lanes, np.int64),
        booths_limit=np.zeros(modes, np.int64),
        gate_open=np.zeros(modes, np.int64),
        held=np.zeros(modes, np.int64),
        gate_shut=np.zeros(modes, np.int64),
        booths_cap=np.full(modes, MISSING, np.int64),
        posted_wait_min=np.full(lanes, MISSING, np.int64),
        queue=np.zeros(queues, np.int64),
        use=_unused(pools),
    )


def _unused(pools: int) -> Use:
    hours = (np.zeros((POSTINGS_PER_HOUR, pools), np.int64) for _ in range(2))
    return Use(*(np.zeros(pools, np.int64) for _ in range(5)), *hours, np.zeros(1, np.int64))  # type: ignore[call-arg]


def open_before(layout: Layout) -> Array:
    """The open booths and bays of each pool that whoever reads a log takes for granted: int64 (P,). What is told from
    the first is told as soon as it is not 0.
    """
    return np.where(layout.is_told, 0, layout.pool_limit).astype(np.int64)


def state_of_mode(layout: Layout, control: Control, pool: int) -> tuple[int, int, int]:
    """Of a pool's mode: its code, whether a disruption shuts the gate, and the cap on booths."""
    mode = int(layout.pool_mode[pool])
    return int(layout.mode_code[mode]), int(control.gate_shut[mode]), int(control.booths_cap[mode])
