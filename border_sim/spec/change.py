"""What a scenario changes of a port: nested keys laid over the port's own, validated again."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Port
from border_sim.spec.port_check import PORT, Tables, check_port, written
from border_sim.spec.problem import KeyPath
from border_sim.spec.valid_keys import may_have

Inspections = Mapping[str, Inspection]
_SCHEMA: Final = PORT.json_schema()
_NONE: Final[Inspections] = MappingProxyType({})


def changed_port(port: Port, change: dict[str, Any], tables: Tables) -> Port:
    """The port with the keys of `change` laid over its own; `SpecError` with paths as in the port's file."""
    return check_port(without_nulls(merged(written(port), change, inspections=tables.inspections)), tables)


def merged(base: Any, change: Any, below: Any = None, inspections: Inspections = _NONE) -> Any:
    """`change` laid over `base`: mappings merge key by key, all else is replaced, opening hours (`weekly`) too.

    A mapping of another `kind` (staffing, demand, a distribution) replaces the whole. A mapping over a list whose
    entries have names (pools) changes the entries of these names; over the name of one of `inspections`, its figures.
    Where `base` is itself a change and names no kind, it is of the kind in `below`, which it is to be laid over.
    Numbers as keys (years) count as text, as in `written`. `None` stays, for `without_nulls`.
    """
    if not isinstance(change, dict):
        return change
    if _has_names(base):
        return _merged_entries(base, change, inspections)
    below = below if isinstance(below, dict) else {}
    base = base if isinstance(base, dict) else {}
    kind = base.get("kind", below.get("kind"))
    same = base if kind is None or change.get("kind", kind) == kind else {}
    under = below if below.get("kind") == kind else {}
    laid = {
        str(key): _merged_at(str(key), same, value, under, inspections)
        for key, value in change.items()
        if value is not None or same is base or str(key) not in base
    }
    return {**same, **laid}


def without_nulls(port: Any) -> Any:
    """A port as plain data without the keys that a change takes away, which it gives as `None` (JSON merge patch,
    RFC 7396). A key that no port has there stays, for `check_port` to refuse.
    """
    return _without_nulls(port, (), port)


def _without_nulls(data: Any, path: KeyPath, port: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {
        key: value if key == "weekly" else _without_nulls(value, (*path, key), port)
        for key, value in data.items()
        if value is not None or not may_have(_SCHEMA, path, key, port)
    }


def _merged_at(key: str, base: dict[str, Any], value: Any, below: dict[str, Any], inspections: Inspections) -> Any:
    if key == "weekly":
        return value
    at, under = base.get(key), below.get(key)
    if key == "inspection":
        at, under = _figures(at, inspections), _figures(under, inspections)
    return merged(at, value, under, inspections)


def _figures(inspection: Any, inspections: Inspections) -> Any:
    """An inspection as plain data; that of a profile where its name stands for it."""
    if isinstance(inspection, str) and inspection in inspections:
        return inspections[inspection].model_dump(mode="json", by_alias=True, exclude_unset=True)
    return inspection


def _has_names(value: Any) -> bool:
    """Whether this is a list of mappings that all have a name."""
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(entry, dict) and "name" in entry for entry in value)
    )


def _merged_entries(base: Sequence[dict[str, Any]], change: dict[Any, Any], inspections: Inspections) -> list[Any]:
    """The entries of a list with those of `change`, by name, laid over them; new names come last, `None` takes away."""
    laid = {entry["name"]: entry for entry in base}
    laid |= {name: merged(laid.get(name, {"name": name}), part, None, inspections) for name, part in change.items()}
    return [entry for entry in laid.values() if entry is not None]
