"""Spans of the week: booths, bays and pace by the quarter of an hour."""

import pytest
from pydantic import ValidationError

from border_sim.spec.calendar import WeeklyBays, WeeklyBooths, WeeklyPace, covered_spans

MONDAY, SATURDAY = 0, 5


def test_later_spans_are_laid_over_earlier_ones() -> None:
    bays = WeeklyBays([{"bays": 3}, {"days": "sat-sun", "hours": "06:00-12:00", "bays": 1}])
    assert bays.by_quarter(MONDAY) == [3] * 96
    assert bays.by_quarter(SATURDAY) == [3] * 24 + [1] * 24 + [3] * 48


def test_where_no_span_reaches_there_are_no_booths_or_bays_and_the_usual_pace() -> None:
    night = {"days": "mon", "hours": "00:00-06:00"}
    assert WeeklyBooths([{**night, "booths": 2}]).by_quarter(MONDAY) == [2] * 24 + [0] * 72
    assert WeeklyBays([{**night, "bays": 2}]).by_quarter(MONDAY) == [2] * 24 + [0] * 72
    assert WeeklyPace([{**night, "pace": 1.5}]).by_quarter(MONDAY) == [1500] * 24 + [1000] * 72
    assert WeeklyPace([{**night, "pace": 1.5}]).by_quarter(SATURDAY) == [1000] * 96


def test_bays_that_never_open_are_a_mistake() -> None:
    with pytest.raises(ValidationError, match="no hour of the week has a bay"):
        WeeklyBays([{"bays": 0}, {"days": "sat", "bays": 0}])


@pytest.mark.parametrize(
    ("spans", "covered"),
    [
        ([{"booths": 1}], []),
        ([{"booths": 1}, {"days": "sat", "booths": 2}], []),
        ([{"days": "sat", "booths": 2}, {"booths": 1}], [0]),
        ([{"booths": 1}, {"booths": 1}], [0]),
        ([{"booths": 1}, {"hours": "00:00-12:00", "booths": 1}, {"hours": "12:00-24:00", "booths": 1}], [0]),
        ([{"booths": 1}, {"hours": "00:00-12:00", "booths": 1}, {"hours": "12:15-24:00", "booths": 1}], []),
        ([{"days": "mon", "booths": 1}, {"days": "tue", "booths": 1}, {"days": "mon-tue", "booths": 3}], [0, 1]),
    ],
)
def test_spans_of_which_no_hour_is_left(spans: list[dict[str, object]], covered: list[int]) -> None:
    assert covered_spans(WeeklyBooths(spans).root) == covered
