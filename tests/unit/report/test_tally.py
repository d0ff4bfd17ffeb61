"""Sums and quantiles of groups: those of the histogram itself, whatever the parts in which windows come."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.metrics.histogram import quantile
from border_sim.report.tally import Tally
from border_sim.vocabulary import MISSING

GROUPS = 6
waits = st.lists(st.tuples(st.integers(0, GROUPS - 1), st.lists(st.integers(0, 300), max_size=8)), max_size=12)


def tally_of(windows, groups, parts):
    tally = Tally(GROUPS)
    for part in np.array_split(np.arange(len(groups)), parts):
        rows = np.zeros(len(groups), bool)
        rows[part] = True
        tally.add(windows, rows, groups[part])
    return tally


@settings(derandomize=True, deadline=None)
@given(rows=waits, share=st.floats(0, 1), parts=st.integers(1, 4), per=st.sampled_from([1, 2, 3]))
def test_quantiles_are_those_of_the_histograms_of_each_group(by_hand, rows, share, parts, per):
    windows = by_hand([{"mode": 1, "lane_class": 0, "waits": minutes} for _, minutes in rows])
    groups = np.array([group for group, _ in rows], np.int64)
    found = tally_of(windows, groups, parts).quantiles([share], per)[0]
    of_entries = np.repeat(groups, windows.sizes) // per
    for group in range(GROUPS // per):
        buckets, counts = np.unique(windows.buckets[of_entries == group], return_counts=True)
        expected = quantile(buckets, counts, share)
        assert found[group] == (MISSING if expected is None else expected)


def test_sums_are_taken_over_groups_in_a_row(by_hand):
    windows = by_hand([{"mode": 1, "lane_class": 0, "arrivals": n} for n in (1, 2, 4, 8)])
    tally = tally_of(windows, np.array([0, 1, 1, 5]), 2)
    assert tally.totals("arrivals", 1).tolist() == [1, 6, 0, 0, 0, 8]
    assert tally.totals("arrivals", 2).tolist() == [7, 0, 8]


def test_only_the_rows_asked_for_count(by_hand):
    first, second = ({"mode": 1, "lane_class": 0, "waits": waits} for waits in ([5], [60, 60]))
    both, alone = Tally(1), Tally(1)
    both.add(by_hand([first, second]), np.array([False, True]), np.array([0]))
    alone.add(by_hand([second]), np.array([True]), np.array([0]))
    assert both.sums["waits"] == alone.sums["waits"] == [2]
    assert both.quantiles([0.5]) == alone.quantiles([0.5])
