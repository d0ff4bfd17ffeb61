"""The command line as a whole: help, version, exit codes, output that ends early."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import border_sim
from border_sim.cli.main import COMMANDS, group

MAIN = [sys.executable, "-m", "border_sim.cli.main"]
HEAVY = {"numba", "simpy", "pyarrow", "numpy"}


def test_help_lists_every_command() -> None:
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert all(f"  {name} " in result.output and line in result.output for name, (_, line) in COMMANDS.items())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(group, [name, "-h"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: border-sim {name}") or result.output.startswith(f"Usage: group {name}")


def test_the_version() -> None:
    assert CliRunner().invoke(group, ["--version"]).output == f"border-sim, version {border_sim.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["--nothing"], ["show"], ["show", "a", "b"], ["validate"], ["ports", "x"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(group, arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output


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


def test_a_terminal_without_the_characters_gets_escapes() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([*MAIN, "validate", "\N{BLACK STAR}.yaml"], capture_output=True, env=environment, check=False)
    assert done.stdout.startswith(b"\\u2605.yaml: cannot be read: No such file or directory")
