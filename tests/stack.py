"""docker-compose.yml as users meet it: a copy of the repository, the real Compose, and a project and ports of its own.

A test that cannot have Docker fails.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

from tests.loopback import free_ports
from tests.patience import PATIENCE_S
from tests.programs import lab, path_of
from tests.prometheus import RunningPrometheus

ROOT: Final = Path(__file__).parents[1]
HOST_PORTS: Final = ("KAFKA_PORT", "FEED_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT", "GRAFANA_PORT")
"""Variables of .env: where each service is found on this machine."""

Finished = subprocess.CompletedProcess[str]


class StackError(Exception):
    """Docker or Compose is missing or failed; says why."""


@cache
def explained() -> dict[str, str]:
    """The variables that .env.example explains, and what they are there."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def docker(*arguments: str | Path, text: str | None = None) -> Finished:
    """Run `docker ARGUMENTS` to its end, whatever comes of it; `StackError` if there is no Docker."""
    command = path_of("docker")
    if command is None:
        raise StackError("docker is not on the PATH; install Docker with Compose and start its engine")
    return _run([command, *map(str, arguments)], text=text)


def compose_configuration(folder: Path = ROOT, /, **variables: str) -> dict[str, Any]:
    """What Compose makes of the file in `folder`, all profiles, with these variables and without anybody's .env. Needs
    no engine.
    """
    told = _run(
        [*_compose(), "--env-file", os.devnull, "--profile", "*", "config", "--format", "json"], folder, variables
    )
    if told.returncode:
        raise StackError(f"Compose refuses docker-compose.yml: {told.stderr.strip()}")
    configuration: dict[str, Any] = json.loads(told.stdout)
    return configuration


def copy_of_repository(folder: Path) -> Path:
    """`folder`, with the files in it that a clone would have: what git keeps, or would if it were added now."""
    listed = _run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    if listed.returncode:
        raise StackError(f"git cannot tell the repository's files: {listed.stderr.strip()}")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():  # else it was deleted, and not yet in git
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


class Stack:
    """A project of the compose file in `folder`, with its own containers, networks, volumes and ports; `variables` of
    .env. As a context manager: at the end all of it is taken away, but for images.
    """

    def __init__(self, folder: Path, /, **variables: str) -> None:
        self.folder = folder
        self.project = f"border-sim-test-{uuid4().hex[:8]}"
        self.ports = dict(zip(HOST_PORTS, free_ports(len(HOST_PORTS)), strict=True))
        self._variables = {name: str(port) for name, port in self.ports.items()} | variables
        self.prometheus = RunningPrometheus(f"127.0.0.1:{self.ports['PROMETHEUS_PORT']}")
        self.kafka = f"127.0.0.1:{self.ports['KAFKA_PORT']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "10")

    def compose(self, *arguments: str, **variables: str) -> Finished:
        """Run `docker compose ARGUMENTS` to its end, whatever comes of it; `variables`: for this time."""
        command = [*_compose(), "--project-name", self.project, *arguments]
        return _run(command, self.folder, self._variables | variables)

    def done(self, *arguments: str, **variables: str) -> str:
        """Run `docker compose ARGUMENTS`; what it prints. Raises `StackError` if it fails."""
        finished = self.compose(*arguments, **variables)
        if finished.returncode:
            said = f"{finished.stdout}{finished.stderr}".strip()[-4000:]
            raise StackError(f"docker compose {' '.join(arguments)}: {said}; {self._logs()}")
        return finished.stdout

    def up(self, *arguments: str) -> None:
        """Start it, or the services named, and return once all are healthy. Images that are missing are not asked for
        anywhere.
        """
        self.done("up", "--detach", "--wait", "--quiet-pull", "--pull", "never", *arguments)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What Docker tells of each container of a service, running or not."""
        names = self.done("ps", "--all", "--quiet", service).split()
        told: list[dict[str, Any]] = json.loads(docker("inspect", *names).stdout) if names else []
        return told

    def container(self, service: str) -> dict[str, Any]:
        """The same of a service that has one."""
        (told,) = self.containers(service)
        return told

    def _logs(self) -> str:
        return self.compose("logs", "--no-color", "--tail", "20").stdout[-6000:]


def _compose() -> list[str]:
    """The command of Compose: as a program, or as Docker's plugin."""
    plugin = lab() / "docker" / "cli-plugins" / "docker-compose"
    for command in (["docker", "compose"], [str(plugin)]):
        if (path := path_of(command[0])) and _run([path, *command[1:], "version"]).returncode == 0:
            return [path, *command[1:]]
    raise StackError("there is no docker compose; install Docker's Compose plugin, version 2.24 or later")


def _run(
    command: list[str], folder: Path | None = None, variables: Mapping[str, str] | None = None, text: str | None = None
) -> Finished:
    """Run a command to its end, with `variables`, and without what somebody's own stack may be told by."""
    own = {
        name: value for name, value in os.environ.items() if name not in explained() and not name.startswith("COMPOSE_")
    }
    pipe = subprocess.PIPE
    return subprocess.run(
        command, cwd=folder, env={**own, **(variables or {})}, input=text, stdout=pipe, stderr=pipe, text=True,
        timeout=PATIENCE_S, check=False,
    )  # fmt: skip
