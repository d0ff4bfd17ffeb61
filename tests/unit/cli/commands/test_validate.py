"""`border-sim validate`: file, key, value and what would be right; exit code 0 or 2."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from border_sim.cli.commands.validate import command

Validate = Callable[[Path], list[str]]
BRIDGE = "ports/big-bridge.yaml"


def run(*paths: Path) -> tuple[int, list[str]]:
    result = CliRunner().invoke(command, [str(path) for path in paths])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output.splitlines()


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_nothing_wrong(made_up: Path) -> None:
    assert run(made_up) == (0, ["OK: 10 files"])
    assert run(made_up / BRIDGE) == (0, ["OK: 1 file"])


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "    hours:\n",
            "    clossing: hold\n    hours:\n",
            "13: modes.commercial.clossing: 'hold': unknown key; did you mean 'closing'? valid are",
        ),
        ("2024: 100000", "2024: -100000", "9: modes.commercial.demand.volumes.2024: -100000: must be 0 or more"),
        (
            "{ctpat: 0.2, none: 0.8}",
            "{ctpat: 0.2, none: 0.9}",
            "22: modes.commercial.programmes.share: {'ctpat': 0.2, 'none': 0.9}: the programme shares sum to 1.1;",
        ),
        ("booths: 8}", "booths: 4}", "17: modes.commercial.pools[0].max_open: 6: more than the 4 installed booths"),
        (
            "profile: day",
            "profile: dya",
            "10: modes.commercial.demand.profile: 'dya': unknown profile; did you mean 'day'? valid are day",
        ),
        (
            '"06:00-22:00"',
            '"22:00-06:00"',
            "14: modes.commercial.hours.weekly.mon-fri: '22:00-06:00': '22:00-06:00' ends before it starts; write two",
        ),
    ],
)
def test_one_mistake_in_a_port(made_up: Path, old: str, new: str, mistake: str) -> None:
    edit(made_up / BRIDGE, old, new)
    code, lines = run(made_up)
    assert code == 2
    assert lines[0].startswith(f"{made_up / BRIDGE}:{mistake}")
    assert lines[1:] == ["1 mistake in 10 files"]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            "ports: [big-brige]",
            ":1: ports[0]: 'big-brige': unknown port; did you mean 'big-bridge'? valid are TX, all, big-bridge",
        ),
        (
            "ports: [../../etc/passwd]",
            ":1: ports[0]: '../../etc/passwd': unknown port; valid are TX, all, big-bridge",
        ),
        ("costs: 3", ":1: costs: 3: unknown key; valid are changes, days, description, disruptions,"),
        ("replications: 4", ":1: replications: 4: unknown key; valid are changes, days, description, disruptions,"),
        ("elasticity: 0.2", ":1: elasticity: 0.2: unknown key here; it belongs under response"),
        (
            "changes:\n  small-gate:\n    demand_factor: 1.1",
            ":3: changes.small-gate.demand_factor: 1.1: unknown key here; it belongs under modes.pedestrian",
        ),
        (
            "changes: {small-gate: {pedestrian: {demand_factor: 1.1}}}",
            ":1: changes.small-gate.pedestrian: {'demand_factor': 1.1}: unknown key here; it belongs under modes",
        ),
        (
            "changes:\n  big-bridge:\n    modes:\n      pedestrian: {demand_factor: 1.1}",
            ":4: changes.big-bridge.modes.pedestrian: Big Bridge has no such mode; it has commercial, passenger.",
        ),
        (
            "changes: {small-gate: {modes: {pedestrian: {demand_factor: 110%}}}}",
            ":1: changes.small-gate.modes.pedestrian.demand_factor: '110%': must be a number; write 1.1 for 110%",
        ),
        ("", ": is empty; write at least one key, or {} for none"),
        ("name: a: b", ":1: is not YAML: put text with a colon in quotes"),
        ("name: *x", ":1: name: *x: unknown anchor; valid are none; an anchor is written before what uses it"),
    ],
)
def test_one_mistake_in_a_scenario(made_up: Path, text: str, mistake: str) -> None:
    file = made_up / "scenario.yaml"
    file.write_text(text)
    code, lines = run(file)
    assert code == 2
    assert lines[0].startswith(f"{file}{mistake}")
    assert lines[1:] == ["1 mistake in 1 file"]


def test_a_50_mb_file(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    message = "has 50,000,000 bytes; a configuration file has at most 5,000,000"
    assert run(file) == (2, [f"{file}: {message}", "1 mistake in 1 file"])


def test_a_path_that_holds_nothing(tmp_path: Path) -> None:
    code, lines = run(tmp_path / "none")
    assert (code, len(lines)) == (2, 2)
    assert lines[0] == f"{tmp_path}/none: cannot be read: No such file or directory; name a YAML file"
    code, lines = run(tmp_path)
    assert (code, len(lines)) == (2, 2)
    assert lines[0] == f"{tmp_path}: has no YAML file; name a file, or a folder with some"


def test_many_mistakes_in_many_files_are_all_told(made_up: Path) -> None:
    for old, new in [("2024: 100000", "2024: -1"), ("none: 0.8", "none: 0.9"), ("profile: day", "profile: dya")]:
        edit(made_up / BRIDGE, old, new)
    edit(made_up / "ports" / "small-gate.yaml", "max_open: 2", "max_opn: 2")
    (made_up / "scenario.yaml").write_text("")
    code, lines = run(made_up)
    assert code == 2
    assert [line.removeprefix(f"{made_up}/").split(": ")[0] for line in lines] == [
        "ports/big-bridge.yaml:9",
        "ports/big-bridge.yaml:10",
        "ports/big-bridge.yaml:22",
        "ports/small-gate.yaml:6",
        "scenario.yaml",
        "5 mistakes in 11 files",
    ]


def test_no_file_can_send_commands_to_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text('"\\e[31m": "\\a"\n')
    assert "\x1b" not in run(file)[1][0]


@given(text=st.text())
@settings(derandomize=True, deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_exits_with_0_or_2(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    assert run(file)[0] in (0, 2)
