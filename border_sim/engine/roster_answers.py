"""A roster that answers the queue: booths beyond it while the wait is long, general booths lent from lane to lane."""

from typing import Any

from border_sim.compiled import jitable
from border_sim.engine.open_booths import booths_allowed, booths_open_of, open_within_limits
from border_sim.engine.threshold_staffing import is_short, is_too_long
from border_sim.vocabulary import MISSING


@jitable
def answer_queue(layout: Any, control: Any, mode: Any) -> None:
    """Look at a mode's pools in file order and change one booth a pool, that of a lender too.

    Where the wait is long the pool opens one beyond the roster, within what is installed and the officers; where these
    bind it borrows one from another general pool whose wait is short. Where the wait is short, what was opened beyond
    the roster or borrowed goes again; a pool that lent one has it back once it is not used.
    """
    changed = 0  # pools, as bits
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] != mode or layout.pool_queue[pool] >= 0 or changed >> pool & 1:
            continue
        before = control.booths_answered[pool]
        if is_too_long(layout, control, pool):
            if control.booths_open[pool] < layout.pool_limit[pool]:
                changed |= _open_one_more(layout, control, mode, pool, changed)
        elif is_short(layout, control, pool) and before > 0:
            control.booths_answered[pool] -= 1
        elif before < 0 and _answered(layout, control, mode) < 0:
            control.booths_answered[pool] += 1
        if control.booths_answered[pool] != before:
            changed |= 1 << pool
        open_within_limits(layout, control, mode)


@jitable
def keep_a_booth(layout: Any, control: Any, mode: Any) -> None:
    """A pool of which the roster wants fewer booths than before still has one of them, if it wants any: what it lent
    beyond that is opened beyond the roster where it was lent to.
    """
    for pool in range(layout.pool_mode.size):
        if layout.pool_mode[pool] == mode and layout.pool_queue[pool] < 0:
            most_lent = max(0, control.booths_wanted[pool] - 1)
            control.booths_answered[pool] = max(control.booths_answered[pool], -most_lent)


@jitable
def _open_one_more(layout: Any, control: Any, mode: Any, pool: Any, changed: Any) -> Any:
    """One more booth for a pool: a closed one, or else one that another general pool can spare. Returns the lender, as
    a bit.
    """
    if booths_open_of(layout, control, mode) < booths_allowed(control, mode):
        control.booths_answered[pool] += 1
        return 0
    lender = _lender(layout, control, pool, changed)
    if lender == MISSING:
        return 0
    control.booths_answered[lender] -= 1
    control.booths_answered[pool] += 1
    return 1 << lender


@jitable
def _lender(layout: Any, control: Any, borrower: Any, changed: Any) -> Any:
    """The first general pool that has more than one booth open and a short wait, for a general one; else `MISSING`.
    None that is `changed` already.
    """
    for pool in range(layout.pool_mode.size):
        is_other = pool != borrower and layout.pool_mode[pool] == layout.pool_mode[borrower]
        is_alike = is_other and layout.is_general[pool] and layout.is_general[borrower]
        is_free = control.booths_open[pool] > 1 and not changed >> pool & 1
        if is_alike and is_free and is_short(layout, control, pool):
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
