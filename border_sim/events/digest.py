"""The event hash: the same events give the same digest, however they came in batches."""

import hashlib
from collections.abc import Mapping

import numpy as np

from border_sim.records import Events


class PortDigest:
    """The digest of one port's events: SHA-256 over each column as little-endian int64, and over these digests in turn.

    The run's id is not in it, so that the same run under another name has the same hash.
    """

    def __init__(self) -> None:
        self._columns = [hashlib.sha256() for _ in Events._fields]

    def update(self, events: Events) -> None:
        """Take in the next events."""
        for digest, column in zip(self._columns, events, strict=True):
            digest.update(np.ascontiguousarray(column, "<i8").data)

    def hexdigest(self) -> str:
        """The digest of all events so far, 64 hexadecimal digits."""
        return hashlib.sha256(b"".join(digest.digest() for digest in self._columns)).hexdigest()


def combine(digests: Mapping[str, str]) -> str:
    """The event hash of a run from the digests of its ports by slug; their order does not matter."""
    text = "".join(f"{slug} {digests[slug]}\n" for slug in sorted(digests))
    return hashlib.sha256(text.encode()).hexdigest()
