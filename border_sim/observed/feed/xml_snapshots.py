"""Copies of `bwt.xml`, one or many in a text. An entry that is not well formed costs only itself."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from border_sim.observed.feed.snapshot import Entry, FeedError, Snapshot, field
from border_sim.observed.feed.unpacking import Refuse

ROOT: Final = "border_wait_time"
_BEGINS: Final = re.compile(r"<\?xml\s")
_ENDS: Final = re.compile(rf"</{ROOT}\s*>")
_PORT: Final = re.compile(rb"<port[\s>]")
_OPENED: Final = f"<{ROOT}>".encode()


def xml_snapshots(text: str, refuse: Refuse) -> Iterator[Snapshot]:
    """Each copy in a text, and what cannot be read of it. Document types, and so entities of one's own, are refused:
    the feed has none, and they can blow a small file up.
    """
    begins, ends = ({match.start() for match in _BEGINS.finditer(text)}, {m.end() for m in _ENDS.finditer(text)})
    line = 1
    for begin, end in pairwise(sorted({0, *begins, *ends, len(text)})):
        part = text[begin:end]
        if part.strip():
            yield _snapshot(part, line, refuse)
        line += part.count("\n")


def _snapshot(text: str, line: int, refuse: Refuse) -> Snapshot:
    snapshot = Snapshot(line + text[: len(text) - len(text.lstrip())].count("\n"), {}, [])
    data, first = text.encode("utf-8", "replace").lstrip(), snapshot.line
    if not (_PORT.search(data) or _OPENED in data):
        refuse(first, "", repr(data[:40].decode("utf-8", "replace")), f"is no {ROOT}, as CBP's bwt.xml is")
        return snapshot
    beyond = 0
    while broken := _parsed(data, first, snapshot):
        refuse(first + broken.line - 1, broken.place, "", broken.message)
        following = _PORT.search(data, max(broken.byte, beyond))
        if following is None:
            break
        first += data.count(b"\n", 0, following.start())
        data, beyond = _OPENED + data[following.start() :], len(_OPENED) + 1  # beyond the entry that it begins with
    return snapshot


class _Broken(NamedTuple):
    """Where a parser had to stop, and why."""

    byte: int
    """From which the next entry is looked for"""
    line: int
    place: str
    message: str


class _Element(NamedTuple):
    tag: str
    line: int
    text: list[str]
    fields: dict[str, Any]


def _parsed(data: bytes, first: int, snapshot: Snapshot) -> _Broken | None:
    """Read entries into a copy until the end, or until what is not well formed."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    open_elements: list[_Element] = []

    def start(tag: str, _: dict[str, str]) -> None:
        open_elements.append(_Element(tag, first + parser.CurrentLineNumber - 1, [], {}))

    def text(piece: str) -> None:
        open_elements[-1].text.append(piece)

    def end(_: str) -> None:
        _close(open_elements.pop(), open_elements, snapshot)

    def document_type(*_: Any) -> None:
        raise FeedError("", "", "has a document type, which the feed has not; only its entries are read")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(data, True)
    except FeedError as error:
        return _Broken(parser.CurrentByteIndex, parser.CurrentLineNumber, "", error.message)
    except expat.ExpatError as error:
        message = f"is not well-formed XML ({expat.ErrorString(error.code)}); the entries around it are read"
        place = next((_place(element) for element in reversed(open_elements) if element.tag == "port"), "")
        return _Broken(parser.ErrorByteIndex, error.lineno, place, message)
    return None


def _close(element: _Element, outer: list[_Element], snapshot: Snapshot) -> None:
    """Give an element that ends to the one around it, or to the copy."""
    value = element.fields or "".join(element.text)
    if element.tag == "port":
        snapshot.entries.append(Entry(element.line, element.fields))
    elif len(outer) == 1:
        snapshot.header[element.tag] = value
    elif outer:
        outer[-1].fields[element.tag] = value


def _place(port: _Element) -> str:
    number = field(port.fields, "port_number")
    return f"port {number}" if number else "a port"
