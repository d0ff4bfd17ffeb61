"""`summary`: the figures of a run by any keys, as a table, CSV or JSON."""

import csv
import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from border_sim.cli.main import group


def command(*arguments):
    return CliRunner().invoke(group, [*map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A day of 23 hours at two ports."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    done = command("run", "--ports", "sasabe,columbus", "--start", "2024-03-10", "--days", "1", "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


def rows_of(folder, *options):
    done = command("summary", folder, "--format", "json", *options)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_figures_add_up_over_keys_and_are_those_of_the_windows(folder):
    windows = pq.read_table(folder / "metrics.parquet").to_pylist()
    joined = sum(row["arrivals"] for row in windows if row["station"] == "primary" and row["lane_class"])
    for by in ("port", "mode", "lane", "port,mode,lane"):
        assert sum(row["arrivals"] for row in rows_of(folder, "--by", by)) == joined
    stations = {row["station"]: row for row in rows_of(folder, "--by", "station")}
    assert list(stations) == ["primary", "secondary", "door_to_door"] or "state" in stations
    assert stations["door_to_door"]["deterred"] == sum(row["deterred"] for row in windows)
    assert "door_to_door_min" not in stations["primary"]


def test_each_port_counts_by_its_own_hours(folder):
    rows = {row["port"]: row for row in rows_of(folder, "--by", "port")}
    assert rows["columbus"]["served_per_hour"] == pytest.approx(rows["columbus"]["completions"] / 23)
    assert rows["sasabe"]["served_per_hour"] == pytest.approx(rows["sasabe"]["completions"] / 24)  # Arizona: no change


def test_formats_hold_the_same(folder):
    rows = rows_of(folder, "--by", "mode,port")
    assert list(rows[0])[:3] == ["port", "mode", "arrivals"]
    told = list(csv.DictReader(command("summary", folder, "--by", "port,mode", "--format", "csv").stdout.splitlines()))
    assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows] == told
    table = command("summary", folder, "--by", "port,mode").stdout.splitlines()
    assert table[0].split()[:3] == ["port", "mode", "arrivals"]
    assert len(table) == 1 + len(rows)


def test_the_closing_table_is_that_of_the_run(folder, tmp_path):
    done = command(
        "run", "--ports", "sasabe,columbus", "--start", "2024-03-10", "--days", "1", "--out", tmp_path / "again"
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    for row in rows_of(folder):
        expected = [row["mode"], row["port"], row["lane"], f"{row['arrivals']:,}"]
        assert any(line[:4] == expected and line[-1] == f"{row['served_per_hour']:,.1f}" for line in lines)


def test_what_is_no_key_and_no_run_is_said(folder, tmp_path):
    wrong = command("summary", folder, "--by", "port,colour")
    assert wrong.exit_code == 2
    assert "'colour' is none of port, mode, lane, station" in wrong.stderr
    assert command("summary", tmp_path / "none").exit_code == 2
