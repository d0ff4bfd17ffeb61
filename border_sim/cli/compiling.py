"""Telling that the compiler is at work: the first time that a machine needs a loop takes half a minute."""

from collections.abc import Callable
from typing import Any

from border_sim.compiled import is_compiled
from border_sim.spec.scenario import Resolved


def tell_of_compiling(resolved: Resolved, say: Callable[[str], Any]) -> None:
    """Say so where what a run needs has not been compiled yet; blocking is compiled by itself, for who has room."""
    parts = (part for port in resolved.ports for part in port.port.modes.values())
    loop = "advance_with_room" if any(part.room.by_station() for part in parts) else "advance"
    if not is_compiled(loop):
        what = "what is new in this scenario" if is_compiled() else "the engine"
        say(f"compiling {what} for this machine, once (half a minute)")
