"""Figures by hour of the week: 168 values on the port's clock, Monday 00:00 first."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from border_sim.spec.base import Share
from border_sim.spec.calendar import DAYS
from border_sim.spec.words import counted

HOURS_PER_WEEK: Final = 168
_LENGTH: Final = Field(json_schema_extra={"minItems": HOURS_PER_WEEK, "maxItems": HOURS_PER_WEEK})


def _require_week(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) != HOURS_PER_WEEK:
        count = counted(len(values), "value")
        raise ValueError(f"has {count}; it must have {HOURS_PER_WEEK}, one for each hour of a week, Monday 00:00 first")
    return values


MeanBooths = Annotated[float, Field(strict=True, ge=0, le=200, allow_inf_nan=False)]
"""A mean number of booths, with fractions."""
WeeklyShares = Annotated[tuple[Share, ...], AfterValidator(_require_week), _LENGTH]
"""168 shares."""
WeeklyMeans = Annotated[tuple[MeanBooths, ...], AfterValidator(_require_week), _LENGTH]
"""168 mean numbers of booths."""


def hour_of_week(hour: int) -> str:
    """An hour of the week, 0 to 167, in words: `Fri 17:00`."""
    day, hour_of_day = divmod(hour, 24)
    return f"{DAYS[day].capitalize()} {hour_of_day:02}:00"


def hours_in_words(hours: Sequence[int]) -> str:
    """The first of some hours of the week, and how many more there are: `hour 113 (Fri 17:00) and 2 hours more`."""
    more = f" and {counted(len(hours) - 1, 'hour')} more" if len(hours) > 1 else ""
    return f"hour {hours[0]} ({hour_of_week(hours[0])}){more}"
