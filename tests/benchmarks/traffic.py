"""What the streaming benchmarks move: every event of a day's run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from border_sim.events.parse_line import parse
from border_sim.loading.catalogue import load_catalogue
from border_sim.records import Array
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import QUARTER_US
from tests.benchmarks.workloads import SEED
from tests.memory_sink import MemorySink

QUIET_PORTS: Final = (
    "amistad-dam", "antelope-wells", "boquillas", "falcon-dam", "fort-hancock", "los-ebanos", "san-luis-2", "sasabe",
)  # fmt: skip
"""With twenty thousand events a day, most of them heartbeats"""
RUN: Final = "bench"
WINDOW_US: Final = QUARTER_US


class Moved(NamedTuple):
    """A contender of the streaming benchmarks in one round."""

    seconds: float
    events: int

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds


class Traffic(NamedTuple):
    """A run that is over."""

    folder: Path
    """Its run directory"""
    t_us: Array
    """int64: the instant of every event, in order, as `border-sim live` and `replay` send them"""
    events: list[tuple[str, bytes]]
    """Port and line of each"""


def texan_ports() -> tuple[str, ...]:
    """The ports of Texas, with half of the catalogue's traffic."""
    return tuple(slug for slug, port in load_catalogue().ports.items() if port.state == "TX")


def new_traffic(ports: Sequence[str], replication: int, folder: Path) -> Traffic:
    """Simulate a day of ports without a warm-up, so that all of it is measured, into `folder`."""
    resolved = resolve(Scenario(), load_catalogue(), ports=ports, days=1, warm_up_days=0)
    settings = RunSettings(RUN, SEED, replication, WINDOW_US)
    sink = MemorySink()
    make_directory(folder, force=False)
    simulate(resolved, settings, folder, stream=sink)
    t_us = np.array([parse(line).t_us for _, line in sink.events])
    order = np.argsort(t_us, kind="stable")  # those of one port are in order
    return Traffic(folder, t_us[order], [sink.events[place] for place in order])
