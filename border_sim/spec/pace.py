"""Pace: a factor on the time of every service that begins while it holds."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from border_sim.vocabulary import USUAL_PACE, Station

SLOWEST: Final = 1000
RouteStation = Literal[Station.EXPORT, Station.SCAN, Station.PRIMARY, Station.SECONDARY, Station.STATE]
"""A station of the route, in its order."""


def permille(pace: float) -> int:
    """A pace in thousandths, as arrays and logs hold it."""
    return round(pace * USUAL_PACE)


def _in_thousandths(pace: float) -> float:
    if not 1 / USUAL_PACE <= pace <= SLOWEST:
        raise ValueError(f"must be {1 / USUAL_PACE:g} to {SLOWEST}: 2 takes twice as long, 0.5 half as long")
    if permille(pace) / USUAL_PACE != pace:
        raise ValueError(f"has more than three decimals; write {permille(pace) / USUAL_PACE:.7g}")
    return pace


Pace = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, json_schema_extra={"minimum": 1 / USUAL_PACE, "maximum": SLOWEST}),
    AfterValidator(_in_thousandths),
]
"""1: as usual; 2: every service takes twice as long. Thousandths, 0.001 to 1000."""
