"""`border-sim run`: what its options ask for."""

import json

import pytest
from click.testing import CliRunner

from border_sim.cli.main import group


@pytest.fixture
def run(tmp_path):
    """Runs the command for a quiet day at one port; its result, and the configuration in the manifest."""

    def command(*options):
        out = tmp_path / "run"
        done = CliRunner().invoke(group, ["run", "--quiet", "--days", "1", "--out", str(out), *options])
        manifest = out / "manifest.json"
        return done, json.loads(manifest.read_text(encoding="utf-8"))["configuration"] if manifest.exists() else None

    return command


@pytest.mark.parametrize("days", [0, 2])
def test_the_warm_up_is_as_long_as_asked(run, days):
    done, configuration = run("--ports", "naco", "--warm-up", str(days))
    assert done.exit_code == 0
    assert configuration["warm_up_days"] == days


def test_ports_are_known_by_name_and_in_any_case(run):
    done, configuration = run("--ports", "NACO, Sasabe")
    assert done.exit_code == 0
    assert [port["slug"] for port in configuration["ports"]] == ["naco", "sasabe"]


@pytest.mark.parametrize(("option", "value"), [("--days", "1w"), ("--warm-up", "2d"), ("--days", "1.5")])
def test_days_are_whole(run, option, value):
    done, configuration = run("--ports", "naco", option, value)
    assert (done.exit_code, configuration) == (2, None)
    assert f"Invalid value for '{option}': '{value}' is not a valid whole number of days." in done.stderr


def test_a_name_of_several_ports_says_which(run):
    done, configuration = run("--ports", "Nogales,naco")
    assert (done.exit_code, configuration) == (2, None)
    meant = "nogales-deconcini, nogales-mariposa, nogales-morley"
    assert done.stderr == f"--ports: 'Nogales': may mean {meant}; name one of them\n"


def test_an_out_that_exists_is_wrong_input(run, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").write_text("mine")
    done, _ = run("--ports", "naco")
    assert done.exit_code == 2
    assert "run: exists; name another folder" in done.stderr
