"""What a scenario changes of a port: nested keys laid over the port's own, validated again."""

from typing import Any

from border_sim.spec.port import Port
from border_sim.spec.port_check import Tables, check_port, written


def changed_port(port: Port, change: dict[str, Any], tables: Tables) -> Port:
    """The port with the keys of `change` laid over its own; `SpecError` with paths as in the port's file."""
    return check_port(merged(written(port), change), tables)


def merged(base: Any, change: Any) -> Any:
    """`change` laid over `base`: mappings merge key by key, all else is replaced, opening hours (`weekly`) too.

    A mapping of another `kind` (staffing, demand, a distribution) replaces the whole. Numbers as keys (years) count as
    text, as in `written`.
    """
    if not isinstance(change, dict):
        return change
    known = base if isinstance(base, dict) and change.get("kind", base.get("kind")) == base.get("kind") else {}
    laid = {str(key): value if key == "weekly" else merged(known.get(str(key)), value) for key, value in change.items()}
    return {**known, **laid}
