"""The types of keys in words."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from border_sim.documents.key_types import Models, type_words
from border_sim.spec.scenario import SlugText


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class BigDog(BaseModel):
    kind: Literal["dog"]


class Cat(BaseModel):
    kind: Literal["cat"]


class Written(BaseModel):
    share: Annotated[float, Field(ge=0, le=1)]
    factor: Annotated[float, Field(gt=0)]
    rho: Annotated[float, Field(ge=0, lt=1)]
    maybe: Annotated[int, Field(ge=0)] | None
    day: date
    until: datetime
    on: bool
    colour: Colour
    word: Literal["left", "right"]
    slug: SlugText
    figures: Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
    pair: tuple[float, float]
    dogs: Annotated[tuple[BigDog, ...], Field(min_length=1)]
    by_slug: dict[SlugText, BigDog]
    by_colour: dict[Colour, str]
    by_name: dict[str, int]
    nested: dict[str, Any]
    choice: Annotated[BigDog | Cat, Field(discriminator="kind")]
    either: str | BigDog


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("share", "number, 0 to 1"),
        ("factor", "number, above 0"),
        ("rho", "number, 0 or more, below 1"),
        ("maybe", "whole number, 0 or more"),
        ("day", "date, e.g. 2024-03-04"),
        ("until", "date and time, e.g. 2024-03-04T06:00"),
        ("on", "`true` or `false`"),
        ("colour", "`red`, `blue`"),
        ("word", "`left`, `right`"),
        ("slug", "a slug: lower-case letters, digits and single hyphens, e.g. el-paso-bota"),
        ("figures", "list of 12: number"),
        ("pair", "list of 2: number"),
        ("dogs", "list of 1 or more: [Big dog](#big-dog)"),
        ("by_slug", "mapping: a slug → [Big dog](#big-dog)"),
        ("by_colour", "mapping: `red`, `blue` → text"),
        ("by_name", "mapping: name → whole number"),
        ("nested", "mapping"),
        ("choice", "[Pets at home](#pets-at-home)"),
        ("either", "text or [Big dog](#big-dog)"),
    ],
)
def test_a_type_in_words(key, words):
    schemas = models_json_schema([(Written, "validation")])[1]["$defs"]
    models = Models(schemas, {"BigDog": "Pets at home", "Cat": "Pets at home"})
    assert type_words(schemas["Written"]["properties"][key], models) == words
