"""Mistakes in files: what `SpecError` says of figures, with file and line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from border_sim.errors import BorderSimError
from border_sim.spec.words import printable

_ENTRY: Final = re.compile(r"\[([0-9]+)\]")
_DIGITS: Final = 7
"""Of the longest list: a file has at most 5 MB."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One problem of a file; problems are in the order of files, lines and paths, entries of a list in theirs.

    `line` counts from 1, 0 for the file as a whole; `path` is the key path (empty: the top level); `value` is the
    offending value as text, at most 60 characters (empty: there is none); `message` says what would be valid.
    """

    file: str
    line: int
    path: str
    value: str
    message: str

    def __lt__(self, other: "FileProblem") -> bool:
        return self._place() < other._place()

    def _place(self) -> tuple[str, int, str, str, str]:
        path = _ENTRY.sub(lambda entry: f"[{entry[1]:>{_DIGITS}}]", self.path)
        return self.file, self.line, path, self.value, self.message

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return printable(": ".join(part for part in (where, self.path, self.value, self.message) if part))


class LoadError(BorderSimError):
    """Files could not be loaded; `problems` holds every problem of every file, in the order of files and lines.

    Exception
    └── LoadError          wrong files: configuration that cannot be read, or says what cannot be
    ValueError
    └── SpecError          wrong figures that come from no file (border_sim.spec.problem)
    """

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
