"""A log is read day by day, and gives what it gives when it is read whole."""

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.records import select
from border_sim.run import arrow_tables
from border_sim.run.crossings_reader import CrossingsLog, crossing_groups
from border_sim.run.directory import DirectoryError
from border_sim.vocabulary import Outcome, code


def rows(crossings):
    return list(zip(*(column.tolist() for column in crossings), strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_every_time_has_the_crossings_that_were_there(port_runs, in_periods, tmp_path_factory, data):
    info, records = data.draw(port_runs)
    edges = data.draw(st.lists(st.integers(records.from_us, records.until_us), max_size=4))
    path = tmp_path_factory.mktemp("log") / "port.parquet"
    with pq.ParquetWriter(path, arrow_tables.CROSSINGS_SCHEMA) as writer:
        periods = in_periods(records, edges)
        for period in periods:
            told = arrow_tables.ended_in(period, is_last=period is periods[-1])
            writer.write_table(arrow_tables.crossings_table(told, info))
    whole = arrow_tables.crossings_of(pq.read_table(path), info)
    assert sorted(row for group in crossing_groups(path, info) for row in rows(group)) == rows(whole)
    log = CrossingsLog(path, info)
    step_us = data.draw(st.integers(1, 60))
    for from_us in range(records.from_us, records.until_us, step_us):
        until_us = from_us + step_us
        is_inside = (whole.outcome == code(Outcome.PRESENT)) | (whole.released_us >= from_us)
        was_there = (whole.arrived_us < until_us) & (is_inside | (whole.arrived_us >= from_us))
        assert rows(log.between(from_us, until_us)) == rows(select(whole, was_there))


def test_groups_that_are_not_needed_yet_are_not_read(made_records, tiny_port, tmp_path):
    done = {"outcome": 1, "lane_class": 0, "pool": 0}
    begins, ends = ("arrived_us", "joined_us", "started_us"), ("ended_us", "released_us")
    candidates = [
        done | {"crossing": number} | dict.fromkeys(begins, 100 * number) | dict.fromkeys(ends, 100 * number + 1)
        for number in range(3)
    ]
    records = made_records(0, 1_000, candidates)
    path = tmp_path / "port.parquet"
    pq.write_table(arrow_tables.crossings_table(records.crossings, tiny_port), path, row_group_size=1)
    log = CrossingsLog(path, tiny_port)
    assert log.between(0, 150).crossing.tolist() == [0, 1]
    path.unlink()
    assert log.between(100, 200).crossing.tolist() == [1]  # nothing new is needed
    with pytest.raises(DirectoryError, match=r"port\.parquet: cannot be read"):
        log.between(200, 300)


def test_a_file_that_is_none_is_told(tiny_port, tmp_path):
    path = tmp_path / "port.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(DirectoryError, match=r"port\.parquet: cannot be read .*; the run was damaged"):
        CrossingsLog(path, tiny_port)
