"""Ports as people call them: a slug, a name or a part of one, in whichever case."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from border_sim.spec.port import Port
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.selection import selected, valid_names
from border_sim.spec.suggestion import plain, unknown

_PARTS: Final = re.compile(r" - |[(),]")
_STATES: Final = {"arizona": "AZ", "california": "CA", "newmexico": "NM", "texas": "TX"}


def slugs_of(texts: Sequence[str], ports: Mapping[str, Port], valid: Collection[str] = ()) -> list[str]:
    """The slugs of the ports that texts mean; what means several in a way of its own (`all`, a state) stays.

    A port is meant by its slug, its name, or a part of its name that a hyphen or brackets set apart, with or without
    capitals and spaces: `Pharr`, `world trade bridge`. Raises `SpecError` for what means none or may mean several.
    `valid`: the names to choose from; by default all that mean some of the ports.
    """
    meant = [_meant(text, ports) for text in texts]
    pairs = zip(texts, meant, strict=True)
    if wrong := [text for text, slugs in pairs if len(slugs) != 1]:
        valid = valid or valid_names(ports)
        raise SpecError(Problem((), shown(text), unknown_port(text, ports, valid)) for text in wrong)
    return [slugs[0] for slugs in meant]


def unknown_port(text: str, ports: Mapping[str, Port], valid: Collection[str]) -> str:
    """The message for a text that is none of the names that are valid at its place: what may be meant."""
    meant = _meant(_STATES.get(plain(text), text), ports)
    if len(meant) > 1:
        return f"may mean {', '.join(meant)}; name one of them"
    if meant:
        return f"unknown port; did you mean {meant[0]!r}?"
    return unknown("port", text, valid)


def _meant(text: str, ports: Mapping[str, Port]) -> list[str]:
    """The slugs of the ports that are called so; the closest kind of name counts."""
    if selected(text, ports):
        return [text]
    asked = plain(text)
    by_slug = [slug for slug in ports if plain(slug) == asked]
    by_name = by_slug or [slug for slug, port in ports.items() if plain(port.name) == asked]
    return by_name or [slug for slug, port in ports.items() if asked in map(plain, _PARTS.split(port.name)) if asked]
