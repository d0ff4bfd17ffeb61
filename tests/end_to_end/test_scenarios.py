"""The scenarios of `configs/scenarios` say what their names promise."""

import json

import pytest


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text())


@pytest.mark.parametrize("seed", [1, 2])
def test_one_more_booth_lets_more_trucks_through(border_sim, root, tmp_path, seed):
    scenario = root / "configs" / "scenarios" / "one-more-booth.yaml"
    for name, what in {"base": ("--ports", "calexico-east"), "build": (scenario,)}.items():
        done = border_sim("run", *what, "--days", 5, "--seed", seed, "--out", name)
        assert done.returncode == 0, done.stderr
    base, build = (manifest_of(tmp_path / name)["counts"] for name in ("base", "build"))
    assert base["candidates"] == build["candidates"]
    assert base["arrived"] < build["arrived"]


def test_a_shut_gate_turns_trucks_away(border_sim, root, tmp_path):
    done = border_sim("run", root / "configs" / "scenarios" / "gate-shut.yaml", "--days", 3, "--out", "shut")
    assert done.returncode == 0, done.stderr
    assert manifest_of(tmp_path / "shut")["counts"]["deterred_gate"] > 1000
