"""The plain port in SimPy, as its users would write it, twice: a process per crossing, and callbacks without processes.

Both get the crossings drawn beforehand, and give a row per crossing: (crossing, wait at primary, wait at secondary or
`MISSING`), in microseconds.
"""

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

import simpy

from border_sim.vocabulary import MISSING
from tests.benchmarks.workloads import PlainPort, Visit

Row = tuple[int, int, int]
Steps = Generator[simpy.Event, Any, None]


def processes(port: PlainPort) -> list[Row]:
    """A process per crossing; a resource per lane, and one for the bays of secondary."""
    env = simpy.Environment(port.plan.begins_us)
    lanes = [simpy.Resource(env, booths) for booths in port.booths]
    bays = simpy.Resource(env, port.bays)
    rows: list[Row] = []
    env.process(_source(env, port.visits, lanes, bays, rows))
    env.run()
    return rows


def _source(
    env: simpy.Environment, visits: list[Visit], lanes: list[simpy.Resource], bays: simpy.Resource, rows: list[Row]
) -> Steps:
    for visit in visits:
        yield env.timeout(visit.arrived_us - env.now)
        env.process(_cross(env, visit, lanes[visit.lane], bays, rows))


def _cross(env: simpy.Environment, visit: Visit, lane: simpy.Resource, bays: simpy.Resource, rows: list[Row]) -> Steps:
    joined_us = env.now
    with lane.request() as booth:
        yield booth
        wait_us = env.now - joined_us
        yield env.timeout(visit.service_us)
    secondary_wait_us: float = MISSING
    if visit.secondary_us != MISSING:
        joined_us = env.now
        with bays.request() as bay:
            yield bay
            secondary_wait_us = env.now - joined_us
            yield env.timeout(visit.secondary_us)
    rows.append((visit.crossing, int(wait_us), int(secondary_wait_us)))


class _Station:
    """Servers and the queue before them. `leave` is called with whoever has been served; waits are kept by crossing."""

    def __init__(
        self, env: simpy.Environment, servers: int, wait_us: list[int], leave: Callable[[Visit], None]
    ) -> None:
        self.env, self.free, self.wait_us, self.leave = env, servers, wait_us, leave
        self.queue: deque[tuple[Visit, int, int]] = deque()

    def join(self, visit: Visit, service_us: int) -> None:
        if self.free:
            self.free -= 1
            self.start(visit, service_us, 0)
        else:
            self.queue.append((visit, service_us, int(self.env.now)))

    def start(self, visit: Visit, service_us: int, wait_us: int) -> None:
        self.wait_us[visit.crossing] = wait_us
        self.env.timeout(service_us, visit).callbacks.append(self.end)

    def end(self, timeout: Any) -> None:
        if self.queue:
            following, service_us, joined_us = self.queue.popleft()
            self.start(following, service_us, int(self.env.now) - joined_us)
        else:
            self.free += 1
        self.leave(timeout.value)


def callbacks(port: PlainPort) -> list[Row]:
    """No processes and no resources: timeouts whose callbacks move the crossings on."""
    env = simpy.Environment(port.plan.begins_us)
    wait_us, secondary_wait_us = ([MISSING] * len(port.visits) for _ in range(2))
    coming = iter(port.visits)

    def come() -> None:
        if (visit := next(coming, None)) is not None:
            env.timeout(visit.arrived_us - env.now, visit).callbacks.append(arrive)

    def arrive(timeout: Any) -> None:
        visit: Visit = timeout.value
        lanes[visit.lane].join(visit, visit.service_us)
        come()

    def refer(visit: Visit) -> None:
        if visit.secondary_us != MISSING:
            bays.join(visit, visit.secondary_us)

    bays = _Station(env, port.bays, secondary_wait_us, lambda _: None)
    lanes = [_Station(env, booths, wait_us, refer) for booths in port.booths]
    come()
    env.run()
    return list(zip(range(len(port.visits)), wait_us, secondary_wait_us, strict=True))
