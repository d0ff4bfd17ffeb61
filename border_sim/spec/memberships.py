"""Which share of a mode's crossings has which membership, always or by hour of the week."""

from collections.abc import Iterator, Mapping
from statistics import fmean

from pydantic import field_validator

from border_sim.spec.base import SHARES_TOLERANCE, Mistake, Share, Sourced, refuse, require_sum_to_one
from border_sim.spec.hour_of_week import HOURS_PER_WEEK, WeeklyShares, hours_in_words
from border_sim.vocabulary import Programme


class Memberships(Sourced):
    """Share of each programme among a mode's crossings."""

    share: dict[Programme, Share | WeeklyShares]
    """By programme, `none` included: one figure, or 168 by hour of the week on the port's clock, Monday 00:00 first; in
    each hour they sum to 1. A pool must serve a lane class that each of them may use.
    """

    def by_hour(self) -> dict[Programme, tuple[float, ...]]:
        """The share of each programme in each of the 168 hours of the week."""
        return _by_hour(self.share)

    def mean(self) -> dict[Programme, float]:
        """The mean share of each programme over the hours of the week."""
        return {name: fmean(each) if isinstance(each, tuple) else each for name, each in self.share.items()}

    @field_validator("share")
    @classmethod
    def _sum(cls, share: dict[Programme, float | tuple[float, ...]]) -> dict[Programme, float | tuple[float, ...]]:
        constant = {programme.value: part for programme, part in share.items() if not isinstance(part, tuple)}
        if len(constant) == len(share):
            require_sum_to_one(constant, "the programme shares")
        else:
            refuse(_hours_that_do_not_sum(share))
        return share


def _hours_that_do_not_sum(share: dict[Programme, float | tuple[float, ...]]) -> Iterator[Mistake]:
    """The first hour whose shares do not sum to 1, at its value of a programme that has one for each hour."""
    sums = [sum(hour) for hour in zip(*_by_hour(share).values(), strict=True)]
    wrong = [hour for hour, total in enumerate(sums) if abs(total - 1) > SHARES_TOLERANCE]
    if wrong:
        first = wrong[0]
        name, values = next((name, each) for name, each in share.items() if isinstance(each, tuple))
        there = " + ".join(f"{each} {hours[first]:g}" for each, hours in _by_hour(share).items())
        message = (
            f"the programme shares sum to {sums[first]:g} ({there}) in {hours_in_words(wrong)}; "
            "they must sum to 1 in each hour"
        )
        yield (name.value, first), values[first], message


def _by_hour(share: Mapping[Programme, float | tuple[float, ...]]) -> dict[Programme, tuple[float, ...]]:
    return {name: each if isinstance(each, tuple) else (each,) * HOURS_PER_WEEK for name, each in share.items()}
