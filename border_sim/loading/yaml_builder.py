"""The events of a YAML parser -> plain data and the line of every key; aliases and merge keys are written out."""

from collections.abc import Iterator
from typing import Any

import yaml

from border_sim.loading.anchors import MOST_VALUES, AliasError, Anchors, Lines, Node, merge
from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.loading.scalars import plain
from border_sim.spec.problem import path_text, shown

DEEPEST = 50
MERGE = "<<"


class Builder:
    """Builds data from the parser's events, one call a level: depth is bounded, and only plain data come out."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.flaws: list[FileProblem] = []
        self.path: list[str | int] = []
        self.events: Iterator[Any] = iter(())
        self.anchors = Anchors()
        self.is_whole = True
        """False where a value is not known, so that what is missing or wrong beyond that cannot be said"""

    def document(self, events: Iterator[Any]) -> tuple[dict[Any, Any], Lines]:
        """The only document's mapping and its lines; `LoadError` if it is none, or not all of it can be read."""
        self.events = events
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            raise LoadError([FileProblem(self.file, 0, "", "", "is empty; write at least one key, or {} for none")])
        data, lines = self._node(next(events))
        if not isinstance(data, dict):
            message = "must be a mapping (key: value) at the top level"
            raise LoadError([FileProblem(self.file, 1, "", shown(data), message)])
        next(events)
        if not isinstance(end := next(events), yaml.StreamEndEvent):
            raise self._fatal(end, "", "holds a second document (---); write one file each")
        for name, line in self.anchors.unused.items():
            message = f"an anchor that nothing uses; write *{name} where its value is meant again, or leave it out"
            self.flaws.append(FileProblem(self.file, line, "", f"&{name}", message))
        if not self.is_whole:
            raise LoadError(sorted(self.flaws))
        return data, lines or {}

    def _node(self, event: Any) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            self._flaw(event, event.tag, "tags are not read; write the value alone, text in quotes")
        if event.anchor is None:
            return self._value(event)
        if event.anchor in self.anchors.nodes:
            self._flaw(event, f"&{event.anchor}", "two anchors have this name; give each a name of its own")
        self.anchors.begin(event.anchor, _line(event))
        node = self._value(event)
        self.anchors.end(event.anchor, node)
        return node

    def _value(self, event: Any) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return (plain(event.value) if event.implicit[0] else event.value), None
        self._require_levels(event, 1)
        return self._mapping() if isinstance(event, yaml.MappingStartEvent) else self._sequence()

    def _alias(self, event: Any) -> Node:
        try:
            node, levels = self.anchors.of_alias(event.anchor)
        except AliasError as error:
            return self._unknown(event, f"*{event.anchor}", str(error))
        if self.anchors.values > MOST_VALUES:
            message = (
                f"aliases stand for {self.anchors.values:,} values up to here; they may for {MOST_VALUES:,} a file"
            )
            raise self._fatal(event, f"*{event.anchor}", message)
        self._require_levels(event, levels)
        return node

    def _mapping(self) -> Node:
        data: dict[Any, Any] = {}
        lines: Lines = {}
        merged: tuple[Any, Node] | None = None
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            is_merge = _is_merge(event)
            key = MERGE if is_merge else self._key(event)
            self.path.append(str(key))
            node = self._node(next(self.events))
            if is_merge and merged is None:
                merged = event, node
            elif is_merge or str(key) in lines:
                first = _line(merged[0]) if is_merge and merged else lines[str(key)][0]
                self._flaw(event, shown(key), f"is written twice, first in line {first}; write it once")
            elif key is not None:
                data[key] = node[0]
                lines[str(key)] = _line(event), node[1]
            self.path.pop()
        if merged is not None:
            self._merge(*merged, data, lines)
        return data, lines

    def _merge(self, event: Any, node: Node, data: dict[Any, Any], lines: Lines) -> None:
        """The mapping's own keys stand, wherever `<<` is written among them."""
        try:
            merge(data, lines, node)
        except AliasError as error:
            self._unknown(event, MERGE, str(error))

    def _key(self, event: Any) -> str | int | None:
        """The key; `None` for one that is refused."""
        if not isinstance(event, yaml.ScalarEvent):
            raise self._fatal(event, "", "a key must be text, not an alias, a list or a mapping")
        key = plain(event.value) if event.implicit[0] else event.value
        if event.anchor is not None:
            self._flaw(event, f"&{event.anchor}", "anchors of keys are not read; write it after the colon")
        if event.tag is not None:
            self._flaw(event, event.tag, "tags are not read; write the key alone, in quotes")
        elif isinstance(key, bool) or not isinstance(key, str | int):
            self._flaw(event, event.value, "a key must be text; put it in quotes")
        else:
            return key
        return None

    def _sequence(self) -> Node:
        data: list[Any] = []
        lines: Lines = {}
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.path.append(len(data))
            value, inner = self._node(event)
            lines[self.path.pop()] = _line(event), inner
            data.append(value)
        return data, lines

    def _require_levels(self, event: Any, levels: int) -> None:
        if len(self.path) + levels > DEEPEST:
            raise self._fatal(event, "", f"is nested more than {DEEPEST} levels deep")

    def _unknown(self, event: Any, value: str, message: str) -> Node:
        """In place of a value that nobody knows; the rest of the text is still read for its flaws."""
        self._flaw(event, value, message)
        self.is_whole = False
        return {}, {}

    def _flaw(self, event: Any, value: str, message: str) -> None:
        self.flaws.append(FileProblem(self.file, _line(event), path_text(tuple(self.path)), value, message))

    def _fatal(self, event: Any, value: str, message: str) -> LoadError:
        return LoadError(
            [*self.flaws, FileProblem(self.file, _line(event), path_text(tuple(self.path)), value, message)]
        )


def _is_merge(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == MERGE and event.implicit[0]


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
