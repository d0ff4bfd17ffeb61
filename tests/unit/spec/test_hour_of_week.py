"""Hours of the week in words, and how many there are."""

import pytest
from pydantic import TypeAdapter, ValidationError

from border_sim.spec.hour_of_week import WeeklyMeans, hour_of_week, hours_in_words


@pytest.mark.parametrize(("hour", "says"), [(0, "Mon 00:00"), (113, "Fri 17:00"), (167, "Sun 23:00")])
def test_an_hour_in_words(hour: int, says: str) -> None:
    assert hour_of_week(hour) == says


def test_several_hours_are_told_by_the_first() -> None:
    assert hours_in_words([113]) == "hour 113 (Fri 17:00)"
    assert hours_in_words([113, 114]) == "hour 113 (Fri 17:00) and 1 hour more"
    assert hours_in_words(range(168)) == "hour 0 (Mon 00:00) and 167 hours more"


@pytest.mark.parametrize(("count", "says"), [(167, "has 167 values"), (169, "has 169 values"), (1, "has 1 value;")])
def test_a_week_has_168_hours(count: int, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        TypeAdapter(WeeklyMeans).validate_python((1.5,) * count)
    assert TypeAdapter(WeeklyMeans).validate_python((1.5,) * 168) == (1.5,) * 168
