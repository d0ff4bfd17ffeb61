"""The image: what it holds, who runs it, and that a container compiles nothing when it starts."""

import json
import re
import shlex
from urllib.request import urlopen

import pytest

from border_sim.cli.main import group
from border_sim.version import __version__
from tests.loopback import free_ports
from tests.patience import PATIENCE_S
from tests.stack import docker

COUNTING = """
import gc, shlex, sys
from numba.core.dispatcher import Dispatcher
from border_sim.cli.main import group
for line in sys.argv[1:]:
    try:
        group(shlex.split(line))
    except SystemExit as ended:
        assert not ended.code, (line, ended.code)
compiled = [each for each in gc.get_objects() if isinstance(each, Dispatcher)]
read = sum(sum(each.stats.cache_hits.values()) for each in compiled)
lacked = [each.py_func.__qualname__ for each in compiled for _ in each.stats.cache_misses]
print(f"{read} read, compiled: {lacked}")
"""
"""Runs the commands of its arguments and ends with what was read of compiled code and what had to be compiled."""
LIVE = "live --ports calexico-east,sasabe --start 2024-03-04 --days 1 --speed 0 --quiet"
RUN = "run --ports calexico-east,sasabe --start 2024-03-04 --days 2 --seed 7 --quiet --out /tmp/run"


@pytest.fixture(scope="module")
def inspected(image):
    return json.loads(docker("image", "inspect", image).stdout)[0]["Config"]


def in_container(image, *options, command):
    """What a container prints that runs a command of the shell, without border-sim's entry point."""
    told = docker("run", "--rm", "--no-healthcheck", *options, "--entrypoint", "sh", image, "-c", command)
    assert told.returncode == 0, told.stderr
    return told.stdout


def counting(image, *options, commands):
    """The last line of `COUNTING`."""
    script = ("--entrypoint", "python", image, "-c", COUNTING)
    told = docker("run", "--rm", "--no-healthcheck", *options, *script, *commands)
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()[-1]


def test_tells_what_it_is_and_is_nobodys_root(inspected):
    assert inspected["User"] == "10001:10001"
    assert inspected["Entrypoint"] == ["border-sim"]
    assert inspected["StopSignal"] == "SIGINT"
    assert inspected["Labels"]["org.opencontainers.image.title"] == "border-sim"
    assert inspected["Healthcheck"]["Test"][0] == "CMD"


def test_holds_no_compiler_no_downloads_and_nothing_of_the_repository_but_what_runs(image):
    look = """for name in cc gcc c++ clang ld; do command -v $name; done
    find / -xdev -name .git -o -xdev -name docker-compose.yml
    find /opt /root -name '*.whl' -o -path '*/pip/*'
    ls -A /home/border"""
    assert in_container(image, "--user", "root", command=look) == ""


def test_its_user_can_change_nothing_of_it(image):
    looked = "id -u; find /opt/border-sim -writable -not -type l; border-sim --version"
    assert in_container(image, command=looked) == f"10001\nborder-sim, version {__version__}\n"


@pytest.mark.parametrize(
    ("options", "commands"),
    [
        pytest.param((), (RUN, "metrics /tmp/run", LIVE), id="as it is"),
        pytest.param(("--read-only",), (LIVE,), id="where nothing at all can be written"),
        pytest.param(
            ("--read-only", "--tmpfs", "/tmp", "--user", "4321:4321"),
            (RUN, "metrics /tmp/run", "report /tmp/run", "replay /tmp/run --to /tmp/run.ndjson"),
            id="as any user, with a root that is read-only",
        ),
        pytest.param(("--user", "root"), (f"{RUN} --log none --window 1h", "verify --ports sasabe"), id="as root"),
    ],
)
def test_nothing_is_compiled_when_it_starts(image, options, commands):
    read, _, compiled = counting(image, *options, commands=commands).partition(" read, compiled: ")
    assert int(read) > 10
    assert compiled == "[]"


def test_nothing_is_compiled_for_any_kind_of_scenario(image, clone):
    names = sorted(path.name for path in (clone / "configs" / "scenarios").glob("*.yaml"))
    assert len(names) >= 5
    runs = [f"run scenarios/{name} --days 1 --warm-up 0 --log none --quiet --out /tmp/{name}" for name in names]
    mounted = ("--read-only", "--tmpfs", "/tmp", "--volume", f"{clone}/configs/scenarios:/home/border/scenarios:ro")
    assert counting(image, *mounted, commands=runs).endswith(" read, compiled: []")


def test_code_for_any_processor_gives_the_events_of_code_for_this_one(image, tmp_path):
    with pytest.raises(SystemExit) as ended:
        group([*shlex.split(RUN)[:-1], str(tmp_path / "run")])
    assert not ended.value.code
    here = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    there = json.loads(in_container(image, command=f"border-sim {RUN} && cat /tmp/run/manifest.json"))
    assert there["event_hash"] == here["event_hash"]


def test_serves_a_border_by_itself_until_it_is_stopped(image, until):
    port = free_ports(1)[0]
    served = ("--serve", "0.0.0.0:9464", "--ports", "sasabe", "--speed", "3600")
    name = docker("run", "--detach", "--read-only", "--publish", f"127.0.0.1:{port}:9464", image, "live", *served)
    assert name.returncode == 0, name.stderr
    container = name.stdout.strip()
    try:
        health = ("inspect", "--format", "{{.State.Status}} {{.State.Health.Status}}", container)
        until(lambda: docker(*health).stdout != "running starting\n", "it is healthy, or is not")
        assert docker(*health).stdout == "running healthy\n", docker("logs", container).stderr
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
            assert re.search(rb'^border_port_info{.*port="sasabe".*} 1', answer.read(), re.MULTILINE)
        docker("stop", "--time", "60", container)
        ended = docker("inspect", "--format", "{{.State.ExitCode}}", container).stdout
        assert ended == "0\n", docker("logs", container).stderr
    finally:
        docker("rm", "--force", container)
