"""What is open, posted and waiting at a port now: what the rules read and change, in both engines.

Rules are integer functions, compiled into the kernel and called as plain Python by the reference. Arrays are by pool
(P), lane (L), queue (Q: lanes first, then one per bay pool) and mode (M); see `Layout` for the static ones.
"""

from typing import NamedTuple

import numpy as np

from border_sim.inputs.layout import Layout
from border_sim.records import Array
from border_sim.vocabulary import MISSING


class Control(NamedTuple):
    """What the staffing, the gate and the posted waits are now; changed in place by the rules."""

    booths_wanted: Array
    """int64 (P,): before limits"""
    booths_open: Array
    """int64 (P,): booths or bays open"""
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


def new_control(layout: Layout) -> Control:
    """Everything closed; bays open."""
    pools, queues = layout.rank.shape
    lanes, modes = layout.lane_mode.size, layout.mode_code.size
    at_primary = layout.pool_queue == MISSING
    bays = np.where(at_primary, 0, layout.pool_limit)
    return Control(
        booths_wanted=np.zeros(pools, np.int64),
        booths_open=bays.astype(np.int64),
        serves_stranded=np.zeros(pools, np.int64),
        lane_open=np.zeros(lanes, np.int64),
        booths_limit=np.zeros(modes, np.int64),
        gate_open=np.zeros(modes, np.int64),
        held=np.zeros(modes, np.int64),
        gate_shut=np.zeros(modes, np.int64),
        booths_cap=np.full(modes, MISSING, np.int64),
        posted_wait_min=np.full(lanes, MISSING, np.int64),
        queue=np.zeros(queues, np.int64),
    )
