"""The text of a file of the feed: unpacked and decoded as far as that goes, with what was wrong."""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Final

Refuse = Callable[[int, str, str, str], None]
"""Tell what cannot be read: line (0: the whole file), place in it, value, and what would be right."""

_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 1 << 16
MOST_UNPACKED: Final = 1 << 29
"""Bytes that are taken of a gzip file: 4,000 copies of the feed. A small file can hold more than memory does."""
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_LATIN: Final = "ISO-8859-1"
"""How CBP encodes `bwt.xml`; it gives any byte a meaning."""


def text_of(data: bytes, refuse: Refuse) -> str:
    """The text of a file, gzip or not. What cannot be unpacked or decoded is told, and the rest is given."""
    if data.startswith(_GZIP):
        data = b"".join(_unpacked(data, refuse))
    if not data.strip():
        refuse(0, "", "", "is empty; it must hold the feed as CBP gives it, /api/bwtnew or bwt.xml")
    return _decoded(data, refuse)


def _unpacked(data: bytes, refuse: Refuse) -> Iterator[bytes]:
    left = MOST_UNPACKED
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        try:
            while left > 0 and (piece := file.read1(min(_PIECE, left))):
                left -= len(piece)
                yield piece
            if left == 0 and file.read(1):
                refuse(
                    0, "", "", f"unpacks to more than {MOST_UNPACKED >> 20} MiB; what comes before is read: split it"
                )
        except (EOFError, OSError, zlib.error) as error:
            refuse(0, "", "", f"is damaged gzip ({error}); what comes before the damage is read")


def _decoded(data: bytes, refuse: Refuse) -> str:
    """The text by the encoding that the first declaration names, else UTF-8; where it is not, by CBP's."""
    declared = _DECLARED.search(data)
    name = declared[1].decode("ascii") if declared else "UTF-8"
    try:
        return data.decode(name).removeprefix("\ufeff")
    except LookupError:  # unknown, or none of text
        refuse(1, "encoding", repr(name), f"no such encoding; read as {_LATIN}, which the feed has")
    except UnicodeError as error:
        begin = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, begin) + 1
        refuse(line, "", repr(data[begin : begin + 1]), f"is no {name}, as which it is written; read as {_LATIN}")
    return data.decode(_LATIN)
