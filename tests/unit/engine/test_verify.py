"""Comparing what two engines record: every row in which any column differs is counted."""

from collections import deque

import numpy as np
import pytest

from border_sim.engine import reference_queues
from border_sim.engine.reference import Reference
from border_sim.engine.verify import compare, verify


@pytest.fixture(scope="module")
def records(plan, part, simulate):
    """What the reference tells of the day of a port with a few cars."""
    cars = part(demand={"kind": "list", "arrivals": [{"at_s": second} for second in (0, 10, 20)]})
    return simulate(plan(cars), Reference).periods[0].records


def _changed(records, table, column, row=0):
    columns = getattr(records, table)
    values = np.copy(getattr(columns, column))
    values[row] += 1
    return records._replace(**{table: columns._replace(**{column: values})})


def test_the_same_records_agree_in_every_row(records):
    agreement = compare(records, records)

    assert agreement.rows == 1 + 3 + 1 + 96  # the period, crossings, staffing, posted waits
    assert agreement.differing == 0


@pytest.mark.parametrize(
    ("table", "column"),
    [("crossings", "started_us"), ("crossings", "pool"), ("staffing", "open_booths"), ("posted", "queue")],
)
def test_a_row_differs_if_any_column_does(records, table, column):
    assert compare(records, _changed(records, table, column)).differing == 1


def test_a_row_with_several_differences_counts_once(records):
    twice = _changed(_changed(records, "crossings", "started_us"), "crossings", "ended_us")
    two_rows = _changed(_changed(records, "crossings", "started_us"), "crossings", "ended_us", row=2)

    assert (compare(records, twice).differing, compare(records, two_rows).differing) == (1, 2)


def test_rows_that_only_one_engine_tells_differ(records):
    fewer = records._replace(crossings=type(records.crossings)._make(column[:-1] for column in records.crossings))

    assert compare(records, fewer) == compare(fewer, records) == (101, 1)


def test_a_period_that_ends_elsewhere_is_a_row_that_differs(records):
    assert compare(records, records._replace(until_us=records.until_us + 1)) == (101, 1)


@pytest.fixture
def busy(plan, part):
    """A day of cars at one booth, with a warm-up."""
    service = {"service": {"standard": {"kind": "exponential", "mean_s": 50}}}
    return plan(part(demand={"kind": "rate", "per_hour": 60}, inspection=service), warm_up_days=1)


def test_the_engines_agree_day_by_day(busy):
    agreement = verify(busy)

    assert agreement.rows > 2 * 1440 * 0.9
    assert agreement.differing == 0


def test_an_engine_that_serves_others_first_is_found_out(busy, monkeypatch):
    class LastComeFirstServed(deque):
        popleft = deque.pop

    monkeypatch.setattr(reference_queues, "deque", LastComeFirstServed)

    assert verify(busy).differing > 0
