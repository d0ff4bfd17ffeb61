"""Which booths are open: what is wanted, within the limits of pools, installed booths, officers and disruptions."""

from typing import Any

from border_sim.compiled import jitable


@jitable
def open_within_limits(layout: Any, control: Any, mode: Any) -> None:
    """Open what is wanted of a mode's pools, in file order, within `max_open`, installed, officers and a
    disruption's cap.
    """
    cap = control.booths_cap[mode]
    room = booths_allowed(control, mode)
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            control.booths_open[pool] = min(control.booths_wanted[pool], layout.pool_limit[pool], room)
            room -= control.booths_open[pool]
            cap -= control.booths_open[pool]
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
