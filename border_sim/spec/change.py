"""What a scenario changes of a port: nested keys laid over the port's own, validated again."""

from typing import Any

from border_sim.spec.port import Port
from border_sim.spec.port_check import Tables, check_port, written


def changed_port(port: Port, change: dict[str, Any], tables: Tables) -> Port:
    """The port with the keys of `change` laid over its own; `SpecError` with paths as in the port's file."""
    return check_port(merged(written(port), change), tables)


def merged(base: Any, change: Any, below: Any = None) -> Any:
    """`change` laid over `base`: mappings merge key by key, all else is replaced, opening hours (`weekly`) too.

    A mapping of another `kind` (staffing, demand, a distribution) replaces the whole. Where `base` is itself a change
    and names no kind, it is of the kind in `below`, which it is to be laid over. Numbers as keys (years) count as text,
    as in `written`.
    """
    if not isinstance(change, dict):
        return change
    below = below if isinstance(below, dict) else {}
    base = base if isinstance(base, dict) else {}
    kind = base.get("kind", below.get("kind"))
    known = base if kind is None or change.get("kind", kind) == kind else {}
    under = below if below.get("kind") == kind else {}
    laid = {str(key): _merged_at(str(key), known, value, under) for key, value in change.items()}
    return {**known, **laid}


def _merged_at(key: str, base: dict[str, Any], value: Any, below: dict[str, Any]) -> Any:
    return value if key == "weekly" else merged(base.get(key), value, below.get(key))
