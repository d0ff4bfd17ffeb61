"""Real brokers for tests, names on them that no other test uses, and the commands that users type."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kafka import TopicPartition

from border_sim.streaming.broker.clients import consumer
from border_sim.streaming.broker.settings import KafkaSettings, kafka_settings
from tests.broker import Broker, missing_programs
from tests.patience import PATIENCE_S

ADDRESS = "BORDER_SIM_KAFKA"
"""The environment variable that names a broker to test on; without it one is started."""
REQUIRED = "BORDER_SIM_REQUIRE_KAFKA"
"""With this in the environment a test that cannot have its broker fails; else it is skipped."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def _runnable():
    if missing := missing_programs():
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(missing)


@pytest.fixture(scope="session")
def _started(request, tmp_path_factory) -> Iterator[str]:
    request.getfixturevalue("_runnable")
    with Broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.address


@pytest.fixture(scope="session")
def kafka(request) -> str:
    """The address of the broker that tests share: they use topics of their own (`prefix`) and leave it running."""
    return os.environ.get(ADDRESS) or request.getfixturevalue("_started")


@pytest.fixture
def broker(_runnable, tmp_path: Path) -> Iterator[Broker]:
    """A broker of the test's own, to stop and to kill."""
    with Broker(tmp_path / "kafka") as own:
        yield own


@pytest.fixture
def prefix() -> str:
    """How the names of a test's topics begin."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    """Waits until a condition holds, and returns what it gives."""

    def wait(condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not (held := condition()):
            assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {what}"
            time.sleep(0.02)
        return held

    return wait


@contextmanager
def reading(
    address: str | KafkaSettings, topic: str, **options: Any
) -> Iterator[tuple[Any, dict[TopicPartition, int]]]:
    """A consumer of a topic, and the end of each partition; of a topic that is missing: none."""
    settings = kafka_settings(address) if isinstance(address, str) else address
    with closing(consumer(settings, **options)) as client:
        parts = [TopicPartition(topic, part) for part in sorted(client.partitions_for_topic(topic) or ())]
        client.assign(parts)
        yield client, client.end_offsets(parts) if parts else {}


@pytest.fixture(scope="session")
def stored() -> Callable[..., list[Any]]:
    """Reads what a topic holds, partition after partition; a topic that is missing: nothing."""

    def read(address: str | KafkaSettings, topic: str, **options: Any) -> list[Any]:
        with reading(address, topic, **options) as (client, ends):
            records: dict[TopicPartition, list[Any]] = {part: [] for part in ends}
            deadline = time.monotonic() + PATIENCE_S
            while any(client.position(part) < end for part, end in ends.items()):
                assert time.monotonic() < deadline, f"{topic} was not read to its end"
                for part, found in client.poll(timeout_ms=200, max_records=10_000).items():
                    records[part] += found
        return [record for part in ends for record in records[part]]

    return read


@pytest.fixture(scope="session")
def count_stored() -> Callable[[str, str], int]:
    """How many records a topic has been given."""

    def count(address: str, topic: str) -> int:
        with reading(address, topic) as (_, ends):
            return sum(ends.values())

    return count


@pytest.fixture
def start_border_sim(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `border-sim ARGUMENTS` in the test's folder; `environment`: variables besides. Killed at the end."""
    started = []

    def start(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "border_sim.cli.main", *map(str, arguments)]
        variables = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **(environment or {})}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=tmp_path, env=variables, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def border_sim(start_border_sim) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `border-sim ARGUMENTS` in the test's folder to its end; returns the finished process, its output as text."""

    def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        process = start_border_sim(*arguments, **options)
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    return run
