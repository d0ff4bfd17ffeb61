"""Which lane a crossing joins, of those that it may use."""

from typing import Any

import numpy as np

from border_sim.compiled import jitable
from border_sim.engine.posted_wait import seen_wait


@jitable
def choose_lane(layout: Any, control: Any, lanes: Any) -> Any:
    """The place in `lanes` (best first, then `MISSING`) of the lane to join; the last one if none is open.

    Its own is the first open one. It leaves that for the open lane that posts least, ties to the better, if this posts
    at least `Layout.leave_for_min` minutes less.
    """
    mode = np.uint64(layout.lane_mode[np.uint64(lanes[0])])
    own, best, last, own_min, shortest_min = -1, -1, 0, 0, 0
    for choice in range(len(lanes)):
        if lanes[choice] < 0:
            break
        last = choice
        lane = np.uint64(lanes[choice])
        if not control.lane_open[lane]:
            continue
        if own < 0:
            own = best = choice
            own_min = shortest_min = seen_wait(control, lane)
        else:
            posted_min = _posted_or_new(layout, control, mode, lane, own_min)
            if posted_min < shortest_min:
                best, shortest_min = choice, posted_min
    if own < 0:
        return last
    return best if own_min - shortest_min >= layout.leave_for_min[mode] else own


@jitable
def _posted_or_new(layout: Any, control: Any, mode: Any, lane: Any, own_min: Any) -> Any:
    """The wait posted for another lane than one's own. Where drivers keep to their lane, one opened since the last
    posting counts as posting what their own does, so that nobody stampedes into it.
    """
    if control.posted_wait_min[lane] < 0 and not layout.new_lane_draws[mode]:
        return own_min
    return seen_wait(control, lane)
