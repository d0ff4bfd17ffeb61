"""Which share of a mode's crossings has which membership, always or by hour of the week."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field, field_validator

from border_sim.spec.base import SHARES_TOLERANCE, Mistake, Share, Sourced, refuse, require_sum_to_one
from border_sim.spec.calendar import DAYS
from border_sim.vocabulary import Programme

HOURS_PER_WEEK: Final = 168

WeeklyShares = Annotated[tuple[Share, ...], Field(min_length=HOURS_PER_WEEK, max_length=HOURS_PER_WEEK)]
"""168 values, Monday 00:00 first."""


def hour_of_week(hour: int) -> str:
    """An hour of the week, 0 to 167, in words: `Fri 17:00`."""
    day, hour_of_day = divmod(hour, 24)
    return f"{DAYS[day].capitalize()} {hour_of_day:02}:00"


class Memberships(Sourced):
    """Share of each programme among a mode's crossings."""

    share: dict[Programme, Share | WeeklyShares]
    """By programme, `none` included: one figure, or 168 by hour of the week on the port's clock, Monday 00:00 first; in
    each hour they sum to 1. A pool must serve a lane class that each of them may use.
    """

    def by_hour(self) -> dict[Programme, tuple[float, ...]]:
        """The share of each programme in each of the 168 hours of the week."""
        shares = self.share.items()
        return {name: each if isinstance(each, tuple) else (each,) * HOURS_PER_WEEK for name, each in shares}

    def mean(self) -> dict[Programme, float]:
        """The mean share of each programme over the hours of the week."""
        return {name: sum(hours) / HOURS_PER_WEEK for name, hours in self.by_hour().items()}

    @field_validator("share")
    @classmethod
    def _sum(cls, share: dict[Programme, Share | WeeklyShares]) -> dict[Programme, Share | WeeklyShares]:
        constant = {programme.value: part for programme, part in share.items() if not isinstance(part, tuple)}
        if len(constant) == len(share):
            require_sum_to_one(constant, "the programme shares")
        else:
            refuse(_hours_that_do_not_sum(share))
        return share


def _hours_that_do_not_sum(share: dict[Programme, Share | WeeklyShares]) -> Iterator[Mistake]:
    """The first hour whose shares do not sum to 1."""
    for hour in range(HOURS_PER_WEEK):
        total = sum(part[hour] if isinstance(part, tuple) else part for part in share.values())
        if abs(total - 1) > SHARES_TOLERANCE:
            message = f"the programme shares of hour {hour} ({hour_of_week(hour)}) sum to {total:g}; they must sum to 1"
            yield (), total, message
            return
