"""The command line as a whole: help, version, exit codes, output that ends early."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import border_sim
from border_sim.cli.main import COMMANDS, group
from border_sim.run.run_files import EVENTS

MAIN = [sys.executable, "-m", "border_sim.cli.main"]
HEAVY = {"numba", "simpy", "pyarrow", "numpy"}


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The events of a day at a port."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    arguments = ["run", "--ports", "sasabe", "--days", "1", "--log", "ndjson", "--quiet", "--out", str(folder)]
    assert CliRunner().invoke(group, arguments).exit_code == 0
    return folder / EVENTS


def test_help_lists_every_command() -> None:
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert all(f"  {name} " in result.output and line in result.output for name, line in COMMANDS.items())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(group, [name, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: border-sim {name}") or result.output.startswith(f"Usage: group {name}")


def test_help_may_be_asked_for_in_short() -> None:
    told = subprocess.run([*MAIN, "ports", "-h"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("Usage: border-sim ports")


def test_the_version() -> None:
    assert CliRunner().invoke(group, ["--version"]).output == f"border-sim, version {border_sim.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["--nothing"], ["show"], ["show", "a", "b"], ["validate"], ["ports", "x"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(group, arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output


def test_a_mistyped_command_is_told_which_may_be_meant() -> None:
    near = CliRunner().invoke(group, ["consum", "--kafka", "here:9092"])
    assert near.exit_code == 2
    assert "No such command 'consum'; did you mean 'consume'?" in near.output
    assert "mean" not in CliRunner().invoke(group, ["nothing"]).output


def test_who_interrupts_a_command_gets_its_exit_code_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(group.get_command(click.Context(group), "ports"), "invoke", interrupted)
    result = CliRunner().invoke(group, ["ports"])
    assert (result.exit_code, result.output) == (130, "")


def test_help_imports_no_command() -> None:
    script = (
        "import sys; from border_sim.cli.main import group\n"
        "group(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"pydantic", "yaml", "rich", *HEAVY} & set(output.split())


@pytest.mark.parametrize("arguments", [["ports"], ["show", "san-ysidro"], ["validate", "pyproject.toml"]])
def test_commands_about_the_catalogue_import_no_engine(arguments: list[str]) -> None:
    script = f"import sys; from border_sim.cli.main import group\ntry: group({arguments})\nfinally: print(*sys.modules)"
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout
    assert not HEAVY & set(output.split())


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with subprocess.Popen([*MAIN, "ports"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["ports"], ["--version"], ["replay", "EVENTS", "--to", "-"]])
def test_an_output_that_takes_no_more_is_told_in_one_line(arguments: list[str], unbuffered: str, events: Path) -> None:
    called = [*MAIN, *(str(events) if argument == "EVENTS" else argument for argument in arguments)]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(called, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert done.stderr == "standard output: cannot be written (No space left on device)\n"


def test_a_reader_of_events_that_leaves_early_is_no_error(events: Path) -> None:
    with subprocess.Popen(
        [*MAIN, "replay", str(events), "--to", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_terminal_without_the_characters_gets_escapes() -> None:
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [*map(str.encode, MAIN), b"validate", "\N{BLACK STAR}.yaml".encode()],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.stdout.startswith(b"\\u2605.yaml: cannot be read: No such file or directory")
