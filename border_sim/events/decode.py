"""NDJSON lines -> event columns. Nothing but the lines is needed: `run_started` tells what a reader must know."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from border_sim.events.lines import AnyLine, Line, RunStarted, pool_texts
from border_sim.records import EVENT_DTYPES, Array, Events, PortInfo, concatenate, select
from border_sim.vocabulary import MISSING, EventKind, LaneClass, Mode, Outcome, Programme, Station, code

_BATCH: Final = 8_192
"""Lines that are held as objects at a time."""
_SHOWN: Final = 160
"""Bytes of a line that an error shows."""
_LINE: Final = msgspec.json.Decoder(AnyLine)
_CODES: Final[dict[str, dict[Any, int]]] = {
    name: {word: code(word) for word in words} | {msgspec.UNSET: MISSING}
    for name, words in (
        ("mode", Mode),
        ("lane_class", LaneClass),
        ("programme", Programme),
        ("station", Station),
        ("outcome", Outcome),
    )
}


class CodecError(ValueError):
    """A line that is not an event of this project, or not the next of its stream; the text tells its number and why."""


class StreamKey(NamedTuple):
    """Whose events a stream holds."""

    run: str
    replication: int
    port: str


@dataclass
class _Stream:
    """One port's events so far."""

    info: PortInfo
    pools: dict[Any, int]
    """Places of pools by their text, and `MISSING` of no pool."""
    parts: list[Events] = field(default_factory=list)
    next_seq: int = 0


def decode(lines: Iterable[bytes]) -> dict[StreamKey, tuple[PortInfo, Events]]:
    """The ports and their events in the order of `seq`, from the lines of any number of runs, replications and ports.

    Lines of one stream keep their order; they may end with a newline. Raises `CodecError` at a line that is
    malformed, cut short, of another origin or of an unknown kind, that names an unknown pool, or before which one is
    missing; the first line has number 1.
    """
    streams: dict[StreamKey, _Stream] = {}
    source, first = iter(lines), 1
    while batch := [_parse(number, line) for number, line in enumerate(islice(source, _BATCH), first)]:
        events, seq, texts = _columns(batch)
        for key, places in _by_stream(batch).items():
            numbers = first + np.array(places)
            if key not in streams:
                streams[key] = _begin(batch[places[0]], f"line {numbers[0]}: {_told(key)}")
            _check_seq(streams[key], key, seq[places], numbers)
            pool = _pools(streams[key], key, texts[places].tolist(), numbers)
            streams[key].parts.append(select(events, places)._replace(pool=pool))
        first += len(batch)
    return {key: (stream.info, concatenate(stream.parts)) for key, stream in streams.items()}


def _parse(number: int, line: bytes) -> Line:
    try:
        return _LINE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        shown = bytes(line[:_SHOWN]).decode(errors="replace").rstrip() + ("..." if len(line) > _SHOWN else "")
        raise CodecError(f"line {number}: {error}; an event is one JSON object a line, here is {shown!r}") from error


def _by_stream(lines: list[Line]) -> dict[StreamKey, list[int]]:
    """The places of each stream's lines."""
    places: dict[tuple[str, int, str], list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault((line.run, line.replication, line.port), []).append(place)
    return {StreamKey(*key): value for key, value in places.items()}


def _told(key: StreamKey) -> str:
    return f"run {key.run!r}, replication {key.replication}, port {key.port!r}"


def _kind(line: Line) -> str:
    return str(line.__struct_config__.tag)


def _begin(line: Line, where: str) -> _Stream:
    if not isinstance(line, RunStarted):
        raise CodecError(f"{where} begins with seq {line.seq}, {_kind(line)}; a stream begins with seq 0, run_started")
    try:
        texts = pool_texts(line.pools)
    except ValueError as error:
        raise CodecError(f"{where}: {error}") from error
    info = PortInfo(
        line.port, line.time_zone, line.latitude, line.longitude, line.installed, line.pools, line.measured_from_us
    )
    return _Stream(info, {text: place for place, text in enumerate(texts)} | {msgspec.UNSET: MISSING})


def _check_seq(stream: _Stream, key: StreamKey, seq: Array, numbers: Array) -> None:
    expected = np.arange(stream.next_seq, stream.next_seq + len(seq))
    if not np.array_equal(seq, expected):
        place = int(np.argmax(seq != expected))
        raise CodecError(f"line {numbers[place]}: {_told(key)} has seq {seq[place]}; the next is {expected[place]}")
    stream.next_seq += len(seq)


def _pools(stream: _Stream, key: StreamKey, texts: list[Any], numbers: Array) -> Array:
    try:
        return np.array([stream.pools[text] for text in texts], EVENT_DTYPES.pool)
    except KeyError as error:
        known = ", ".join(text for text in stream.pools if text is not msgspec.UNSET)
        where = f"line {numbers[texts.index(error.args[0])]}: {_told(key)}"
        raise CodecError(f"{where} has no pool {error.args[0]!r}; its pools are {known}") from None


def _columns(lines: list[Line]) -> tuple[Events, Array, Array]:
    """The columns of lines without their pools, their seq, and the texts of their pools."""
    events = Events._make(np.full(len(lines), MISSING, dtype) for dtype in EVENT_DTYPES)
    texts = np.full(len(lines), msgspec.UNSET, object)
    models: dict[type[Line], list[int]] = {}
    for place, line in enumerate(lines):
        models.setdefault(type(line), []).append(place)
    for model, chosen in models.items():
        places, alike = np.array(chosen), [lines[place] for place in chosen]
        events.kind[places] = code(EventKind(_kind(alike[0])))
        for name in model.__struct_fields__:
            values = list(map(attrgetter(name), alike))
            if name in _CODES:
                getattr(events, name)[places] = list(map(_CODES[name].__getitem__, values))
            elif name == "pool":
                texts[places] = values
            elif name in Events._fields:
                getattr(events, name)[places] = [MISSING if value is None else value for value in values]
    return events, np.fromiter(map(attrgetter("seq"), lines), np.int64, len(lines)), texts
