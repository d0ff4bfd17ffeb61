"""Which ports a scenario means by a word: `all`, a state, a port, or several of these."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Annotated, Final

from pydantic import Field

from border_sim.spec import patterns
from border_sim.spec.port import NO_STATE, Port

ALL: Final = "all"

NameText = Annotated[str, Field(max_length=60, json_schema_extra={"pattern": patterns.SELECTED})]
"""`all`, a state's two capital letters, or a port's slug. Whatever else is written is refused where it is looked up:
what was meant can be said there.
"""
SelectionText = Annotated[str, Field(max_length=3000, json_schema_extra={"pattern": patterns.SELECTION})]
"""One or several of these, with commas between."""
Selection = SelectionText | tuple[NameText, ...]
"""The same, or as a list."""


class Rank(IntEnum):
    """How closely a selection names its ports: of two that say something else of a port, the closer holds."""

    ALL = 0
    STATE = 1
    SEVERAL = 2
    PORT = 3


def names_of(selection: Selection) -> tuple[str, ...]:
    """The names of a selection, as written."""
    return tuple(name.strip() for name in selection.split(",")) if isinstance(selection, str) else selection


def rank_of(selection: Selection) -> Rank:
    """How closely a selection names its ports."""
    names = names_of(selection)
    if len(names) > 1:
        return Rank.SEVERAL
    return Rank.ALL if names[0] == ALL else Rank.STATE if names[0].isupper() else Rank.PORT


def selected(name: str, ports: Mapping[str, Port]) -> list[str]:
    """The slugs that a name means; none if it is unknown."""
    if name == ALL:
        return list(ports)
    return [slug for slug, port in ports.items() if name == slug or (name == port.state != NO_STATE)]


def some(slugs: Sequence[str], most: int = 3) -> str:
    """The first slugs, and how many more there are."""
    more = f" and {len(slugs) - most} more" if len(slugs) > most else ""
    return f"{', '.join(slugs[:most])}{more}"


def valid_names(ports: Mapping[str, Port]) -> set[str]:
    """Every name that means some of these ports."""
    return {ALL, *ports, *(port.state for port in ports.values())} - {NO_STATE}
