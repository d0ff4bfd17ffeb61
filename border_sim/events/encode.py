"""Event columns -> NDJSON lines.

Events of one kind that differ in numbers alone share a template, so that a line costs one formatting of a few numbers.
"""

from operator import mod
from typing import Any, Final

import msgspec
import numpy as np

from border_sim.events.lines import MODELS, SCHEMA, Line, RunStarted, pool_texts
from border_sim.records import Array, Events, PortInfo, select
from border_sim.vocabulary import MISSING, EventKind, LaneClass, Mode, Outcome, Programme, Station

_KINDS: Final = tuple(EventKind)
_WORDS: Final[dict[str, tuple[Any, ...]]] = {
    "mode": tuple(Mode),
    "lane_class": tuple(LaneClass),
    "programme": tuple(Programme),
    "station": tuple(Station),
    "outcome": tuple(Outcome),
    "loaded": (False, True),
    "gate_shut": (False, True),
}
"""By column, the word at each place."""
_NULLABLE: Final = ("open_booths", "posted_wait_min")


def encode(events: Events, info: PortInfo, run: str, replication: int, first_seq: int) -> bytes:
    """The events of a port as NDJSON, one line each; their `seq` counts on from `first_seq`.

    Raises `ValueError` if two pools of the port have the same mode and name.
    """
    words = _WORDS | {"pool": pool_texts(info.pools)}
    common = {"run": run, "replication": replication, "port": info.slug}
    seq = np.arange(first_seq, first_seq + len(events.kind))
    lines = np.empty(len(events.kind), object)
    for kind in np.unique(events.kind).tolist():
        places = np.flatnonzero(events.kind == kind)
        model = MODELS[_KINDS[kind]]
        known = common | {"kind": _KINDS[kind]} | (_about(info) if model is RunStarted else {})
        lines[places] = _lines(model, known, words, seq[places], select(events, places))
    return "".join(lines.tolist()).encode()


def _about(info: PortInfo) -> dict[str, Any]:
    """What `run_started` tells of the port."""
    names = ("time_zone", "latitude", "longitude", "installed", "pools", "measured_from_us")
    return {"schema": SCHEMA} | {name: getattr(info, name) for name in names}


def _lines(
    model: type[Line], known: dict[str, Any], words: dict[str, tuple[Any, ...]], seq: Array, events: Events
) -> list[str]:
    """The lines of events of one kind: their words choose a template, their numbers fill it."""
    columns = {name: getattr(events, name) for name in model.__struct_fields__ if name in Events._fields}
    worded = {name: column for name, column in columns.items() if name in words}
    numbers = {name: column for name, column in columns.items() if name not in words}
    null = {name: column == MISSING for name, column in numbers.items() if name in _NULLABLE}
    patterns = _patterns([*worded.values(), *null.values()], len(seq))
    templates = {}
    for pattern, place in dict(zip(patterns, range(len(seq)), strict=True)).items():
        told = {name: words[name][column[place]] for name, column in worded.items() if column[place] != MISSING}
        slots = {name: "null%.0s" if name in null and null[name][place] else "%d" for name in ("seq", *numbers)}
        templates[pattern] = _template(model, known | told, slots)
    filling = zip(*(column.tolist() for column in (seq, *numbers.values())), strict=True)
    return list(map(mod, [templates[pattern] for pattern in patterns], filling))


def _patterns(columns: list[Array], count: int) -> list[int]:
    """A number for each event, the same for events whose columns are the same."""
    patterns = np.zeros(count, np.int64)
    for column in columns:
        patterns = patterns * (int(column.max(initial=MISSING)) + 2) + column + 1
    return list(patterns.tolist())


def _template(model: type[Line], told: dict[str, Any], slots: dict[str, str]) -> str:
    """A line with a slot for each number; `null%.0s` takes a number and shows none."""
    names = [*Line.__struct_fields__, "kind", *model.__struct_fields__[len(Line.__struct_fields__) :]]
    values = {name: msgspec.json.encode(value).decode().replace("%", "%%") for name, value in told.items()} | slots
    return "{" + ",".join(f'"{name}":{values[name]}' for name in names if name in values) + "}\n"
