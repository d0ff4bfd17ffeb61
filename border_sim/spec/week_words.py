"""Figures of a week in words: spans, and values by hour."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, Final

from border_sim.spec.hour_of_week import HOURS_PER_WEEK, hour_of_week

_SPAN_FIGURES: Final = ("booths", "bays", "pace")


def is_span(value: Any) -> bool:
    """Whether this is a span of the week as plain data, with its defaults."""
    return isinstance(value, Mapping) and value.keys() >= {"days", "hours"} and _figure_of(value) is not None


def span_words(span: Mapping[str, Any]) -> str:
    """A span as plain data: `8 mon-fri 06:00-22:00`."""
    return f"{_figure_of(span):g} {span['days']} {span['hours']}"


def is_by_hour(value: Any) -> bool:
    """Whether this has a number for each hour of the week."""
    return (
        isinstance(value, list | tuple)
        and len(value) == HOURS_PER_WEEK
        and all(isinstance(v, int | float) for v in value)
    )


def hours_words(values: Sequence[float], factor: float = 1, unit: str = "") -> str:
    """Values by hour of the week: `0.5 to 4 booths, mean 2.25, least Mon 03:00, most Fri 17:00`; one that always holds
    as `2 booths in every hour`.
    """
    least, most, mean = (f"{factor * value:.4g}" for value in (min(values), max(values), fmean(values)))
    if min(values) == max(values):
        return f"{most}{unit} in every hour"
    when = [hour_of_week(values.index(value)) for value in (min(values), max(values))]
    return f"{least} to {most}{unit}, mean {mean}, least {when[0]}, most {when[1]}"


def _figure_of(span: Mapping[str, Any]) -> float | None:
    return next((span[key] for key in _SPAN_FIGURES if key in span), None)
