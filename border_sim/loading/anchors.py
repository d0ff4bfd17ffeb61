"""What the anchors of a YAML file name, and what aliases and merge keys make of it."""

from typing import Any, Final, NamedTuple

from border_sim.errors import BorderSimError
from border_sim.spec.suggestion import unknown

Lines = dict[str | int, tuple[int, "Lines | None"]]
"""By key (as text) or place in a list: the line from 1, and the lines further in."""
Node = tuple[Any, Lines | None]
"""A value of a file, and where the keys or items in it are written; `None` for a scalar."""

MOST_VALUES: Final = 200_000
"""Values that all aliases of a file may stand for: a few short lines can stand for billions."""


class Extent(NamedTuple):
    """How much a value is, aliases written out."""

    values: int
    """Mappings, lists and scalars in it, itself included"""
    levels: int
    """How deep mappings and lists are nested in it; 0 for a scalar"""


class AliasError(BorderSimError):
    """An alias or a merge key that stands for nothing that can be used; its text says why."""


class Anchors:
    """The anchors of a file in the order of reading, each known to the aliases that follow it."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node | None] = {}
        """By name; `None` while the value is still being read"""
        self.unused: dict[str, int] = {}
        """The lines of those that no alias has named so far"""
        self.values = 0
        """How many the aliases so far stand for"""
        self._extents: dict[int, Extent] = {}

    def begin(self, name: str, line: int) -> None:
        """A value with an anchor begins."""
        self.nodes[name] = None
        self.unused[name] = line

    def end(self, name: str, node: Node) -> None:
        """Its value is read."""
        self.nodes[name] = node

    def of_alias(self, name: str) -> tuple[Node, int]:
        """What an alias stands for, and how many levels deep it is. `AliasError` if no anchor before the alias has
        this name, or its value holds the alias.
        """
        if name not in self.nodes:
            raise AliasError(f"{unknown('anchor', name, self.nodes)}; an anchor is written before what uses it")
        self.unused.pop(name, None)
        node = self.nodes[name]
        if node is None:
            raise AliasError(f"stands inside the value of &{name}; a value cannot hold itself")
        extent = _extent(node[0], self._extents)
        self.values += extent.values
        return node, extent.levels


def _extent(data: Any, known: dict[int, Extent]) -> Extent:
    """`known`: by identity of mappings and lists, so that what many aliases stand for is counted once."""
    if not isinstance(data, dict | list):
        return Extent(1, 0)
    if id(data) not in known:
        inner = [_extent(each, known) for each in (data.values() if isinstance(data, dict) else data)]
        levels = max((extent.levels for extent in inner), default=0)
        known[id(data)] = Extent(1 + sum(extent.values for extent in inner), 1 + levels)
    return known[id(data)]


def merge(data: dict[Any, Any], lines: Lines, others: Node) -> None:
    """Put the keys of a mapping, or of several in a list, the first first, into `data` where it has none of that name.

    Raises `AliasError` if `others` is neither.
    """
    values, within = others[0], others[1] or {}
    parts = [(each, within[place][1]) for place, each in enumerate(values)] if isinstance(values, list) else [others]
    if not all(isinstance(part, dict) for part, _ in parts):
        raise AliasError("only mappings are merged; write <<: *name, or <<: [*first, *second]")
    for part, part_lines in parts:
        for key, value in part.items():
            if str(key) not in lines and part_lines is not None:
                data[key], lines[str(key)] = value, part_lines[str(key)]
