"""Notices on the command line: told once, on standard error; errors under --strict."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from border_sim.cli.commands import run, validate
from border_sim.loading.catalogue import catalogue_folder
from border_sim.run.manifest import read_manifest

LATE = """\
ports: [sasabe]
days: 1
disruptions:
  - {port: sasabe, mode: passenger, from: 2030-01-01, until: 2030-01-02, gate: shut}
  - {port: pharr, mode: passenger, from: 2024-04-08, until: 2024-04-09, gate: shut}
"""
SAYS = [
    "disruptions[0].from: 2030-01-01T00:00: begins after the run's last day, 2024-04-08",
    "disruptions[1].port: 'pharr': is not simulated; the run has sasabe",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "late.yaml"
    path.write_text(LATE)
    return path


def validated(*arguments: str | Path) -> Result:
    return CliRunner().invoke(validate.command, [str(each) for each in arguments])


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(run.command, [str(each) for each in arguments])


def test_validate_tells_notices_with_their_lines_and_all_is_well(file: Path) -> None:
    result = validated(file)
    assert result.exit_code == 0
    assert result.stdout == "OK: 1 file, 2 notices\n"
    assert result.stderr.splitlines() == [f"notice: {file}:4: {SAYS[0]}", f"notice: {file}:5: {SAYS[1]}"]


def test_validate_strict_refuses_notices(file: Path) -> None:
    result = validated(file, "--strict")
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 2
    file.write_text("ports: [sasabe]\n")
    assert validated(file, "--strict").exit_code == 0


def test_the_examples_say_nothing_without_effect() -> None:
    assert validated(catalogue_folder() / "scenarios", "--strict").stderr == ""


@pytest.mark.parametrize(
    ("key", "cars", "says"),
    [
        (
            "passenger",
            "{installed: {booths: 2}, pools: {standard: {max_open: 2}}}",
            "installed.booths: 2: the baseline's",
        ),
        ("passenger", "{pools: {more: {serves: [[standard]], max_open: 1}}}", "pools.more.max_open: 1: the baseline's"),
        ("passenger", "{staffing: {booths: {general: 9}}}", "staffing.booths.general: 9: the pools of general open"),
        (
            "pedestrian",
            (
                "{demand: {kind: rate, per_hour: 1}, installed: {booths: 9}, staffing: {kind: planned, booths: "
                "{pedestrian: 9}}, pools: [{name: all, serves: [[standard]], max_open: 9}], programmes: {share: "
                "{none: 1}}, inspection: {service: {standard: {kind: exponential, mean_s: 30}}}}"
            ),
            "installed.booths: 9: the plan of this run",
        ),
    ],
)
def test_validate_tells_booths_that_no_plan_opens(tmp_path: Path, key: str, cars: str, says: str) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(f"days: 1\nchanges: {{sasabe: {{modes: {{{key}: {cars}}}}}}}\n")
    result = validated(file)
    assert result.stdout.startswith("OK: 1 file, ")
    assert f"{key}.{says} " in result.stderr


def test_run_tells_each_notice_once_and_strict_does_nothing(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    strict = ran(file, "--strict", "--out", out)
    assert (strict.exit_code, strict.stdout) == (2, "")
    assert strict.stderr.splitlines() == [f"notice: {text}" for text in SAYS]
    assert not out.exists()
    result = ran(file, "--out", out, "--quiet", "--log", "none")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines() == [f"notice: {text}" for text in SAYS]


def test_the_manifest_has_the_same_notices(file: Path, tmp_path: Path) -> None:
    ran(file, "--out", tmp_path / "out", "--quiet", "--log", "none")
    notices = read_manifest(tmp_path / "out").notices
    assert [f"{each.place}: {each.value}: {each.message}" for each in notices] == SAYS
