"""`replay`: what a user asks for is what arrives, and mistakes are told."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from border_sim.cli.main import group


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a day at one port, with every log."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    arguments = ["run", "--ports", "sasabe", "--start", "2024-03-04", "--days", "1", "--log", "both"]
    assert CliRunner().invoke(group, [*arguments, "--quiet", "--out", str(folder)]).exit_code == 0
    return folder


def replay(*arguments):
    return CliRunner().invoke(group, ["replay", *map(str, arguments)])


def events(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def test_a_run_goes_into_a_file_and_out_again_unchanged(run, tmp_path):
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    expected = f"event hash of run {manifest['run']}, replication 0: {manifest['event_hash']}"
    once, twice = tmp_path / "once.ndjson", tmp_path / "twice.ndjson.zst"
    first, second, third = replay(run, "--to", once), replay(once, "--to", twice), replay(twice, "--to", "-")
    assert [result.exit_code for result in (first, second, third)] == [0, 0, 0]
    assert first.stdout.splitlines() == [expected, f"{len(events(once)):,} events written to {once}"]
    assert second.stdout.splitlines()[0] == third.stderr.splitlines()[0] == expected
    assert third.stdout_bytes == once.read_bytes()


@pytest.fixture
def changed(run, tmp_path):
    """A copy of the run in whose log the first service took a microsecond less."""
    folder = tmp_path / "changed"
    shutil.copytree(run, folder)
    path = folder / "crossings" / "sasabe.parquet"
    table = pq.read_table(path)
    place, field = table.schema.get_field_index("primary_us"), table.schema.field("primary_us")
    primary_us = table["primary_us"].to_pylist()
    primary_us[0] -= 1
    pq.write_table(table.set_column(place, field, pa.array(primary_us, field.type)), path)
    return folder


def test_a_log_that_is_not_that_of_its_manifest_is_told(changed, tmp_path):
    manifest = json.loads((changed / "manifest.json").read_text(encoding="utf-8"))
    out = tmp_path / "out.ndjson"
    result = replay(changed, "--to", out)
    assert result.exit_code == 1
    (told,) = result.stderr.splitlines()
    assert told == f"{changed}: the event hash of its manifest is {manifest['event_hash']}: the log was changed"
    assert result.stdout.splitlines()[1] == f"{len(events(out)):,} events written to {out}"
    assert replay(changed, "--to", out, "--force", "--run-id", "other").exit_code == 1


@pytest.mark.parametrize(
    "part", [["--ports", "sasabe"], ["--from", "2024-03-04T18:00"], ["--until", "2024-03-04T18:00"], ["--shift-to-now"]]
)
def test_of_a_part_or_other_times_the_event_hash_is_another_and_nothing_is_told(changed, tmp_path, part):
    result = replay(changed, "--to", tmp_path / "out.ndjson", *part)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_part_of_a_run_begins_and_ends_where_it_was_asked_to(run, tmp_path):
    out = tmp_path / "part.ndjson"
    times = ["--from", "2024-03-04T18:00", "--until", "2024-03-04T12:00-07:00"]
    assert replay(run, "--to", out, "--run-id", "part", *times).exit_code == 0
    told = events(out)
    assert {event["run"] for event in told} == {"part"}
    assert [event["seq"] for event in told] == list(range(len(told)))
    assert told[0]["measured_from_us"] == 1_709_575_200_000_000
    assert (told[-1]["kind"], told[-1]["t_us"]) == ("run_ended", 1_709_578_799_999_999)


def test_a_file_that_is_there_is_replaced_by_force_alone(run, tmp_path):
    out = tmp_path / "events.ndjson"
    out.write_text("mine")
    refused = replay(run, "--to", out)
    assert refused.exit_code == 2
    assert f"{out} is there; name another file, or add --force" in refused.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert replay(run, "--to", out, "--force").exit_code == 0
    assert events(out)[0]["kind"] == "run_started"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing option '--to'"),
        (["RUN", "--to", "localhost"], "'localhost'; name a broker's HOST:PORT, a file whose name ends in .ndjson"),
        (["--to", "-"], "name what to replay: a run directory, an NDJSON file, or --from-kafka HOST:PORT"),
        (["RUN", "--from-kafka", "here:9092", "--to", "-"], "name what to replay"),
        (["--from-kafka", "here:9092", "--to", "here:9092"], "holds these events already; add --run-id or another"),
        (["nowhere", "--to", "-"], "nowhere: is not there; name a run directory or a file of NDJSON"),
        (["RUN", "--to", "-", "--ports", "sasabee"], "'sasabee': unknown port; did you mean 'sasabe'?"),
        (["RUN", "--to", "-", "--from", "tomorrow"], "'tomorrow' is no time; write e.g. 2024-03-04T06:00, UTC"),
        (["RUN", "--to", "-", "--from", "2024-03-04", "--until", "2024-03-03"], "is not after --from 2024-03-04T00"),
        (["RUN", "--to", "-", "--from", "2025-03-04"], "nothing lies there; the events are from 2024-03-03T07:00:00Z"),
        (["RUN", "--to", "-", "--speed", "-1"], "-1 is not between 0 and 1,000,000; 60 is a simulated minute a second"),
        (["RUN", "--to", "-", "--speed", "nan"], "nan is not between 0 and 1,000,000"),
        (["RUN", "--to", "-", "--speed", "fast"], "'fast' is not a valid float"),
        (["RUN", "--to", "-", "--run-id", "a b"], "'a b'; write letters, digits"),
    ],
)
def test_mistakes_are_told(run, arguments, message):
    result = replay(*(run if argument == "RUN" else argument for argument in arguments))
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_run_that_was_interrupted_is_told_to_have_no_end(run, tmp_path):
    whole, cut = tmp_path / "whole.ndjson", tmp_path / "cut.ndjson"
    assert replay(run, "--to", whole).stderr == ""
    cut.write_bytes(b"".join(whole.read_bytes().splitlines(keepends=True)[:100]))
    result = replay(cut, "--to", tmp_path / "again.ndjson")
    assert result.exit_code == 0
    assert result.stderr == "no run_ended from 1 port: the log is of a run that was interrupted\n"


def test_a_temporary_folder_that_takes_nothing_is_told_and_not_the_source(run, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    result = replay(run / "events.ndjson.zst", "--to", tmp_path / "events.ndjson")
    assert result.exit_code == 1
    assert result.stderr.startswith("temporary folder: cannot hold the events while they are sorted")
    assert len(result.stderr.splitlines()) == 1


def test_a_damaged_run_is_one_line(run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"ports": {}}))
    result = replay(folder, "--to", tmp_path / "events.ndjson")
    assert (result.exit_code, result.stderr) == (
        2,
        f"{folder / 'manifest.json'}: names no ports; the run was damaged\n",
    )


def test_a_folder_that_cannot_be_written_is_told(run, tmp_path):
    result = replay(run, "--to", tmp_path / "nowhere" / "events.ndjson")
    assert result.exit_code == 1
    assert "nowhere/events.ndjson: cannot be written (No such file or directory)" in result.stderr
