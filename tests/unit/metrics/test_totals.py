"""Totals: the sums of plain Python, in whatever parts and order; quantiles are those of the waits."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.histogram import GROUP, bucket_of, midpoint
from border_sim.metrics.state import new_state
from border_sim.metrics.totals import Totals
from border_sim.metrics.window_columns import MEASURES
from border_sim.metrics.window_tables import METRICS_SCHEMA, measures_of, to_table
from border_sim.records import concatenate
from border_sim.vocabulary import MISSING

GROUPS = 5


def histogram(totals, group):
    """The buckets of a group's waits that are not empty, and the waits in each."""
    pages = {page: totals.pages[place] for page, place in enumerate(totals.page_of[group].tolist()) if place}
    return {
        page * GROUP + bucket: count
        for page, counts in pages.items()
        for bucket, count in enumerate(counts.tolist())
        if count
    }


def totals_of(waits):
    """Totals of one group, whose waits are these."""
    buckets, counts = np.unique([bucket_of(wait) for wait in waits], return_counts=True)
    columns = dict.fromkeys(MEASURES, np.zeros(1, np.int64))
    totals = Totals()
    totals.add(
        np.zeros(1, np.int64), columns | {"sizes": np.array([len(buckets)]), "buckets": buckets, "counts": counts}
    )
    return totals


def quantile(totals, share):
    """The quantile of the only group."""
    return int(totals.quantiles((share,))[0][0])


def figures_of(totals):
    """All that totals hold, by group; groups of nothing are left out."""
    held = {}
    for group in range(len(totals)):
        figures = {name: int(totals[name][group]) for name in MEASURES if totals[name][group]}
        if figures or histogram(totals, group):
            held[group] = (figures, histogram(totals, group))
    return held


def plainly(windows, groups):
    """The same in plain Python."""
    figures, histograms, at = {}, {}, 0
    for row, group in enumerate(groups):
        size = int(windows.sizes[row])
        entries = slice(at, at + size)
        at += size
        if group == MISSING:
            continue
        mine, histogram = figures.setdefault(group, Counter()), histograms.setdefault(group, Counter())
        for name, measure in MEASURES.items():
            value = int(getattr(windows, name)[row])
            mine[name] = max(mine[name], value) if measure.is_largest else mine[name] + value
        histogram.update(dict(zip(windows.buckets[entries].tolist(), windows.counts[entries].tolist(), strict=True)))
    held = {
        group: ({name: n for name, n in mine.items() if n}, dict(histograms[group])) for group, mine in figures.items()
    }
    return {group: value for group, value in held.items() if value[0] or value[1]}


@st.composite
def grouped_windows(draw, port_runs):
    """Windows of a run or two, and a group for each row."""
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        info, records = draw(port_runs)
        state = new_state(info, draw(st.integers(1, 50)))
        parts.append((info, fold(state, events_of(records, starts=True, ends=True))))
    sizes = [len(windows.window_us) for _, windows in parts]
    one = st.integers(MISSING, GROUPS - 1)
    return parts, [np.array(draw(st.lists(one, min_size=size, max_size=size)), np.int64) for size in sizes]


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_sums_are_those_of_plain_python_in_whatever_parts_they_come(port_runs, data):
    parts, groups = data.draw(grouped_windows(port_runs))
    expected = plainly(concatenate([windows for _, windows in parts]), np.concatenate(groups).tolist())
    in_order, backwards, of_tables = Totals(), Totals(GROUPS), Totals()
    for (info, windows), mine in zip(parts, groups, strict=True):
        in_order.add(mine, windows._asdict())
        of_tables.add(mine, measures_of(to_table(windows, info, 0)))
    for (_, windows), mine in reversed([*zip(parts, groups, strict=True)]):
        backwards.add(mine, windows._asdict())
    assert figures_of(in_order) == figures_of(backwards) == figures_of(of_tables) == expected


@settings(derandomize=True, deadline=None)
@given(data=st.data(), coarser=st.lists(st.integers(MISSING, 2), min_size=GROUPS, max_size=GROUPS))
def test_totals_of_totals_are_the_totals_of_all(port_runs, data, coarser):
    parts, groups = data.draw(grouped_windows(port_runs))
    of_totals, of_all = Totals(), Totals()
    for (_, windows), mine in zip(parts, groups, strict=True):
        totals = Totals(GROUPS)
        totals.add(mine, windows._asdict())
        of_totals.add_totals(np.array(coarser), totals)
        of_all.add(np.array([*coarser, MISSING])[mine], windows._asdict())
    assert figures_of(of_totals) == figures_of(of_all)


@settings(derandomize=True, deadline=None)
@given(data=st.data(), shares=st.lists(st.floats(0, 1), min_size=1, max_size=3))
def test_a_quantile_is_in_the_middle_of_the_bucket_of_its_rank(port_runs, data, shares):
    parts, groups = data.draw(grouped_windows(port_runs))
    totals = Totals(GROUPS)
    for (_, windows), mine in zip(parts, groups, strict=True):
        totals.add(mine, windows._asdict())
    for share, quantiles in zip(shares, totals.quantiles(shares), strict=True):
        for group in range(GROUPS):
            waits = [bucket for bucket, count in histogram(totals, group).items() for _ in range(count)]
            rank = max(1, int(np.ceil(share * len(waits))))
            assert quantiles[group] == (midpoint(waits[rank - 1]) if waits else MISSING)
            assert totals.waits()[group] == len(waits)


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (0.1, 1), (0.5, 5), (0.51, 6), (0.9, 9), (1, 10)])
def test_a_quantile_is_the_wait_of_that_rank(share, expected):
    assert quantile(totals_of(range(1, 11)), share) == expected


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(0, 2**53 - 1), min_size=1), st.floats(0, 1))
def test_quantiles_are_those_of_the_waits_within_the_error(waits, share):
    exact = int(np.quantile(np.array(waits), share, method="inverted_cdf"))
    assert abs(quantile(totals_of(waits), share) - exact) <= 0.008 * exact


def test_nothing_adds_up_to_nothing():
    totals = Totals()
    totals.add(np.empty(0, np.int64), measures_of(METRICS_SCHEMA.empty_table()))
    assert len(totals) == 0
    assert totals.quantiles([0.5])[0].tolist() == []
