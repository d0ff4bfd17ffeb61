"""Which keys and kinds a planner may write at a place: the model's JSON schema, followed along the path."""

import re
from collections.abc import Iterator
from typing import Any

from border_sim.spec.problem import KeyPath

Schema = dict[str, Any]


def valid_keys(schema: Schema, path: KeyPath, data: Any) -> list[str]:
    """The keys of the mapping at `path` in `data`; empty where any key may stand."""
    places, value = _places(schema, path, data)
    branches = [branch for place in places for branch in _branches(schema, place, value)]
    return [key for branch in branches for key in branch.get("properties", {})]


def may_have(schema: Schema, path: KeyPath, key: str, data: Any) -> bool:
    """Whether a key may stand in the mapping at `path` in `data`; true where the schema cannot tell."""
    places, value = _places(schema, path, data)
    branches = [branch for place in places for branch in _branches(schema, place, value)]
    return not branches or any(_has_key(schema, branch, key) for branch in branches)


def valid_kinds(schema: Schema, path: KeyPath, data: Any) -> list[str]:
    """The values of `kind` of the mapping at `path` in `data`; empty where there is no such choice."""
    places, _ = _places(schema, path, data)
    choices = [choice for place in places for choice in place.get("anyOf", [place])]
    return [kind for choice in choices if "discriminator" in choice for kind in choice["discriminator"]["mapping"]]


def kinds_with(schema: Schema, path: KeyPath, key: str, data: Any) -> list[str]:
    """The other kinds that the mapping at `path` may be of, in which a key may stand."""
    places, _ = _places(schema, path, data)
    kinds = {kind: ref for place in places for kind, ref in _kinds(schema, place).items()}
    return [kind for kind, ref in kinds.items() if key in schema["$defs"][ref.rpartition("/")[2]]["properties"]]


def keys_of_all_kinds(schema: Schema, path: KeyPath, data: Any) -> set[str]:
    """The keys that the mapping at `path` may have, whatever its kind."""
    branches = [branch for place in places_at(schema, path, data) for branch in all_branches(schema, place)]
    return {key for branch in branches for key in branch.get("properties", {})}


def entries_at(schema: Schema, path: KeyPath, data: Any) -> tuple[int, set[str]]:
    """Of the list that may be at `path` how many entries it has (0: no fixed number), and the keys of one."""
    lists = [branch for place in places_at(schema, path, data) for branch in all_branches(schema, place)]
    lists = [branch for branch in lists if "items" in branch]
    counts = [branch["minItems"] for branch in lists if 1 < branch.get("minItems", 0) == branch.get("maxItems")]
    entries = [entry for branch in lists for entry in all_branches(schema, branch["items"])]
    return max(counts, default=0), {key for entry in entries for key in entry.get("properties", {})}


def places_at(schema: Schema, path: KeyPath, data: Any) -> list[Schema]:
    """The schemas of what is at `path`."""
    return _places(schema, path, data)[0]


def all_branches(schema: Schema, place: Schema) -> list[Schema]:
    """The schemas without a choice that `place` may stand for, of every kind."""
    refs = [place["$ref"]] if "$ref" in place else list(_kinds(schema, place).values())
    if refs:
        return [each for ref in refs for each in all_branches(schema, schema["$defs"][ref.rpartition("/")[2]])]
    return [each for choice in place["anyOf"] for each in all_branches(schema, choice)] if "anyOf" in place else [place]


def _kinds(schema: Schema, place: Schema) -> dict[str, str]:
    """The reference to the model of each kind, where `kind` chooses."""
    if "$ref" in place:
        return _kinds(schema, schema["$defs"][place["$ref"].rpartition("/")[2]])
    choices = [place, *place.get("anyOf", [])]
    return {kind: ref for each in choices for kind, ref in each.get("discriminator", {}).get("mapping", {}).items()}


def places_below(schema: Schema, path: KeyPath, key: str, data: Any) -> list[KeyPath]:
    """Where, at most two mappings further in, a key may stand that may not stand in the mapping at `path`."""
    places, value = _places(schema, path, data)
    level: list[tuple[KeyPath, Schema, Any]] = [((), place, value) for place in places]
    for _ in range(2):
        level = [inner for below, place, part in level for inner in _inner(schema, below, place, part)]
        if holders := [below for below, place, part in level if key in _own_keys(schema, place, part)]:
            return holders
    return []


def largest(schema: Schema, path: KeyPath, data: Any) -> float | None:
    """The most that the number at `path` may be; `None` where there is no such limit."""
    places, value = _places(schema, path, data)
    limits = [branch.get("maximum") for place in places for branch in _branches(schema, place, value)]
    return next((limit for limit in limits if limit is not None), None)


def _inner(schema: Schema, below: KeyPath, place: Schema, value: Any) -> Iterator[tuple[KeyPath, Schema, Any]]:
    """What may stand in a mapping, and what is there; of words of the vocabulary those that are there, if any."""
    for branch in _branches(schema, place, value):
        for key, part in branch.get("properties", {}).items():
            yield (*below, key), part, _child(value, key)
        names = [name for name in _names(schema, branch) if isinstance(value, dict) and name in value]
        for name in names or _names(schema, branch):
            yield (*below, name), branch["additionalProperties"], _child(value, name)


def _own_keys(schema: Schema, place: Schema, value: Any) -> list[str]:
    branches = _branches(schema, place, value)
    return [key for branch in branches for key in (*branch.get("properties", {}), *_names(schema, branch))]


def _has_key(schema: Schema, branch: Schema, key: str) -> bool:
    if key in branch.get("properties", {}):
        return True
    if names := _names(schema, branch):
        return key in names
    patterns = branch.get("patternProperties") or {branch.get("propertyNames", {}).get("pattern", ""): {}}
    is_open = "patternProperties" in branch or isinstance(branch.get("additionalProperties"), dict)
    return is_open and any(re.search(pattern, key) for pattern in patterns)


def _names(schema: Schema, branch: Schema) -> list[str]:
    """The keys of a mapping that are words of the vocabulary."""
    names = branch.get("propertyNames", {})
    named = schema["$defs"][names["$ref"].rpartition("/")[2]] if "$ref" in names else names
    return list(named.get("enum", ()))


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
        below = [place.get("items")]
    else:
        others = [place.get("additionalProperties"), *place.get("patternProperties", {}).values()]
        below = [place["properties"][key]] if key in place.get("properties", {}) else others
    return [schema for schema in below if isinstance(schema, dict)]


def _child(value: Any, key: str | int) -> Any:
    if isinstance(key, int):
        return value[key] if isinstance(value, list | tuple) and key < len(value) else None
    return value.get(key) if isinstance(value, dict) else None
