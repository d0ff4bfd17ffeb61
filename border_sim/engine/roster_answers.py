"""A roster that answers the queue: booths beyond it while the wait is long, general booths lent from lane to lane."""

from typing import Any

from border_sim.compiled import jitable
from border_sim.engine.open_booths import booths_allowed, booths_open_of, open_within_limits
from border_sim.engine.threshold_staffing import is_short, is_too_long
from border_sim.vocabulary import MISSING


@jitable
def answer_queue(layout: Any, control: Any, mode: Any) -> None:
    """Look at a mode's pools in file order and change one booth a pool.

    Where the wait is long the pool opens one beyond the roster, within what is installed and the officers; where these
    bind it borrows one from another general pool whose wait is short. Where the wait is short, what was opened beyond
    the roster or borrowed goes again; a pool that lent one has it back once it is not used.
    """
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] != mode or layout.pool_queue[pool] >= 0:
            continue
        if is_too_long(layout, control, pool):
            if control.booths_open[pool] < layout.pool_limit[pool]:
                _open_one_more(layout, control, mode, pool)
        elif is_short(layout, control, pool) and control.booths_answered[pool] > 0:
            control.booths_answered[pool] -= 1
        elif control.booths_answered[pool] < 0 and _answered(layout, control, mode) < 0:
            control.booths_answered[pool] += 1
        open_within_limits(layout, control, mode)


@jitable
def _open_one_more(layout: Any, control: Any, mode: Any, pool: Any) -> None:
    """One more booth for a pool: a closed one, or else one that another general pool can spare."""
    if booths_open_of(layout, control, mode) < booths_allowed(control, mode):
        control.booths_answered[pool] += 1
        return
    lender = _lender(layout, control, pool)
    if lender != MISSING:
        control.booths_answered[lender] -= 1
        control.booths_answered[pool] += 1


@jitable
def _lender(layout: Any, control: Any, borrower: Any) -> Any:
    """The first general pool that has more than one booth open and a short wait, for a general one; else `MISSING`."""
    for pool in range(layout.pool_mode.size):
        is_other = pool != borrower and layout.pool_mode[pool] == layout.pool_mode[borrower]
        is_alike = is_other and layout.is_general[pool] and layout.is_general[borrower]
        if is_alike and control.booths_open[pool] > 1 and is_short(layout, control, pool):
            return pool
    return MISSING


@jitable
def _answered(layout: Any, control: Any, mode: Any) -> Any:
    """Booths that all of a mode's pools have beyond the roster."""
    booths = 0
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode:
            booths += control.booths_answered[pool]
    return booths
