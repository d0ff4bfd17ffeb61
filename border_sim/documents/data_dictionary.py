"""The data dictionary: every column, event field and manifest key of a run directory, and every column of a table of
readings, as Markdown.

`python -m border_sim.documents.data_dictionary > docs/data-dictionary.md`
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa

from border_sim.documents.event_schema import event_schema
from border_sim.events.models import MODELS, Event
from border_sim.events.wire import UNIT
from border_sim.observed import readings_table
from border_sim.run.meanings import INSTANTS, MANIFEST, STATIONS, TABLES, Meaning
from border_sim.run.port_log import port_tables
from border_sim.run.stations import STATIONS_SCHEMA
from border_sim.vocabulary import EventKind

SCHEMAS: Final = port_tables(frozenset({"parquet"}))
COMMON: Final = tuple(Event.model_fields)
"""The fields that every event has."""
_ABOUT: Final = {
    "crossings": "`crossings/PORT.parquet`, a row a candidate, warm-up included; sort by `crossing` for the order of "
    "arrival. Stays are kept, not instants, because they pack three times as small; they follow one another from "
    "`arrived_us`.",
    "booths": "`booths.parquet`, a row a change of a pool's open booths, warm-up included.",
    "posted": "`posted.parquet`, a row a posted wait of a lane class, warm-up included.",
    "disruptions": "`disruptions.parquet`, a row a change made from outside.",
    "metrics": "`metrics.parquet`, a row a window of a lane class at a station, or of a pool, where there "
    "is anything to say; the warm-up is left out. All are integers, so that rows add up in any order.",
}
_EVENTS: Final = (
    "`events.ndjson.zst`, a JSON object a line, if the run was asked for it. "
    "Its JSON Schema is [`schemas/event.json`](schemas/event.json)."
)
_READINGS: Final = (
    "The table that `import-waits` makes of CBP's border wait time feed, Parquet or CSV: a row a lane class whose wait "
    "is told, or that it is closed. See [`feed.md`](feed.md)."
)
_HISTOGRAM: Final = (
    "Bucket b of a histogram holds the waits of [m, m + 2^e) µs, with e = max(b div 64, 1) - 1 and m = (b - 64 e) 2^e; "
    "its midpoint is within 0.8% of each of them."
)


class _Field(NamedTuple):
    """A field of a kind of event."""

    type: str
    unit: str
    meaning: str
    is_required: bool


def text() -> str:
    """The dictionary, from the schemas and what `run.meanings` says of them."""
    return "\n".join([*_head(), *_tables(), *_events(), *_manifest(), *_readings()])


def _head() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield (
        "What a run directory and a table of readings hold. "
        "Written by `python -m border_sim.documents.data_dictionary`; do not edit."
    )
    yield ""
    yield (
        "Units are suffixes: `_us` is microseconds (an instant since 1970, UTC, or a length of time; the column "
        "*unit* says which), `_min` minutes. Words are dictionary-encoded text."
    )


def _tables() -> Iterator[str]:
    for name, about in _ABOUT.items():
        yield from ("", f"## {name}", "", about, "")
        types = {field.name: _arrow_type(field.type) for field in SCHEMAS[name]}
        yield from _table(("column", "type", "unit", "meaning", "null"), types, TABLES[name])
        if name == "crossings":
            instants = dict.fromkeys(INSTANTS, "int64")
            yield from ("", "In Python `crossings(..., instants=True)` adds:", "")
            yield from _table(("column", "type", "unit", "meaning", "null"), instants, INSTANTS)
        if name == "metrics":
            yield from ("", _HISTOGRAM, "", "In Python `stations()` sums them up by port, mode and station:", "")
            types = {field.name: _arrow_type(field.type) for field in STATIONS_SCHEMA}
            yield from _table(("column", "type", "unit", "meaning", "null"), types, STATIONS)


def _events() -> Iterator[str]:
    yield from ("", "## events", "", _EVENTS, "")
    kinds = event_fields()
    yield from _row("field", "type", "unit", "meaning")
    yield from _row("---", "---", "---", "---")
    for name in dict.fromkeys(name for fields in kinds.values() for name in fields):
        of_kinds = {kind: fields[name] for kind, fields in kinds.items() if name in fields}
        widest = max(of_kinds.values(), key=lambda field: len(field.type))  # "or null", if it is so in one kind
        yield from _row(f"`{name}`", widest.type, widest.unit, _by_kind(of_kinds))
    yield from ("", "Every kind has the fields up to `kind`; those in brackets may be left out.", "")
    yield from _kinds(kinds)


def _kinds(kinds: Mapping[EventKind, Mapping[str, _Field]]) -> Iterator[str]:
    yield from _row("kind", "when", "further fields")
    yield from _row("---", "---", "---")
    for kind, fields in kinds.items():
        further = (f"`{name}`" if fields[name].is_required else f"[`{name}`]" for name in fields if name not in COMMON)
        yield from _row(f"`{kind}`", _one_line(MODELS[kind].__doc__ or ""), ", ".join(further))


def _by_kind(fields: Mapping[EventKind, _Field]) -> str:
    """What a field means, by kinds where it means different things."""
    kinds: dict[str, list[str]] = {}
    for kind, field in fields.items():
        kinds.setdefault(field.meaning, []).append(f"`{kind}`")
    if len(kinds) == 1:
        return next(iter(kinds))
    return ". ".join(f"In {', '.join(of)}: {meaning}" for meaning, of in kinds.items())


def _manifest() -> Iterator[str]:
    yield from ("", "## manifest", "", "`manifest.json`.", "")
    yield from _row("key", "unit", "meaning", "null")
    yield from _row("---", "---", "---", "---")
    for key, meaning in MANIFEST.items():
        yield from _row(f"`{key}`", meaning.unit, meaning.text, meaning.null)
    yield ""


def _readings() -> Iterator[str]:
    yield from ("## readings", "", _READINGS, "")
    types = {field.name: _arrow_type(field.type) for field in readings_table.SCHEMA}
    yield from _table(("column", "type", "unit", "meaning", "null"), types, readings_table.MEANINGS)
    yield ""


def _table(heads: Iterable[str], types: Mapping[str, str], meanings: Mapping[str, Meaning]) -> Iterator[str]:
    heads = tuple(heads)
    yield from _row(*heads)
    yield from _row(*("---" for _ in heads))
    for name, type_text in types.items():
        meaning = meanings[name]
        yield from _row(f"`{name}`", type_text, meaning.unit, meaning.text, meaning.null)


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _arrow_type(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return "word"
    return f"list of {kind.value_type}" if pa.types.is_list(kind) else str(kind)


def event_fields() -> dict[EventKind, dict[str, _Field]]:
    """The fields of each kind of event, those of every kind first."""
    kinds = event_schema()["$defs"]
    return {kind: _fields(kinds[model.__name__]) for kind, model in MODELS.items()}


def _fields(schema: Mapping[str, Any]) -> dict[str, _Field]:
    fields = {}
    for name, kind in schema["properties"].items():
        meaning = Event.model_fields[name].description if name in COMMON else kind["description"]
        fields[name] = _Field(_json_type(kind), kind.get(UNIT, ""), str(meaning), name in schema["required"])
    return fields


def _json_type(kind: Mapping[str, Any]) -> str:
    if "anyOf" in kind:
        return " or ".join(map(_json_type, kind["anyOf"]))
    return "word" if "$ref" in kind or "enum" in kind or "const" in kind else str(kind["type"])


if __name__ == "__main__":
    sys.stdout.write(text())
