"""Booths, posted waits and disruptions come back from their tables as they went in, of whatever pool they tell."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.run import change_tables
from border_sim.run.table_columns import LogError
from border_sim.vocabulary import MISSING


def same(a, b):
    return all(x.dtype == y.dtype and x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_changes_come_back(port_runs, data):
    info, records = data.draw(port_runs)
    staffing = change_tables.staffing_table(records.staffing, info)
    disruptions = change_tables.disruptions_table(records.disruptions, info)
    assert same(change_tables.staffing_of(staffing, info), records.staffing)
    assert same(change_tables.posted_of(change_tables.posted_table(records.posted, info)), records.posted)
    assert same(change_tables.disruptions_of(disruptions, info), records.disruptions)


def test_a_disruption_tells_the_mode_and_if_it_is_of_one_the_pool(made_records, tiny_port):
    rows = [(5, 0, 1, MISSING), (6, 0, 1, 2, 4, MISSING, 1500), (7, 0, 0, MISSING, 4, 0, 1000)]
    table = change_tables.disruptions_table(made_records(0, 9, disruptions=rows).disruptions, tiny_port)
    told = [[row[name] for name in table.column_names[3:]] for row in table.to_pylist()]
    assert told == [
        [True, None, None, None, None],
        [True, 2, "commercial/nii", None, 1500],
        [False, None, "commercial/nii", 0, 1000],
    ]


def test_a_pool_of_another_mode_is_refused(made_records, tiny_port):
    changes = made_records(0, 9, staffing=[(1, 4, 1)], disruptions=[(6, 0, 1, 2, 4, 1, 1000)])
    staffing = change_tables.staffing_table(changes.staffing, tiny_port)
    disruptions = change_tables.disruptions_table(changes.disruptions, tiny_port)
    without = replace(tiny_port, pools=tuple(pool for pool in tiny_port.pools if pool.name != "nii"))
    for read, table in ((change_tables.staffing_of, staffing), (change_tables.disruptions_of, disruptions)):
        with pytest.raises(LogError, match="its log names 'commercial/nii', which is none of commercial/standard"):
            read(table, without)
        modes = change_tables.word_column(np.ones(1, np.int8), ["commercial", "passenger"], np.int8)
        place = table.schema.get_field_index("mode")
        with pytest.raises(LogError, match="its log names the pool 'commercial/nii' in a mode that has none"):
            read(table.set_column(place, "mode", modes), tiny_port)
