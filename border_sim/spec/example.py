"""How a value is written where a mapping or list belongs that needs only one: `{booths: 4}` for 4."""

from statistics import multimode
from typing import Any

from border_sim.spec.problem import KeyPath, shown
from border_sim.spec.valid_keys import Schema, all_branches, places_at

_BESIDE = {"kind", "source"}
"""Keys that say of what sort the others are."""


def example(schema: Schema, path: KeyPath, data: Any) -> str:
    """The value at `path` in `data` within the mappings and lists that belong there; empty where it is not plain what
    is meant.
    """
    value = data
    for key in path:
        value = value[key] if isinstance(key, int) else next(value[each] for each in value if str(each) == key)
    texts = [text for place in places_at(schema, path, data) for text in _texts(schema, place, value)]
    return texts[0] if len(set(texts)) == 1 else ""


def _texts(schema: Schema, place: Schema, value: Any) -> list[str]:
    """The value as most kinds of what may stand at a place have it."""
    return multimode(text for branch in all_branches(schema, place) for text in _within(schema, branch, value))


def _within(schema: Schema, branch: Schema, value: Any) -> list[str]:
    match branch.get("type"):
        case "array" if "items" in branch and branch.get("minItems", 1) <= 1:
            return [f"[{text}]" for text in _texts(schema, branch["items"], value)]
        case "object" if isinstance(value, dict):
            is_one = value and value.keys() <= branch.get("properties", {}).keys()
            return [f"{{{', '.join(f'{key}: {shown(part)}' for key, part in value.items())}}}"] if is_one else []
        case "object":
            key, inner = _only_key(branch)
            return [f"{{{key}: {text}}}" for text in _texts(schema, inner, value)] if key else []
        case "integer" | "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return [shown(value)]
        case "string" if isinstance(value, str) and not branch.keys() & {"pattern", "enum"}:
            return [shown(value)]
    return []


def _only_key(branch: Schema) -> tuple[str, Schema]:
    """The one key that a mapping needs, or that it can have, and what belongs there; an empty one if it is not one."""
    if "examples" in branch:
        return next(iter(branch["examples"][0])), branch["additionalProperties"]
    properties = {key: part for key, part in branch.get("properties", {}).items() if key not in _BESIDE}
    needed = [key for key in branch.get("required", ()) if key in properties] or list(properties)
    return (needed[0], properties[needed[0]]) if len(needed) == 1 else ("", {})
