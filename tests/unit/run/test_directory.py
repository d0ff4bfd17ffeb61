"""A run directory is never overwritten by accident, and a failure leaves nothing in the way of the next run."""

from pathlib import Path

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.run.directory import MANIFEST, DirectoryError
from border_sim.run.manifest import read_manifest, write_manifest
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate, simulate_in_memory
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US


def test_what_exists_is_refused_in_words_for_the_command_and_the_api(tmp_path):
    (tmp_path / "note").write_text("mine")
    with pytest.raises(DirectoryError, match="exists; name another folder, or remove this one first"):
        make_directory(tmp_path, force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


@pytest.fixture(scope="module")
def manifest():
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe"], days=1)
    return simulate_in_memory(frame, RunSettings("first", 1, 0, HOUR_US))[0]


def test_a_description_goes_into_the_manifest_and_changes_no_hash(manifest):
    scenario = Scenario(description="a trial")
    frame = resolve(scenario, load_catalogue(), ports=["sasabe"], days=1)
    described = simulate_in_memory(frame, RunSettings("first", 1, 0, HOUR_US))[0]
    assert (described.description, manifest.description) == ("a trial", "")
    assert described.configuration_hash == manifest.configuration_hash
    assert described.configuration == manifest.configuration


def test_a_manifest_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path, manifest, monkeypatch):
    def full(path, *_, **__):
        path.touch()
        raise OSError(28, "No space left on device")

    write_manifest(tmp_path, manifest)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_manifest(tmp_path, manifest.model_copy(update={"run": "second"}))
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]
    assert read_manifest(tmp_path) == manifest


def test_a_full_disk_leaves_no_manifest_that_says_running(tmp_path, monkeypatch):
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe"], days=1)
    write = Path.write_text

    def full_later(path, text, **options):
        if '"running"' not in text:
            raise OSError(28, "No space left on device")
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", full_later)
    make_directory(tmp_path / "run", force=False)
    with pytest.raises(OSError, match="No space left"):
        simulate(frame, RunSettings("test", 1, 0, HOUR_US), tmp_path / "run")
    assert read_manifest(tmp_path / "run").status == "failed"


def test_the_first_failure_is_told_where_nothing_can_be_removed_either(tmp_path, manifest, monkeypatch):
    def refuse(self, *_, **__):
        raise OSError(30, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "unlink", refuse)
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(IsADirectoryError):
        write_manifest(tmp_path, manifest)


def test_a_run_whose_first_manifest_cannot_be_written_leaves_room_for_the_next(tmp_path, monkeypatch):
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe"], days=1)
    folder = tmp_path / "run"

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    make_directory(folder, force=False)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            simulate(frame, RunSettings("test", 1, 0, HOUR_US), folder)
    assert not list(folder.iterdir())
    make_directory(folder, force=False)
