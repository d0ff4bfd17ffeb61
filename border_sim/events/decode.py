"""NDJSON lines -> event columns. Nothing but the lines is needed: `run_started` tells what a reader must know."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from border_sim.events.lines import MAY_BE_LEFT_OUT, STARTED_1, STARTED_2, Line, column_of, kind_of, pool_texts
from border_sim.events.models import RunStarted, RunStarted1, RunStarted2
from border_sim.events.parse_line import CodecError, UnknownPoolError, parse
from border_sim.records import EVENT_DTYPES, Array, Events, PoolInfo, PortInfo, RunFacts, select
from border_sim.vocabulary import MISSING, EventKind, LaneClass, Mode, Outcome, Programme, Station, code


class StreamKey(NamedTuple):
    """Whose events a stream holds."""

    run: str
    replication: int
    port: str


_BATCH: Final = 8_192
"""Lines that are held as objects at a time."""
_KEY: Final = attrgetter(*StreamKey._fields)
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
_START_OF: Final[dict[Any, Any]] = {STARTED_1: RunStarted1, STARTED_2: RunStarted2}
"""By old struct"""


class Start(NamedTuple):
    """What `run_started` tells: of the port, and of the run."""

    info: PortInfo
    facts: RunFacts


class LineColumns(NamedTuple):
    """The columns of lines, whatever their streams."""

    events: Events
    """Without the pools, whose places only the port knows: `pool_column`"""
    seq: Array
    """int64"""
    pool_texts: Array
    """The pools as the lines tell them, `msgspec.UNSET` where they tell none"""


def decode_batches(lines: Iterable[bytes]) -> Iterator[tuple[StreamKey, Start, Events]]:
    """The events of any number of runs, replications and ports, some thousand lines at a time: of each stream in the
    order of its lines, in parts.

    Lines of one stream keep their order; they may end with a newline. Raises `CodecError` at a line that is
    malformed, cut short, of another origin, version or kind, that names an unknown pool, or before which one is
    missing; its text names the line, of which the first has number 1.
    """
    streams: dict[StreamKey, _Stream] = {}
    source, first = iter(lines), 1
    while batch := _parsed(islice(source, _BATCH), first):
        columns = line_columns(batch)
        for key, places in by_stream(batch).items():
            numbers = first + places
            if key not in streams:
                streams[key] = _Stream(_begin(batch[places[0]], key, numbers[0]))
            _check_seq(streams[key], key, columns.seq[places], numbers)
            pool = _pools(columns.pool_texts[places], streams[key].start.info, key, numbers)
            yield key, streams[key].start, Events(*select(columns.events, places))._replace(pool=pool)
        first += len(batch)


def started(line: Line) -> Start:
    """What the first line of a stream tells. Raises `CodecError` if it is not `run_started`, or if two of its pools
    have the same mode and name.
    """
    if kind_of(line) is not EventKind.RUN_STARTED:
        raise CodecError(f"begins with seq {line.seq}, {kind_of(line)}; a stream begins with seq 0, run_started")
    start = _START_OF.get(type(line), RunStarted).model_validate_json(msgspec.json.encode(line))
    pools = tuple(PoolInfo(pool.name, pool.mode, pool.station) for pool in start.pools)
    try:
        pool_texts(pools)
    except ValueError as error:
        raise CodecError(str(error)) from error
    info = PortInfo(
        start.port, start.time_zone, start.latitude, start.longitude, start.installed, pools, start.measured_from_us
    )
    of_run = (None,) * 3 if isinstance(start, RunStarted1) else (start.ports, start.seed, start.configuration_hash)
    return Start(info, RunFacts(start.run, start.replication, *of_run))


def line_columns(lines: Sequence[Line]) -> LineColumns:
    """The columns of lines in their order."""
    events = Events._make(np.full(len(lines), MISSING, dtype) for dtype in EVENT_DTYPES)
    texts = np.full(len(lines), msgspec.UNSET, object)
    structs: dict[Any, list[int]] = {}
    for place, line in enumerate(lines):
        structs.setdefault(type(line), []).append(place)
    for struct, chosen in structs.items():
        places, alike = np.array(chosen), [lines[place] for place in chosen]
        events.kind[places] = code(kind_of(alike[0]))
        for name in struct.__struct_fields__:
            if name in _CODES:
                getattr(events, name)[places] = list(map(_CODES[name].__getitem__, map(attrgetter(name), alike)))
            elif name == "pool":
                texts[places] = list(map(attrgetter(name), alike))
            elif column_of(name) in Events._fields:
                values = map(attrgetter(name), alike)
                no_value = msgspec.UNSET if name in MAY_BE_LEFT_OUT else None
                getattr(events, column_of(name))[places] = [MISSING if value is no_value else value for value in values]
    return LineColumns(events, np.fromiter(map(attrgetter("seq"), lines), np.int64, len(lines)), texts)


def pool_column(texts: Array, info: PortInfo) -> Array:
    """The pools of a port's events from their texts in `LineColumns`; raises `UnknownPoolError` at the first that is
    none of the port's.
    """
    known = pool_texts(info.pools)
    places = {text: place for place, text in enumerate(known)} | {msgspec.UNSET: MISSING}
    try:
        return np.array([places[text] for text in texts.tolist()], EVENT_DTYPES.pool)
    except KeyError as error:
        raise UnknownPoolError(error.args[0], known, texts.tolist().index(error.args[0])) from None


@dataclass
class _Stream:
    """One port's lines so far."""

    start: Start
    next_seq: int = 0


def _parsed(lines: Iterable[bytes], first: int) -> list[Line]:
    """Lines of which the first has the number `first`."""
    parsed: list[Line] = []
    try:
        parsed.extend(map(parse, lines))  # up to the one that is refused
    except CodecError as error:
        raise type(error)(f"line {first + len(parsed)}: {error}") from error
    return parsed


def by_stream(lines: Sequence[Line]) -> dict[StreamKey, Array]:
    """The places of each stream's lines."""
    places: dict[tuple[str, int, str], list[int]] = {}
    for place, key in enumerate(map(_KEY, lines)):
        places.setdefault(key, []).append(place)
    return {StreamKey(*key): np.array(value) for key, value in places.items()}


def _where(number: int, key: StreamKey) -> str:
    return f"line {number}: run {key.run!r}, replication {key.replication}, port {key.port!r}"


def _begin(line: Line, key: StreamKey, number: int) -> Start:
    try:
        return started(line)
    except CodecError as error:
        raise CodecError(f"{_where(number, key)}: {error}") from error


def _check_seq(stream: _Stream, key: StreamKey, seq: Array, numbers: Array) -> None:
    expected = np.arange(stream.next_seq, stream.next_seq + len(seq))
    if not np.array_equal(seq, expected):
        place = int(np.argmax(seq != expected))
        raise CodecError(f"{_where(numbers[place], key)} has seq {seq[place]}; the next is {expected[place]}")
    stream.next_seq += len(seq)


def _pools(texts: Array, info: PortInfo, key: StreamKey, numbers: Array) -> Array:
    try:
        return pool_column(texts, info)
    except UnknownPoolError as error:
        raise CodecError(f"{_where(numbers[error.place], key)}: {error}") from error
