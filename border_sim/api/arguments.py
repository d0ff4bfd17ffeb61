"""Arguments of a wrong type, told as all mistakes are: which, what was given, what is right."""

import os
from pathlib import Path
from typing import Any

from border_sim.spec.problem import Problem, SpecError, shown


def require(name: str, value: Any, kinds: type | tuple[type, ...], right: str) -> None:
    """Raise `SpecError` unless `value`, given as the argument `name`, is one of `kinds`; `right` says it in words."""
    if not isinstance(value, kinds):
        raise SpecError([Problem((name,), shown(value), f"must be {right}")])


def path_of(name: str, value: Any) -> Path:
    """The path given as the argument `name`. Raises `SpecError` for what is none."""
    require(name, value, (str, os.PathLike), "a path: text or a pathlib.Path")
    return Path(value)
