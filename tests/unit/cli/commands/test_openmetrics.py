"""`openmetrics`: where it writes, what it refuses, and that no file is left half written."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from border_sim.cli.main import group
from border_sim.monitoring.history import write


def command(*arguments):
    return CliRunner().invoke(group, [*map(str, arguments)])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    done = command("run", "--ports", "sasabe,naco", "--days", "1", "--warm-up", "0", "--out", folder, "--quiet")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run.om"


def test_a_file_is_written_and_what_to_do_with_it_is_told(run, out):
    done = command("openmetrics", run, "--out", out)
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    samples = sum(not line.startswith("#") for line in text.splitlines())
    assert text.endswith("# EOF\n")
    assert done.stdout.splitlines()[0] == f"{samples:,} samples of 2 ports written to {out}"
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()[1:]] == ["a", "blocks:", "server:", "Grafana:"]
    assert done.stderr == ""
    assert list(out.parent.iterdir()) == [out]


def test_standard_output_has_the_text_alone(run, out):
    assert command("openmetrics", run, "--out", out).exit_code == 0
    done = command("openmetrics", run, "--out", "-")
    assert done.stdout_bytes == out.read_bytes()
    assert "written to standard output" in done.stderr
    assert "blocks:" not in done.stderr


def test_ports_are_chosen(run, out):
    assert command("openmetrics", run, "--out", out, "--ports", "naco").exit_code == 0
    assert 'port="sasabe"' not in out.read_text(encoding="utf-8")
    done = command("openmetrics", run, "--out", "-", "--ports", "nacco")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'nacco': unknown port; did you mean 'naco'?" in done.stderr


def test_a_file_that_is_there_is_kept_unless_forced(run, out):
    out.write_text("mine", encoding="utf-8")
    done = command("openmetrics", run, "--out", out)
    assert done.exit_code == 2
    assert f"{out} is there; name another file, or add --force" in done.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert command("openmetrics", run, "--out", out, "--force").exit_code == 0
    assert out.read_text(encoding="utf-8").endswith("# EOF\n")


def test_neither_a_folder_nor_a_file_of_the_run_is_written(run, tmp_path):
    done = command("openmetrics", run, "--out", tmp_path, "--force")
    assert (done.exit_code, f"{tmp_path} is a folder; name a file" in done.stderr) == (2, True)
    before = (run / "metrics.parquet").read_bytes()
    done = command("openmetrics", run, "--out", run / "crossings" / ".." / "metrics.parquet", "--force")
    assert (done.exit_code, "lies in the run's folder" in done.stderr) == (2, True)
    assert (run / "metrics.parquet").read_bytes() == before


def test_what_fails_on_the_way_leaves_the_file_as_it_was(run, out, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "series_text", full)
    out.write_text("mine", encoding="utf-8")
    done = command("openmetrics", run, "--out", out, "--force")
    assert (done.exit_code, done.stderr) == (1, f"{out}: cannot be written (No space left on device)\n")
    assert out.read_text(encoding="utf-8") == "mine"
    assert list(out.parent.iterdir()) == [out]


def test_a_folder_that_is_missing_is_told(run, tmp_path):
    done = command("openmetrics", run, "--out", tmp_path / "none" / "run.om")
    assert done.exit_code == 1
    assert "run.om: cannot be written (No such file or directory)" in done.stderr


def damaged(run, tmp_path, change):
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    change(copy)
    done = command("openmetrics", copy, "--out", tmp_path / "run.om")
    assert done.exit_code == 2
    assert not (tmp_path / "run.om").exists()
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def edited(key, value):
    def change(folder):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest[key] = value
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    return change


@pytest.mark.parametrize("name", ["metrics.parquet", "posted.parquet", "booths.parquet", "crossings/naco.parquet"])
def test_a_file_of_the_run_that_is_missing_or_torn_is_told(run, tmp_path, name):
    assert f"{name}: cannot be read" in damaged(run, tmp_path, lambda folder: (folder / name).unlink())
    shutil.rmtree(tmp_path / "copy")
    assert name in damaged(run, tmp_path, lambda folder: (folder / name).write_bytes(b"PAR1"))


def plain(table):
    """The table with its words as text, not as places in dictionaries."""
    words = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema]
    return table.cast(pa.schema(words))


def test_words_that_are_not_in_dictionaries_are_read_too(run, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    for name in ("posted", "booths"):
        file = pq.ParquetFile(run / f"{name}.parquet")
        groups = [plain(file.read_row_group(place)) for place in range(file.num_row_groups)]
        with pq.ParquetWriter(copy / f"{name}.parquet", groups[0].schema) as writer:
            for group in groups:
                writer.write_table(group)
    told = command("openmetrics", copy, "--out", "-")
    assert told.exit_code == 0, told.stderr
    assert told.stdout == command("openmetrics", run, "--out", "-").stdout


def test_a_file_in_which_ports_are_mixed_is_told(run, tmp_path):
    def change(folder):
        pq.write_table(pq.read_table(run / "metrics.parquet"), folder / "metrics.parquet")

    assert "metrics.parquet: has row groups of several ports" in damaged(run, tmp_path, change)


@pytest.fixture(scope="module")
def other_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "other"
    done = command("run", "--ports", "sasabe,naco", "--days", "2", "--seed", "2", "--out", folder, "--quiet")
    assert done.exit_code == 0, done.output
    return folder


def test_files_of_another_run_are_told(run, other_run, tmp_path):
    def take(name):
        return lambda folder: shutil.copy(other_run / name, folder / name)

    told = damaged(run, tmp_path, take("metrics.parquet"))
    assert "metrics.parquet: naco: has windows outside the time that was measured; the run was damaged" in told
    shutil.rmtree(tmp_path / "copy")
    told = damaged(run, tmp_path, take("crossings/sasabe.parquet"))
    assert "sasabe: has crossings after the run's end; the run was damaged" in told


def test_crossings_that_the_windows_have_not_counted_are_told(run, tmp_path):
    def change(folder):
        path = folder / "crossings" / "sasabe.parquet"
        crossings = pq.read_table(path)
        pq.write_table(crossings.slice(len(crossings) // 2), path)

    told = damaged(run, tmp_path, change)
    assert "sasabe: the crossings are not those of metrics.parquet; the run was damaged" in told


def test_a_run_that_was_killed_is_told(run, tmp_path):
    assert "its status is running" in damaged(run, tmp_path, edited("status", "running"))


def test_a_manifest_of_another_version_is_told(run, tmp_path):
    assert "manifest_version is 99" in damaged(run, tmp_path, edited("manifest_version", 99))


def test_waits_that_no_run_writes_are_told(run, tmp_path):
    def change(folder):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["configuration"]["planning"]["hour_shape"]["general"] = ["often"]
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert "hour_shape.general" in damaged(run, tmp_path, change)


def test_no_folder_is_told(tmp_path):
    done = command("openmetrics", tmp_path / "none", "--out", "-")
    assert done.exit_code == 2
    assert "name a folder that `run` wrote" in done.stderr
