"""Demand of one port and mode: how many arrive, when, and how they answer waits."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec.base import NonNegative, Positive, Share, Sourced, Spec

Volume = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
Shape = Annotated[tuple[NonNegative, ...], Field(min_length=24, max_length=96)]
"""24 hourly or 96 quarter-hourly weights of a local day; only their proportions count."""

HOURS_IN_DAY, QUARTERS_IN_DAY = 24, 96


def require_shape(values: tuple[float, ...], what: str) -> None:
    """Raise `ValueError` unless there are 24 or 96 values."""
    if len(values) not in (HOURS_IN_DAY, QUARTERS_IN_DAY):
        raise ValueError(f"{what} has {len(values)} values; it must have 24 (hours) or 96 (quarters of an hour)")


class Profile(Sourced):
    """The day's shape by type of day, an entry of `configs/demand/profiles.yaml`: 24 or 96 weights, midnight first, of
    which only the proportions count. A day open for traffic whose shape is all 0 takes the weekday's.
    """

    weekday: Shape
    """Monday to Friday; not all 0."""
    saturday: Shape
    """Saturday."""
    sunday: Shape
    """Sunday."""

    @field_validator("weekday", "saturday", "sunday")
    @classmethod
    def _shape(cls, shape: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        require_shape(shape, str(info.field_name))
        if info.field_name == "weekday" and sum(shape) == 0:
            raise ValueError("weekday is all 0; it needs at least one positive value")
        return shape


class Seasonality(Sourced):
    """The months of a year, an entry of `configs/demand/seasonality.yaml`."""

    monthly: Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]
    """Factors on an average day, January first."""


class DayOfWeek(Sourced):
    """The days of a week, an entry of `configs/demand/day_of_week.yaml`."""

    daily: Annotated[tuple[NonNegative, ...], Field(min_length=7, max_length=7)]
    """Factors on an average day, Monday first."""


class Response(Sourced):
    """How demand answers waits and how it spreads around its expectation: `configs/demand/response.yaml`."""

    elasticity: Annotated[float, Field(strict=True, ge=0, le=5)]
    """Relative fall of demand for a posted wait at twice the accustomed one; 0: nobody is deterred."""
    always: Share
    """The share of the base demand that comes whatever the wait."""
    day_cv: Annotated[float, Field(strict=True, ge=0, le=2)]
    """Coefficient of variation of a day's gamma factor; 0: none."""
    hour_sd: Annotated[float, Field(strict=True, ge=0, le=2)]
    """Standard deviation of the hours' autoregressive factor; 0: none."""
    hour_rho: Annotated[float, Field(strict=True, ge=0, lt=1)]
    """Correlation of one hour's factor with the next."""


class Latent(Sourced):
    """Who would come if the posted wait were always the one that the port is known for."""

    factor: Annotated[float, Field(strict=True, gt=0, le=20)] = 1.0
    """Expected candidates at that wait over the crossings counted, so that the crossings simulated in a year are those
    counted: above 1 where waits keep people away, below 1 where they are shorter than the place is known for.
    """


class Annual(Sourced):
    """Demand from a year's count: volume x seasonality x day of week x the day's shape."""

    kind: Literal["annual"]
    volumes: Annotated[dict[int, Volume], Field(min_length=1)]
    """Northbound entries by year; the run takes `volume_year`."""
    volume_year: Annotated[int, Field(validate_default=True)] = 2024
    """Which of `volumes` is meant, whatever year is simulated."""
    latent: Latent = Latent()
    """Who would come over who was counted."""
    profile: str
    """The day's shape, a name in `configs/demand/profiles.yaml`."""
    seasonality: str
    """The months, a name in `configs/demand/seasonality.yaml`; `all-` with a mode is the whole border's."""
    day_of_week: str
    """The week, a name in `configs/demand/day_of_week.yaml`."""

    @field_validator("volume_year")
    @classmethod
    def _year(cls, year: int, info: ValidationInfo) -> int:
        volumes = info.data.get("volumes", {year: 0})
        if year not in volumes:
            raise ValueError(f"a year without a volume; there are {', '.join(map(str, volumes))}")
        return year


Hourly = Annotated[float, Field(strict=True, ge=0, le=100_000, allow_inf_nan=False)]
"""Arrivals per hour."""


class Rate(Sourced):
    """Demand as expected arrivals per hour at the accustomed wait; none while the gate is closed."""

    kind: Literal["rate"]
    per_hour: Hourly | tuple[Hourly, ...]
    """One figure, or 24 (hours) or 96 (quarters of an hour) of a local day, midnight first; every day alike."""
    spacing: Literal["poisson", "even"] = "poisson"
    """At random (`poisson`), or evenly spaced (`even`): the first as the run begins, each other one as soon as one more
    is expected; what a day leaves of a whole one is carried over midnight.
    """
    hours_from_start: tuple[Hourly, ...] | None = None
    """Rates of the first, second, ... hour from the run's start instead of `per_hour`, and none before or later.
    `None`: `per_hour` holds.
    """

    @field_validator("per_hour")
    @classmethod
    def _shape(cls, per_hour: float | tuple[float, ...]) -> float | tuple[float, ...]:
        if isinstance(per_hour, tuple):
            require_shape(per_hour, "per_hour")
        return per_hour


class ListedArrival(Spec):
    """One arrival of a list."""

    at_s: Annotated[float, Field(strict=True, ge=0, le=4_000 * 86_400)]
    """Seconds after the run's start."""
    service_s: Annotated[float, Field(strict=True, gt=0, le=30 * 86_400)] | None = None
    """Seconds at primary; `None`: drawn."""


class Listed(Sourced):
    """Demand as a list of arrivals, for verification and for replaying a count; after the run's start, never in
    the warm-up.
    """

    kind: Literal["list"]
    arrivals: tuple[ListedArrival, ...]
    """In any order."""


Demand = Annotated[Annual | Rate | Listed, Field(discriminator="kind")]
"""Any of the demands, told apart by `kind`."""
