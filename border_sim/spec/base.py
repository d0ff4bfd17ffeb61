"""What every spec model shares: frozen, unknown keys refused, a source beside every group of figures.

Numbers are strict: `"5"` in quotes and `true` are refused where a number belongs.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails

Share = Annotated[float, Field(strict=True, ge=0, le=1)]
"""A part of a whole, 0 to 1."""

Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Booths = Annotated[int, Field(strict=True, ge=0, le=200)]
"""A number of booths or bays; no port of entry has more than 62 (San Ysidro, GSA)."""

SHARES_TOLERANCE = 1e-4
"""Shares read from rounded tables sum to 1 within this."""


class Spec(BaseModel):
    """Base of all spec models: a change makes a new validated object (`model_copy` is for the engine's tests only)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, str_min_length=0)
    """The length lets pydantic look into texts: one that cannot be written to a file is refused."""

    def __init__(self, /, **data: Any) -> None:
        """What is written in Python is told as what is written in a file: raises `SpecError` with every mistake."""
        __tracebackhide__ = True
        try:
            self.__pydantic_validator__.validate_python(data, self_instance=self)
        except ValidationError as error:
            from border_sim.spec.checking import spec_error  # noqa: PLC0415 - which knows words of some models

            raise spec_error(error, type(self).model_json_schema, data) from None

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # the core need not call it within a whole


class Sourced(Spec):
    """A group of figures. In `configs/` every group names its source, with the word `assumption` where there is
    none.
    """

    source: str = "scenario"
    """Where the figures come from, with dates; `assumption` where nothing was found."""


def require_sum_to_one(shares: dict[str, float], what: str) -> None:
    """Raise `ValueError` naming the sum unless the shares sum to 1."""
    total = sum(shares.values())
    if abs(total - 1) > SHARES_TOLERANCE:
        raise ValueError(f"{what} sum to {total:g}; they must sum to 1")


Mistake = tuple[tuple[str | int, ...], Any, str]
"""What a validator refuses: the place below the validated value, the offending value, and why."""


def refuse(mistakes: Iterable[Mistake]) -> None:
    """Raise `ValidationError` with every mistake, if there is any; for validators only."""
    details = [
        InitErrorDetails(type="value_error", loc=place, input=value, ctx={"error": ValueError(message)})
        for place, value, message in mistakes
    ]
    if details:
        raise ValidationError.from_exception_data("mistakes", details)
