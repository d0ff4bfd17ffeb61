"""The rules that both engines obey: integer functions, compiled into the kernel and called as plain Python by the
reference.

Arrays by pool (P), lane (L), queue (Q: lanes first, then one per bay pool) and mode (M); see `Layout` for the
static ones.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import jitable
from border_sim.inputs.layout import Layout
from border_sim.records import Array
from border_sim.vocabulary import MINUTE_US, MISSING, SECOND_US


class Control(NamedTuple):
    """What the staffing, the gate and the posted waits are now; changed in place by the rules."""

    want: Array
    """int64 (P,): booths wanted, before limits"""
    open: Array
    """int64 (P,): booths or bays open"""
    spare: Array
    """int64 (P,): 1 if the closed pool serves, one at a time, lanes that wait with no open pool"""
    lane_open: Array
    """int64 (L,): 1 if an open pool serves the lane"""
    limit: Array
    """int64 (M,): the most booths by installed and officers"""
    gate: Array
    """int64 (M,): 1 open by the opening hours"""
    held: Array
    """int64 (M,): 1 while nobody is served (closing by hold)"""
    shut: Array
    """int64 (M,): 1 while a disruption shuts the gate"""
    booths_cap: Array
    """int64 (M,): the most booths under a disruption; `MISSING`: none"""
    posted: Array
    """int64 (L,): posted wait, whole minutes; `MISSING`: closed"""
    waiting: Array
    """int64 (Q,): queue lengths"""


FINE_BELOW_US: Final = 270 * SECOND_US
NONE_BELOW_US: Final = 30 * SECOND_US
STEP_US: Final = 5 * MINUTE_US


def new_control(layout: Layout) -> Control:
    """Everything closed; bays open."""
    pools, queues = layout.rank.shape
    lanes, modes = layout.lane_mode.size, layout.mode_code.size
    at_primary = layout.pool_queue == MISSING
    bays = np.where(at_primary, 0, layout.pool_limit)
    return Control(
        want=np.zeros(pools, np.int64),
        open=bays.astype(np.int64),
        spare=np.zeros(pools, np.int64),
        lane_open=np.zeros(lanes, np.int64),
        limit=np.zeros(modes, np.int64),
        gate=np.zeros(modes, np.int64),
        held=np.zeros(modes, np.int64),
        shut=np.zeros(modes, np.int64),
        booths_cap=np.full(modes, MISSING, np.int64),
        posted=np.full(lanes, MISSING, np.int64),
        waiting=np.zeros(queues, np.int64),
    )


@jitable
def cut(layout: Any, control: Any, mode: Any) -> None:
    """Open what is wanted of a mode's pools, in file order, within `max_open`, installed, officers and a
    disruption's cap.
    """
    cap = control.booths_cap[mode]
    room = booths_allowed(control, mode)
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            control.open[pool] = min(control.want[pool], layout.pool_limit[pool], room)
            room -= control.open[pool]
            cap -= control.open[pool]
    for lane in range(layout.lane_mode.size):
        if layout.lane_mode[lane] == mode:
            control.lane_open[lane] = 0
            for pool in range(layout.pool_mode.size):
                if layout.rank[pool, lane] >= 0 and control.open[pool] > 0:
                    control.lane_open[lane] = 1
    _spare(layout, control, mode, cap)


@jitable
def _spare(layout: Any, control: Any, mode: Any, cap_left: Any) -> None:
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
            control.spare[pool] = stranded
            cap_left -= stranded


@jitable
def post(layout: Any, control: Any, lane: Any) -> None:
    """Post a lane's wait: the work waiting in it and in the lanes served before or with it, over the open booths
    that serve it.
    """
    booths = 0
    for pool in range(layout.pool_mode.size):
        if layout.rank[pool, lane] >= 0:
            booths += control.open[pool]
    if booths == 0:
        control.posted[lane] = MISSING
        return
    work = 0
    for other in range(layout.lane_mode.size):
        if layout.ahead[lane, other]:
            work += control.waiting[other] * layout.lane_service_us[other]
    control.posted[lane] = rounded_minutes(work, booths)


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
def seen(control: Any, lane: Any) -> Any:
    """The posted wait that a traveller sees; a lane opened since the last posting counts 0."""
    return max(control.posted[lane], 0)


@jitable
def choose(layout: Any, control: Any, lanes: Any) -> Any:
    """The place in `lanes` (best first, then `MISSING`) of the lane to join; the last one if none is open.

    It is the open lane with the shortest posted wait, or the first open one under `lane_choice: own`.
    """
    keeps_own = layout.own_lane[np.uint64(layout.lane_mode[np.uint64(lanes[0])])]
    best, last, shortest = -1, 0, 0
    for choice in range(len(lanes)):
        if lanes[choice] < 0:
            break
        last = choice
        lane = np.uint64(lanes[choice])
        wait = seen(control, lane)
        if control.lane_open[lane] and (best < 0 or (not keeps_own and wait < shortest)):
            best, shortest = choice, wait
    return best if best >= 0 else last


@jitable
def review(layout: Any, control: Any, mode: Any) -> None:
    """Threshold staffing: pools in file order, one booth a pool: open on a high posted wait, close on a low one."""
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] != mode or layout.pool_queue[pool] >= 0:
            continue
        highest, stranded = -1, False
        for lane in range(layout.lane_mode.size):
            if layout.rank[pool, lane] >= 0:
                highest = max(highest, control.posted[lane])
                stranded = stranded or (control.posted[lane] < 0 and control.waiting[lane] > 0)
        booths = control.open[pool]
        total = open_booths(layout, control, mode)
        if highest > layout.review[mode, 0] or stranded:
            if booths < layout.pool_limit[pool] and total < booths_allowed(control, mode):
                control.want[pool] = booths + 1
        elif highest < layout.review[mode, 1] and booths > 0 and (total > 1 or not control.gate[mode]):
            control.want[pool] = booths - 1
        cut(layout, control, mode)


@jitable
def booths_allowed(control: Any, mode: Any) -> Any:
    """The most booths of a mode that may be open now."""
    if control.held[mode]:
        return 0
    return control.limit[mode] if control.booths_cap[mode] < 0 else min(control.limit[mode], control.booths_cap[mode])


@jitable
def open_booths(layout: Any, control: Any, mode: Any) -> Any:
    """Open primary booths of a mode."""
    booths = 0
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            booths += control.open[pool]
    return booths


@jitable
def start_threshold(layout: Any, control: Any, mode: Any) -> None:
    """Threshold staffing starts from one booth, of the first pool that has any, if the gate is open and none wanted."""
    if layout.review[mode, 0] < 0 or not control.gate[mode]:
        return
    first = -1
    for pool in range(layout.pool_mode.size - 1, -1, -1):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0 and layout.pool_limit[pool] > 0:
            first = pool
            if control.want[pool] > 0:
                return
    if first >= 0:
        control.want[first] = 1


@jitable
def begin_threshold(layout: Any, control: Any, mode: Any) -> None:
    """At opening threshold staffing forgets how many booths it wanted the day before."""
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            control.want[pool] = 0


@jitable
def shift(layout: Any, control: Any, calendar: Any, tick: Any) -> None:
    """Apply one row of the calendar: gate, limits and wanted booths (threshold staffing keeps its own)."""
    for mode in range(layout.mode_code.size):
        if layout.review[mode, 0] >= 0 and calendar.gate[tick, mode] and not control.gate[mode]:
            begin_threshold(layout, control, mode)
        control.limit[mode] = calendar.limit[tick, mode]
        control.gate[mode] = calendar.gate[tick, mode]
        control.held[mode] = calendar.held[tick, mode]
    for pool in range(layout.pool_mode.size):
        if calendar.want[tick, pool] >= 0:
            control.want[pool] = calendar.want[tick, pool]
    for mode in range(layout.mode_code.size):
        start_threshold(layout, control, mode)
        cut(layout, control, mode)


@jitable
def tick_over(layout: Any, control: Any, calendar: Any, tick: Any) -> None:
    """A quarter of an hour begins: shift, posted waits, review, each seeing those before it."""
    shift(layout, control, calendar, tick)
    for lane in range(layout.lane_mode.size):
        post(layout, control, lane)
    for mode in range(layout.mode_code.size):
        if layout.review[mode, 0] >= 0:
            review(layout, control, mode)


@jitable
def disrupt(layout: Any, control: Any, mode: Any, gate_shut: Any, booths_cap: Any) -> None:
    """Shut or open the gate of a mode and set or lift (`MISSING`) the cap on its booths."""
    control.shut[mode] = gate_shut
    control.booths_cap[mode] = booths_cap
    cut(layout, control, mode)
