"""Marks: random words, keyed so that every mark of every candidate can be drawn alone, in any order, on any machine.

A mark is a 32-bit word of Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
3", 2011). The key is the seed and the replication; the counter names the port and mode, the local day, the stream and
the candidate in it, and the block of four marks.
"""

import hashlib
from typing import Any, Final, NamedTuple

import numpy as np

from border_sim.compiled import inlined
from border_sim.vocabulary import Mode

# Blocks and words of the marks of a candidate: each purpose has its own place, used or not.
ARRIVAL_BLOCK: Final = 0  # gap, programme, tolerance, thinning
PRIMARY_BLOCK: Final = 1  # primary service, referral, secondary service, loaded
TRUCK_BLOCK: Final = 2  # export delay, red light, red-light inspection, kind of secondary
STATE_BLOCK: Final = 3  # state branch, state service
SCAN_BLOCK: Final = 4  # whether it is scanned before primary, service there

# Streams of candidates, in the top bits of a counter word; the place of the candidate in its stream is below. The last
# two are of a day: its spells with a roster, its factors of demand.
BASE_STREAM: Final = 0
ELASTIC_STREAM: Final = 1
GROWTH_STREAM: Final = 2
GROWTH_ELASTIC_STREAM: Final = 3
ROSTER_STREAM: Final = 14
DAY_STREAM: Final = 15
STREAM_SHIFT: Final = 28

WORD: Final = 2**32
"""Marks are below this."""

CHUNK: Final = 256
"""Candidates whose marks are drawn in one go, in a loop so plain that the compiler draws several at once."""


class StreamKey(NamedTuple):
    """What names the marks of a stream of candidates on a local day; with a place in it, those of a candidate."""

    port_mode: int
    """The counter word of the port and mode, see `port_mode_word`"""
    day: int
    """The counter word of the local day: its ordinal"""
    stream: int
    """One of the streams above"""
    seed: int
    """32 bits"""
    replication: int
    """32 bits"""


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """The four 32-bit words (as int64) of one counter and key."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    x0, x1, x2, x3 = np.uint64(c0) & low, np.uint64(c1) & low, np.uint64(c2) & low, np.uint64(c3) & low
    key0, key1 = np.uint64(k0) & low, np.uint64(k1) & low
    for _ in range(10):
        product0 = np.uint64(0xD2511F53) * x0
        product1 = np.uint64(0xCD9E8D57) * x2
        x0, x1, x2, x3 = (
            (product1 >> shift) ^ x1 ^ key0,
            product1 & low,
            (product0 >> shift) ^ x3 ^ key1,
            product0 & low,
        )
        key0 = (key0 + np.uint64(0x9E3779B9)) & low
        key1 = (key1 + np.uint64(0xBB67AE85)) & low
    return np.int64(x0), np.int64(x1), np.int64(x2), np.int64(x3)


def port_mode_word(slug: str, mode: Mode) -> int:
    """The counter word of a port and mode: the first four bytes of the SHA-256 of `slug/mode`."""
    return int.from_bytes(hashlib.sha256(f"{slug}/{mode}".encode()).digest()[:4], "big")
