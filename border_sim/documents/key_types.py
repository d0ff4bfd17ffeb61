"""The type of a key in words, from its JSON schema."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from border_sim.spec.patterns import PATTERNS

Schema = Mapping[str, Any]

_BASE = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
_FORMAT = {"date": "date, e.g. 2024-03-04", "date-time": "date and time, e.g. 2024-03-04T06:00"}


class Models(NamedTuple):
    """The models of a page, by class name."""

    schemas: Mapping[str, Schema]
    sections: Mapping[str, str]
    """The heading under which each is told with those of its kind."""


def type_words(schema: Schema, models: Models) -> str:
    """What may be written for a key; a model is a link to its heading, a choice of models to that of their section."""
    if "$ref" in schema:
        name = _name(schema)
        return _link(title_of(name)) if name in models.sections else type_words(models.schemas[name], models)
    if "anyOf" in schema:
        return " or ".join(type_words(each, models) for each in schema["anyOf"] if each.get("type") != "null")
    if "discriminator" in schema:
        return _link(models.sections[_name(schema["oneOf"][0])])
    if "const" in schema or "enum" in schema:
        return alternatives(schema.get("enum") or [schema["const"]])
    return _of_type(schema, models)


def _of_type(schema: Schema, models: Models) -> str:
    match schema["type"]:
        case "array":
            items = schema["items"] if "items" in schema else schema["prefixItems"][0]
            return f"list{_length(schema)}: {type_words(items, models)}"
        case "object":
            return _mapping(schema, models)
        case "string":
            return _text(schema)
    return _BASE[schema["type"]] + _limits(schema)


def title_of(name: str) -> str:
    """The heading of a class: `PortMode` is `Port mode`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip().capitalize()


def anchor_of(title: str) -> str:
    """The fragment by which Markdown links to a heading."""
    return title.lower().replace(" ", "-")


def alternatives(words: Iterable[str]) -> str:
    """Words to write as they stand, with commas between."""
    return ", ".join(f"`{word}`" for word in words)


def _name(schema: Schema) -> str:
    """The class that a reference is to."""
    return str(schema["$ref"]).rpartition("/")[2]


def _link(title: str) -> str:
    return f"[{title}](#{anchor_of(title)})"


def _mapping(schema: Schema, models: Models) -> str:
    keys, values = schema.get("propertyNames", {}), schema.get("additionalProperties")
    named = type_words(keys, models) if keys.keys() & {"$ref", "enum"} else "name"
    if "pattern" in keys:
        named = _of_pattern(keys["pattern"])
    for pattern, those in schema.get("patternProperties", {}).items():
        named, values = _of_pattern(pattern), those
    return f"mapping: {named} → {type_words(values, models)}" if isinstance(values, dict) else "mapping"


def _of_pattern(pattern: str) -> str:
    return PATTERNS[pattern].partition(":")[0]


def _text(schema: Schema) -> str:
    if "format" in schema:
        return _FORMAT[schema["format"]]
    return PATTERNS[schema["pattern"]] if "pattern" in schema else "text"


def _length(schema: Schema) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least == most:
        return f" of {least}" if least else ""
    return f" of {least} or more" if most is None else f" of {least} to {most}"


def _limits(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if least is not None and most is not None:
        return f", {_figure(least)} to {_figure(most)}"
    limits = [] if least is None else [f"{_figure(least)} or more"]
    limits += [] if above is None else [f"above {_figure(above)}"]
    limits += [] if most is None else [f"{_figure(most)} or less"]
    limits += [] if below is None else [f"below {_figure(below)}"]
    return "".join(f", {part}" for part in limits)


def _figure(value: float) -> str:
    return f"{value:.12g}"
