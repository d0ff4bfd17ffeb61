"""The data dictionary: every column, event field and manifest key of a run directory, as Markdown.

`python -m border_sim.run.data_dictionary > docs/data-dictionary.md`
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
import pyarrow as pa

from border_sim.events.lines import MODELS, Line
from border_sim.run.meanings import EVENTS, INSTANTS, MANIFEST, TABLES, Meaning
from border_sim.run.port_log import port_tables

SCHEMAS: Final = port_tables(frozenset({"parquet"}))
COMMON: Final = (*Line.__struct_fields__, "kind")
"""The fields that every event has."""
_ABOUT: Final = {
    "crossings": "`crossings/PORT.parquet`, a row a candidate, warm-up included; sort by `crossing` for the order of "
    "arrival. Stays are kept, not instants, because they pack three times as small; they follow one another from "
    "`arrived_us`.",
    "booths": "`booths.parquet`, a row a change of a pool's open booths, warm-up included.",
    "posted": "`posted.parquet`, a row a posted wait of a lane class, warm-up included.",
    "disruptions": "`disruptions.parquet`, a row a change made from outside.",
    "metrics": "`metrics.parquet`, a row a window of a lane class at a station, or of a pool of primary, where there "
    "is anything to say; the warm-up is left out. All are integers, so that rows add up in any order.",
}
_HISTOGRAM: Final = (
    "Bucket b of a histogram holds the waits of [m, m + 2^e) µs, with e = max(b div 64, 1) - 1 and m = (b - 64 e) 2^e; "
    "its midpoint is within 0.8% of each of them."
)


class _Field(NamedTuple):
    """A field of a kind of event."""

    type: str
    is_required: bool


def text() -> str:
    """The dictionary, from the schemas and what `run.meanings` says of them."""
    return "\n".join([*_head(), *_tables(), *_events(), *_manifest()])


def _head() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield "What a run directory holds. Written by `python -m border_sim.run.data_dictionary`; do not edit."
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
            yield from ("", _HISTOGRAM)


def _events() -> Iterator[str]:
    yield from ("", "## events", "", "`events.ndjson.zst`, a JSON object a line, if the run was asked for it.", "")
    fields = {kind: fields_of(model) for kind, model in MODELS.items()}
    types = {name: field.type for of_kind in fields.values() for name, field in of_kind.items()}
    yield from _table(("field", "type", "unit", "meaning", "null, or left out"), types, EVENTS)
    yield from ("", "Every kind has the fields up to `kind`; those in brackets may be left out.", "")
    yield from _row("kind", "when", "further fields")
    yield from _row("---", "---", "---")
    for kind, model in MODELS.items():
        further = [name for name in fields[kind] if name not in COMMON]
        told = (f"`{name}`" if fields[kind][name].is_required else f"[`{name}`]" for name in further)
        yield from _row(f"`{kind}`", _one_line(model.__doc__ or ""), ", ".join(told))


def _manifest() -> Iterator[str]:
    yield from ("", "## manifest", "", "`manifest.json`.", "")
    yield from _row("key", "unit", "meaning", "null")
    yield from _row("---", "---", "---", "---")
    for key, meaning in MANIFEST.items():
        yield from _row(f"`{key}`", meaning.unit, meaning.text, meaning.null)
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


def fields_of(model: type[Line]) -> dict[str, _Field]:
    """The fields of a kind of event, those of every kind first."""
    told = _definition(model)
    fields = {name: _Field(_json_type(kind), name in told["required"]) for name, kind in told["properties"].items()}
    return {name: fields[name] for name in (*COMMON, *fields)}


def _definition(model: type[Line]) -> dict[str, Any]:
    """The JSON Schema of a kind of event."""
    definition: dict[str, Any] = msgspec.json.schema_components([model])[1][model.__name__]
    return definition


def _json_type(kind: Mapping[str, Any]) -> str:
    if "anyOf" in kind:
        return _json_type(kind["anyOf"][0])
    if isinstance(kind.get("enum", [""])[0], int):
        return "integer"
    return "word" if "$ref" in kind or "enum" in kind else str(kind["type"])


if __name__ == "__main__":
    sys.stdout.write(text())
