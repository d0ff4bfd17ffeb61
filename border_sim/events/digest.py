"""The event hash: the same events give the same digest, however they came in batches."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from border_sim.records import Events
from border_sim.vocabulary import MISSING

_APPENDED: Final = ("bays_cap", "pace_permille")
"""Columns that do not count until one has a value: hashes of runs without any stay what they were before these were
appended.
"""
_AT_ONCE: Final = 1 << 16
"""Values that are missing, made at a time."""


class PortDigest:
    """The digest of one port's events: SHA-256 over each column as little-endian int64, and over these digests in turn.

    The run's id is not in it, so that the same run under another name has the same hash.
    """

    def __init__(self) -> None:
        self._digests = {name: hashlib.sha256() for name in Events._fields if name not in _APPENDED}
        self._count = 0

    def update(self, events: Events) -> None:
        """Take in the next events."""
        for name in _APPENDED:
            if name not in self._digests and (getattr(events, name) != MISSING).any():
                self._digests[name] = _of_missing(self._count)
        for name, digest in self._digests.items():
            digest.update(np.ascontiguousarray(getattr(events, name), "<i8").data)
        self._count += len(events.t_us)

    def hexdigest(self) -> str:
        """The digest of all events so far, 64 hexadecimal digits."""
        told = (self._digests[name] for name in Events._fields if name in self._digests)
        return hashlib.sha256(b"".join(digest.digest() for digest in told)).hexdigest()


def _of_missing(count: int) -> Any:
    """The digest of a column of which the first `count` values are missing."""
    digest, many = hashlib.sha256(), np.full(min(count, _AT_ONCE), MISSING, "<i8")
    for first in range(0, count, _AT_ONCE):
        digest.update(many[: count - first].data)
    return digest


def combine(digests: Mapping[str, str]) -> str:
    """The event hash of a run from the digests of its ports by slug; their order does not matter."""
    text = "".join(f"{slug} {digests[slug]}\n" for slug in sorted(digests))
    return hashlib.sha256(text.encode()).hexdigest()
