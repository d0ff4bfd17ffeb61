"""What docs/operations.md says of doing without Docker: its commands, as they stand there, but for addresses."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.alert_rules import PROMETHEUS, ROOT
from tests.loopback import free_ports
from tests.prometheus import PrometheusError, RunningPrometheus, program

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SECTION = PAGE[PAGE.index("\n## Without Docker\n") :]
BORDER, SERVER = "localhost:9464", "localhost:9090"


def commands():
    """The lines of each block that is for a shell."""
    return [block.splitlines() for block in re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)]


@pytest.fixture
def folder(tmp_path):
    """What the commands need of a repository, with the programs that they call on the PATH."""
    shutil.copytree(PROMETHEUS, tmp_path / "dashboards" / "prometheus")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "border-sim").write_text(f'#!/bin/sh\nexec {sys.executable} -m border_sim.cli.main "$@"\n')
    (programs / "border-sim").chmod(0o755)
    (programs / "prometheus").symlink_to(program("prometheus"))
    return tmp_path


@pytest.fixture
def start(folder):
    """Starts a command of the page in the folder; killed at the end."""
    started = []
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}

    def run(command):
        with (folder / f"{len(started)}.log").open("wb") as log:
            shell = ["bash", "-c", f"exec {command}"]
            started.append(subprocess.Popen(shell, cwd=folder, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


def at(addresses, file_or_command):
    """A text with other addresses, so that nobody else's are in the way."""
    for told, own in addresses.items():
        file_or_command = file_or_command.replace(told, own)
    return file_or_command


def log_of(folder):
    return "\n".join(each.read_text(errors="replace") for each in sorted(folder.glob("*.log")))


def test_one_process_and_a_prometheus(folder: Path, start, until):
    simulate, scrape = commands()[0]
    addresses = {told: f"localhost:{port}" for told, port in zip((BORDER, SERVER), free_ports(2), strict=True)}
    config = folder / "dashboards" / "prometheus" / "without-docker.yml"
    config.write_text(at(addresses, config.read_text(encoding="utf-8")), encoding="utf-8")
    # two small ports, so that they have caught up with this moment soon
    processes = [start(f"{at(addresses, simulate)} --ports sasabe,naco"), start(at(addresses, scrape))]
    server = RunningPrometheus(addresses[SERVER])

    def found(expression):
        assert all(process.poll() is None for process in processes), log_of(folder)
        with suppress(URLError, ConnectionError, PrometheusError):  # it does not listen, or is not ready, yet
            return server.query(expression)

    until(lambda: len(found("up == 1") or ()) == 2, "both are scraped")
    until(lambda: found("job:border_sim_speed_ratio:min > 0"), "the simulated clock goes, and rules are evaluated")
    assert (folder / "runs" / "prometheus").is_dir()
