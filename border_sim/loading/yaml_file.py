"""One YAML file -> plain data and the line of every key. Refuses what is not plain configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import Any, Final, TypeVar

import yaml

from border_sim.loading.anchors import Lines
from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.loading.yaml_builder import Builder
from border_sim.spec.problem import KeyPath, Problem, SpecError, path_text, told_once

T = TypeVar("T")

LARGEST_BYTES = 5_000_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it, ten times as fast."""
_CLOSERS: Final = {"[": "]", "{": "}"}
_QUOTES: Final = {"'", '"'}


@dataclass(frozen=True, slots=True)
class Document:
    """A file's top-level mapping, in which the values of anchors stand for aliases and merge keys.

    `flaws`: problems that leave the rest readable, such as a key written twice.
    """

    file: str
    data: dict[Any, Any]
    lines: Lines
    flaws: tuple[FileProblem, ...]
    has_aliases: bool = False

    def line(self, path: KeyPath) -> int:
        """The line of a key path, or of the innermost part of it that the file has; 1 for the top level. What stands
        for an alias has the lines where it is written.
        """
        line, lines = 1, self.lines
        for key in path:
            if key not in lines:
                break
            line, inner = lines[key]
            lines = inner or {}
        return line

    def checked(self, check: Callable[[Any], T]) -> T:
        """What `check` makes of the data; `LoadError` with the flaws of the text and the problems that it raises."""
        try:
            value = check(self.data)
        except SpecError as error:
            raise LoadError(sorted([*self.flaws, *map(self.in_file, told_once(error.problems))])) from None
        if self.flaws:
            raise LoadError(self.flaws)
        return value

    def in_file(self, problem: Problem) -> FileProblem:
        """A problem with the data, with file and line."""
        return FileProblem(self.file, self.line(problem.path), path_text(problem.path), problem.value, problem.message)


def read_yaml(path: Path) -> Document:
    """The file's content; `LoadError` if it cannot be read, is above 5 MB, is not YAML or is no mapping. What
    an anchor names counts as written again at each of its aliases, of which a file may have so many as stand for
    200,000 values.
    """
    file = str(path)
    builder = Builder(file)
    text = _text(path)
    try:
        data, lines = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise LoadError([*builder.flaws, _syntax_problem(file, text, error)]) from None
    return Document(file, data, lines, tuple(builder.flaws), builder.anchors.values > 0)


def refusal(file: str, message: str, *, value: str = "", line: int = 0) -> LoadError:
    """The error for a file that is wrong as a whole."""
    return LoadError([FileProblem(file, line, "", value, message)])


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


def _syntax_problem(file: str, text: str, error: yaml.YAMLError) -> FileProblem:
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return FileProblem(file, 0, "", "", f"is not YAML: {said}")
    context = error.context_mark if isinstance(error, yaml.MarkedYAMLError) else None
    opener = text[context.index : context.index + 1] if context else ""
    if context and opener in _CLOSERS:
        last = text[: mark.index].rstrip().count("\n") + 1
        lacks = f"a comma or its {_CLOSERS[opener]}, at the latest in line {last}"
        message = f"the {opener} that opens here (column {context.column + 1}) lacks {lacks}"
    elif context and opener in _QUOTES and "end of stream" in said:
        message = f"the quote {opener} that opens here (column {context.column + 1}) is not closed"
    else:
        context, message = mark, f"{_advice(said, text, mark)} (column {mark.column + 1})"
    return FileProblem(file, context.line + 1, "", "", f"is not YAML: {message}")


def _advice(said: str, text: str, mark: yaml.Mark) -> str:
    """What to do about a slip that is often made; else what the parser said."""
    letter = text[mark.index : mark.index + 1]
    if letter == "\t":
        return "indent with spaces, not tabs"
    if "cannot start any token" in said:
        return f"put text that begins with {letter} in quotes"
    if "mapping values are not allowed" in said:
        if ": " in text[mark.index - mark.column : mark.index]:
            return "put text with a colon in quotes"
        return "a key cannot stand here; indent it as those beside it"
    return said
