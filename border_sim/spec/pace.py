"""Pace: a factor on the time of every service that begins while it holds."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from border_sim.vocabulary import USUAL_PACE


def permille(pace: float) -> int:
    """A pace in thousandths, as arrays and logs hold it."""
    return round(pace * USUAL_PACE)


ROUNDING: Final = 1e-6


def _three_decimals(pace: float) -> float:
    if abs(pace * USUAL_PACE - permille(pace)) > ROUNDING:
        raise ValueError(f"has more than three decimals; write {permille(pace) / USUAL_PACE:g}")
    return pace


Pace = Annotated[float, Field(strict=True, ge=0.001, le=1000, allow_inf_nan=False), AfterValidator(_three_decimals)]
"""1: as usual; 2: every service takes twice as long. Thousandths, 0.001 to 1000."""
