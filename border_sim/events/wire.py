"""What models of JSON on the wire share, and the types of their fields."""

from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from border_sim.vocabulary import NEVER_US

UNIT: Final = "x-unit"
"""The key of a JSON Schema that tells the unit of a number."""


def in_unit(words: str) -> Any:
    """The unit of a field, for readers of the JSON Schema and of the data dictionary."""
    return Field(json_schema_extra={UNIT: words})


class Wire(BaseModel):
    """Frozen, unknown keys refused, and nothing taken for what it is not: `"5"` and `5.0` are no whole numbers.

    Validate JSON (`model_validate_json`): as Python values words would have to be members of their enumerations.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True, use_attribute_docstrings=True
    )


class NeverNull:
    """Of a field that may be left out: `None` in the model says so, and null on the wire is refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        nullable: dict[str, Any] = dict(handler(source))
        return nullable["schema"]


_Value = TypeVar("_Value")
OrLeftOut = Annotated[_Value | None, NeverNull()]
"""A value, or `None` for a field that is left out; give the field the default `None`."""

Count = Annotated[int, Field(ge=0, lt=2**31)]
Number = Annotated[int, Field(ge=0, lt=2**62)]
Instant = Annotated[int, Field(ge=0, lt=NEVER_US), in_unit("µs since 1970, UTC")]
Duration = Annotated[int, Field(ge=0, lt=NEVER_US), in_unit("µs")]
