"""The rules of `dashboards/prometheus/` for tests: what they are made of, and which series their expressions name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

ROOT: Final = Path(__file__).parents[1]
PROMETHEUS: Final = ROOT / "dashboards" / "prometheus"
RULES: Final = sorted((PROMETHEUS / "rules").glob("*.yml"))
RULE_TESTS: Final = sorted((PROMETHEUS / "tests").glob("*.yml"))
RUNBOOK: Final = ROOT / "docs" / "runbook.md"

_WORDS: Final = frozenset(["and", "or", "unless", "on", "by", "without", "ignoring"])
"""What stands in an expression like a name and is none."""


class Selector(NamedTuple):
    """A series that an expression names."""

    name: str
    labels: frozenset[str]
    """Those by which it selects"""


def rules() -> list[dict[str, Any]]:
    """Every rule, in the order of files, groups and rules."""
    return [rule for file in RULES for group in _read(file)["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    """Every alerting rule."""
    return [rule for rule in rules() if "alert" in rule]


def records() -> list[dict[str, Any]]:
    """Every recording rule."""
    return [rule for rule in rules() if "record" in rule]


def cases() -> Iterator[dict[str, Any]]:
    """Every test that promtool runs."""
    for file in RULE_TESTS:
        yield from _read(file)["tests"]


@cache
def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def selectors(expression: str) -> set[Selector]:
    """The series that an expression names."""
    plain = _without_grouping(expression)
    return {
        Selector(name, frozenset(re.findall(r"(\w+)\s*[=!]", matchers or "")))
        for name, matchers in re.findall(r"([a-zA-Z_:][\w:]*)(?![\w:]|\s*\()\s*(\{[^}]*\})?", plain)
        if name not in _WORDS
    }


def grouped_by(expression: str) -> set[str]:
    """The labels by which an expression groups or matches."""
    lists = re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", _without_comments(expression))
    return {label for labels in lists for label in re.findall(r"\w+", labels)}


def _without_comments(expression: str) -> str:
    return re.sub(r"#.*", "", expression)


def _without_grouping(expression: str) -> str:
    """Without comments, lists of labels and durations, and with empty strings."""
    plain = re.sub(r'"[^"]*"', '""', _without_comments(expression))
    plain = re.sub(r"\b(?:by|on|without|ignoring)\s*\([^)]*\)", "", plain)
    return re.sub(r"\[[^\]]*\]", "", plain)
