"""The catalogue is found wherever border-sim is installed, and gives the same run."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from border_sim.loading.catalogue import catalogue_folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory, root):
    """The wheel, unpacked as an installer would."""
    built, site = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    return site


def run(python_path, folder, *arguments, **variables):
    environment = {**os.environ, "PYTHONPATH": str(python_path), **variables}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout


def event_hash(python_path, folder, **variables):
    arguments = ("run", "--ports", "sasabe,columbus", "--days", "1", "--out", "run", "--quiet")
    run(python_path, folder, "-m", "border_sim.cli.main", *arguments, **variables)
    return json.loads((folder / "run" / "manifest.json").read_text(encoding="utf-8"))["event_hash"]


def test_in_the_repository_the_catalogue_is_configs(root):
    assert catalogue_folder() == root / "configs"


def test_in_a_wheel_the_catalogue_is_inside_the_package(installed, tmp_path):
    ask = "from border_sim.loading.catalogue import catalogue_folder; print(catalogue_folder())"
    assert run(installed, tmp_path, "-c", ask).strip() == str(installed / "border_sim" / "configs")


def test_both_give_the_same_event_hash(installed, root, tmp_path):
    for name in ("wheel", "repository"):
        (tmp_path / name).mkdir()
    # the wheel is in another place, for which nothing is compiled yet: for two small ports Python itself is quicker
    in_wheel = event_hash(installed, tmp_path / "wheel", NUMBA_DISABLE_JIT="1")
    assert in_wheel == event_hash(root, tmp_path / "repository")


def test_the_wheel_holds_no_tests_and_all_ports(installed):
    assert len(list((installed / "border_sim" / "configs" / "ports").glob("*.yaml"))) == 47
    assert not (installed / "tests").exists()
