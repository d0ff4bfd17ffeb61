"""The places of a pool, booths or bays: opened, taken by a crossing, blocked by it once it is served, and left.

A place is blocked from the end of its crossing's service until that crossing joins the next station or leaves the port.
Mostly that is the same instant. Who has been served and has not moved on is kept in `FoldState.unmoved`.
"""

from typing import Any, Final

from border_sim.compiled import hot
from border_sim.metrics.integrals import settle_pool
from border_sim.metrics.state import FIRST_OF_POOL, POOL

_CROSSING, _POOL = range(2)
"""Columns of `FoldState.unmoved`."""
_SIZE: Final = 0


@hot
def open_places(pools: Any, pool: int, t_us: int, places: int) -> None:
    """So many places of a pool are open from now on; the first time its places begin to be counted."""
    settle_pool(pools, pool, t_us)
    if not pools[pool, POOL.is_told]:
        pools[pool, FIRST_OF_POOL:] = 0
        pools[pool, POOL.is_told] = 1
    pools[pool, POOL.open] = places


@hot
def begin_service(pools: Any, pool: int, t_us: int) -> None:
    """A place of a pool serves a crossing from now on."""
    settle_pool(pools, pool, t_us)
    pools[pool, POOL.serving] += 1


@hot
def end_service(pools: Any, pool: int, t_us: int) -> None:
    """A place has served its crossing."""
    settle_pool(pools, pool, t_us)
    pools[pool, POOL.serving] -= 1


@hot
def stay(pools: Any, unmoved: Any, unmoved_count: Any, pool: int, crossing: int) -> None:
    """A place that has just served its crossing is blocked until that moves on.

    No valid stream fills the table; of one that does, whoever finds no row is taken for gone.
    """
    row = unmoved_count[_SIZE]
    if pools[pool, POOL.is_told] and row < len(unmoved):
        pools[pool, POOL.blocked] += 1
        unmoved[row, _CROSSING], unmoved[row, _POOL] = crossing, pool
        unmoved_count[_SIZE] = row + 1


@hot
def move_on(pools: Any, unmoved: Any, unmoved_count: Any, crossing: int, t_us: int) -> None:
    """A crossing leaves the place that served it, if it is at any; mostly it is the one that was served last."""
    last = unmoved_count[_SIZE] - 1
    for row in range(last, -1, -1):
        if unmoved[row, _CROSSING] == crossing:
            pool = unmoved[row, _POOL]
            if pools[pool, POOL.since_us] != t_us:
                settle_pool(pools, pool, t_us)
            pools[pool, POOL.blocked] -= 1
            if row != last:
                unmoved[row, _CROSSING], unmoved[row, _POOL] = unmoved[last, _CROSSING], unmoved[last, _POOL]
            unmoved_count[_SIZE] = last
            return
