"""Mistakes in files: what `SpecError` says of figures, with file and line."""

from collections.abc import Iterable
from dataclasses import dataclass

from border_sim.errors import BorderSimError


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One mistake of a file.

    `line` counts from 1, 0 for the file as a whole; `path` is the key path (empty: the top level); `value` is the
    offending value as text, at most 60 characters (empty: there is none); `message` says what would be valid.
    """

    file: str
    line: int
    path: str
    value: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return printable(": ".join(part for part in (where, self.path, self.value, self.message) if part))


class LoadError(BorderSimError):
    """Files could not be loaded; `mistakes` holds every mistake of every file, in the order of files and lines.

    Exception
    └── LoadError          wrong files: configuration that cannot be read, or says what cannot be
    ValueError
    └── SpecError          wrong figures that come from no file (border_sim.spec.problem)
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


def printable(text: str) -> str:
    """One line that any terminal may show: control characters and lone surrogates are written as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
