"""Decimal commas: YAML reads `{demand_factor: 2,5}` as the number 2 and a key 5 without a value."""

from collections.abc import Iterable, Iterator
from typing import Any

from border_sim.spec.problem import KeyPath, Problem, shown

_THOUSAND = 3
"""Digits after a comma that may as well part thousands."""


def with_decimal_commas(problems: Iterable[Problem], data: Any) -> list[Problem]:
    """The mistakes in `data`; where a key of digits came of a comma, with the number that was meant."""
    commas = {problem.path: problem for problem in _commas(data)}
    return [commas.get(problem.path, problem) for problem in problems]


def _commas(data: Any, path: KeyPath = ()) -> Iterator[Problem]:
    """What each key of digits without a value that stands after a number may be."""
    if isinstance(data, list | tuple):
        for place, entry in enumerate(data):
            yield from _commas(entry, (*path, place))
    if not isinstance(data, dict):
        return
    before: Any = None
    for key, value in data.items():
        digits = str(key)
        if value is None and digits.isdecimal() and isinstance(before, int) and not isinstance(before, bool):
            whole = f"{before}{digits} or " if len(digits) == _THOUSAND else ""
            message = f"unknown key (a decimal comma? write {whole}{before}.{digits})"
            yield Problem((*path, digits), shown(value), message)
        yield from _commas(value, (*path, digits))
        before = value
