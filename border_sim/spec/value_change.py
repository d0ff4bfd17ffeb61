"""What a scenario changes, value by value: old -> new, with units."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from border_sim.spec.problem import KeyPath, path_text
from border_sim.spec.week_words import hours_words, is_by_hour, is_span, span_words
from border_sim.spec.words import counted

LONGEST_TEXT: Final = 200
_WORDS: Final = {"source", "note", "description"}
"""Keys that tell of figures and are none."""
_UNITS: Final = {
    "volumes": "a year",
    "booths": "booths",
    "max_open": "booths",
    "bays": "bays",
    "secondary": "bays",
    "state": "bays",
    "minutes": "min",
    "per_hour": "an hour",
    "hours_from_start": "an hour",
}
"""By a key, or by that of the mapping that holds it."""
_SUFFIXES: Final = {"_s": "s", "_min": "min", "_km": "km"}
_SHARES: Final = {"share", "red_share", "full_share", "empty"}


class ValueChange(NamedTuple):
    """One value that a scenario changes of the baseline."""

    path: KeyPath
    """Where the value is, from the port's slug or from `response`: `calexico-east.modes.commercial.demand_factor`."""
    old: str
    """The baseline's value as text, with its unit; empty: the baseline has none."""
    new: str
    """The scenario's value as text, with its unit; empty: it has none."""

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.old or 'none'} -> {self.new or 'none'}"


def value_changes(old: Any, new: Any, path: KeyPath = ()) -> Iterator[ValueChange]:
    """Every figure that differs between two values as plain data (JSON of models), sources left out.

    Entries of lists are told apart by their names (pools); of another `kind` the whole is told.
    """
    if old == new:
        return
    if _has_names(old) and _has_names(new):
        before, after = ({each["name"]: each for each in entries} for entries in (old, new))
        yield from value_changes(before, after, path)
        if [name for name in before if name in after] != [name for name in after if name in before]:
            yield ValueChange((*path, "order"), ", ".join(before), ", ".join(after))
    elif isinstance(old, dict) and isinstance(new, dict) and old.get("kind") == new.get("kind"):
        for key in [key for key in {**old, **new} if key not in _WORDS]:
            differ = _whole if key == "weekly" else value_changes
            yield from differ(old.get(key), new.get(key), (*path, key))
    else:
        yield from _whole(old, new, path)


def _whole(old: Any, new: Any, path: KeyPath) -> Iterator[ValueChange]:
    if old != new:
        before, after = value_text(old, path), value_text(new, path)
        if before == after and is_by_hour(old) and is_by_hour(new):
            differ = sum(a != b for a, b in zip(old, new, strict=True))
            after = f"{after}, otherwise in {counted(differ, 'hour')}"
        yield ValueChange(path, before, after)


def _has_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) and "name" in each for each in value)


def value_text(value: Any, path: KeyPath) -> str:
    """A value as text with its unit; empty for `None`. Long ones are cut."""
    text = _text(value, path)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def _text(value: Any, path: KeyPath) -> str:
    if isinstance(value, dict):
        return span_words(value) if is_span(value) else _mapping(value, path)
    if is_by_hour(value):
        return hours_words(value, 100, "%") if _is_share(path) else hours_words(value)
    if isinstance(value, list):
        between = "; " if value and isinstance(value[0], dict) else ", "
        return between.join(_text(each, path) for each in value) or "none"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, path)
    return "" if value is None else str(value)


def _mapping(value: Mapping[str, Any], path: KeyPath) -> str:
    """A mapping as `kind` and its figures: `lognormal (mean_s 75 s, cv 0.7)`."""
    figures = {key: each for key, each in value.items() if each is not None and key not in {"kind", *_WORDS}}
    texts = ", ".join(f"{key} {_text(each, (*path, key)) or 'none'}" for key, each in figures.items())
    return f"{value['kind']} ({texts})" if "kind" in value else texts


def _is_share(path: KeyPath) -> bool:
    keys = [key for key in path if isinstance(key, str)]
    return keys[-1:] != [] and (keys[-1] in _SHARES or keys[-2:-1] == ["share"])


def _number(value: float, path: KeyPath) -> str:
    keys = [key for key in path if isinstance(key, str)]
    last, holder = keys[-1] if keys else "", keys[-2] if len(keys) > 1 else ""
    if _is_share(path):
        return f"{100 * value:.6g}%"
    units = [unit for suffix, unit in _SUFFIXES.items() if last.endswith(suffix)]
    units += ["places"] if holder == "room" else [_UNITS[key] for key in (last, holder) if key in _UNITS]
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    return " ".join([text, *(unit.removesuffix("s") if value == 1 and unit != "s" else unit for unit in units[:1])])
