"""Streams merge in a total order, and every candidate's marks give what it needs, whoever else comes."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs import arrivals, draws
from border_sim.inputs.arrivals import Stream
from border_sim.inputs.needs import Arrivals, empty_arrivals
from border_sim.records import select
from border_sim.vocabulary import MISSING, Mode, Programme, code

NAME = draws.stream_word("tiny/passenger")
DAY = 738_000
SOME_SERVICE = {"service": {"standard": {"kind": "exponential", "mean_s": 60}}}


def _candidates(plan) -> Arrivals:
    """All the candidates of a plan, with their days one after the other."""
    days = [day.arrivals for day in plan.days()]
    return Arrivals._make(np.concatenate(columns) for columns in zip(*days, strict=True))


def _stream(times, mode=0, stream=draws.BASE_STREAM, index=None, service=None):
    times = np.array(times, np.int64)
    places = np.arange(times.size) if index is None else np.array(index, np.int64)
    return Stream(mode, NAME + mode, stream, DAY, times, places, service)


def _needs(plan, streams):
    hours = np.arange(96) // 4
    return arrivals.needs(plan.recipe, streams, plan.layout.mode_code, hours, (0, 1, 0))


def test_streams_merge_by_time_and_ties_go_by_mode_stream_and_index(plan, part):
    planned = plan({"passenger": part(), "pedestrian": part()})
    given = np.arange(1, 10) * 1_000
    rows = _needs(
        planned,
        [
            _stream([5, 7, 7], service=given),
            _stream([5, 6], stream=draws.GROWTH_STREAM, service=given[3:]),
            _stream([4, 5, 7], mode=1, service=given[5:]),
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
    arrivals._merge(times, offsets, np.zeros(len(runs), np.int64), *np.empty((2, len(runs)), np.int64), row, merged)

    assert merged.tolist() == sorted(times.tolist())
    assert row.tolist() == np.argsort(np.argsort(times, kind="stable")).tolist()


def test_no_candidates_give_empty_columns_of_the_same_types(plan, part):
    planned = plan(part())
    nobody, somebody = _needs(planned, []), _needs(planned, [_stream([1, 2])])

    assert nobody.arrived_us.size == 0
    assert [column.dtype for column in nobody] == [column.dtype for column in somebody]
    assert [column.dtype for column in empty_arrivals(3)] == [column.dtype for column in somebody]


def _rich(part):
    """Trucks that visit every station, each of which draws."""
    draw = {"kind": "exponential", "mean_s": 300}
    return part(
        demand={"kind": "rate", "per_hour": 60},
        pools=[{"name": "a", "serves": [["fast"], ["standard"]], "max_open": 4}],
        programmes={"share": {"ctpat": 0.3, "none": 0.7}},
        loaded={"share": 0.6},
        bays={"secondary": {"nii": 1, "document": 2}, "state": 1},
        inspection={
            "service": {"fast": draw, "standard": draw},
            "export": {"delay": draw, "red_share": 0.2, "red_delay": draw},
            "referral": {"share": {"ctpat": 0.1, "none": 0.5}, "empty": 0.05},
            "secondary": {"nii": {"share": 0.7, "service": draw}, "document": {"share": 0.3, "service": draw}},
            "state": {"full_share": 0.3, "full": draw, "passing": draw},
        },
    )


def test_the_marks_of_one_candidate_can_be_drawn_alone(plan, part):
    planned = plan({"commercial": _rich(part)})
    times = np.arange(1, 60) * 1_000_000
    whole_day = _needs(planned, [_stream(times)])

    for place in (0, 17, 58):
        alone = _needs(planned, [_stream(times[place : place + 1], index=[place])])
        for column, same in zip(select(whole_day, slice(place, place + 1)), alone, strict=True):
            np.testing.assert_array_equal(column, same)


def test_shares_of_every_branch_are_met(plan, part):
    planned = plan({"commercial": _rich(part)}, days=14)
    rows = _candidates(planned)
    count = rows.arrived_us.size
    fast, loaded = rows.programme == code(Programme.CTPAT), rows.loaded == 1
    referred = rows.secondary_pool != MISSING
    names = np.array([pool.info.name for pool in planned.pools])

    def share(mask, among, expected):
        spread = np.sqrt(expected * (1 - expected) / np.count_nonzero(among))
        assert np.count_nonzero(mask & among) / np.count_nonzero(among) == pytest.approx(expected, abs=4 * spread)

    everybody = np.ones(count, bool)
    share(fast, everybody, 0.3)
    share(loaded, everybody, 0.6)
    share(loaded, fast, 0.6)
    share(referred, ~loaded, 0.05)
    share(referred, loaded & fast, 0.1)
    share(referred, loaded & ~fast, 0.5)
    share(names[rows.secondary_pool] == "nii", referred, 0.7)
    share(names[rows.state_pool] == "full", everybody, 0.3)
    share(names[rows.state_pool] == "passing", everybody, 0.7)
    assert set(names[rows.export_pool]) == {"export"}
    assert rows.export_us.mean() == pytest.approx(300e6 * 1.2, rel=0.03)  # a red light is another delay
    assert np.all((rows.secondary_us > 0) == referred)


def test_lanes_follow_entitlement_and_one_mark_serves_in_any_of_them(plan, part):
    planned = plan({"commercial": _rich(part)})
    rows = _candidates(planned)
    fast, lanes = rows.programme == code(Programme.CTPAT), planned.layout.entitled[rows.entitled]

    assert np.unique(lanes[fast], axis=0).tolist() == [[0, 1, MISSING]]
    assert np.unique(lanes[~fast], axis=0).tolist() == [[1, MISSING, MISSING]]
    np.testing.assert_array_equal(rows.service_us[fast, 0], rows.service_us[fast, 1])  # here both lanes have one table


def test_listed_arrivals_come_in_order_with_their_service(plan, part):
    listed = [
        {"at_s": 7200, "service_s": 5},
        {"at_s": 60, "service_s": 4},
        {"at_s": 60, "service_s": 3},
        {"at_s": 90_000, "service_s": 2},
        {"at_s": 0.000_001, "service_s": 1e-9},
    ]
    planned = plan(part(demand={"kind": "list", "arrivals": listed}), days=2)
    rows = _candidates(planned)

    assert ((rows.arrived_us - planned.measured_from_us) / 1e6).tolist() == [1e-6, 60, 60, 7200, 90_000]
    assert rows.service_us[:, 0].tolist() == [1, 4_000_000, 3_000_000, 5_000_000, 2_000_000]


def test_listed_arrivals_without_service_draw_it_by_their_place_in_the_list(plan, part):
    def services(arrivals_list):
        planned = plan(part(demand={"kind": "list", "arrivals": arrivals_list}, inspection=SOME_SERVICE))
        return _candidates(planned).service_us[:, 0].tolist()

    drawn = services([{"at_s": 1}, {"at_s": 2}, {"at_s": 3}])

    assert len(set(drawn)) == 3
    assert services([{"at_s": 1}, {"at_s": 2, "service_s": 9}, {"at_s": 3}]) == [drawn[0], 9_000_000, drawn[2]]
    assert services([{"at_s": 50}, {"at_s": 60}, {"at_s": 4}]) == [drawn[2], drawn[0], drawn[1]]


def test_the_local_hour_of_quarters():
    assert arrivals.local_hours(np.array([0, 3, 4, 95])).tolist() == [0, 0, 1, 23]
