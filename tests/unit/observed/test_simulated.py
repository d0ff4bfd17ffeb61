"""What windows of a run say of the cells of observed waits: small cases by hand."""

from datetime import UTC, datetime

import pytest

from border_sim.observed.simulated import CELL, simulated_cells
from border_sim.vocabulary import HOUR_US, QUARTER_US, SECOND_US

DENVER = {"here": "America/Denver"}


def _us(*utc):
    return int(datetime(*utc, tzinfo=UTC).timestamp()) * SECOND_US


def _found(table, *figures):
    """By day of the week and hour the figures of cells, in order."""
    rows = table.sort_by([(name, "ascending") for name in CELL]).to_pylist()
    return [(row["day_of_week"], row["hour"], *(row[figure] for figure in figures)) for row in rows]


def test_the_hour_that_is_left_out_in_spring_has_no_cell(windows):
    metrics = windows(
        {"window_us": _us(2024, 3, 10, 8), "posted_min": 40, "postings": 4},  # 01:00, an hour before the change
        {"window_us": _us(2024, 3, 10, 9), "posted_min": 80, "postings": 4},  # 03:00
    )

    assert _found(simulated_cells(metrics, DENVER, HOUR_US), "simulated_min") == [(6, 1, 10), (6, 3, 20)]


def test_the_hour_that_comes_twice_in_autumn_is_one_cell(windows):
    metrics = windows(
        {"window_us": _us(2024, 11, 3, 7), "posted_min": 40, "postings": 4},  # 01:00, summer time
        {"window_us": _us(2024, 11, 3, 8), "posted_min": 80, "postings": 4},  # 01:00 again
        {"window_us": _us(2024, 11, 3, 9), "posted_min": 20, "postings": 4},
    )

    assert _found(simulated_cells(metrics, DENVER, HOUR_US), "simulated_min") == [(6, 1, 15), (6, 2, 5)]


def test_the_day_is_the_local_one(windows):
    metrics = windows({"window_us": _us(2024, 3, 4, 6), "posted_min": 3, "postings": 1})  # Monday in UTC

    assert _found(simulated_cells(metrics, DENVER, HOUR_US), "simulated_min") == [(6, 23, 3)]


def test_a_mean_is_over_postings_of_all_weeks_and_replications_and_not_over_windows(windows):
    metrics = windows(
        {"window_us": _us(2024, 6, 3, 12), "posted_min": 90, "postings": 3},
        {"window_us": _us(2024, 6, 10, 12), "posted_min": 10, "postings": 1},
        {"window_us": _us(2024, 6, 10, 12), "replication": 1, "posted_min": 20, "postings": 4},
    )

    assert _found(simulated_cells(metrics, {"here": "UTC"}, HOUR_US), "simulated_min") == [(0, 12, 15)]


def test_closed_postings_count_for_nothing(windows):
    closed = {"closed_postings": 4, "posted_min": 0, "postings": 0}
    metrics = windows(
        {"window_us": _us(2024, 6, 3, 6), "posted_min": 30, "postings": 2, "closed_postings": 2},
        {"window_us": _us(2024, 6, 10, 6), **closed},
        {"window_us": _us(2024, 6, 3, 7), **closed},
    )

    cells = simulated_cells(metrics, {"here": "UTC"}, HOUR_US)
    assert _found(cells, "simulated_min") == [(0, 6, 15), (0, 7, None)]


def test_booths_are_those_of_the_pool_that_is_named_after_the_lane_class_over_all_of_the_time(windows):
    def pool(name, booths, at):
        return {"lane_class": None, "pool": name, "window_us": at, "open_us": booths * QUARTER_US}

    first, second = _us(2024, 6, 3, 6), _us(2024, 6, 3, 6) + QUARTER_US
    metrics = windows(
        *({"window_us": at, "postings": 1} for at in (first, second)),
        *({"lane_class": "ready", "window_us": at, "postings": 1} for at in (first, second)),
        pool("standard", 3, first),
        pool("standard", 2, second),
        pool("walk", 7, first),
        pool("ready", 4, first),  # and no row of the second: closed
    )
    found = {
        row["lane_class"]: row["booths_open"] for row in _rows(simulated_cells(metrics, {"here": "UTC"}, QUARTER_US))
    }

    assert found == {"standard": 2.5, "ready": 2.0}


def test_a_lane_class_without_a_pool_of_its_name_has_no_booths(windows):
    metrics = windows({"window_us": 0, "postings": 1})

    assert _rows(simulated_cells(metrics, {"here": "UTC"}, HOUR_US))[0]["booths_open"] is None


def _rows(table):
    return table.to_pylist()


def test_only_ports_that_are_wanted_and_only_primary_are_told(windows):
    metrics = windows(
        {"window_us": 0, "posted_min": 5, "postings": 1},
        {"window_us": 0, "posted_min": 8, "postings": 1, "station": "secondary"},
        {"window_us": 0, "posted_min": 9, "postings": 1, "port": "there"},
    )

    found = _rows(simulated_cells(metrics, {"here": "UTC", "nowhere": "UTC"}, HOUR_US))
    assert [(row["port"], row["simulated_min"]) for row in found] == [("here", 5)]
    assert simulated_cells(metrics, {}, HOUR_US).num_rows == 0


@pytest.mark.parametrize("zone", ["UTC", "America/Tijuana"])
def test_the_order_of_windows_changes_nothing(windows, zone):
    rows = [
        {"window_us": hour * HOUR_US, "lane_class": lane, "posted_min": hour * hour % 50, "postings": 1 + hour % 4}
        for hour in range(400)
        for lane in ("standard", "ready")
    ]
    order = [(name, "ascending") for name in CELL]
    there, back = (
        simulated_cells(windows(*each), {"here": zone}, HOUR_US).sort_by(order) for each in (rows, rows[::-1])
    )

    assert there.num_rows == 2 * 168
    assert there.equals(back)
