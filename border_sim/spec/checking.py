"""Validation of plain data against a model: pydantic's mistakes in a planner's words, by the keys that were written."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from math import isnan
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from border_sim.spec.example import example
from border_sim.spec.patterns import PATTERNS
from border_sim.spec.problem import MISSING, KeyPath, Problem, SpecError, WholeError, path_text, shown
from border_sim.spec.suggestion import LONGEST_LIST, nearest, unknown
from border_sim.spec.valid_keys import (
    entries_at,
    keys_of_all_kinds,
    kinds_with,
    largest,
    places_below,
    valid_keys,
    valid_kinds,
)

T = TypeVar("T")

_MAPPING = "must be a mapping (key: value)"
_LIST = "must be a list ([a, b], or lines that start with a dash)"
_DATE = "must be a date, e.g. 2024-03-04"
_DATETIME = "must be a date and time, e.g. 2024-03-04T06:00"
_MESSAGES: dict[str, str] = {
    "missing": MISSING,
    "invalid_key": "a key must be text; put it in quotes",
    "string_type": "must be text; put it in quotes",
    "string_unicode": "holds half a character (U+D800 to U+DFFF), which no file can hold; write the whole character",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be above {gt}",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be below {lt}",
    "too_short": "has {actual_length} entries; it must have at least {min_length}",
    "too_long": "has {actual_length} entries; it must have at most {max_length}",
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _DATETIME,
    "datetime_parsing": _DATETIME,
    "datetime_from_date_parsing": _DATETIME,
}
_PERCENT = re.compile(r"\s*([-+]?)([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]24:00(?::00)?")
WHOLE = 100
_KEY: Final = "[key]"
"""What pydantic puts at the end of the place of a wrong key."""
_NUMBERS: Final = {"finite_number", "less_than", "less_than_equal", "greater_than", "greater_than_equal", "int_type"}
"""What is said of a number that is none (`.nan`), as its comparisons are all false."""
_WHOLE_TYPE: Final = {"dict_type", "model_type", "model_attributes_type", "tuple_type"}
_QUOTED = re.compile(r"'([^']*)'")
_WRONG_TYPE = {
    "literal_error",
    "model_type",
    "model_attributes_type",
    "dict_type",
    "tuple_type",
    "string_type",
    "int_type",
    "float_type",
}
"""Types that say no more than that a branch of a union was not meant, where another one finds more."""


class _Typed(NamedTuple):
    """A problem with pydantic's name for its kind."""

    type: str
    problem: Problem


def check(adapter: TypeAdapter[T], data: Any) -> T:
    """`data` as the adapter's type, validated; `SpecError` with every mistake that can be told.

    What holds between fields is checked where these fields are right in themselves, whatever is wrong elsewhere: the
    models do so in validators of the later field, which are given those before it.
    """
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise spec_error(error, lambda: _schema(adapter), data) from None


def spec_error(error: ValidationError, schema: Callable[[], dict[str, Any]], data: Any) -> SpecError:
    """What pydantic says of `data` in a planner's words. `schema`: gives the JSON schema of what it was to be."""
    typed = [_typed(detail, schema, data) for detail in error.errors(include_url=False)]
    return SpecError(_without_noise(typed))


def _typed(detail: ErrorDetails, schema: Callable[[], dict[str, Any]], data: Any) -> _Typed:
    kind, where = detail["type"], detail["loc"]
    path = _written(where, data)
    if isinstance(detail.get("ctx", {}).get("error"), WholeError):
        return _Typed(kind, Problem(_written(where[:-1], data), "", _message(detail)))
    if _is_left_out(detail, path, data):
        value = "" if kind == "missing" or detail["input"] is None else shown(detail["input"])
        return _Typed(kind, Problem((*path, str(where[-1])), value, _message(detail)))
    match kind:
        case "extra_forbidden":
            problem = Problem(path, shown(detail["input"]), _unknown_key(schema(), path, data))
        case "union_tag_not_found":
            kinds = valid_kinds(schema(), path, data)
            problem = Problem((*path, "kind"), "", f"is missing; valid are {', '.join(kinds)}")
        case "union_tag_invalid":
            tag, kinds = str(detail["ctx"]["tag"]), valid_kinds(schema(), path, data)
            problem = Problem((*path, "kind"), shown(tag), unknown("kind", tag, kinds))
        case "float_type" if share := _PERCENT.fullmatch(str(detail["input"])):
            message = _percent(share[1], float(share[2]), largest(schema(), path, data))
            problem = Problem(path, shown(detail["input"]), message)
        case _:
            message = _message(detail) + (_instead(schema(), path, data) if kind in _WHOLE_TYPE else "")
            problem = Problem(path, shown(detail["input"]), message)
            kind = _KEY if where[-1:] == (_KEY,) else kind
    return _Typed(kind, problem)


def _unknown_key(schema: dict[str, Any], path: KeyPath, data: Any) -> str:
    key = str(path[-1])
    if further_in := places_below(schema, path[:-1], key, data):
        return f"unknown key here; it belongs under {' or '.join(map(path_text, further_in))}"
    if kinds := kinds_with(schema, path[:-1], key, data):
        words = " or ".join(f"kind: {kind}" for kind in kinds)
        return f"unknown key of this kind; it belongs to {words}; write that kind beside it"
    return unknown("key", key, valid_keys(schema, path[:-1], data))


def _instead(schema: dict[str, Any], path: KeyPath, data: Any) -> str:
    """What may be written for a value that stands for a whole mapping or list."""
    if text := example(schema, path, data):
        return f"; write {path[-1]}: {text}" if path and isinstance(path[-1], str) else f"; write {text}"
    if 0 < len(keys := keys_of_all_kinds(schema, path, data)) <= LONGEST_LIST:
        return f"; valid keys are {', '.join(sorted(keys))}"
    count, keys = entries_at(schema, path, data)
    if count:
        return f" of {count} entries"
    return f"; the keys of an entry are {', '.join(sorted(keys))}" if 0 < len(keys) <= LONGEST_LIST else ""


def _percent(sign: str, percent: float, largest: float | None) -> str:
    """What is said of a number with a percent sign; with a sign of its own it is a change, unless it is a share."""
    if sign and largest != 1:
        change = percent / WHOLE if sign == "+" else -percent / WHOLE
        return f"must be a number; for {percent:g}% {'more' if sign == '+' else 'less'} write {1 + change:g}"
    if largest == 1 and percent > WHOLE:
        return "must be a number from 0 to 1, the whole; more than 100% cannot be"
    return f"must be a number; write {percent / WHOLE:g} for {percent:g}%"


@cache
def _schema(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    return adapter.json_schema()


def _written(where: tuple[int | str, ...], data: Any) -> KeyPath:
    """The keys that the planner wrote: pydantic's location without the tags of unions."""
    path: list[int | str] = []
    tagged = False
    for step in where:
        if isinstance(data, dict) and data.get("kind") == step and not tagged:
            tagged = True
        elif isinstance(data, dict) and step in data:
            data, tagged = data[step], False
            path.append(str(step))
        elif isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
            data, tagged = data[step], False
            path.append(step)
    return tuple(path)


def _is_left_out(detail: ErrorDetails, path: KeyPath, data: Any) -> bool:
    """Whether a key is missing, or a validator refuses its default."""
    if detail["type"] == "missing":
        return True
    if detail["type"] != "value_error" or _written(detail["loc"][:-1], data) != path:
        return False
    for key in path:
        data = data[key] if isinstance(key, int) else next(data[each] for each in data if str(each) == key)
    return isinstance(data, dict) and detail["loc"][-1:] not in ((), (data.get("kind"),))


def _message(detail: ErrorDetails) -> str:
    value = detail["input"]
    is_nan = isinstance(value, float) and isnan(value) and detail["type"] in _NUMBERS
    return f"is not a number; it {_plain_message(detail)}" if is_nan else _plain_message(detail)


def _plain_message(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            return str(context["error"])
        case "enum" | "literal_error":
            what = "key" if detail["loc"][-1] == _KEY else "value"
            return unknown(what, str(detail["input"]), _QUOTED.findall(context["expected"]))
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            return f"must be {PATTERNS.get(pattern, f'text that matches {pattern}')}"
    if detail["type"] == "less_than_equal" and context["le"] == 1:
        return "must be 1 or less; 1 is the whole, 100%"
    if detail["type"] not in _MESSAGES:
        return detail["msg"]
    message = _MESSAGES[detail["type"]].format_map({name: _bound(value) for name, value in context.items()})
    return message + _advice(detail["type"], detail["input"])


def _advice(kind: str, value: Any) -> str:
    """What is added to the message for a text that is nearly right."""
    text = value if isinstance(value, str) else ""
    number, midnight = _NUMBER.fullmatch(text), _MIDNIGHT.fullmatch(text)
    if number and (kind == "float_type" or (kind == "int_type" and not number[1])):
        return "; drop the quotes"
    if midnight and kind.startswith("datetime"):
        with suppress(ValueError, OverflowError):
            return f"; for midnight at its end write {date.fromisoformat(midnight[1]) + timedelta(days=1)}T00:00"
    return ""


def _bound(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _without_noise(typed: list[_Typed]) -> list[Problem]:
    """Leaves out that a whole is wrong beside what is wrong in it, that a key is missing beside its misspelling, and
    what is said of the value of a wrong key.
    """
    keys = {one.problem.path for one in typed if one.type == _KEY}
    outer = {one.problem.path[:length] for one in typed for length in range(len(one.problem.path))}
    precise = {one.problem.path for one in typed if one.type not in _WRONG_TYPE} | outer
    unknown_keys: dict[KeyPath, list[str]] = {}
    for kind, problem in typed:
        if kind == "extra_forbidden":
            unknown_keys.setdefault(problem.path[:-1], []).append(str(problem.path[-1]))
    joined: dict[tuple[KeyPath, str], list[str]] = {}
    for kind, problem in typed:
        is_noise = problem.path in (precise if kind in _WRONG_TYPE else outer if kind == "too_short" else ())
        if (
            is_noise
            or (kind != _KEY and problem.path in keys)
            or (kind == "missing" and _is_misspelt(problem.path, unknown_keys))
        ):
            continue
        same = (problem.path, "" if kind in _WRONG_TYPE else problem.message)
        joined.setdefault(same, [problem.value]).append(problem.message)
    return [Problem(path, value, ", or ".join(messages)) for (path, _), (value, *messages) in joined.items()]


def _is_misspelt(missing: KeyPath, unknown_keys: dict[KeyPath, list[str]]) -> bool:
    beside = unknown_keys.get(missing[:-1], [])
    return bool(nearest(str(missing[-1]), beside))
