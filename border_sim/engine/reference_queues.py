"""The queues of the reference engine: who waits where, and who is the next in line for a booth or bay."""

from collections import deque
from itertools import product

import numpy as np

from border_sim.engine.port_state import Control
from border_sim.engine.reference_parts import Crossing
from border_sim.inputs.layout import Layout


class Queues:
    """The queues of a port, and how many of the booths and bays before which they stand are occupied."""

    def __init__(self, layout: Layout, control: Control) -> None:
        self._layout, self._control = layout, control
        pools, queues = layout.rank.shape
        modes, steps = layout.room.shape
        self._queues: list[deque[Crossing]] = [deque() for _ in range(queues)]
        self._served_by = [np.flatnonzero(layout.rank[pool] >= 0).tolist() for pool in range(pools)]
        self.pools_at = [np.flatnonzero(layout.pool_step == step).tolist() for step in range(steps)]
        """The pools of each station, in file order"""
        self._queues_at = {place: self._of_station(*place) for place in product(range(modes), range(steps))}
        self.occupied = [0] * pools
        """How many stand in the booths or bays of each pool, served or blocked"""

    def _of_station(self, mode: int, step: int) -> list[int]:
        """The queues of a mode at a station."""
        served = {queue for pool in self.pools_at[step] for queue in self._served_by[pool]}
        return [queue for queue in served if self._layout.queue_mode[queue] == mode]

    def join(self, queue: int, crossing: Crossing) -> None:
        """Stand at the end of a queue."""
        self._queues[queue].append(crossing)
        self._control.queue[queue] += 1

    def waiting(self, mode: int, step: int) -> int:
        """How many of a mode wait at a station, in all its queues."""
        return sum(len(self._queues[queue]) for queue in self._queues_at[mode, step])

    def take_next(self, pool: int) -> Crossing | None:
        """Let the next in line into a free place of a pool; `None`: there is no place, or nobody whom it serves."""
        if not self.has_place(pool) or (queue := self._next_queue(pool)) is None:
            return None
        self._control.queue[queue] -= 1
        self.occupied[pool] += 1
        return self._queues[queue].popleft()

    def free_pools(self, queue: int, step: int) -> list[int]:
        """The pools of a station that would start whoever joined a queue now, since nobody waits there already."""
        pools = [] if self._queues[queue] else self.pools_at[step]
        return [pool for pool in pools if queue in self._served_by[pool] and self._may_serve(pool, queue)]

    def has_place(self, pool: int) -> bool:
        """Whether a pool has a free booth or bay; a closed one may serve one stranded crossing at a time."""
        return bool(
            self.occupied[pool] < self._control.booths_open[pool]
            or (self._control.serves_stranded[pool] and not self.occupied[pool])
        )

    def _next_queue(self, pool: int) -> int | None:
        """The queue whose first crossing the pool takes next: the lowest rank, within it the first to have joined."""
        heads = []
        for queue in self._served_by[pool]:
            if self._queues[queue] and self._may_serve(pool, queue):
                first = self._queues[queue][0]
                heads.append((self._layout.rank[pool, queue], first.joined_us, first.id, queue))
        return min(heads)[-1] if heads else None

    def _may_serve(self, pool: int, queue: int) -> bool:
        """Whether a pool has a free place for the first of a queue that it serves."""
        may_take = self._control.booths_open[pool] > 0 or self._is_stranded(pool, queue)
        return self.has_place(pool) and bool(may_take)

    def _is_stranded(self, pool: int, queue: int) -> bool:
        """Whether a lane has no open pool and this one is the first in file order that serves it."""
        is_lane = queue < self._control.lane_open.size
        return bool(is_lane and self._layout.lane_first_pool[queue] == pool and not self._control.lane_open[queue])
