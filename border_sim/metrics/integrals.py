"""Integrals over time of queues and places: settled where a queue or a pool changes, and where a window ends."""

from typing import Any

from border_sim.compiled import hot
from border_sim.metrics.state import CELL, CELLS, POOL


@hot
def settle_queue(cells: Any, cell: int, t_us: int) -> None:
    """Add the queue that stood until now; a queue counts as largest only if time passed while it stood."""
    passed_us = t_us - cells[cell, CELL.since_us]
    if passed_us > 0:
        cells[cell, CELL.queue_us] += cells[cell, CELL.queue] * passed_us
        cells[cell, CELL.largest_queue] = max(cells[cell, CELL.largest_queue], cells[cell, CELL.queue])
        cells[cell, CELL.since_us] = t_us


@hot
def settle_pool(pools: Any, pool: int, t_us: int) -> None:
    """Add the time of a pool's places until now; one that is to close stays open while a crossing is at it."""
    passed_us = t_us - pools[pool, POOL.since_us]
    serving, blocked = pools[pool, POOL.serving], pools[pool, POOL.blocked]
    pools[pool, POOL.open_us] += max(pools[pool, POOL.open], serving + blocked) * passed_us
    pools[pool, POOL.busy_us] += serving * passed_us
    pools[pool, POOL.blocked_us] += blocked * passed_us
    pools[pool, POOL.since_us] = t_us


@hot
def settle(state: Any, t_us: int) -> None:
    """Bring every integral up to now."""
    for cell in range(CELLS):
        settle_queue(state.cells, cell, t_us)
    for pool in range(len(state.pools)):
        settle_pool(state.pools, pool, t_us)
