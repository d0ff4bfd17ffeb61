"""Totals: the sums of plain Python, in whatever parts and order; quantiles are those of the histogram."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.histogram import quantile
from border_sim.metrics.state import new_state
from border_sim.metrics.totals import Totals
from border_sim.metrics.window_columns import MEASURES
from border_sim.metrics.window_tables import METRICS_SCHEMA, measures_of, to_table
from border_sim.records import concatenate
from border_sim.vocabulary import MISSING

GROUPS = 5


def figures_of(totals):
    """All that totals hold, by group; groups of nothing are left out."""
    held = {}
    for group in range(len(totals)):
        figures = {name: int(totals[name][group]) for name in MEASURES if totals[name][group]}
        buckets, counts = totals.histogram(group)
        if figures or len(buckets):
            held[group] = (figures, dict(zip(buckets.tolist(), counts.tolist(), strict=True)))
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
def test_quantiles_are_those_of_the_histogram(port_runs, data, shares):
    parts, groups = data.draw(grouped_windows(port_runs))
    totals = Totals(GROUPS)
    for (_, windows), mine in zip(parts, groups, strict=True):
        totals.add(mine, windows._asdict())
    for share, found in zip(shares, totals.quantiles(shares), strict=True):
        for group in range(GROUPS):
            expected = quantile(*totals.histogram(group), share)
            assert found[group] == (MISSING if expected is None else expected)
    assert totals.waits().tolist() == [int(totals.histogram(group)[1].sum()) for group in range(GROUPS)]


def test_nothing_adds_up_to_nothing():
    totals = Totals()
    totals.add(np.empty(0, np.int64), measures_of(METRICS_SCHEMA.empty_table()))
    assert len(totals) == 0
    assert totals.quantiles([0.5])[0].tolist() == []
