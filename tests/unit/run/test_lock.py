"""A folder whose run is being written is held by one process, and by none when that is gone."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

import border_sim.cli.commands.run as cli_run
from border_sim import open_run
from border_sim.api import simulation
from border_sim.cli.main import group
from border_sim.loading.catalogue import load_catalogue
from border_sim.report.write import write_page
from border_sim.run.directory import DirectoryError
from border_sim.run.lock import LOCK, locked, require_unlocked
from border_sim.run.manifest import read_ended
from border_sim.run.new_directory import make_directory, new_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US

HOLDER = """
import sys
from pathlib import Path
from border_sim.run.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    """A run that is complete."""
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe"], days=1)
    with new_directory(tmp_path / "run", force=False):
        simulate(frame, RunSettings("test", 1, 0, HOUR_US), tmp_path / "run")
    return tmp_path / "run"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != LOCK}


def test_a_run_that_is_over_leaves_no_lock(folder):
    assert LOCK not in {path.name for path in folder.iterdir()}
    assert read_ended(folder).status == "complete"


def test_a_second_run_with_force_is_told_who_writes_and_touches_nothing(folder):
    before = contents(folder)
    with locked(folder):
        done = CliRunner().invoke(group, ["run", "--ports", "sasabe", "--days", "1", "--out", str(folder), "--force"])
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{folder}: is being written by process {os.getpid()} since 20")
    assert contents(folder) == before


@pytest.mark.parametrize("command", ["report", "metrics"])
def test_whoever_reads_meanwhile_is_told(folder, command):
    with locked(folder):
        done = CliRunner().invoke(group, [command, str(folder)])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "is being written by process" in done.stderr


@pytest.mark.parametrize("command", ["summary", "metrics", "report", "compare-observed"])
def test_a_file_in_place_of_its_folder_is_told_with_the_folder(folder, command):
    done = CliRunner().invoke(group, [command, str(folder / "manifest.json")])
    told = f"{folder / 'manifest.json'}: is a file; name the folder {folder}\n"
    assert (done.exit_code, done.stderr) == (2, told)


def test_a_file_that_is_of_no_run_is_told_by_the_api(tmp_path):
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(DirectoryError, match="letter: is a file; name the folder that `run` wrote"):
        open_run(tmp_path / "letter")
    with pytest.raises(DirectoryError, match=r"manifest\.json: cannot be read"):
        open_run(tmp_path / "letter" / "run")


def test_a_run_that_was_killed_leaves_no_lock(folder):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DirectoryError, match=f"process {holder.pid} since"):
            require_unlocked(folder)
        holder.send_signal(signal.SIGKILL)
    assert (folder / LOCK).exists()
    require_unlocked(folder)
    with new_directory(folder, force=True):
        assert contents(folder) == {}


def test_a_run_that_was_killed_before_its_first_manifest_is_replaced(tmp_path):
    (tmp_path / "crossings").mkdir()
    for name in (LOCK, "metrics.parquet", "manifest.json.new", "crossings/naco.parquet"):
        (tmp_path / name).write_text("half")
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(DirectoryError, match="letter: no run wrote this"), new_directory(tmp_path, force=True):
        pass
    (tmp_path / "letter").unlink()
    with new_directory(tmp_path, force=True):
        assert {path.name for path in tmp_path.rglob("*")} == {LOCK, "crossings"}


def test_files_without_manifest_or_lock_are_no_run(tmp_path):
    (tmp_path / "metrics.parquet").write_text("mine")
    with pytest.raises(DirectoryError, match=r"holds no manifest\.json, so it is not a run"):
        make_directory(tmp_path, force=True)
    assert (tmp_path / "metrics.parquet").read_text() == "mine"


def test_the_manifest_is_removed_last(folder, monkeypatch):
    removed, unlink = [], Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda path: (removed.append(path.name), unlink(path)))
    make_directory(folder, force=True)
    assert sorted(removed) == ["manifest.json", "metrics.parquet"]
    assert removed[-1] == "manifest.json"


def test_a_reader_who_looks_at_a_lock_that_was_left_is_in_no_runs_way(folder, monkeypatch):
    (folder / LOCK).write_text("process 1")
    flock, refused = fcntl.flock, []

    def hold():
        try:
            with locked(folder):
                pass
        except DirectoryError as error:
            refused.append(error)

    writer = threading.Thread(target=hold)

    def meanwhile(lock, kind):
        flock(lock, kind)
        if kind & fcntl.LOCK_SH:
            writer.start()
            writer.join(timeout=0.2)  # for a writer that does not wait for the reader

    monkeypatch.setattr(fcntl, "flock", meanwhile)
    require_unlocked(folder)
    writer.join()
    assert not refused
    assert not (folder / LOCK).exists()


def test_no_other_run_begins_in_a_folder_before_the_page_is_written(tmp_path, monkeypatch):
    def page(folder, manifest):
        with pytest.raises(DirectoryError, match="is being written by process"), new_directory(folder, force=True):
            pass
        pages.append(manifest.status)
        return write_page(folder, manifest)

    pages = []
    for module in (cli_run, simulation):
        monkeypatch.setattr(module, "write_page", page)
    CliRunner().invoke(group, ["run", "--ports", "sasabe", "--days", "1", "--out", str(tmp_path / "command")])
    simulation.simulate(ports=["sasabe"], days=1, out=tmp_path / "api")
    assert pages == ["complete", "complete"]
    assert all((tmp_path / name / "report.html").exists() for name in ("command", "api"))


def test_a_folder_that_is_refused_gets_no_lock(tmp_path):
    (tmp_path / "letter").write_text("dear")
    for force in (False, True):
        with pytest.raises(DirectoryError, match="exists"), new_directory(tmp_path, force=force):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_a_run_that_was_killed_before_its_first_manifest_is_in_nobodys_way(tmp_path):
    (tmp_path / LOCK).write_text("process 1")
    with new_directory(tmp_path, force=False):
        assert {path.name for path in tmp_path.iterdir()} == {LOCK, "crossings"}
