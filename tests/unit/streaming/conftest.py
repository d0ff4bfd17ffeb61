"""What tests of streams share: streams of made-up runs, and a small run directory with every log."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from border_sim.events.decode import Start
from border_sim.loading.catalogue import load_catalogue
from border_sim.records import Events, PortInfo, RunFacts
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.streaming.playback.play import EventStream
from border_sim.vocabulary import QUARTER_US


@pytest.fixture(scope="session")
def stream_from() -> Callable[..., EventStream]:
    """A stream from pieces of events, of a port that differs from `info` in its slug, and of a run."""

    def make(
        info: PortInfo, pieces: Iterable[Events], slug: str = "tiny-port", run: str = "r", **facts: Any
    ) -> EventStream:
        pieces = list(pieces)
        told = RunFacts(run, facts.get("replication", 0), facts.get("ports", 1))
        ends_us = [int(piece.t_us[-1]) for piece in pieces if piece.t_us.size]
        return EventStream(Start(replace(info, slug=slug), told), int(pieces[0].t_us[0]), max(ends_us), pieces)

    return make


@pytest.fixture(scope="session")
def two_ports() -> Resolved:
    """Two quiet ports for a day."""
    return resolve(Scenario(), load_catalogue(), ports=["naco", "sasabe"], days=1)


@pytest.fixture(scope="session")
def run_folder(two_ports: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run directory of a day at two ports, with every log, and metrics by quarters of an hour."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    make_directory(folder, force=False)
    simulate(two_ports, RunSettings("test", 1, 0, QUARTER_US, logs=frozenset({"parquet", "ndjson"})), folder)
    return folder
