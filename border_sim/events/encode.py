"""Event columns -> NDJSON lines.

Events of one kind that differ in numbers alone share a template, so that a line costs one formatting of a few numbers.
"""

from operator import mod
from typing import Any, Final

import msgspec
import numpy as np

from border_sim.events.lines import MAY_BE_LEFT_OUT, STRUCTS, column_of, pool_texts
from border_sim.events.models import SCHEMA_VERSION, Event
from border_sim.records import Array, Events, PortInfo, RunFacts, select
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
_LEFT_OUT: Final = b"%.0a"
"""Takes a number and shows nothing"""
_NO_VALUE: Final = {"booths_cap": b"null%.0a", "posted_wait_min": b"null%.0a"} | dict.fromkeys(
    MAY_BE_LEFT_OUT, _LEFT_OUT
)
"""What stands for a number that is missing."""
_FIRST: Final = tuple(Event.model_fields)
"""The fields with which every line begins."""


def encode_events(events: Events, info: PortInfo, facts: RunFacts, first_seq: int) -> list[bytes]:
    """The events of a port as lines of NDJSON without their newlines; their `seq` counts on from `first_seq`.

    Raises `ValueError` if two pools of the port have the same mode and name, or if the run starts and `facts` do not
    tell how many ports it has.
    """
    words = _WORDS | {"pool": pool_texts(info.pools)}
    common = {"run": facts.run, "replication": facts.replication, "port": info.slug}
    seq = np.arange(first_seq, first_seq + len(events.kind))
    lines = np.empty(len(events.kind), object)
    for kind in np.unique(events.kind).tolist():
        places, word = np.flatnonzero(events.kind == kind), _KINDS[kind]
        known = common | {"kind": word} | (_about(info, facts) if word is EventKind.RUN_STARTED else {})
        lines[places] = _lines(STRUCTS[word].__struct_fields__, known, words, seq[places], select(events, places))
    return list(lines.tolist())


def _about(info: PortInfo, facts: RunFacts) -> dict[str, Any]:
    """What `run_started` tells of the port and the run."""
    if facts.ports is None:
        raise ValueError(f"run_started tells how many ports the run has; for run {facts.run!r} nobody says it")
    names = ("time_zone", "latitude", "longitude", "installed", "pools", "measured_from_us")
    of_run = {"ports": facts.ports, "seed": facts.seed, "configuration_hash": facts.configuration_hash}
    return {"schema": SCHEMA_VERSION} | {name: getattr(info, name) for name in names} | of_run


def _lines(
    names: tuple[str, ...], known: dict[str, Any], words: dict[str, tuple[Any, ...]], seq: Array, events: Events
) -> list[bytes]:
    """The lines of events of one kind: their words choose a template, their numbers fill it."""
    columns = {name: getattr(events, column_of(name)) for name in names if column_of(name) in Events._fields}
    worded = {name: column for name, column in columns.items() if name in words}
    numbers = {name: column for name, column in columns.items() if name not in words}
    missing = {name: column == MISSING for name, column in numbers.items() if name in _NO_VALUE}
    patterns = _patterns([*worded.values(), *missing.values()], len(seq))
    templates = {}
    for pattern, place in dict(zip(patterns, range(len(seq)), strict=True)).items():
        fixed = {name: words[name][column[place]] for name, column in worded.items() if column[place] != MISSING}
        without = [name for name, column in missing.items() if column[place]]
        slots = dict.fromkeys(("seq", *numbers), b"%d") | {name: _NO_VALUE[name] for name in without}
        templates[pattern] = _template(names, known | fixed, slots)
    filling = zip(*(column.tolist() for column in (seq, *numbers.values())), strict=True)
    return list(map(mod, [templates[pattern] for pattern in patterns], filling))


def _patterns(columns: list[Array], count: int) -> list[int]:
    """A number for each event, the same for events whose columns are the same."""
    patterns = np.zeros(count, np.int64)
    for column in columns:
        patterns = patterns * (int(column.max(initial=MISSING)) + 2) + column + 1
    return list(patterns.tolist())


def _template(names: tuple[str, ...], fixed: dict[str, Any], slots: dict[str, bytes]) -> bytes:
    """A line with a slot for each number."""
    values = {name: msgspec.json.encode(value).replace(b"%", b"%%") for name, value in fixed.items()} | slots
    ordered = [*_FIRST, *(name for name in names if name not in _FIRST)]
    return b"{%b}" % b"".join(_field(name, values[name]) for name in ordered if name in values)[1:]


def _field(name: str, value: bytes) -> bytes:
    return value if value == _LEFT_OUT else b',"%b":%b' % (name.encode(), value)
