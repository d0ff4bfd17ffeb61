"""Which keys and kinds a planner may write at a place: the model's JSON schema, followed along the path."""

from typing import Any

from border_sim.spec.problem import KeyPath

Schema = dict[str, Any]


def valid_keys(schema: Schema, path: KeyPath, data: Any) -> list[str]:
    """The keys of the mapping at `path` in `data`; empty where any key may stand."""
    places, value = _places(schema, path, data)
    branches = [branch for place in places for branch in _branches(schema, place, value)]
    return [key for branch in branches for key in branch.get("properties", {})]


def valid_kinds(schema: Schema, path: KeyPath, data: Any) -> list[str]:
    """The values of `kind` of the mapping at `path` in `data`; empty where there is no such choice."""
    places, _ = _places(schema, path, data)
    choices = [choice for place in places for choice in place.get("anyOf", [place])]
    return [kind for choice in choices if "discriminator" in choice for kind in choice["discriminator"]["mapping"]]


def _places(schema: Schema, path: KeyPath, data: Any) -> tuple[list[Schema], Any]:
    """The schemas of what is at `path`, and the value there."""
    places, value = [schema], data
    for key in path:
        branches = [branch for place in places for branch in _branches(schema, place, value)]
        places, value = [place for branch in branches for place in _below(branch, key)], _child(value, key)
    return places, value


def _branches(schema: Schema, place: Schema, value: Any) -> list[Schema]:
    """The schemas without a choice that `place` stands for; `kind` chooses where there is one."""
    if "$ref" in place:
        return _branches(schema, schema["$defs"][place["$ref"].rpartition("/")[2]], value)
    if "discriminator" in place:
        kind = str(value.get("kind")) if isinstance(value, dict) else ""
        chosen = place["discriminator"]["mapping"].get(kind)
        return _branches(schema, {"$ref": chosen}, value) if chosen else []
    choices = place.get("anyOf", [])
    return [inner for choice in choices for inner in _branches(schema, choice, value)] if choices else [place]


def _below(place: Schema, key: str | int) -> list[Schema]:
    if isinstance(key, int):
        found = [place.get("items")]
    else:
        others = [place.get("additionalProperties"), *place.get("patternProperties", {}).values()]
        found = [place["properties"][key]] if key in place.get("properties", {}) else others
    return [schema for schema in found if isinstance(schema, dict)]


def _child(value: Any, key: str | int) -> Any:
    if isinstance(key, int):
        return value[key] if isinstance(value, list | tuple) and key < len(value) else None
    return value.get(key) if isinstance(value, dict) else None
