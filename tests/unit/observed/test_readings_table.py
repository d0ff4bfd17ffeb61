"""A table of readings: written and read back, each reading once, and its cells."""

from datetime import date

import pyarrow as pa
import pytest
from pyarrow import parquet

from border_sim.loading.file_problem import LoadError
from border_sim.loading.observed import CELLS
from border_sim.observed.feed.readings import Reading
from border_sim.observed.readings_table import (
    FIRST_S,
    LAST_S,
    SCHEMA,
    cells_of,
    read_readings,
    readings_table,
    without_repeats,
    write_readings,
)
from tests.feed import local

LANE = ("san-ysidro", "passenger", "standard", "250401")
MONDAY = "2025-09-08 06:00"


def reading(at=MONDAY, wait_min=60, lanes_open=5, lane=LANE, t_us=1_000_000):
    return Reading(*lane, local(at) if at else None, t_us if at else None, wait_min, lanes_open, wait_min is None)


ROWS = [reading(), reading(wait_min=None, lanes_open=0), reading(at=None, wait_min=None, lanes_open=0)]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_a_table_is_read_as_it_was_written(tmp_path, suffix, rows):
    path = tmp_path / f"waits{suffix}"
    table = readings_table(rows)
    write_readings(path, table)
    assert read_readings(path).equals(table)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_table_that_cannot_be_written_leaves_nothing(tmp_path):
    folder = tmp_path / "none"
    with pytest.raises(OSError, match="none"):
        write_readings(folder / "waits.csv", readings_table(ROWS))
    assert not folder.exists()


def test_each_reading_stands_once_by_lane_and_time():
    later = reading("2025-09-08 07:00", t_us=2_000_000)
    other = reading(lane=("andrade", "passenger", "standard", "250201"))
    table = without_repeats(readings_table([later, reading(), later, reading(), other, reading(wait_min=55)]))
    assert table.schema == SCHEMA
    assert table.equals(readings_table([other, reading(), reading(wait_min=55), later]))


def test_cells_are_means_by_day_of_the_week_and_hour():
    rows = [
        reading(),
        reading("2025-09-15 06:45", 30, None),
        reading("2025-09-08 07:00", 5, 2),
        reading("2025-09-08 06:10", None, 0),
        reading(None, None, 0),
    ]
    cells = cells_of(readings_table(rows), "mine.csv")
    assert cells.schema == CELLS
    first, second = cells.to_pylist()
    assert first == {
        "source": "mine.csv",
        "port": "san-ysidro",
        "mode": "passenger",
        "lane_class": "standard",
        "day_of_week": 0,
        "hour": 6,
        "mean_wait_min": 45.0,
        "readings": 2,
        "lanes_open": 5.0,
        "from": date(2025, 9, 8),
        "until": date(2025, 9, 15),
    }
    assert (second["hour"], second["mean_wait_min"], second["lanes_open"]) == (7, 5, 2)


def test_a_table_without_waits_has_no_cells():
    assert cells_of(readings_table([]), "mine").equals(CELLS.empty_table())


def refused(path):
    with pytest.raises(LoadError) as caught:
        read_readings(path)
    return [str(each).removeprefix(str(path)) for each in caught.value.problems]


HEAD = "port,mode,lane_class,port_number,local_time,t_us,wait_min,lanes_open,is_closed"


def test_every_row_that_cannot_be_is_told_with_its_line(tmp_path):
    path = tmp_path / "waits.csv"
    rows = [
        "san-ysidro,passenger,standard,250401,2025-09-08 06:00:00,1,60,5,false",
        "san-ysidro,bus,standard,250401,2025-09-08 06:00:00,1,60,5,false",
        "san-ysidro,passenger,fast,250401,2025-09-08 06:00:00,1,60,5,false",
        "san-ysidro,passenger,standard,250401,2025-09-08 06:00:00,1,601,5,false",
        "san-ysidro,passenger,standard,250401,2025-09-08 06:00:00,1,,5,false",
        "san-ysidro,passenger,standard,250401,2025-09-08 06:00:00,1,60,101,false",
    ]
    path.write_text("\n".join([HEAD, *rows, ""]))
    assert refused(path) == [
        ":3: mode: 'bus': no such mode; valid are commercial, passenger, pedestrian",
        ":4: lane_class: 'fast': no such passenger lane class; valid are sentri, ready, standard",
        ":5: wait_min: 601: must be from 0 to 600",
        ":6: wait_min: null: must be empty where is_closed is true, and only there",
        ":7: lanes_open: 101: must be from 0 to 100",
    ]


def test_what_is_no_table_of_readings_is_refused(tmp_path):
    assert refused(tmp_path / "none.csv")[0].startswith(": cannot be read (")
    (tmp_path / "a.txt").write_text("")
    assert refused(tmp_path / "a.txt") == [": is no table; its name must end in .parquet or .csv"]
    (tmp_path / "a.csv").write_text("port,wait\nx,1\n")
    (told,) = refused(tmp_path / "a.csv")
    assert told.startswith(": has columns port, wait; a table of readings has port, mode,")
    (tmp_path / "b.csv").write_text(f"{HEAD}\nsan-ysidro,passenger,standard,250401,noon,1,60,5,false\n")
    assert "cannot be read (" in refused(tmp_path / "b.csv")[0] and "noon" in refused(tmp_path / "b.csv")[0]
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    assert refused(tmp_path / "c.parquet")[0].startswith(": cannot be read (")
    parquet.write_table(pa.table({name: ["x"] for name in SCHEMA.names}), tmp_path / "d.parquet")
    assert refused(tmp_path / "d.parquet")[0].startswith(": cannot be read (")


@pytest.mark.parametrize("name", ["port", "lane_class", "is_closed"])
def test_a_row_without_what_every_reading_has_is_told(tmp_path, name):
    table = readings_table(ROWS)
    place = table.schema.get_field_index(name)
    column = pa.array([*table[name].to_pylist()[:2], None], SCHEMA.field(name).type)
    parquet.write_table(table.set_column(place, pa.field(name, column.type), column), tmp_path / "waits.parquet")
    with pytest.raises(LoadError) as caught:
        read_readings(tmp_path / "waits.parquet")
    (problem,) = caught.value.problems
    assert (problem.line, problem.path, problem.message) == (4, name, "must not be empty")


@pytest.mark.parametrize("seconds", [-(10**15), FIRST_S - 1, LAST_S + 1, 10**15])
def test_a_time_in_no_year_of_the_calendar_is_told(tmp_path, seconds):
    table = readings_table(ROWS[:1])
    times = pa.array([seconds], pa.int64()).cast(pa.timestamp("s"))
    parquet.write_table(table.set_column(4, "local_time", times), tmp_path / "waits.parquet", version="2.6")
    with pytest.raises(LoadError, match=f"{seconds} s since 1970"):
        read_readings(tmp_path / "waits.parquet")
