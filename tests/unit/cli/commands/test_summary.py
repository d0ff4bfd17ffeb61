"""`summary`: the figures of a run by any keys, as a table, CSV or JSON."""

import csv
import json
import shutil

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from border_sim.cli.closing_table import interruption
from border_sim.cli.main import group
from border_sim.vocabulary import HOUR_US


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
    assert list(stations) == ["primary", "secondary", "door_to_door"]
    assert stations["door_to_door"]["deterred"] == sum(row["deterred"] for row in windows)
    assert "door_to_door_min" not in stations["primary"]


def test_each_port_counts_by_its_own_hours(folder):
    windows = pq.read_table(folder / "metrics.parquet").to_pylist()
    ports = json.loads((folder / "manifest.json").read_text())["ports"]
    for row in rows_of(folder, "--by", "port"):
        hours = {"columbus": 23, "sasabe": 24}[row["port"]]  # in Arizona the clock does not change
        until_us = ports[row["port"]]["info"]["measured_from_us"] + hours * HOUR_US
        mine = [each for each in windows if (each["port"], each["station"]) == (row["port"], "primary")]
        served = sum(each["completions"] for each in mine if each["window_us"] < until_us)
        assert row["served_per_hour"] == pytest.approx(served / hours)


def test_utilisation_is_the_share_of_open_booth_time_of_a_row_that_is_of_no_lane_class(folder):
    windows = pq.read_table(folder / "metrics.parquet").to_pylist()
    of_cars = [row for row in windows if row["pool"] and row["mode"] == "passenger"]
    opened, busy = (sum(row[name] for row in of_cars) for name in ("open_us", "busy_us"))
    cars = next(row for row in rows_of(folder, "--by", "mode") if row["mode"] == "passenger")
    assert (cars["utilisation"], cars["blocked"]) == (busy / opened, 0)
    assert "utilisation" not in rows_of(folder, "--by", "mode,lane")[0]
    (heads, *lines) = command("summary", folder, "--by", "mode").stdout.splitlines()
    assert heads.endswith("utilisation")  # nothing was blocked
    assert any(line.endswith(f" {busy / opened:.0%}") for line in lines)


def test_the_largest_queue_is_said_to_be_of_one_lane_class(folder):
    windows = pq.read_table(folder / "metrics.parquet").to_pylist()
    for row in rows_of(folder, "--by", "station"):
        mine = [each for each in windows if each["station"] == row["station"]]
        assert row["largest_lane_queue"] == max(each["largest_queue"] for each in mine)
    (heads, *_) = command("summary", folder, "--by", "station").stdout.splitlines()
    assert "largest lane queue" in heads


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
    rows = rows_of(folder)
    assert {row["port"] for row in rows} == {"columbus", "sasabe"}
    for row in rows:
        expected = [row["mode"], row["port"], row["lane"], f"{row['arrivals']:,}"]
        assert any(line[:4] == expected and line[-1] == f"{row['served_per_hour']:,.1f}" for line in lines)


def test_what_is_no_key_and_no_run_is_said(folder, tmp_path):
    wrong = command("summary", folder, "--by", "port,colour")
    assert wrong.exit_code == 2
    assert "'colour' is none of port, mode, lane, station" in wrong.stderr
    assert command("summary", tmp_path / "none").exit_code == 2


@pytest.fixture
def interrupted(folder, tmp_path):
    """Makes a run of `folder` whose ports were interrupted so many hours after their first measured instant."""

    def make(**hours):
        copy = shutil.copytree(folder, tmp_path / "interrupted")
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["status"] = "interrupted"
        for port, after in hours.items():
            entry = manifest["ports"][port]
            entry |= {"end": "interrupted", "until_us": entry["info"]["measured_from_us"] + after * HOUR_US}
        (copy / "manifest.json").write_text(json.dumps(manifest))
        return copy

    return make


def test_how_far_a_run_came_that_was_interrupted_is_told_in_every_format(interrupted, folder):
    assert "interrupted" not in command("summary", folder).output
    early = interrupted(columbus=6, sasabe=-23)
    told = "interrupted: 1 of 2 ports came to the measured days, for 6.0 hours; figures end there"
    assert command("summary", early).stdout.splitlines()[-1] == told
    for form in ("csv", "json"):
        done = command("summary", early, "--format", form)
        assert (done.exit_code, done.stderr) == (0, f"{told}\n")
        assert "interrupted" not in done.stdout


def test_a_run_that_was_interrupted_in_its_warm_up_is_not_said_to_have_had_nobody(interrupted):
    early = interrupted(columbus=-1, sasabe=-23)
    told = "interrupted: 0 of 2 ports came to the measured days"
    assert command("summary", early).stdout.splitlines()[-1] == told
    assert "nobody came" not in command("summary", early).stdout


def test_the_hours_of_ports_that_came_apart_are_a_span():
    told = "interrupted: 2 of 3 ports came to the measured days, for 1.5 to 1,000.0 hours; figures end there"
    assert interruption([HOUR_US * 1000, 0, HOUR_US * 3 // 2]) == told
