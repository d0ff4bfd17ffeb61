"""What changes at a quarter of an hour (the shift, the posted waits, the review) and when a disruption does."""

from typing import Any

from border_sim.compiled import jitable
from border_sim.engine.blocking import begin_posting, end_posting
from border_sim.engine.open_booths import open_bays, open_within_limits, set_pace
from border_sim.engine.posted_wait import post_wait
from border_sim.engine.roster_answers import answer_queue, keep_a_booth
from border_sim.engine.threshold_staffing import forget_yesterday, review, want_first_booth


@jitable
def begin_quarter(layout: Any, control: Any, calendar: Any, tick: Any) -> None:
    """A quarter of an hour begins: shift, posted waits, review, each seeing those before it."""
    change_shift(layout, control, calendar, tick)
    if layout.has_room:
        begin_posting(control, calendar.t_us[tick])
    for lane in range(layout.lane_mode.size):
        post_wait(layout, control, lane)
    if layout.has_room:
        end_posting(control)
    for mode in range(layout.mode_code.size):
        if layout.answers[mode]:
            answer_queue(layout, control, mode)
        elif layout.review_bounds_min[mode, 0] >= 0:
            review(layout, control, mode)


@jitable
def change_shift(layout: Any, control: Any, calendar: Any, tick: Any) -> None:
    """Apply one row of the calendar: gate, limits, pace and what is wanted (threshold staffing keeps its own)."""
    for mode in range(layout.mode_code.size):
        if calendar.gate_open[tick, mode] and not control.gate_open[mode]:
            forget_yesterday(layout, control, mode)
        control.booths_limit[mode] = calendar.booths_limit[tick, mode]
        control.gate_open[mode] = calendar.gate_open[tick, mode]
        control.held[mode] = calendar.held[tick, mode]
    for pool in range(layout.pool_mode.size):
        if calendar.booths_wanted[tick, pool] >= 0:
            control.booths_wanted[pool] = calendar.booths_wanted[tick, pool]
        control.pace_planned[pool] = calendar.pace_permille[tick, pool]
    for mode in range(layout.mode_code.size):
        want_first_booth(layout, control, mode)
        if layout.answers[mode]:
            keep_a_booth(layout, control, mode)
        open_within_limits(layout, control, mode)
    open_bays(layout, control)
    set_pace(control)


@jitable
def disrupt(layout: Any, control: Any, mode: Any, gate_shut: Any, booths_cap: Any) -> None:
    """Shut or open the gate of a mode and set or lift (`MISSING`) the cap on its booths."""
    control.gate_shut[mode] = gate_shut
    control.booths_cap[mode] = booths_cap
    open_within_limits(layout, control, mode)


@jitable
def disrupt_pool(layout: Any, control: Any, pool: Any, bays_cap: Any, pace: Any) -> None:
    """Set or lift (`MISSING`) the cap on the bays of a pool, and set its pace, thousandths."""
    control.bays_cap[pool] = bays_cap
    control.pace_disrupted[pool] = pace
    open_bays(layout, control)
    set_pace(control)
