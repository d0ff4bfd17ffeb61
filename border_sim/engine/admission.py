"""Who goes in at the gate, and who is deterred: by the gate, or by the wait posted for the lane to be joined."""

from typing import Any, Final

from border_sim.codes import DETERRED_GATE, DETERRED_WAIT, PRESENT
from border_sim.compiled import jitable
from border_sim.engine.posted_wait import seen_wait
from border_sim.vocabulary import MISSING, NEVER_US

GATE_CLOSED: Final = NEVER_US
"""As a barrier: nobody goes in."""


@jitable
def barrier_min(layout: Any, control: Any, lane: Any) -> Any:
    """What stands before whoever would join a lane: its posted wait in minutes, `MISSING` (nothing) if it is closed, or
    `GATE_CLOSED`.
    """
    mode = layout.lane_mode[lane]
    if control.gate_shut[mode] or not control.gate_open[mode]:
        return GATE_CLOSED
    return seen_wait(control, lane) if control.lane_open[lane] else MISSING


@jitable
def outcome_at_gate(barrier: Any, tolerance_min: Any) -> Any:
    """The outcome of a candidate who accepts a posted wait of `tolerance_min` at most; `PRESENT`: it goes in."""
    if barrier <= tolerance_min:
        return PRESENT
    return DETERRED_GATE if barrier == GATE_CLOSED else DETERRED_WAIT
