"""Distributions of durations, as a planner writes them; all in seconds."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec.base import Spec

Second = Annotated[float, Field(strict=True, ge=1e-6, le=30 * 86_400)]
"""A duration in seconds, from a microsecond to thirty days."""


Spread = Annotated[float, Field(strict=True, gt=0, le=20, allow_inf_nan=False)]
"""A standard deviation over its mean."""


class Exponential(Spec):
    """Memoryless: most are short, a few long; the standard deviation is the mean."""

    kind: Literal["exponential"]
    mean_s: Second
    """The mean."""


class Lognormal(Spec):
    """Its logarithm is normal: skewed, never negative."""

    kind: Literal["lognormal"]
    mean_s: Second
    """The mean."""
    cv: Spread
    """Standard deviation over the mean."""


class Gamma(Spec):
    """The gamma distribution; less of a tail than a lognormal."""

    kind: Literal["gamma"]
    mean_s: Second
    """The mean."""
    cv: Spread
    """Standard deviation over the mean."""


class Erlang(Spec):
    """The sum of `phases` equal exponentials."""

    kind: Literal["erlang"]
    mean_s: Second
    """The mean."""
    phases: Annotated[int, Field(strict=True, ge=1, le=1000)]
    """The standard deviation over the mean is 1 / sqrt(phases)."""


class Uniform(Spec):
    """Every value between `low_s` and `high_s` alike."""

    kind: Literal["uniform"]
    low_s: Second
    """The shortest."""
    high_s: Second
    """The longest."""

    @field_validator("high_s")
    @classmethod
    def _ordered(cls, high_s: float, info: ValidationInfo) -> float:
        low_s = info.data.get("low_s", 0)
        if high_s < low_s:
            raise ValueError(f"below low_s, {low_s:g}; the longest is at least the shortest")
        return high_s

    @property
    def mean_s(self) -> float:
        """The mean, seconds."""
        return (self.low_s + self.high_s) / 2


class Deterministic(Spec):
    """Always `mean_s`."""

    kind: Literal["deterministic"]
    mean_s: Second
    """The mean."""


class Empirical(Spec):
    """One of the values observed."""

    kind: Literal["empirical"]
    values_s: Annotated[tuple[Second, ...], Field(min_length=1, max_length=100_000)]
    """Each as likely as the others."""

    @property
    def mean_s(self) -> float:
        """The mean, seconds."""
        return sum(self.values_s) / len(self.values_s)


Distribution = Annotated[
    Exponential | Lognormal | Gamma | Erlang | Uniform | Deterministic | Empirical, Field(discriminator="kind")
]
"""Any of the distributions, told apart by `kind`."""
