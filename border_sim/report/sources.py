"""Where the figures of a run come from: every `source` that its configuration keeps, beside what it says."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from border_sim.report.names import part_name

LONGEST_VALUE: Final = 160
"""Characters of a value; the manifest holds the whole."""
SHARED: Final = ("response", "planning", "profiles", "seasonality", "days_of_week")
"""Parts of the configuration that belong to no single port."""


class Sourced(NamedTuple):
    """A figure of the configuration and its source."""

    where: str
    """The key path in words, such as `passenger / installed`"""
    value: str
    """What it says, shortened"""
    source: str
    is_assumption: bool


def port_sources(port: dict[str, Any]) -> list[Sourced]:
    """The sourced figures of a port of the configuration, as resolved."""
    body = port["port"]
    rest = {key: value for key, value in body.items() if key != "modes"}
    return [*_walk(rest, ()), *_walk(body.get("modes", {}), ())]


def shared_sources(configuration: dict[str, Any]) -> list[Sourced]:
    """The sourced tables and parameters that all ports share."""
    return list(_walk({key: configuration[key] for key in SHARED if configuration.get(key)}, ()))


def _walk(value: dict[str, Any] | list[Any], path: tuple[str, ...]) -> Iterator[Sourced]:
    if isinstance(value, dict) and isinstance(source := value.get("source"), str):
        yield Sourced(_in_words(path), _shortened(value), source, "assumption" in source.lower())
    for key, part in value.items() if isinstance(value, dict) else enumerate(value, start=1):
        if isinstance(part, dict | list):
            yield from _walk(part, (*path, str(key)))


def _in_words(path: tuple[str, ...]) -> str:
    return " / ".join(map(part_name, path))


def _shortened(value: dict[str, Any]) -> str:
    """A dictionary without its sources on one line, plainly written."""
    text = json.dumps(_without_sources(value), ensure_ascii=False)[1:-1].replace('"', "")
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1].rstrip() + "…"


def _without_sources(value: Any) -> Any:
    """The value without what has a source of its own, and without what is not given."""
    if isinstance(value, dict):
        return {
            key: _without_sources(part)
            for key, part in value.items()
            if key != "source" and part is not None and not (isinstance(part, dict) and "source" in part)
        }
    return [_without_sources(part) for part in value] if isinstance(value, list) else value
