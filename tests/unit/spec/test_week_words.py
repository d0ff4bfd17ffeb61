"""Figures of a week on one line."""

from border_sim.spec.week_words import hours_words, is_by_hour, is_span, span_words


def test_values_by_hour_by_their_range_mean_and_hours() -> None:
    values = [2.0] * 168
    values[3], values[113] = 0.5, 6.25
    assert hours_words(values) == "0.5 to 6.25, mean 2.016, least Mon 03:00, most Fri 17:00"
    assert hours_words([0.25] * 84 + [0.5] * 84, 100, "%") == "25 to 50%, mean 37.5, least Mon 00:00, most Thu 12:00"
    assert hours_words([3] * 168) == "3 in every hour"


def test_what_is_by_hour_and_what_is_a_span() -> None:
    assert is_by_hour([1] * 168)
    assert not is_by_hour([1] * 167)
    assert not is_by_hour(["1"] * 168)
    assert is_span({"days": "sat", "hours": "06:00-12:00", "pace": 1.5})
    assert not is_span({"days": "sat", "hours": "06:00-12:00"})
    assert span_words({"days": "sat", "hours": "06:00-12:00", "pace": 1.5}) == "1.5 sat 06:00-12:00"
