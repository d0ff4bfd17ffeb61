"""How many booths are open, and when: by schedule or roster, planned from expected demand, or by thresholds."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec.base import Booths, Finite, Positive, Share, Sourced
from border_sim.spec.calendar import WeeklyBooths
from border_sim.spec.hour_of_week import WeeklyMeans
from border_sim.vocabulary import LaneClass, Mode

Group = Literal["general", "sentri", "commercial", "fast", "pedestrian"]
"""Lane classes that are planned together and share an accustomed wait: standard and Ready cars are `general`."""


def group_of(mode: Mode, lane: LaneClass) -> Group:
    """The group in which a lane class is planned and whose accustomed wait it has."""
    if mode is Mode.PASSENGER:
        return "sentri" if lane is LaneClass.SENTRI else "general"
    if mode is Mode.COMMERCIAL:
        return "fast" if lane is LaneClass.FAST else "commercial"
    return "pedestrian"


Root = Literal["standard", "ready", "sentri", "commercial", "pedestrian"]
"""The curves of the law of accustomed waits: `general` is the mean of standard and Ready, `fast` follows commercial."""


class Schedule(Sourced):
    """Booths by hour of the week for each pool by name; a pool that is not named stays closed."""

    kind: Literal["schedule"]
    pools: dict[str, WeeklyBooths]
    """By the name of a pool, at most its `max_open`."""


class Planned(Sourced):
    """Booths planned from expected demand, each group's within its own booths. The demand is the baseline's, unless a
    scenario gives `staffing` anew.
    """

    kind: Literal["planned"]
    booths: dict[Group, Booths]
    """Booths that each group's plan may use; a group that is not named has no plan of its own."""


class _Bounds(Sourced):
    """Posted waits at which booths open and close."""

    open_above_min: Annotated[float, Field(strict=True, ge=0, le=10_000)]
    """Minutes: a pool opens one more booth where the highest posted wait of its lanes is above. A closed lane counts
    with the wait of the lane that its members join in its place; with a queue of its own it opens.
    """
    close_below_min: Annotated[float, Field(strict=True, ge=0, le=10_000)]
    """Minutes: a pool closes one booth where it is below; the mode's last stays while the gate is open."""

    @field_validator("close_below_min")
    @classmethod
    def _ordered(cls, close_below_min: float, info: ValidationInfo) -> float:
        open_above_min = info.data.get("open_above_min", close_below_min)
        if close_below_min > open_above_min:
            raise ValueError(f"above open_above_min, {open_above_min:g}; it must be that or less")
        return close_below_min


class Threshold(_Bounds):
    """Booths that follow the posted wait, reviewed every 15 minutes."""

    kind: Literal["threshold"]


class Answers(_Bounds):
    """How a roster answers the queue, reviewed every 15 minutes: what it opens beyond the roster it closes again, and
    where no more may open general booths go from one lane to another.
    """


class Roster(Sourced):
    """Mean booths of each pool by hour of the week, with fractions: whole booths are drawn so that they hold on
    average. A pool that is not named has none; while the means of all pools are together below 0.5 none is kept open.
    """

    kind: Literal["roster"]
    pools: dict[str, WeeklyMeans]
    """By the name of a pool: 168 means, Monday 00:00 first, at most its `max_open`; linear between the centres of
    hours.
    """
    answers: Answers | None = None
    """`None`: the roster holds whatever the queue."""


Staffing = Annotated[Schedule | Planned | Threshold | Roster, Field(discriminator="kind")]
"""Any of the staffings, told apart by `kind`."""


class PlanningRule(Sourced):
    """The figures of planned staffing, by group: `configs/staffing/planning.yaml`."""

    target_utilisation: dict[Group, Positive]
    """Load that the plan gives an open booth."""
    share_of_booths: dict[Group, Share]
    """Of a group's booths, the most that the plan opens."""
    hour_shape: dict[Group, Annotated[tuple[Positive, ...], Field(min_length=24, max_length=24)]]
    """Accustomed wait of each local hour over the day's."""
    fast_over_commercial: Positive
    """Accustomed wait of FAST over that of commercial standard."""

    @field_validator("target_utilisation", "share_of_booths", "hour_shape")
    @classmethod
    def _all(cls, figures: dict[Group, Any]) -> dict[Group, Any]:
        if missing := [group for group in get_args(Group) if group not in figures]:
            raise ValueError(f"{', '.join(missing)} missing; the rule needs {', '.join(get_args(Group))}")
        return figures


class AccustomedLaw(Sourced):
    """The square-root law of accustomed waits, max(0, b0 + b1 (ln x - 5))^2 minutes with x entries per open hour:
    `configs/demand/accustomed.yaml`.
    """

    coefficients: dict[Root, tuple[Finite, Finite]]
    """b0 and b1 of each curve."""
    neighbour_km: Positive
    """Standard and Ready cars count those of ports near by, with weight exp(-distance / neighbour_km)."""

    @field_validator("coefficients")
    @classmethod
    def _all(cls, coefficients: dict[Root, tuple[Finite, Finite]]) -> dict[Root, tuple[Finite, Finite]]:
        if missing := [root for root in get_args(Root) if root not in coefficients]:
            raise ValueError(f"{', '.join(missing)} missing; the law needs {', '.join(get_args(Root))}")
        return coefficients
