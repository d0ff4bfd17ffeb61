"""Which lane a crossing joins, of those that it may use."""

from typing import Any

import numpy as np

from border_sim.compiled import jitable
from border_sim.engine.posted_wait import seen_wait


@jitable
def choose_lane(layout: Any, control: Any, lanes: Any) -> Any:
    """The place in `lanes` (best first, then `MISSING`) of the lane to join; the last one if none is open.

    It is the open lane with the shortest posted wait, or the first open one under `lane_choice: own`.
    """
    keeps_own = layout.keeps_own_lane[np.uint64(layout.lane_mode[np.uint64(lanes[0])])]
    best, last, shortest = -1, 0, 0
    for choice in range(len(lanes)):
        if lanes[choice] < 0:
            break
        last = choice
        lane = np.uint64(lanes[choice])
        wait = seen_wait(control, lane)
        if control.lane_open[lane] and (best < 0 or (not keeps_own and wait < shortest)):
            best, shortest = choice, wait
    return best if best >= 0 else last
