"""A run that the last version with schema 2 of events wrote (Columbus for a day, with a gate that shuts and a cap on
booths; its files lack the columns of blocked time, of the scan and of disruptions of pools) is read for good.
"""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from border_sim import open_run
from border_sim.events.decode import StreamKey
from border_sim.records import concatenate
from border_sim.run.directory import ADDED, DirectoryError, read_table
from border_sim.run.manifest import read_ended
from border_sim.run.meanings import INSTANTS, TABLES
from border_sim.run.port_log import port_tables
from border_sim.run.recompute import compare_with_log, logged_events
from tests.whole_log import decode_events

BEFORE = Path(__file__).parent / "run_of_schema_2"
PARQUET = frozenset({"parquet"})


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(BEFORE, tmp_path / "run"))


def test_its_metrics_and_hashes_come_out_again():
    rows, *others = compare_with_log(BEFORE)
    assert rows > 900
    assert others == [0, (), ""]


def test_its_tables_and_its_lines_tell_the_same_events():
    manifest = read_ended(BEFORE)
    with pa.input_stream(BEFORE / "events.ndjson.zst") as log:
        (start, told) = decode_events(log.read().splitlines())[StreamKey(manifest.run, 0, "columbus")]
    entry = manifest.ports["columbus"]
    assert start.info == entry.info
    assert (start.facts.ports, start.facts.seed, start.facts.configuration_hash) == (1, 7, manifest.configuration_hash)
    for mine, other in zip(concatenate(list(logged_events(BEFORE, entry))), told, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_its_tables_have_all_columns_and_nobody_is_blocked_or_scanned():
    run = open_run(BEFORE)
    crossings, disruptions = run.crossings(instants=True), run.disruptions()
    assert crossings.column_names == ["port", *TABLES["crossings"], *INSTANTS]
    assert disruptions.column_names == list(TABLES["disruptions"])
    for table, name in ((crossings, "crossings"), (disruptions, "disruptions")):
        assert table.num_rows > 0
        assert all(table[column].null_count == table.num_rows for column in ADDED[name])
    assert crossings["secondary_joined_us"].null_count == crossings["secondary_us"].null_count < crossings.num_rows


@pytest.mark.parametrize("name", ["crossings", "disruptions"])
def test_a_column_that_every_version_wrote_may_not_be_missing(folder, name):
    path = folder / ("crossings/columbus.parquet" if name == "crossings" else f"{name}.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["mode"]), path)
    with pytest.raises(DirectoryError, match=rf"{path.name}: has the columns .*, not .*mode.*; the run was damaged"):
        read_table(path, port_tables(PARQUET)[name])


def test_columns_that_were_added_stand_in_every_table_of_now():
    for name, columns in ADDED.items():
        assert set(columns) < set(port_tables(PARQUET)[name].names)
