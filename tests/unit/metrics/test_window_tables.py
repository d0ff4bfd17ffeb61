"""Windows as tables: nothing is lost on the way, and any difference is found."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.state import cells_of, new_state
from border_sim.metrics.window_tables import (
    KEYS,
    METRICS_SCHEMA,
    differences,
    from_table,
    table_cells,
    to_table,
    with_pool_keys,
)


@pytest.fixture
def table(made_records, tiny_port):
    """The windows of three cars and a pool, 10 us each."""
    cars = [
        {"crossing": n, "mode": 1, "lane_class": 0, "pool": 2, "outcome": 1}
        | {"arrived_us": n, "joined_us": n, "started_us": n * 5, "ended_us": n * 9, "released_us": n * 9}
        for n in range(1, 4)
    ]
    info = replace(tiny_port, measured_from_us=0)
    events = events_of(made_records(0, 31, cars, [(0, 2, 1)]), starts=True, ends=True)
    return to_table(fold(new_state(info, 10), events), info, 4)


def changed(table, name, place, value):
    column = table[name].to_pylist()
    column[place] = value
    index = table.schema.get_field_index(name)
    return table.set_column(
        index, METRICS_SCHEMA.field(name), pa.chunked_array([pa.array(column, METRICS_SCHEMA.field(name).type)])
    )


def test_rows_are_told_in_words(table):
    assert table.schema == METRICS_SCHEMA
    rows = [tuple(row[key] for key in KEYS) for row in table.slice(0, 4).to_pylist()]
    assert rows == [
        (4, "tiny-port", "passenger", None, "door_to_door", None, 0),
        (4, "tiny-port", "passenger", "standard", "primary", None, 0),
        (4, "tiny-port", "passenger", "standard", "door_to_door", None, 0),
        (4, "tiny-port", "passenger", None, "primary", "passenger/standard", 0),
    ]
    assert table.slice(1, 1).select(["arrivals", "starts", "buckets", "counts"]).to_pylist() == [
        {"arrivals": 3, "starts": 1, "buckets": [4], "counts": [1]}
    ]


def test_pools_that_a_table_of_before_tells_by_name_alone_are_spelt_by_their_keys(table):
    place = table.schema.get_field_index("pool")
    names = pc.replace_substring_regex(table["pool"].cast(pa.string()), "^[^/]*/", "")
    of_before = table.set_column(place, table.schema.field(place), names.cast(table.schema.field(place).type))

    assert "standard" in of_before["pool"].to_pylist()
    assert with_pool_keys(of_before).to_pylist() == table.to_pylist()
    assert with_pool_keys(table) is table


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_windows_come_back_from_their_table(port_runs, data):
    info, records = data.draw(port_runs)
    windows = fold(new_state(info, data.draw(st.integers(1, 50))), events_of(records, starts=True, ends=True))
    back = from_table(to_table(windows, info, 0), info)
    assert all(a.dtype == b.dtype and a.tolist() == b.tolist() for a, b in zip(back, windows, strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_cells_of_a_table_are_those_of_its_windows(port_runs, data):
    info, records = data.draw(port_runs)
    windows = fold(new_state(info, data.draw(st.integers(1, 50))), events_of(records, starts=True, ends=True))
    assert table_cells(to_table(windows, info, 0)).tolist() == cells_of(windows).tolist()


def test_a_table_does_not_differ_from_itself_in_another_order(table):
    order = np.random.default_rng(1).permutation(len(table))
    assert differences(table, table.take(pa.array(order))) == (0, "")
    assert differences(METRICS_SCHEMA.empty_table(), METRICS_SCHEMA.empty_table()) == (0, "")


@pytest.mark.parametrize(("name", "value"), [("starts", 2), ("open_us", 1), ("buckets", [5]), ("counts", [3])])
def test_a_changed_value_is_found(table, name, value):
    found = differences(table, changed(table, name, 1, value))
    before = table[name][1].as_py()
    where = "replication 4, tiny-port passenger standard primary, window from 1970-01-01T00:00:00+00:00"
    assert found == (1, f"{where}: {name} is {before} in the first and {value} in the second")


def test_rows_of_one_table_only_are_counted(table):
    missing = differences(table, table.slice(2))
    assert missing == (
        2,
        "replication 4, tiny-port passenger door_to_door, window from 1970-01-01T00:00:00+00:00: only in the first",
    )
    assert differences(table.slice(2), table) == (2, missing.example.replace("first", "second"))


def test_a_row_told_twice_differs(table):
    twice = pa.concat_tables([table, table.slice(1, 1)])
    found = differences(twice, table)
    assert found.rows == 1
    assert found.example.endswith("only in the first")


def test_another_port_or_replication_is_another_row(table):
    assert differences(table, changed(table, "replication", 0, 5)).rows == 2
