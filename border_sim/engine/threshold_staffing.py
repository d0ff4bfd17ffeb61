"""Threshold staffing: booths that follow the posted wait, reviewed every quarter of an hour."""

from typing import Any

from border_sim.compiled import jitable
from border_sim.engine.lane_choice import choose_lane
from border_sim.engine.open_booths import booths_allowed, booths_open_of, open_within_limits
from border_sim.vocabulary import MISSING


@jitable
def review(layout: Any, control: Any, mode: Any) -> None:
    """Look at a mode's pools in file order and change one booth a pool: open on a high wait, close on a low one. A
    closed lane in which somebody waits opens too.
    """
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] != mode or layout.pool_queue[pool] >= 0:
            continue
        booths = control.booths_open[pool]
        total = booths_open_of(layout, control, mode)
        if is_too_long(layout, control, pool):
            if booths < layout.pool_limit[pool] and total < booths_allowed(control, mode):
                control.booths_wanted[pool] = booths + 1
        elif is_short(layout, control, pool) and booths > 0 and (total > 1 or not control.gate_open[mode]):
            control.booths_wanted[pool] = booths - 1
        open_within_limits(layout, control, mode)


@jitable
def is_too_long(layout: Any, control: Any, pool: Any) -> Any:
    """Whether the highest wait of a pool's lanes calls for one more booth, or somebody waits in a closed one."""
    for lane in range(layout.lane_mode.size):
        if layout.rank[pool, lane] >= 0 and not control.lane_open[lane] and control.queue[lane] > 0:
            return True
    return highest_wait_min(layout, control, pool) > layout.review_bounds_min[layout.pool_mode[pool], 0]


@jitable
def is_short(layout: Any, control: Any, pool: Any) -> Any:
    """Whether the highest wait of a pool's lanes lets one booth go."""
    return highest_wait_min(layout, control, pool) < layout.review_bounds_min[layout.pool_mode[pool], 1]


@jitable
def highest_wait_min(layout: Any, control: Any, pool: Any) -> Any:
    """The highest wait by which a lane of the pool is judged; `MISSING`: none is known."""
    highest = MISSING
    for lane in range(layout.lane_mode.size):
        if layout.rank[pool, lane] >= 0:
            highest = max(highest, judged_wait_min(layout, control, lane))
    return highest


@jitable
def judged_wait_min(layout: Any, control: Any, lane: Any) -> Any:
    """The posted wait by which a lane is judged: its own, or, while it is closed, that of the lane that its members
    join in its place; `MISSING` if that is closed too.
    """
    if not control.lane_open[lane]:
        lanes = layout.lanes_of_members[lane]
        lane = lanes[choose_lane(layout, control, lanes)]
    return control.posted_wait_min[lane]


@jitable
def forget_yesterday(layout: Any, control: Any, mode: Any) -> None:
    """At opening staffing forgets how it followed the queue the day before."""
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            control.booths_answered[pool] = 0
            if layout.review_bounds_min[mode, 0] >= 0 and not layout.answers[mode]:
                control.booths_wanted[pool] = 0


@jitable
def want_first_booth(layout: Any, control: Any, mode: Any) -> None:
    """Threshold staffing starts from one booth, of the first pool that has any, if the gate is open and none wanted."""
    if layout.review_bounds_min[mode, 0] < 0 or layout.answers[mode] or not control.gate_open[mode]:
        return
    first = -1
    for pool in range(layout.pool_mode.size - 1, -1, -1):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0 and layout.pool_limit[pool] > 0:
            first = pool
            if control.booths_wanted[pool] > 0:
                return
    if first >= 0:
        control.booths_wanted[first] = 1
