"""What changes at a quarter of an hour (the shift, the posted waits, the review) and when a disruption does."""

from typing import Any

from border_sim.compiled import jitable
from border_sim.engine.open_booths import open_within_limits
from border_sim.engine.posted_wait import post_wait
from border_sim.engine.threshold_staffing import forget_wanted, review, want_first_booth


@jitable
def begin_quarter(layout: Any, control: Any, calendar: Any, tick: Any) -> None:
    """A quarter of an hour begins: shift, posted waits, review, each seeing those before it."""
    change_shift(layout, control, calendar, tick)
    for lane in range(layout.lane_mode.size):
        post_wait(layout, control, lane)
    for mode in range(layout.mode_code.size):
        if layout.review_bounds_min[mode, 0] >= 0:
            review(layout, control, mode)


@jitable
def change_shift(layout: Any, control: Any, calendar: Any, tick: Any) -> None:
    """Apply one row of the calendar: gate, limits and wanted booths (threshold staffing keeps its own)."""
    for mode in range(layout.mode_code.size):
        opens = calendar.gate_open[tick, mode] and not control.gate_open[mode]
        if opens and layout.review_bounds_min[mode, 0] >= 0:
            forget_wanted(layout, control, mode)
        control.booths_limit[mode] = calendar.booths_limit[tick, mode]
        control.gate_open[mode] = calendar.gate_open[tick, mode]
        control.held[mode] = calendar.held[tick, mode]
    for pool in range(layout.pool_mode.size):
        if calendar.booths_wanted[tick, pool] >= 0:
            control.booths_wanted[pool] = calendar.booths_wanted[tick, pool]
    for mode in range(layout.mode_code.size):
        want_first_booth(layout, control, mode)
        open_within_limits(layout, control, mode)


@jitable
def disrupt(layout: Any, control: Any, mode: Any, gate_shut: Any, booths_cap: Any) -> None:
    """Shut or open the gate of a mode and set or lift (`MISSING`) the cap on its booths."""
    control.gate_shut[mode] = gate_shut
    control.booths_cap[mode] = booths_cap
    open_within_limits(layout, control, mode)
