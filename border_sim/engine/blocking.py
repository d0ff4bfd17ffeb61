"""Blocking after service: who finds no place at the next station stays in its booth or bay, which serves nobody else.

How long booths and bays served and were blocked is kept by pool, since the posted wait knows of it.
"""

from typing import Any, Final

from border_sim.compiled import jitable
from border_sim.engine.port_state import POSTINGS_PER_HOUR
from border_sim.vocabulary import MINUTE_US, MISSING, SECOND_US

LONGEST_WAIT_US: Final = 600 * MINUTE_US
"""Blocking lengthens a posted wait to this at most."""


@jitable
def count_use(control: Any, pool: Any, now: Any, serving: Any, blocked: Any) -> None:
    """So many more (or fewer) booths or bays of a pool serve and are blocked from now on."""
    use = control.use
    passed_us = now - use.since_us[pool]
    use.serving_us[pool] += use.serving[pool] * passed_us
    use.blocked_us[pool] += use.blocked[pool] * passed_us
    use.since_us[pool] = now
    use.serving[pool] += serving
    use.blocked[pool] += blocked


@jitable
def begin_posting(control: Any, now: Any) -> None:
    """Count the use of every pool until now, when waits are posted."""
    for pool in range(control.use.since_us.size):
        count_use(control, pool, now, 0, 0)


@jitable
def end_posting(control: Any) -> None:
    """Keep the use as it is now, in the place of that of an hour ago."""
    use = control.use
    place = use.postings[0] % POSTINGS_PER_HOUR
    for pool in range(use.since_us.size):
        use.hour_serving_us[place, pool] = use.serving_us[pool]
        use.hour_blocked_us[place, pool] = use.blocked_us[pool]
    use.postings[0] += 1


@jitable
def blocked_wait(layout: Any, control: Any, lane: Any, wait_us: Any) -> Any:
    """The wait at a lane as blocking in the pools that serve it lengthens it; `MISSING` if nothing was blocked."""
    serving_us = blocked_us = 0
    for pool in range(layout.pool_mode.size):
        if layout.rank[pool, lane] >= 0:
            serving, blocked = used_in_hour(control, pool)
            serving_us += serving
            blocked_us += blocked
    return lengthened(wait_us, serving_us, blocked_us)


@jitable
def used_in_hour(control: Any, pool: Any) -> Any:
    """For how long booths or bays of a pool served and were blocked in the hour before this posting."""
    use = control.use
    hour_ago = use.postings[0] % POSTINGS_PER_HOUR  # all 0 until a run is an hour old
    serving_us = use.serving_us[pool] - use.hour_serving_us[hour_ago, pool]
    return serving_us, use.blocked_us[pool] - use.hour_blocked_us[hour_ago, pool]


@jitable
def lengthened(wait_us: Any, serving_us: Any, blocked_us: Any) -> Any:
    """A wait times (serving + blocked) / serving, in whole seconds of these, at most `LONGEST_WAIT_US` but not less
    than the wait; `MISSING` if nothing was blocked.
    """
    serving_s, blocked_s = serving_us // SECOND_US, blocked_us // SECOND_US
    if blocked_s == 0:
        return MISSING
    if serving_s == 0:
        return max(wait_us, LONGEST_WAIT_US) if wait_us > 0 else 0
    longer_us = min(LONGEST_WAIT_US, wait_us) * (serving_s + blocked_s) // serving_s
    return max(wait_us, min(LONGEST_WAIT_US, longer_us))
