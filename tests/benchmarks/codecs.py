"""How quickly events become lines and lines events, beside the `json` module of Python."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import NamedTuple, TypeVar

from border_sim.events.encode import encode_events
from tests.benchmarks.traffic import Moved, Traffic
from tests.benchmarks.work import DifferentWorkError
from tests.whole_log import decode_events

Result = TypeVar("Result")


class Codecs(NamedTuple):
    """The codecs in one round."""

    encode: Moved
    """From columns to lines"""
    decode: Moved
    """From lines, checked, to columns"""
    dumps: Moved
    """The `json` module: from a dictionary for each event to lines"""
    loads: Moved
    """The `json` module: from lines to dictionaries, unchecked"""


def time_codecs(traffic: Traffic) -> Codecs:
    """All codecs on all events, port by port in turn, on one core.

    Raises `DifferentWorkError` if the lines that come of what was decoded are not those that went in.
    """
    ports: dict[str, list[bytes]] = {}
    for port, line in traffic.events:
        ports.setdefault(port, []).append(line)
    seconds = zip(*map(_time_port, ports.values()), strict=True)
    return Codecs._make(Moved(sum(each), len(traffic.events)) for each in seconds)


def _time_port(lines: list[bytes]) -> tuple[float, float, float, float]:
    """The seconds of each codec on the events of a port."""
    decode_s, streams = _timed(partial(decode_events, lines))
    ((start, events),) = streams.values()
    encode_s, encoded = _timed(partial(encode_events, events, start.info, start.facts, 0))
    loads_s, loaded = _timed(partial(_loads, lines))
    dumps_s, dumped = _timed(partial(_dumps, loaded))
    if not lines == encoded == dumped:
        raise DifferentWorkError(f"codecs: other lines than the {len(lines):,} of {start.info.slug} that went in")
    return encode_s, decode_s, dumps_s, loads_s


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def _loads(lines: Sequence[bytes]) -> list[object]:
    return list(map(json.loads, lines))


def _dumps(events: Sequence[object]) -> list[bytes]:
    told = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [told(event).encode() for event in events]
