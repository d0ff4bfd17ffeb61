"""The JSON Schema of the events, from their models.

`python -m border_sim.documents.event_schema > docs/schemas/event.json`
"""

import json
import sys
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from border_sim.events.models import SCHEMA_VERSION, AnyEvent

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Plain(GenerateJsonSchema):
    """Says nothing twice: no titles that repeat the names, and no null as the default of what is left out."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def json_schema(model: Any, title: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a model of `events.wire`, or of a union of them."""
    schema = TypeAdapter(model).json_schema(schema_generator=_Plain)
    schema.pop("discriminator", None)  # a word of OpenAPI, not of JSON Schema
    return {"$schema": DIALECT, "title": title} | {key: schema[key] for key in schema if key != "title"}


def event_schema() -> dict[str, Any]:
    """The JSON Schema of any event; `$defs` holds those of the kinds by the names of their models."""
    return json_schema(AnyEvent, f"An event of border-sim, schema {SCHEMA_VERSION}")


def text() -> str:
    """The schema as the text of a file."""
    return json.dumps(event_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
