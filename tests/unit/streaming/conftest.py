"""What tests of streams share: streams of made-up runs, and a small run directory with every log."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from border_sim.events.decode import Start
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.records import Events, PortInfo, RunFacts
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.streaming.playback.play import EventStream
from border_sim.vocabulary import QUARTER_US
from tests.full_port import FULL_PORT


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
def full_port(tmp_path_factory: pytest.TempPathFactory) -> Resolved:
    """A port for a day whose stations fill up."""
    file, catalogue = tmp_path_factory.mktemp("full") / "full.yaml", load_catalogue()
    file.write_text(FULL_PORT, encoding="utf-8")
    return resolve(load_scenario(file, catalogue), catalogue)


def _run(resolved: Resolved, parent: Path) -> Path:
    """A run directory with every log, and metrics by quarters of an hour."""
    make_directory(parent / "run", force=False)
    settings = RunSettings("test", 1, 0, QUARTER_US, logs=frozenset({"parquet", "ndjson"}))
    simulate(resolved, settings, parent / "run")
    return parent / "run"


@pytest.fixture(scope="session")
def run_folder(two_ports: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run directory of a day at two ports, with every log, and metrics by quarters of an hour."""
    return _run(two_ports, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def full_folder(full_port: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the port whose stations fill up."""
    return _run(full_port, tmp_path_factory.mktemp("runs"))
