"""`border-sim run` and what reads its folder, as a user meets them."""

import json
import resource
import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

PORTS = "sasabe,antelope-wells,columbus,nogales-morley"


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_a_run_leaves_all_that_its_manifest_says(border_sim, tmp_path):
    done = border_sim("run", "--ports", PORTS, "--days", 2, "--log", "both", "--out", "run")
    assert done.returncode == 0, done.stderr
    manifest = manifest_of(tmp_path / "run")
    assert manifest["status"] == "complete"
    counts = manifest["counts"]
    assert counts["candidates"] == counts["arrived"] + counts["deterred_wait"] + counts["deterred_gate"]
    assert counts["arrived"] == counts["released"] + counts["present"]
    rows = sum(pq.read_metadata(path).num_rows for path in (tmp_path / "run" / "crossings").iterdir())
    assert rows == counts["candidates"]
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {
        *("manifest.json", "crossings", "metrics.parquet", "booths.parquet", "posted.parquet", "disruptions.parquet"),
        *("events.ndjson.zst", "report.html"),
    }


def test_the_closing_table_names_ports_modes_and_waits(border_sim):
    done = border_sim("run", "--ports", PORTS, "--days", 1, "--log", "none")
    assert done.returncode == 0, done.stderr
    for word in ("columbus", "pedestrian", "passenger", "standard", "p90", "per hour", "complete: runs/"):
        assert word in done.stdout


def test_quiet_prints_nothing(border_sim):
    done = border_sim("run", "--ports", "sasabe", "--days", 1, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_same_seed_gives_the_same_event_hash_whatever_the_workers_and_the_engine(border_sim, tmp_path):
    hashes = set()
    for name, options in {
        "one": ("--workers", 1),
        "three": ("--workers", 3, "--log", "ndjson"),
        "reference": ("--engine", "reference", "--workers", 2),
    }.items():
        done = border_sim("run", "--ports", PORTS, "--days", 1, "--seed", 7, "--out", name, *options)
        assert done.returncode == 0, done.stderr
        hashes.add(manifest_of(tmp_path / name)["event_hash"])
    assert len(hashes) == 1
    done = border_sim("run", "--ports", PORTS, "--days", 1, "--seed", 8, "--out", "other")
    assert manifest_of(tmp_path / "other")["event_hash"] not in hashes


def test_a_replication_runs_again_alone_to_the_same_hash(border_sim, tmp_path):
    for name in ("first", "again"):
        border_sim("run", "--ports", "columbus", "--days", 1, "--replication", 5, "--out", name)
    border_sim("run", "--ports", "columbus", "--days", 1, "--out", "zero")
    first, again, zero = (manifest_of(tmp_path / name)["event_hash"] for name in ("first", "again", "zero"))
    assert first == again != zero


def test_metrics_recomputes_the_same_from_the_log(border_sim, tmp_path):
    border_sim("run", "--ports", PORTS, "--days", 2, "--out", "run")
    done = border_sim("metrics", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 differ" in done.stdout


def test_metrics_finds_a_log_that_was_changed(border_sim, tmp_path):
    border_sim("run", "--ports", "columbus", "--days", 1, "--out", "run")
    path = tmp_path / "run" / "crossings" / "columbus.parquet"
    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)
    done = border_sim("metrics", "run")
    assert done.returncode == 1
    assert "event hash differs: columbus" in done.stdout


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: None, "cannot be read"),
        (lambda folder: folder.mkdir(), "cannot be read"),
        (lambda folder: (folder.mkdir(), (folder / "manifest.json").write_text("{")), "not JSON"),
        (lambda folder: (folder.mkdir(), (folder / "manifest.json").write_text("[]")), "manifest_version"),
    ],
)
def test_metrics_of_what_is_no_run_is_one_clear_line(border_sim, tmp_path, make, says):
    make(tmp_path / "run")
    done = border_sim("metrics", "run")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_a_run_without_a_parquet_log_cannot_be_recomputed_and_says_so(border_sim):
    border_sim("run", "--ports", "sasabe", "--days", 1, "--log", "none", "--out", "run")
    done = border_sim("metrics", "run")
    assert done.returncode == 2
    assert "--log parquet" in done.stderr


def test_out_that_exists_is_refused_unless_forced(border_sim, tmp_path):
    assert border_sim("run", "--ports", "sasabe", "--days", 1, "--out", "run").returncode == 0
    before = (tmp_path / "run" / "manifest.json").read_bytes()
    again = border_sim("run", "--ports", "sasabe", "--days", 2, "--out", "run")
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert (tmp_path / "run" / "manifest.json").read_bytes() == before
    assert border_sim("run", "--ports", "sasabe", "--days", 2, "--out", "run", "--force").returncode == 0


def test_force_never_replaces_what_is_not_a_run(border_sim, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = border_sim("run", "--ports", "sasabe", "--days", 1, "--out", "mine", "--force")
    assert done.returncode == 2
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_force_never_removes_what_a_run_did_not_write(border_sim, tmp_path):
    assert border_sim("run", "--ports", "sasabe", "--days", 1, "--out", "run").returncode == 0
    (tmp_path / "run" / "thesis.txt").write_text("long")
    done = border_sim("run", "--ports", "sasabe", "--days", 1, "--out", "run", "--force")
    assert done.returncode == 2
    assert "thesis.txt" in done.stderr
    assert (tmp_path / "run" / "crossings" / "sasabe.parquet").exists()


@pytest.mark.parametrize("name", ["../escaped", "/tmp/absolute", "..", "", "a\nb", "x" * 300])
def test_a_run_id_that_names_another_folder_is_refused(border_sim, name):
    done = border_sim("run", "--ports", "sasabe", "--days", 1, "--run-id", name)
    assert done.returncode == 2
    assert "--run-id" in done.stderr


def test_a_folder_that_cannot_be_written_is_one_clear_line(border_sim, tmp_path):
    (tmp_path / "file").write_text("")
    done = border_sim("run", "--ports", "sasabe", "--days", 1, "--out", "file/run")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "file/run: cannot be written" in done.stderr


def test_a_full_disk_is_one_clear_line(border_sim, tmp_path):
    def little_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = border_sim("run", "--ports", "columbus", "--days", 5, "--out", "run", preexec_fn=little_room)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("run: cannot be written")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--ports", "otay-messa"), "otay-mesa"),
        (("--days", "0"), "--days"),
        (("--seed", "-1"), "--seed"),
        (("--window", "7m"), "divides neither an hour"),
        (("--start", "4 March"), "--start"),
        (("missing.yaml",), "missing.yaml"),
    ],
)
def test_wrong_input_is_said_with_its_value_and_exits_2(border_sim, arguments, says):
    done = border_sim("run", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_compares_both_engines(border_sim):
    done = border_sim("verify", "--ports", "sasabe,columbus", "--days", 1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("ports compared: 0 differ\n")


def test_a_reader_that_goes_away_is_no_error(root):
    command = f"{sys.executable} -m border_sim.cli.main ports | head -1"
    done = subprocess.run(command, shell=True, cwd=root, capture_output=True, text=True, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
