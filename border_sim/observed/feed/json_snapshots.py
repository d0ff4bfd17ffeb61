"""Copies of `/api/bwtnew`, one or many in a text. An entry that is no JSON costs only itself."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from border_sim.observed.feed.snapshot import PORT_NUMBER, Entry, Snapshot
from border_sim.observed.feed.unpacking import Refuse
from border_sim.observed.feed.words import PORTS
from border_sim.spec.problem import shown

_BETWEEN: Final = re.compile(r"[\s,}]*")
_ENTRY: Final = re.compile(rf'\{{\s*"{PORT_NUMBER}"')
_HEAD: Final = re.compile(r'"(last_updated_[a-z]+)"\s*:\s*"([^"\\]*)"')
_READ: Final = json.JSONDecoder().raw_decode


def json_snapshots(text: str, refuse: Refuse) -> Iterator[Snapshot]:
    """Each copy in a text, lists of entries or objects that hold one, and what cannot be read of them."""
    snapshot, place, lines = Snapshot(1, {}, []), 0, _Lines(text)
    told: set[int] = set()
    open_lists = 0
    while (place := _after(_BETWEEN, text, place)) < len(text):
        line = lines.at(place)
        if text[place] == "[":
            yield snapshot
            snapshot, place, open_lists = Snapshot(line, {}, []), place + 1, open_lists + 1
            continue
        if text[place] == "]":
            place, open_lists = place + 1, open_lists - 1
            continue
        try:
            value, place = _READ(text, place)
        except (ValueError, RecursionError) as error:
            where, why = (error.pos, error.msg) if isinstance(error, json.JSONDecodeError) else (place, str(error))
            if where not in told:  # what a whole copy holds is read again entry by entry
                refuse(lines.at(where), "", "", f"is no JSON ({why}); the entries around it are read")
            told.add(where)
            following = _ENTRY.search(text, place + 1)
            end = following.start() if following else len(text)
            snapshot.header.update(_HEAD.findall(text, place, end))
            place, open_lists = end, open_lists if following else 0  # that the text breaks off has been told
            continue
        if (whole := _whole(value, line)) is not None:
            yield whole
        elif isinstance(value, dict):
            snapshot.entries.append(Entry(line, value))
        else:
            refuse(line, "", shown(value), "is no entry of a port, which is an object with port_number")
    if open_lists > 0:
        refuse(lines.at(len(text)), "", "", "is no JSON (it ends within a list); the entries before are read")
    yield snapshot


class _Lines:
    """Lines of places in a text, asked in their order."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def at(self, place: int) -> int:
        """The line of a place, from 1."""
        if place < self._place:
            return self._text.count("\n", 0, place) + 1
        self._line += self._text.count("\n", self._place, place)
        self._place = place
        return self._line


def _whole(value: Any, line: int) -> Snapshot | None:
    """The copy that an object holds whole, with its head; `None`: it holds none."""
    if not isinstance(value, dict) or not isinstance(value.get(PORTS), list):
        return None
    head = {name: part for name, part in value.items() if name != PORTS}
    return Snapshot(line, head, [Entry(line, entry) for entry in value[PORTS] if isinstance(entry, dict)])


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
