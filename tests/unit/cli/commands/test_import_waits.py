"""`border-sim import-waits`: a table of readings, what is told of the rest, exit code 0, 1 or 2."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from border_sim.cli.main import group
from border_sim.observed.readings_table import read_readings
from tests.feed import SNAPSHOT, as_json, as_xml, cars, entry, lane

SEVEN = "At 6:00 am PDT"
PORT = cars(lane("delay", SEVEN, 60, 5))


def said(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(group, ["import-waits", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("name", ["waits.parquet", "waits.csv"])
def test_a_copy_of_the_feed_becomes_a_table_and_what_is_left_out_is_told(tmp_path, name):
    result = said(SNAPSHOT, "--out", tmp_path / name)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[:4] == [
        "132 readings of 32 ports in 1 snapshot, 39 of them closed; from 2025-09-10 02:00 to 2025-09-10 08:04, local",
        "missing: 30 lanes with an update pending",
        "naco: 2 waits marked PST; the clock there is MST, by which they are taken",
        "left out: 29 entries of 29 places that the catalogue does not have (Canadian Border)",
    ]
    assert lines[4].startswith(
        "left out: 8 entries of 8 places that the catalogue does not have (Mexican Border): 202401 Paso Del Norte, "
    )
    assert "250407 San Ysidro PedWest" in lines[4]
    assert lines[5:] == [f"written to {tmp_path / name}"]
    assert len(read_readings(tmp_path / name)) == 132


def test_many_files_make_one_table_in_which_each_reading_stands_once(tmp_path):
    one, two, three = (tmp_path / name for name in ("one.json", "two.xml", "three.xml.gz"))
    one.write_text(as_json(PORT))
    two.write_text(as_xml(PORT))
    three.write_bytes(gzip.compress(as_xml(cars(lane("delay", "At 7:00 am PDT", 45, 5)), time="10:4:30").encode()))
    result = said(one, two, three, "--out", tmp_path / "waits.csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2 readings of 1 port in 3 snapshots, 0 of them closed; from 2025-09-10 06:00 to 2025-09-10 07:00, local",
        "left out: 1 reading that a later snapshot repeats",
        "1 snapshot without a time of their own: dated by when most of their waits were posted",
        f"written to {tmp_path / 'waits.csv'}",
    ]
    assert read_readings(tmp_path / "waits.csv")["wait_min"].to_pylist() == [60, 45]


def test_what_is_refused_is_told_with_file_and_line_and_the_rest_is_written(tmp_path):
    bad, good = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_text(as_json(entry("250501", passenger_vehicle_lanes__standard_lanes=lane("delay", SEVEN, "many", 4))))
    good.write_text(as_json(PORT))
    result = said(bad, good, tmp_path / "none.json", "--out", tmp_path / "waits.csv")
    assert result.exit_code == 1
    place = "250501.passenger_vehicle_lanes.standard_lanes.delay_minutes"
    assert result.stderr.splitlines() == [
        f"{bad}:1: {place}: 'many': must be a whole number from 0 to 600",
        f"{tmp_path}/none.json: cannot be read (No such file or directory)",
    ]
    assert "refused: 2 mistakes in 2 files, told above\n" in result.stdout
    assert len(read_readings(tmp_path / "waits.csv")) == 1


def test_without_a_reading_no_table_is_written(tmp_path):
    page = tmp_path / "bwt.xml"
    page.write_text("<html>503</html>")
    result = said(page, "--out", tmp_path / "waits.csv")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"{tmp_path}/waits.csv: not written: no reading was found"
    assert not (tmp_path / "waits.csv").exists()


def test_a_table_that_is_there_is_replaced_only_with_force(tmp_path):
    out = tmp_path / "waits.csv"
    out.write_text("mine\n")
    result = said(SNAPSHOT, "--out", out)
    assert result.exit_code == 2 and f"{out} is there; name another file, or add --force" in result.stderr
    assert out.read_text() == "mine\n"
    assert said(SNAPSHOT, "--out", out, "--force").exit_code == 0
    assert len(read_readings(out)) == 132


def test_a_table_of_no_known_format_or_in_no_folder_is_refused(tmp_path):
    result = said(SNAPSHOT, "--out", tmp_path / "waits.xlsx")
    assert result.exit_code == 2 and "the name must end in .parquet or .csv" in result.stderr
    result = said(SNAPSHOT, "--out", tmp_path / "none" / "waits.csv")
    assert result.exit_code == 2 and f"there is no folder {tmp_path / 'none'}" in result.stderr


def test_a_table_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("border_sim.cli.commands.import_waits.write_readings", full)
    result = said(SNAPSHOT, "--out", tmp_path / "waits.csv")
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path}/waits.csv: cannot be written (No space left on device)\n"


def test_of_many_places_outside_the_catalogue_a_dozen_are_named(tmp_path):
    (tmp_path / "feed.json").write_text(as_json(PORT, *(entry(f"9{number:02}") for number in range(20))))
    result = said(tmp_path / "feed.json", "--out", tmp_path / "waits.csv")
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("left out: "))
    assert line.startswith(
        "left out: 20 entries of 20 places that the catalogue does not have (Mexican Border): 900 A Port, 901 A Port, "
    )
    assert line.endswith(", 911 A Port, and 8 more")


def test_the_table_is_written_though_nobody_can_be_told(tmp_path):
    out = tmp_path / "waits.csv"
    command = [sys.executable, "-m", "border_sim.cli.main", "import-waits", str(SNAPSHOT), "--out", str(out)]
    with Path("/dev/full").open("w") as full:
        subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert len(read_readings(out)) == 132
