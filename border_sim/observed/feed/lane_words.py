"""What the feed says of one lane: a wait, closed, still to come, or that there is no such lane."""

import re
from enum import StrEnum
from typing import Any, Final, NamedTuple

from border_sim.observed.feed.snapshot import FeedError, field
from border_sim.observed.feed.words import CLOSED, DELAY, NO_DELAY, NOT_THERE, PENDING, PORT_CLOSED

MOST_MINUTES: Final = 600
MOST_LANES: Final = 100
STATUSES: Final = (NO_DELAY, DELAY, CLOSED, PENDING, NOT_THERE)
_ALL_CLOSED: Final = {CLOSED.lower(), PORT_CLOSED.lower(), "lane closed"}
_WHOLE: Final = re.compile(r"\d{1,6}")


class Says(StrEnum):
    """What a lane's words mean."""

    WAIT = "wait"
    CLOSED = "closed"
    PENDING = "pending"
    NOT_THERE = "not there"


class LaneWords(NamedTuple):
    """A lane of the feed, understood."""

    says: Says
    wait_min: int | None
    """`None` unless it is a wait"""
    lanes_open: int | None
    """`None`: not told; 0 if it is closed"""
    update_time: str
    """As it stands there; empty: none does"""


def lane_words(lane: Any) -> LaneWords:
    """What a lane says. Raises `FeedError`.

    A lane is closed if its status says so, or none of its lanes is open. `no delay` beside minutes has these minutes,
    and 0 without; no word of a lane is as if its update were pending.
    """
    status, update_time = field(lane, "operational_status"), field(lane, "update_time")
    minutes, lanes_open = _whole(lane, "delay_minutes", MOST_MINUTES), _whole(lane, "lanes_open", MOST_LANES)
    word = status.lower()
    is_there, is_pending = word != NOT_THERE.lower(), word == PENDING.lower() or (not word and minutes is None)
    if is_there and (word in _ALL_CLOSED or lanes_open == 0):
        return LaneWords(Says.CLOSED, None, 0, update_time)
    if not is_there or is_pending:
        if minutes is not None:
            raise FeedError("delay_minutes", str(minutes), f"stands beside {status}, which has none")
        return LaneWords(Says.PENDING if is_there else Says.NOT_THERE, None, None, update_time)
    if word not in {NO_DELAY, DELAY, ""}:
        raise FeedError("operational_status", status, f"no such status; valid are {', '.join(STATUSES)}")
    if minutes is None and word == DELAY:
        raise FeedError("delay_minutes", "", f"is missing beside {DELAY}")
    if not update_time:
        raise FeedError("update_time", "", "is missing beside a wait; e.g. At 7:00 am EDT")
    return LaneWords(Says.WAIT, minutes or 0, lanes_open, update_time)


def _whole(lane: Any, name: str, most: int) -> int | None:
    """A whole number in words; `None`: there is none, which `N/A` says too."""
    text = field(lane, name)
    if text in {"", NOT_THERE}:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > most:
        raise FeedError(name, text, f"must be a whole number from 0 to {most}")
    return int(text)
