"""The names of a stream's topics, and what their settings should be."""

import re
from typing import Final, Literal, NamedTuple

from border_sim.streaming.counting.dead_letters import LARGEST_DEAD_LETTER

DEFAULT_PREFIX: Final = "border"
PARTITIONS: Final = 6
"""Of each topic that is made where none of its sisters is there."""
_LARGEST_RECORD: Final = 1_048_588
"""Bytes, Kafka's own default; an event has some hundred."""
_WEEK_MS: Final = 7 * 24 * 3_600_000
_ALLOWED_PREFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Topics(NamedTuple):
    """The names of a stream's topics."""

    events: str
    """every event, by port"""
    metrics: str
    """closed windows; the last of each key counts"""
    state: str
    """what the processor needs to go on; the last of each key stays"""
    dead_letters: str
    """records that could not be counted, and why"""


class Wanted(NamedTuple):
    """What a setting of a topic should be."""

    value: str
    rule: Literal["", "at least", "at most", "rather"] = ""
    """`rather`: topics are made so, and may be otherwise"""

    def __str__(self) -> str:
        return f"{self.rule} {self.value}".strip()


def topic_names(prefix: str = DEFAULT_PREFIX) -> Topics:
    """The topics of a prefix; `ValueError` if no topic's name may begin like that."""
    if not _ALLOWED_PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r}; write letters, digits, dots, hyphens or underscores, at most 100")
    return Topics(f"{prefix}.events", f"{prefix}.metrics", f"{prefix}.metrics.state", f"{prefix}.dead-letters")


def wanted_settings(topics: Topics) -> dict[str, dict[str, Wanted]]:
    """By topic, what its settings should be.

    Simulated dates lie far from the wall clock's: a record dated by them would be refused as lying in the future, or
    deleted as too old. So brokers date records themselves.
    """
    dated = {"message.timestamp.type": Wanted("LogAppendTime")}
    a_week = dated | {"retention.ms": Wanted(str(_WEEK_MS), "at least")}
    retained = a_week | {"cleanup.policy": Wanted("delete")}
    # whoever takes a partition over reads its state from the beginning: little may lie there that is out of date
    short = {"segment.bytes": Wanted(str(2**24), "at most"), "min.cleanable.dirty.ratio": Wanted("0.1", "at most")}
    return {
        topics.events: retained
        | {
            "max.message.bytes": Wanted(str(_LARGEST_RECORD), "at most"),
            # a foreign record may be packed in a way that our client cannot unpack; the broker can
            "compression.type": Wanted("uncompressed", "rather"),
        },
        # each window has a key of its own, so that compaction alone would let a live run fill the disk; whoever has the
        # room may keep all, by `compact`
        topics.metrics: a_week | {"cleanup.policy": Wanted("compact,delete", "rather")},
        topics.state: dated | {"cleanup.policy": Wanted("compact")} | short,
        # the largest record there is, and why it is dead
        topics.dead_letters: retained | {"max.message.bytes": Wanted(str(LARGEST_DEAD_LETTER), "at least")},
    }
