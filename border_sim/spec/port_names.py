"""Ports as people call them: a slug, a name or a part of one, in whichever case."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from border_sim.spec.port import Port
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.selection import selected
from border_sim.spec.suggestion import plain

_PARTS: Final = re.compile(r" - |[(),]")


def slugs_of(texts: Sequence[str], ports: Mapping[str, Port]) -> list[str]:
    """The slugs of the ports that texts mean; what means none, or several in a way of its own (`all`, a state), stays.

    A port is meant by its slug, its name, or a part of its name that a hyphen or brackets set apart, with or without
    capitals and spaces: `Pharr`, `world trade bridge`. Raises `SpecError` for what may mean several ports.
    """
    meant = [_meant(text, ports) for text in texts]
    problems = [
        Problem(("ports", place), shown(text), f"may mean {', '.join(slugs)}; name one of them")
        for place, (text, slugs) in enumerate(zip(texts, meant, strict=True))
        if len(slugs) > 1
    ]
    if problems:
        raise SpecError(problems)
    return [slugs[0] if slugs else text for text, slugs in zip(texts, meant, strict=True)]


def _meant(text: str, ports: Mapping[str, Port]) -> list[str]:
    """The slugs of the ports that are called so; the closest kind of name counts."""
    if selected(text, ports):
        return [text]
    asked = plain(text)
    by_slug = [slug for slug in ports if plain(slug) == asked]
    by_name = by_slug or [slug for slug, port in ports.items() if plain(port.name) == asked]
    return by_name or [slug for slug, port in ports.items() if asked in map(plain, _PARTS.split(port.name)) if asked]
