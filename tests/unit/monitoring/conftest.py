"""What tests of monitoring share: a registry that reads a board, a port whose events are written by hand, and a run."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from prometheus_client.registry import CollectorRegistry

from border_sim.cli.options import load_resolved
from border_sim.loading.catalogue import load_catalogue
from border_sim.monitoring.collector import BoardCollector
from border_sim.monitoring.known_ports import KnownPort, known_ports
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.embedded import Bus
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import play
from border_sim.streaming.playback.simulated import Identity, live_streams
from border_sim.vocabulary import QUARTER_US, SECOND_US

RUN = "a-run-of-7"
PORTS = ("calexico-east", "naco", "sasabe")
MEASURED_S = 1_709_568_000
"""2024-03-04T16:00Z, 10 in the morning in Chicago and 8 in Los Angeles."""
STARTED = {
    "kind": "run_started",
    "schema": 3,
    "time_zone": "America/Chicago",
    "latitude": 31.5,
    "longitude": -106.25,
    "installed": {"commercial": 3},
    "pools": [
        {"name": "export", "mode": "commercial", "station": "export"},
        {"name": "standard", "mode": "commercial", "station": "primary"},
        {"name": "fast", "mode": "commercial", "station": "primary"},
        {"name": "nii", "mode": "commercial", "station": "secondary"},
    ],
    "measured_from_us": MEASURED_S * SECOND_US,
    "ports": 1,
    "seed": None,
    "configuration_hash": None,
}
"""`run_started` of a port of trucks, but for the fields that every event has."""


class Simulated(NamedTuple):
    """A run that is over."""

    board: Board
    """What one process made of its events"""
    rows: list[dict[str, Any]]
    """Its windows"""


@pytest.fixture(scope="session")
def known() -> dict[str, KnownPort]:
    return known_ports(load_catalogue())


@pytest.fixture
def registry_of(known) -> Callable[..., CollectorRegistry]:
    """A registry that has the collector of a board alone."""

    def make(board: Board, **options: Any) -> CollectorRegistry:
        registry = CollectorRegistry()
        registry.register(BoardCollector(board, **({"known": known} | options)))
        return registry

    return make


@pytest.fixture
def board_of() -> Callable[..., Board]:
    """A board that shows events of one port: pairs of seconds since the measured time began, and fields."""

    def make(events: Iterable[tuple[float, dict[str, Any]]], port: str = "my-port", **started: Any) -> Board:
        board = Board()
        bus = Bus(QUARTER_US, lambda result: _refuse(result.dead), board)
        for seq, (at_s, fields) in enumerate([(-3_600, STARTED | started), *events]):
            t_us = round((MEASURED_S + at_s) * SECOND_US)
            event = {"run": RUN, "replication": 0, "port": port, "seq": seq, "t_us": t_us, **fields}
            bus.write([(port, json.dumps(event).encode())])
        bus.flush()
        return board

    return make


def _refuse(dead: list[Any]) -> None:
    assert not dead, dead[0].error


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """A day of three ports, simulated twice: into windows, and through the pipeline."""
    resolved = load_resolved(None, ",".join(PORTS), days=1)
    folder: Path = tmp_path_factory.mktemp("runs") / "run"
    make_directory(folder, force=False)
    simulate(resolved, RunSettings(RUN, 7, 0, QUARTER_US), folder)
    board = Board()
    streams = live_streams(resolved, Identity(RUN, 7, 0))
    play(streams, Bus(QUARTER_US, lambda _: None, board), Pacer(0, 0, print), Event())
    return Simulated(board, pq.read_table(folder / "metrics.parquet").to_pylist())
