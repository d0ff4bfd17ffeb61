"""Windows go to records and come back the same; the models say what a record holds."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from border_sim.events.decode import StreamKey
from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.histogram import BUCKETS
from border_sim.metrics.state import new_state
from border_sim.metrics.window_columns import MEASURES
from border_sim.metrics.window_tables import METRICS_SCHEMA, differences, to_table
from border_sim.streaming.counting import window_records
from border_sim.streaming.counting.window_records import Window, WindowError


def windows_of(run, width_us):
    return fold(new_state(run.info, width_us), events_of(run.records, starts=True, ends=True))


def records_of(run, width_us, name="run"):
    key = StreamKey(name, 2, run.info.slug)
    return list(window_records.encode_windows(key, run.info, windows_of(run, width_us), width_us))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_records_of_windows_come_back_as_the_table_that_a_run_writes(port_runs, data):
    run, width_us = data.draw(port_runs), data.draw(st.integers(1, 50))
    decoded = [window_records.decode_window(value) for _, value in records_of(run, width_us)]
    table = window_records.to_table(decoded)
    assert table.schema == METRICS_SCHEMA
    assert differences(table, to_table(windows_of(run, width_us), run.info, 2)) == (0, "")


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_every_record_is_what_the_model_says_and_is_named_by_its_key(port_runs, data):
    run = data.draw(port_runs)
    records = records_of(run, 7, "a/b")
    for key, value in records:
        window = Window.model_validate_json(value)
        assert window.rows
        assert key.decode() == f"a/b/2/{window.port}/7/{window.begins_us}"
        assert window.model_dump_json(by_alias=True).encode() == value
    assert len(dict(records)) == len(records)


@pytest.fixture
def record(tiny_port, made_records):
    records = made_records(
        tiny_port.measured_from_us, tiny_port.measured_from_us + 5, staffing=[(tiny_port.measured_from_us, 1, 2)]
    )
    windows = fold(new_state(tiny_port, 15), events_of(records, starts=True, ends=True))
    ((_, value),) = window_records.encode_windows(StreamKey("run", 0, "tiny-port"), tiny_port, windows, 15)
    return json.loads(value)


def test_a_window_of_schema_1_which_tells_a_pool_by_its_name_is_read(record):
    of_now = window_records.decode_window(msgspec.json.encode(record))
    record["schema"], record["rows"][0]["pool"] = 1, "fast"
    del record["rows"][0]["blocked_us"]
    of_before = window_records.decode_window(msgspec.json.encode(record))
    assert of_before == of_now
    pools = window_records.to_table([of_before, of_now])["pool"].to_pylist()  # a group that was upgraded in between
    assert pools == ["commercial/fast"] * 2


def test_a_window_of_schema_2_in_which_nothing_could_be_blocked_is_read(record):
    of_now = window_records.decode_window(msgspec.json.encode(record))
    record["schema"] = 2
    del record["rows"][0]["blocked_us"]
    assert window_records.decode_window(msgspec.json.encode(record)) == of_now


@pytest.mark.parametrize(("schema", "has_blocked"), [(2, True), (3, False)])
def test_a_window_that_is_of_no_version_is_refused(record, schema, has_blocked):
    record["schema"] = schema
    if not has_blocked:
        del record["rows"][0]["blocked_us"]
    with pytest.raises(WindowError, match="not a window of border-sim"):
        window_records.decode_window(msgspec.json.encode(record))


def test_a_row_of_a_pool_tells_its_mode_and_key(record):
    (row,) = record["rows"]
    assert (row["mode"], row["lane_class"], row["station"], row["pool"]) == (
        "commercial",
        None,
        "primary",
        "commercial/fast",
    )
    assert (row["open_us"], row["busy_us"], row["arrivals"]) == (8, 0, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": 4},
        {"port": 5},
        {"begins_us": -1},
        {"width_us": 0},
        {"replication": 2**31},
        {"more": 1},
        {"rows": []},
        {"rows": [{}]},
    ],
)
def test_what_is_not_a_window_is_refused_by_reader_and_model(record, changed):
    value = json.dumps(record | changed).encode()
    with pytest.raises(WindowError, match="not a window of border-sim"):
        window_records.decode_window(value)
    with pytest.raises(ValidationError):
        Window.model_validate_json(value)


@pytest.mark.parametrize(
    "changed",
    [
        {"arrivals": -1},
        {"wait_us": 2**63},
        {"closed_postings": 2**62},
        {"buckets": [BUCKETS], "counts": [1]},
        {"buckets": [-1], "counts": [1]},
        {"buckets": [1], "counts": [2**31]},
        {"buckets": [1], "counts": [0]},
        {"buckets": [1, 2], "counts": [1]},
        {"buckets": [2, 1], "counts": [1, 1]},
        {"buckets": [1, 1], "counts": [1, 1]},
    ],
)
def test_figures_that_no_window_has_are_refused_by_reader_and_model(record, changed):
    value = json.dumps(record | {"rows": [record["rows"][0] | changed]}).encode()
    with pytest.raises(WindowError, match="not a window of border-sim"):
        window_records.decode_window(value)
    with pytest.raises(ValidationError):
        Window.model_validate_json(value)


def test_the_largest_figures_that_are_taken_go_into_a_table(record):
    waits = {"buckets": [0, BUCKETS - 1], "counts": [1, 2**31 - 1]}
    largest = record["rows"][0] | dict.fromkeys(MEASURES, 2**62 - 1) | waits
    value = json.dumps(record | {"rows": [largest], "begins_us": 2**62 - 1, "replication": 2**31 - 1}).encode()
    table = window_records.to_table([window_records.decode_window(value)])
    (row,) = table.to_pylist()
    assert {name: row[name] for name in largest} == largest
    told = differences(table, METRICS_SCHEMA.empty_table())
    assert told.rows == 1
    assert "window from 148108-07-06T" in told.example


def test_no_windows_are_an_empty_table():
    assert window_records.to_table([]).num_rows == 0
