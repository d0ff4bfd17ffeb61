"""Observed waits: what comes with border-sim, and every mistake in a file of them."""

import re
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest

from border_sim.loading.catalogue import catalogue_folder
from border_sim.loading.file_problem import LoadError
from border_sim.loading.observed import CELLS, READINGS, load_observed
from border_sim.loading.validation import validate

OBSERVED_PORTS = ["brownsville-bm", "el-paso-stanton", "los-indios", "ysleta-zaragoza"]
SOURCES = """\
cbp_a: {statistic: mean over readings, source: "made up, 2024"}
"""
WAITS = """\
source,port,mode,lane_class,day_of_week,hour,mean_wait_min,readings,lanes_open,from,until
cbp_a,here,passenger,standard,0,8,12.5,3,2.5,2024-01-01,2024-02-05
cbp_a,here,commercial,fast,6,23,0,1,,,
"""
LINE = "cbp_a,here,passenger,standard,0,8,12.5,3,2.5,2024-01-01,2024-02-05"
READ = """\
source,port,mode,lane_class,date,hour,wait_min,lanes_open
cbp_a,there,pedestrian,standard,2024-03-04,7,15,1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a catalogue with observed waits and nothing else."""
    observed = tmp_path / "observed"
    observed.mkdir()
    for name, text in (("sources.yaml", SOURCES), ("waits.csv", WAITS), ("readings.csv", READ)):
        (observed / name).write_text(text)
    return tmp_path


def refused(folder: Path) -> list[str]:
    with pytest.raises(LoadError) as caught:
        load_observed(folder)
    return [str(mistake).removeprefix(f"{folder}/observed/") for mistake in caught.value.problems]


def test_cells_readings_and_sources_are_read(folder: Path) -> None:
    observed = load_observed(folder)
    assert observed.cells.schema == CELLS and observed.readings.schema == READINGS
    first, second = observed.cells.to_pylist()
    assert (first["mean_wait_min"], first["readings"], first["lanes_open"]) == (12.5, 3, 2.5)
    assert (first["from"], first["until"]) == (date(2024, 1, 1), date(2024, 2, 5))
    assert (second["mean_wait_min"], second["lanes_open"], second["from"]) == (0, None, None)
    assert observed.readings.to_pylist()[0]["date"] == date(2024, 3, 4)
    assert observed.sources["cbp_a"].statistic == "mean over readings"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("cbp_a,here,p", "cbp_b,here,p", "source: 'cbp_b': no such source; valid are cbp_a"),
        ("passenger", "cars", "mode: 'cars': no such mode; valid are commercial, passenger, pedestrian"),
        (
            "standard",
            "general",
            "lane_class: 'general': no such passenger lane class; valid are sentri, ready, standard",
        ),
        ("0,8,12.5", "7,8,12.5", "day_of_week: 7: must be from 0 to 6"),
        ("0,8,12.5", "0,24,12.5", "hour: 24: must be from 0 to 23"),
        ("12.5", "-1", "mean_wait_min: -1.0: must be from 0 to 600"),
        ("12.5", "601", "mean_wait_min: 601.0: must be from 0 to 600"),
        ("12.5", "nan", "mean_wait_min: null: must be from 0 to 600"),
        ("12.5", "", "mean_wait_min: null: must be from 0 to 600"),
        ("12.5,3", "12.5,", "readings: null: must be from 1 to 1000000"),
        ("12.5,3", "12.5,0", "readings: 0: must be from 1 to 1000000"),
        ("3,2.5", "3,101", "lanes_open: 101.0: must be from 0 to 100"),
    ],
)
def test_an_unknown_word_or_a_figure_that_cannot_be_is_told_with_its_line(
    folder: Path, old: str, new: str, message: str
) -> None:
    (folder / "observed" / "waits.csv").write_text(WAITS.replace(LINE, LINE.replace(old, new)))
    assert refused(folder) == [f"waits.csv:2: {message}"]


def test_every_mistake_of_a_file_is_told(folder: Path) -> None:
    path = folder / "observed" / "readings.csv"
    path.write_text(READ + "cbp_a,there,cars,standard,2024-03-04,25,15,1\n")
    assert [text.split(": ")[:2] for text in refused(folder)] == [
        ["readings.csv:3", "mode"],
        ["readings.csv:3", "hour"],
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("waits.csv", None, r"waits\.csv: cannot be read"),
        ("waits.csv", "", r"waits\.csv: cannot be read \(Empty CSV file\)"),
        ("waits.csv", WAITS.replace("12.5", "long"), r"waits\.csv: cannot be read .*'long'"),
        ("waits.csv", READ, r"waits\.csv: has columns source, .*, wait_min, lanes_open; valid are source, .*, until$"),
        ("readings.csv", None, r"readings\.csv: cannot be read"),
        ("sources.yaml", "cbp_a: {source: x}", r"sources\.yaml:1: cbp_a\.statistic: is missing"),
        ("sources.yaml", None, r"sources\.yaml: cannot be read: No such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(folder: Path, name: str, text: str | None, message: str) -> None:
    path = folder / "observed" / name
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    (mistake,) = refused(folder)
    assert re.match(message, mistake), mistake


def test_validate_reads_observed_waits_too(folder: Path) -> None:
    assert validate([folder]) == (3, (), ())
    (folder / "observed" / "waits.csv").write_text(WAITS.replace("0,8,12.5", "0,8,-3"))
    (folder / "observed" / "sources.yaml").write_text("cbp_a: 3")
    report = validate([folder])
    assert report.files == 3
    assert [(Path(mistake.file).name, mistake.line) for mistake in report.problems] == [
        ("sources.yaml", 1),
        ("waits.csv", 2),
    ]
    assert [Path(mistake.file).name for mistake in validate([folder / "observed" / "waits.csv"]).problems] == [
        "waits.csv"
    ]


def test_validate_takes_other_tables_for_no_observed_waits(folder: Path) -> None:
    (folder / "observed" / "notes.csv").write_text("anything")
    (folder / "waits.csv").write_text("anything")
    assert validate([folder]) == (3, (), ())


# What comes with border-sim.


def test_there_are_no_waits_but_cbps_own() -> None:
    observed = load_observed()
    assert set(observed.cells["source"].to_pylist()) == {"cbp_rss", "cbp_historical_day", "cbp_historical_avg_2026"}
    assert set(observed.readings["source"].to_pylist()) == {"cbp_feed"}
    for path in (catalogue_folder() / "observed").iterdir():
        assert "bordify" not in path.read_text(encoding="utf-8").lower(), path


def test_every_source_is_told_and_used() -> None:
    observed = load_observed()
    used = {*observed.cells["source"].to_pylist(), *observed.readings["source"].to_pylist()}
    assert used == set(observed.sources)
    for name, source in observed.sources.items():
        assert source.statistic and re.search(r"\b20\d\d\b", source.source), name


def test_cells_are_those_of_the_four_ports_and_told_once() -> None:
    cells = load_observed().cells
    assert sorted(set(cells["port"].to_pylist())) == OBSERVED_PORTS
    keys = cells.select(["source", "port", "mode", "lane_class", "day_of_week", "hour"])
    assert keys.group_by(keys.column_names).aggregate([]).num_rows == cells.num_rows > 2900


def test_ports_and_modes_are_the_catalogues() -> None:
    observed = load_observed()
    for table in (observed.cells, observed.readings):
        lanes = table.select(["port", "mode", "lane_class"])
        for row in lanes.group_by(lanes.column_names).aggregate([]).to_pylist():
            text = (catalogue_folder() / "ports" / f"{row['port']}.yaml").read_text(encoding="utf-8")
            assert f"\n  {row['mode']}:\n" in text, row


def test_dates_are_told_in_order_or_not_at_all() -> None:
    cells = load_observed().cells
    assert cells["from"].is_valid().equals(cells["until"].is_valid())
    assert pc.all(pc.less_equal(cells["from"], cells["until"])).as_py()
    assert min(cells["from"].drop_null().to_pylist()) >= date(2014, 1, 1)
