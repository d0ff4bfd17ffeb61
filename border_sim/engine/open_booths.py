"""Which booths and bays are open: what is wanted, within the limits of pools, installed booths, officers and
disruptions; and at which pace they serve.
"""

from typing import Any, Final

from border_sim.compiled import jitable
from border_sim.inputs.duration_tables import LONGEST_US
from border_sim.vocabulary import USUAL_PACE

SLOWEST_PACE: Final = 1000 * USUAL_PACE
MOST_PRODUCT: Final = 2**62


@jitable
def open_within_limits(layout: Any, control: Any, mode: Any) -> None:
    """Open what is wanted of a mode's pools, in file order, within `max_open`, installed, officers and a
    disruption's cap; what a roster adds to answer the queue, after all that it has of itself.
    """
    cap = control.booths_cap[mode]
    left = booths_allowed(control, mode)
    for beyond in range(2):
        for pool in range(layout.pool_mode.size):
            if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
                before = control.booths_open[pool] if beyond else 0
                answered = control.booths_answered[pool] if beyond else min(0, control.booths_answered[pool])
                wanted = max(0, control.booths_wanted[pool] + answered)
                control.booths_open[pool] = before + min(min(wanted, layout.pool_limit[pool]) - before, left)
                left -= control.booths_open[pool] - before
                cap -= control.booths_open[pool] - before
    for lane in range(layout.lane_mode.size):
        if layout.lane_mode[lane] == mode:
            control.lane_open[lane] = 0
            for pool in range(layout.pool_mode.size):
                if layout.rank[pool, lane] >= 0 and control.booths_open[pool] > 0:
                    control.lane_open[lane] = 1
    _serve_stranded(layout, control, mode, cap)


@jitable
def _serve_stranded(layout: Any, control: Any, mode: Any, cap_left: Any) -> None:
    """Which closed pools serve one at a time whoever waits with no open pool: not while held, nor beyond a
    disruption's cap.
    """
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            stranded = 0
            for lane in range(layout.lane_mode.size):
                if layout.lane_first_pool[lane] == pool and not control.lane_open[lane]:
                    stranded = 1
            if control.held[mode] or (control.booths_cap[mode] >= 0 and cap_left <= 0):
                stranded = 0
            control.serves_stranded[pool] = stranded
            cap_left -= stranded


@jitable
def booths_allowed(control: Any, mode: Any) -> Any:
    """The most booths of a mode that may be open now."""
    if control.held[mode]:
        return 0
    limit, cap = control.booths_limit[mode], control.booths_cap[mode]
    return limit if cap < 0 else min(limit, cap)


@jitable
def booths_open_of(layout: Any, control: Any, mode: Any) -> Any:
    """Open primary booths of a mode."""
    booths = 0
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            booths += control.booths_open[pool]
    return booths


@jitable
def open_bays(layout: Any, control: Any) -> None:
    """Open the bays that the calendar wants and a disruption's cap leaves; a plain delay has no bays."""
    for pool in range(layout.pool_mode.size):
        if layout.pool_queue[pool] >= 0 and not layout.is_delay[pool]:
            bays = layout.pool_limit[pool]
            if control.booths_wanted[pool] >= 0:
                bays = min(bays, control.booths_wanted[pool])
            if control.bays_cap[pool] >= 0:
                bays = min(bays, control.bays_cap[pool])
            control.booths_open[pool] = bays


@jitable
def set_pace(control: Any) -> None:
    """Put together the paces of calendar and disruptions."""
    for pool in range(control.pace.size):
        both = paced_us(control.pace_planned[pool], control.pace_disrupted[pool])
        control.pace[pool] = min(both, SLOWEST_PACE)


@jitable
def paced_us(service_us: Any, pace: Any) -> Any:
    """A service at a pace, which is in thousandths: to the nearest microsecond, halves up, at least one, and no longer
    than any draw may be.
    """
    if pace == USUAL_PACE:
        return service_us
    if service_us > MOST_PRODUCT // pace:
        return LONGEST_US
    return max(1, (service_us * pace + USUAL_PACE // 2) // USUAL_PACE)
