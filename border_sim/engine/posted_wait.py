"""The posted wait of a lane: what a traveller sees, as CBP rounds it."""

from typing import Any, Final

from border_sim.compiled import jitable
from border_sim.engine.blocking import blocked_wait, lengthened, used_in_hour
from border_sim.vocabulary import MINUTE_US, MISSING, SECOND_US

FINE_BELOW_US: Final = 270 * SECOND_US
NONE_BELOW_US: Final = 30 * SECOND_US
STEP_US: Final = 5 * MINUTE_US


@jitable
def post_wait(layout: Any, control: Any, lane: Any) -> None:
    """Post a lane's wait: the work waiting in it and in the lanes served before or with it, over the open booths
    that serve it; longer where some of these were blocked in the last hour; and the wait for bays before the booths.
    """
    booths = 0
    for pool in range(layout.pool_mode.size):
        if layout.rank[pool, lane] >= 0:
            booths += control.booths_open[pool]
    if booths == 0:
        control.posted_wait_min[lane] = MISSING
        return
    work = 0
    for other in range(layout.lane_mode.size):
        if layout.ahead[lane, other]:
            work += control.queue[other] * layout.lane_service_us[other]
    before_us = wait_before(layout, control, layout.lane_mode[lane])
    control.posted_wait_min[lane] = rounded_minutes(work + before_us * booths, booths)
    if layout.has_room:
        longer_us = blocked_wait(layout, control, lane, work // booths)
        if longer_us >= 0:
            control.posted_wait_min[lane] = rounded_minutes(longer_us + before_us, 1)


@jitable
def wait_before(layout: Any, control: Any, mode: Any) -> Any:
    """What those who wait for bays before a mode's booths, a scan, add to the wait of each of its lanes: their work
    over the open bays (one, if none is open), times the share that goes there; longer where some of these were blocked.
    """
    wait_us = 0
    for pool in range(layout.pool_mode.size):
        if layout.before_us[pool] > 0 and layout.pool_mode[pool] == mode:
            work = control.queue[layout.pool_queue[pool]] * layout.before_us[pool]
            here_us = work // max(1, control.booths_open[pool])
            if layout.has_room:
                serving_us, blocked_us = used_in_hour(control, pool)
                here_us = max(here_us, lengthened(here_us, serving_us, blocked_us))
            wait_us += here_us
    return wait_us


@jitable
def rounded_minutes(work_us: Any, booths: Any) -> Any:
    """Work / booths as CBP posts it: 0 below 30 s, the nearest minute below 270 s, else the nearest 5 minutes,
    halves up.
    """
    if work_us < NONE_BELOW_US * booths:
        return 0
    if work_us < FINE_BELOW_US * booths:
        return (2 * work_us + MINUTE_US * booths) // (2 * MINUTE_US * booths)
    return 5 * ((2 * work_us + STEP_US * booths) // (2 * STEP_US * booths))


@jitable
def seen_wait(control: Any, lane: Any) -> Any:
    """The posted wait that a traveller sees; a lane opened since the last posting counts 0."""
    return max(control.posted_wait_min[lane], 0)
