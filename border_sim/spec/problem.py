"""What is wrong with a spec: the place by key path, the value found there, and what would be right."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from border_sim.errors import BorderSimError

KeyPath = tuple[str | int, ...]
"""Keys (text, also where YAML has a number) and places in lists (integers, from 0), outermost first."""

LONGEST_VALUE = 60
MOST_TOLD: Final = 20
"""Entries of one list with the same mistake that are told one by one, if their values differ."""
MISSING = "is missing; this key is required"
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Problem(NamedTuple):
    """One mistake. `value` is the offending value as text, see `shown`; empty where there is none to show."""

    path: KeyPath
    value: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (path_text(self.path), self.value, self.message) if part)

    def below(self, *path: str | int) -> "Problem":
        """The same problem, seen from `path` further out."""
        return self._replace(path=(*path, *self.path))


class WholeError(BorderSimError, ValueError):
    """Raised by the validator of a field for a mistake of all that it stands in: it is told there."""


class SpecError(BorderSimError, ValueError):
    """A spec is wrong; `problems` holds every mistake found.

    ValueError
    └── SpecError     wrong figures, whatever they were read from
    Exception
    └── LoadError     wrong files (border_sim.loading.file_problem): the same with file and line
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, told_once(self.problems)))


def told_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, but a mistake of several entries of one list at the first of them alone, if their values are the
    same too or they are more than `MOST_TOLD`.
    """
    alike: dict[Any, list[Problem]] = {}
    for number, problem in enumerate(dict.fromkeys(problems)):
        is_entry = isinstance((problem.path or ("",))[-1], int)
        alike.setdefault((problem.path[:-1], problem.message) if is_entry else number, []).append(problem)
    for entries in alike.values():
        by_value: dict[str, list[Problem]] = {}
        for entry in entries:
            by_value.setdefault("" if len(entries) > MOST_TOLD else entry.value, []).append(entry)
        yield from map(_first_of, by_value.values())


def _first_of(entries: Sequence[Problem]) -> Problem:
    """The first of some entries with the same mistake, saying which others have it."""
    first, *others = entries
    if not others:
        return first
    last = f"[{others[-1].path[-1]}]"
    which = last if len(others) == 1 else f"{len(others)} entries more, the last {last}"
    return first._replace(message=f"{first.message}; the same of {which}")


def is_missing(problem: Problem) -> bool:
    """Whether a required key is not there."""
    return problem.message == MISSING


def path_text(path: KeyPath) -> str:
    """`modes.commercial.pools[0].name`; keys that are not plain words are quoted."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{_key_text(key)}" for key in path)
    return text.removeprefix(".")


def _key_text(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _shortened(repr(key))


def shown(value: Any) -> str:
    """A value on one line of at most 60 characters, as a planner would recognise it."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, date):
        return value.isoformat()
    return _shortened(repr(value[: 2 * LONGEST_VALUE] if isinstance(value, str) else value).replace("\n", " "))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
