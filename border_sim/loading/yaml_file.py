"""One YAML file -> plain data and the line of every key. Refuses what is not plain configuration."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import yaml

from border_sim.loading.mistakes import LoadError, Mistake
from border_sim.loading.scalars import plain
from border_sim.spec.problem import KeyPath, Problem, path_text, shown

LARGEST_BYTES = 5_000_000
DEEPEST = 50
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it, ten times as fast."""

Lines = dict[str | int, tuple[int, "Lines | None"]]
"""By key (as text) or place in a list: the line from 1, and the lines further in."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's top-level mapping. `flaws`: mistakes that leave the rest readable, such as a key written twice."""

    file: str
    data: dict[Any, Any]
    lines: Lines
    flaws: tuple[Mistake, ...]

    def line(self, path: KeyPath) -> int:
        """The line of a key path, or of the innermost part of it that the file has; 1 for the top level."""
        line, lines = 1, self.lines
        for key in path:
            if key not in lines:
                break
            line, inner = lines[key]
            lines = inner or {}
        return line

    def mistake(self, problem: Problem) -> Mistake:
        """A problem with the data, with file and line."""
        return Mistake(self.file, self.line(problem.path), path_text(problem.path), problem.value, problem.message)


def read_yaml(path: Path) -> Document:
    """The file's content; `LoadError` if it cannot be read, is above 5 MB, is not YAML or is no mapping."""
    file = str(path)
    builder = _Builder(file)
    try:
        data, lines = builder.document(yaml.parse(_text(path), Loader=_LOADER))
    except yaml.YAMLError as error:
        raise LoadError([*builder.flaws, _syntax_mistake(file, error)]) from None
    return Document(file, data, lines, tuple(builder.flaws))


def refusal(file: str, message: str, *, value: str = "", line: int = 0) -> LoadError:
    """The error for a file that is wrong as a whole."""
    return LoadError([Mistake(file, line, "", value, message)])


def _text(path: Path) -> str:
    file = str(path)
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise refusal(file, "is a folder; name a YAML file")
        content = b"" if status.st_size > LARGEST_BYTES else _head(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(file, f"cannot be read: {reason}; name a YAML file") from None
    size = max(status.st_size, len(content))
    if size > LARGEST_BYTES:
        raise refusal(file, f"has {size:,} bytes; a configuration file has at most {LARGEST_BYTES:,}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(file, f"is not UTF-8 text: byte {content[error.start]:#04x} at {error.start}") from None


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_BYTES + 1)


def _syntax_mistake(file: str, error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    column = f" (column {mark.column + 1})" if mark else ""
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return Mistake(file, mark.line + 1 if mark else 0, "", "", f"is not YAML: {said}{column}")


class _Builder:
    """Builds data from the parser's events, one call a level: depth is bounded, and only plain data come out."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.flaws: list[Mistake] = []
        self.path: list[str | int] = []
        self.events: Iterator[Any] = iter(())

    def document(self, events: Iterator[Any]) -> tuple[dict[Any, Any], Lines]:
        """The only document's mapping and its lines."""
        self.events = events
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            raise refusal(self.file, "is empty; write at least one key, or {} for none")
        event = next(events)
        data, lines = self._node(event)
        if not isinstance(data, dict):
            raise refusal(self.file, "must be a mapping (key: value) at the top level", value=shown(data), line=1)
        next(events)
        if not isinstance(end := next(events), yaml.StreamEndEvent):
            raise refusal(self.file, "holds a second document (---); write one file each", line=_line(end))
        return data, lines or {}

    def _node(self, event: Any) -> tuple[Any, Lines | None]:
        if isinstance(event, yaml.AliasEvent):
            raise self._fatal(event, f"*{event.anchor}", "aliases are not read; write the value out")
        if event.tag is not None:
            self._flaw(event, event.tag, "tags are not read; write the value alone, text in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return (plain(event.value) if event.implicit[0] else event.value), None
        if len(self.path) >= DEEPEST:
            raise self._fatal(event, "", f"is nested more than {DEEPEST} levels deep")
        return self._mapping() if isinstance(event, yaml.MappingStartEvent) else self._sequence()

    def _mapping(self) -> tuple[dict[Any, Any], Lines]:
        data: dict[Any, Any] = {}
        lines: Lines = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            self.path.append(str(key))
            value, inner = self._node(next(self.events))
            if str(key) in lines:
                self._flaw(event, shown(key), f"is written twice, first in line {lines[str(key)][0]}; write it once")
            elif key is not None:
                data[key] = value
                lines[str(key)] = _line(event), inner
            self.path.pop()
        return data, lines

    def _key(self, event: Any) -> str | int | None:
        """The key; `None` for one that is refused."""
        if not isinstance(event, yaml.ScalarEvent):
            raise self._fatal(event, "", "a key must be text, not an alias, a list or a mapping")
        key = plain(event.value) if event.implicit[0] else event.value
        if event.implicit[0] and key == "<<":
            self._flaw(event, "<<", "merge keys are not read; write the keys out")
        elif event.tag is not None:
            self._flaw(event, event.tag, "tags are not read; write the key alone, in quotes")
        elif isinstance(key, bool) or not isinstance(key, str | int):
            self._flaw(event, event.value, "a key must be text; put it in quotes")
        else:
            return key
        return None

    def _sequence(self) -> tuple[list[Any], Lines]:
        data: list[Any] = []
        lines: Lines = {}
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.path.append(len(data))
            value, inner = self._node(event)
            lines[self.path.pop()] = _line(event), inner
            data.append(value)
        return data, lines

    def _flaw(self, event: Any, value: str, message: str) -> None:
        self.flaws.append(Mistake(self.file, _line(event), path_text(tuple(self.path)), value, message))

    def _fatal(self, event: Any, value: str, message: str) -> LoadError:
        return LoadError([Mistake(self.file, _line(event), path_text(tuple(self.path)), value, message)])


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
