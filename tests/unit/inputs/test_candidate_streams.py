"""Streams merge in a total order, and listed arrivals come in theirs."""

from itertools import accumulate

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs import candidate_streams, random_marks
from border_sim.inputs.candidates import blank_candidates
from border_sim.vocabulary import Mode, code
from tests.candidates import all_candidates, candidate_stream, drawn

SOME_SERVICE = {"service": {"standard": {"kind": "exponential", "mean_s": 60}}}


def test_streams_merge_by_time_and_ties_go_by_mode_stream_and_index(plan, part):
    planned = plan({"passenger": part(), "pedestrian": part()})
    given = np.arange(1, 10) * 1_000
    rows = drawn(
        planned,
        [
            candidate_stream([5, 7, 7], service=given[:3]),
            candidate_stream([5, 6], stream=random_marks.GROWTH_STREAM, service=given[3:5]),
            candidate_stream([4, 5, 7], mode=1, service=given[5:8]),
        ],
    )

    assert rows.arrived_us.tolist() == [4, 5, 5, 5, 6, 7, 7, 7]
    assert rows.service_us[:, 0].tolist() == [6000, 1000, 4000, 7000, 5000, 2000, 3000, 8000]
    assert np.flatnonzero(rows.mode == code(Mode.PEDESTRIAN)).tolist() == [0, 3, 7]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(0, 5)).map(sorted), max_size=5))
def test_merging_sorts_and_keeps_the_order_of_the_runs(runs):
    times = np.array([time for run in runs for time in run], np.int64)
    offsets = np.array([0, *accumulate(map(len, runs))])
    row, merged = np.empty_like(times), np.empty_like(times)
    candidate_streams._merge(
        times, offsets, np.zeros(len(runs), np.int64), *np.empty((2, len(runs)), np.int64), row, merged
    )

    assert merged.tolist() == sorted(times.tolist())
    assert row.tolist() == np.argsort(np.argsort(times, kind="stable")).tolist()


def test_no_candidates_give_empty_columns_of_the_same_types(plan, part):
    planned = plan(part())
    nobody, somebody = drawn(planned, []), drawn(planned, [candidate_stream([1, 2])])

    assert nobody.arrived_us.size == 0
    assert [column.dtype for column in nobody] == [column.dtype for column in somebody]
    assert [column.dtype for column in blank_candidates(3, 2)] == [column.dtype for column in somebody]


def test_listed_arrivals_come_in_order_with_their_service(plan, part):
    listed = [
        {"at_s": 7200, "service_s": 5},
        {"at_s": 60, "service_s": 4},
        {"at_s": 60, "service_s": 3},
        {"at_s": 90_000, "service_s": 2},
        {"at_s": 0.000_001, "service_s": 1e-9},
    ]
    planned = plan(part(demand={"kind": "list", "arrivals": listed}), days=2)
    rows = all_candidates(planned)

    assert ((rows.arrived_us - planned.measured_from_us) / 1e6).tolist() == [1e-6, 60, 60, 7200, 90_000]
    assert rows.service_us[:, 0].tolist() == [1, 4_000_000, 3_000_000, 5_000_000, 2_000_000]


def test_listed_arrivals_without_service_draw_it_by_their_place_in_the_list(plan, part):
    def services(arrivals_list):
        planned = plan(part(demand={"kind": "list", "arrivals": arrivals_list}, inspection=SOME_SERVICE))
        return all_candidates(planned).service_us[:, 0].tolist()

    drawn = services([{"at_s": 1}, {"at_s": 2}, {"at_s": 3}])

    assert len(set(drawn)) == 3
    assert services([{"at_s": 1}, {"at_s": 2, "service_s": 9}, {"at_s": 3}]) == [drawn[0], 9_000_000, drawn[2]]
    assert services([{"at_s": 50}, {"at_s": 60}, {"at_s": 4}]) == [drawn[2], drawn[0], drawn[1]]
