"""`metrics` passes nothing that is not whole."""

import json

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.run.directory import DirectoryError, make_directory
from border_sim.run.port_run import Settings
from border_sim.run.recompute import compare_with_log
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US


@pytest.fixture
def folder(tmp_path):
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe", "antelope-wells"], days=1)
    make_directory(tmp_path / "run", force=False)
    simulate(frame, Settings("test", 1, 0, HOUR_US, logs=frozenset({"parquet"})), tmp_path / "run")
    return tmp_path / "run"


def edit(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def test_a_whole_run_is_the_same_again(folder):
    assert compare_with_log(folder)[1:] == (0, (), "")


def test_a_port_that_the_manifest_lost_is_noticed(folder):
    edit(folder, lambda manifest: manifest["ports"].pop("sasabe"))
    comparison = compare_with_log(folder)
    assert comparison.differing > 0
    assert comparison.wrong_hashes == ("all ports together",)


def test_another_hash_is_noticed(folder):
    edit(folder, lambda manifest: manifest.update(event_hash="0" * 64))
    assert compare_with_log(folder).wrong_hashes == ("all ports together",)


@pytest.mark.parametrize("status", ["running", "failed"])
def test_a_run_that_never_ended_is_refused(folder, status):
    edit(folder, lambda manifest: manifest.update(status=status))
    with pytest.raises(DirectoryError, match=status):
        compare_with_log(folder)


def test_a_manifest_with_holes_is_refused(folder):
    edit(folder, lambda manifest: manifest.pop("logs"))
    with pytest.raises(DirectoryError, match="logs"):
        compare_with_log(folder)
