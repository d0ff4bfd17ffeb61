"""The level of a port's waits, by hand."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.calibration.levels import levels

SHAPE = dict.fromkeys(("general", "sentri", "commercial", "fast", "pedestrian"), (1.0,) * 24)


def test_a_level_is_the_root_of_the_waits_over_the_shapes_of_their_hours(made_observed):
    shape = SHAPE | {"general": (1.0,) * 8 + (0.5,) + (1.5,) * 15}
    observed = made_observed([{"hour": 8, "mean_wait_min": 4}, {"hour": 9, "mean_wait_min": 14}])

    assert levels(observed, shape) == {("columbus", "standard"): (pytest.approx(sqrt(18 / 2)), 2)}


def test_cells_and_single_readings_count_alike(made_observed):
    observed = made_observed([{"mean_wait_min": 10}, {"mean_wait_min": 20}], [{"wait_min": 18}])

    assert levels(observed, SHAPE) == {("columbus", "standard"): (4, 3)}


def test_each_lane_class_tells_its_own_curve_and_fast_and_ready_on_foot_none(made_observed):
    lanes = [
        ("passenger", "standard", 1),
        ("passenger", "ready", 4),
        ("passenger", "sentri", 9),
        ("commercial", "standard", 16),
        ("commercial", "fast", 999),
        ("pedestrian", "standard", 25),
        ("pedestrian", "ready", 999),
    ]
    observed = made_observed([{"mode": mode, "lane_class": lane, "mean_wait_min": wait} for mode, lane, wait in lanes])
    roots = {curve: level.root for (_, curve), level in levels(observed, SHAPE).items()}

    assert roots == {"standard": 1, "ready": 2, "sentri": 3, "commercial": 4, "pedestrian": 5}


def test_a_port_left_out_has_no_level_and_says_nothing_of_others(made_observed):
    mine = [{"mean_wait_min": 9}, {"port": "naco", "mean_wait_min": 16}]
    others = [{"mean_wait_min": 500}, {"port": "naco", "mean_wait_min": 16}]
    reading = [{"wait_min": 3}, {"port": "naco", "wait_min": 2}]

    found = levels(made_observed(mine, reading), SHAPE, without="columbus")
    assert found == levels(made_observed(others, reading[1:]), SHAPE, without="columbus")
    assert found == {("naco", "standard"): (3, 2)}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "port": st.sampled_from(["columbus", "naco"]),
                "lane_class": st.sampled_from(["standard", "ready", "sentri"]),
                "hour": st.integers(0, 23),
                "mean_wait_min": st.integers(0, 200).map(float),
            }
        ),
        max_size=9,
    ),
    data=st.data(),
)
def test_the_order_of_rows_changes_nothing(made_observed, rows, data):
    shuffled = data.draw(st.permutations(rows))

    assert levels(made_observed(shuffled), SHAPE) == levels(made_observed(rows), SHAPE)
