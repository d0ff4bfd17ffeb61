"""Observed beside simulated waits and beside the naive guess: small cases by hand."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.observed.compare import compared, comparison, errors, naive_guess
from border_sim.vocabulary import HOUR_US

MONDAY_8_US = 1_709_539_200_000_000
"""2024-03-04 08:00 UTC."""


def _simulated(*rows):
    usual = {"port": "here", "mode": "passenger", "lane_class": "standard", "day_of_week": 0, "hour": 8}
    kinds = [("port", pa.string()), ("mode", pa.string()), ("lane_class", pa.string()), ("day_of_week", pa.int8())]
    kinds += [("hour", pa.int8()), ("simulated_min", pa.float64()), ("booths_open", pa.float64())]
    return pa.Table.from_pylist([usual | row for row in rows], pa.schema(kinds))


# The naive guess.


def test_the_guess_is_the_mean_of_the_hours_cells_at_the_other_ports(cells):
    observed = cells(
        {"mean_wait_min": 99},
        {"port": "there", "mean_wait_min": 10},
        {"port": "there", "mean_wait_min": 20, "day_of_week": 5},
        {"port": "yonder", "mean_wait_min": 60, "source": "cbp_b"},
        {"port": "yonder", "mean_wait_min": 7, "hour": 9},
    )

    assert naive_guess(observed).to_pylist() == [30, *[pytest.approx((99 + 60) / 2)] * 2, (99 + 10 + 20) / 3, 43]


def test_an_hour_without_other_cells_takes_the_nearest_hour_and_the_earlier_of_two(cells):
    mine = [{"hour": hour, "mean_wait_min": 0} for hour in (0, 6, 7, 8, 23)]
    others = [{"port": "there", "hour": 4, "mean_wait_min": 40}, {"port": "there", "hour": 10, "mean_wait_min": 10}]
    guess = naive_guess(cells(*mine, *others)).to_pylist()

    assert guess[:5] == [40, 40, 40, 10, 10]


def test_a_lane_class_that_no_other_port_has_cannot_be_guessed(cells):
    observed = cells({}, {"lane_class": "ready", "port": "there"}, {"mode": "pedestrian", "port": "there"})

    assert naive_guess(observed).to_pylist() == [None] * 3


def test_the_guess_ignores_the_ports_own_cells(cells):
    others = [{"port": "there", "hour": hour, "mean_wait_min": hour} for hour in (3, 8, 15)]
    low, high = (naive_guess(cells({"mean_wait_min": wait}, *others)).to_pylist()[0] for wait in (0, 500))

    assert low == high == 8


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "port": st.sampled_from(["here", "there", "yonder"]),
                "lane_class": st.sampled_from(["standard", "ready"]),
                "hour": st.integers(0, 23),
                "mean_wait_min": st.integers(0, 90).map(float),
            }
        ),
        min_size=1,
        max_size=12,
    ),
    data=st.data(),
)
def test_the_guess_lies_within_the_cells_of_others_and_does_not_depend_on_their_order(cells, rows, data):
    order = data.draw(st.permutations(range(len(rows))))
    guess = naive_guess(cells(*rows)).to_pylist()

    assert naive_guess(cells(*(rows[place] for place in order))).to_pylist() == [guess[place] for place in order]
    for row, each in zip(rows, guess, strict=True):
        others = [
            other["mean_wait_min"]
            for other in rows
            if other["port"] != row["port"] and other["lane_class"] == row["lane_class"]
        ]
        assert min(others) <= each <= max(others) if others else each is None


# The comparison.


def test_the_observed_cells_of_simulated_ports_are_told_in_their_order(cells):
    observed = cells(
        {"hour": 9, "mean_wait_min": 30, "lanes_open": 2.5},
        {"port": "there", "mean_wait_min": 12},
        {"hour": 8, "mean_wait_min": 20},
        {"hour": 8, "mean_wait_min": 25, "source": "cbp_b"},
        {"hour": 10},
    )
    simulated = _simulated(
        {"hour": 8, "simulated_min": 15, "booths_open": 3},
        {"hour": 9, "booths_open": 0},
        {"hour": 11, "simulated_min": 1},
        {"lane_class": "ready", "simulated_min": 2},
    )
    found = compared(observed, simulated)

    assert found.column_names == [*observed.column_names, "naive_min", "simulated_min", "booths_open"]
    assert found["hour"].to_pylist() == [9, 8, 8, 10]
    assert found["source"].to_pylist() == ["cbp_a", "cbp_a", "cbp_b", "cbp_a"]
    assert found["simulated_min"].to_pylist() == [None, 15, 15, None]
    assert found["booths_open"].to_pylist() == [0, 3, 3, None]
    assert found["naive_min"].to_pylist() == [12] * 4  # of a port that was not simulated


def test_the_order_of_simulated_cells_changes_nothing(cells):
    observed = cells(*({"day_of_week": day, "hour": hour} for day in range(7) for hour in range(24)))
    rows = [{"day_of_week": day, "hour": hour, "simulated_min": day + hour} for day in range(7) for hour in range(24)]

    assert compared(observed, _simulated(*rows)).equals(compared(observed, _simulated(*rows[::-1])))


def test_a_run_is_compared_at_its_ports_that_have_observed_waits(cells, windows):
    metrics = windows(
        {"window_us": MONDAY_8_US, "posted_min": 24, "postings": 2},
        {"window_us": MONDAY_8_US, "posted_min": 90, "postings": 1, "port": "unobserved"},
    )
    zones = {"here": "UTC", "unobserved": "UTC"}
    found = comparison(cells({}, {"port": "there"}), metrics, zones, HOUR_US)

    assert found.select(["port", "simulated_min"]).to_pylist() == [{"port": "here", "simulated_min": 12}]
    assert comparison(cells({"port": "there"}), metrics, zones, HOUR_US).num_rows == 0


# Errors.


def _told(cells, *rows):
    """A comparison of (lane class, observed, simulated, naive, lanes, booths)."""
    names = ("lane_class", "mean_wait_min", "lanes_open")
    observed = cells(*(dict(zip(names, (row[0], row[1], row[4]), strict=True)) for row in rows))
    for name, place in (("simulated_min", 2), ("naive_min", 3), ("booths_open", 5)):
        observed = observed.append_column(name, pa.array([row[place] for row in rows], pa.float64()))
    return observed


def test_errors_are_means_of_absolute_differences_by_group(cells):
    comparison_by_hand = _told(
        cells,
        ("standard", 10, 14, 20, 2, 3),
        ("standard", 20, 12, 20, None, 9),
        ("ready", 5, 5, 8, None, 4),
    )

    assert errors(comparison_by_hand, ["mode", "lane_class"]).to_pylist() == [
        {
            "mode": "passenger", "lane_class": "ready", "cells": 1, "error_min": 0, "naive_error_min": 3,
            "observed_min": 5, "simulated_min": 5, "lanes_open": None, "booths_open": None,
        },
        {
            "mode": "passenger", "lane_class": "standard", "cells": 2, "error_min": 6, "naive_error_min": 5,
            "observed_min": 15, "simulated_min": 13, "lanes_open": 2, "booths_open": 3,
        },
    ]  # fmt: skip
    (row,) = errors(comparison_by_hand, []).to_pylist()
    assert (row["cells"], row["error_min"], row["naive_error_min"]) == (3, 4, pytest.approx(13 / 3))


def test_cells_without_all_three_waits_are_in_no_error(cells):
    whole = ("standard", 10, 14, 20, None, None)
    comparison_by_hand = _told(cells, whole, ("standard", 10, None, 99, 1, 1), ("standard", 10, 99, None, 1, 1))

    assert errors(comparison_by_hand, []).equals(errors(_told(cells, whole), []))
    assert errors(comparison_by_hand.slice(1), []).to_pylist()[0]["cells"] == 0
    assert errors(comparison_by_hand.slice(1), ["port"]).num_rows == 0


def test_without_a_guess_the_error_is_over_the_other_two(cells):
    found = compared(cells({"mean_wait_min": 10}), _simulated({"simulated_min": 14.0, "booths_open": 1.0}))
    (whole,) = errors(found, [], with_guess=False).to_pylist()

    assert (whole["cells"], whole["error_min"], whole["naive_error_min"]) == (1, 4, None)
    assert errors(found, ["port"]).num_rows == 0


def test_groups_weigh_by_their_cells_in_the_error_over_all(cells):
    rows = [("standard", 0, float(n), 1, None, None) for n in range(9)] + [("ready", 0, 90, 1, None, None)]
    parts, (whole,) = (
        errors(_told(cells, *rows), ["lane_class"]).to_pylist(),
        errors(_told(cells, *rows), []).to_pylist(),
    )

    assert whole["error_min"] == pytest.approx(sum(row["cells"] * row["error_min"] for row in parts) / 10)
