"""The words of the project, once: modes, programmes, lane classes, stations, event kinds, outcomes.

Every name is a `StrEnum` (what people read and write) whose place in its class is its code (what arrays hold):
`code(Mode.PEDESTRIAN) == 2`. Places are part of the event hash and of every log: append, never reorder. Times are
integer microseconds since the Unix epoch, UTC.
"""

from enum import StrEnum
from functools import cache
from typing import Final

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
QUARTER_US: Final = 15 * MINUTE_US
"""The posted wait and the staffing rules are looked at every quarter of an hour."""

MOST_POOLS: Final = 63
"""Most pools of a port, booths and bays of all modes together: the engine keeps sets of pools as bits of an int64."""

MOST_BAYS: Final = 500
"""Most bays of a pool; booths are fewer."""

USUAL_PACE: Final = 1000
"""A pace is a factor on the time of a service, in thousandths: a whole number, so that both engines agree."""

NEVER_US: Final = 2**62
"""Later than any instant of a run."""

MISSING: Final = -1
"""In an integer column: there is no value (a crossing that never joined has no lane class, a closed lane has no
posted wait).
"""


class Mode(StrEnum):
    """What crosses: a truck, a car or a person on foot."""

    COMMERCIAL = "commercial"
    PASSENGER = "passenger"
    PEDESTRIAN = "pedestrian"


class Programme(StrEnum):
    """The membership that entitles a crossing to a lane class."""

    NONE = "none"
    CTPAT = "ctpat"
    SENTRI = "sentri"
    READY = "ready"


class LaneClass(StrEnum):
    """The lane a member may use."""

    STANDARD = "standard"
    READY = "ready"
    SENTRI = "sentri"
    FAST = "fast"


class Station(StrEnum):
    """A station of the route, see `ROUTE`; `door_to_door` is the whole of it, in metrics only."""

    EXPORT = "export"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    STATE = "state"
    DOOR_TO_DOOR = "door_to_door"
    SCAN = "scan"


ROUTE: Final = (Station.EXPORT, Station.SCAN, Station.PRIMARY, Station.SECONDARY, Station.STATE)
"""The stations in the order in which a crossing visits them; a port and a mode have some of them."""
BEFORE_LANES: Final = ROUTE[: ROUTE.index(Station.PRIMARY)]
"""Stations at which a crossing has not chosen a lane class yet."""


class Outcome(StrEnum):
    """What became of a candidate. `present`: it was still there when the run ended."""

    PRESENT = "present"
    RELEASED = "released"
    DETERRED_WAIT = "deterred_wait"
    DETERRED_GATE = "deterred_gate"


class EventKind(StrEnum):
    """The kinds of event, in the order that events of one instant have."""

    RUN_STARTED = "run_started"
    HEARTBEAT = "heartbeat"
    DISRUPTION = "disruption"
    STAFFING = "staffing"
    POSTED = "posted"
    ENDED = "ended"
    RELEASED = "released"
    ARRIVED = "arrived"
    DETERRED = "deterred"
    JOINED = "joined"
    STARTED = "started"
    RUN_ENDED = "run_ended"


ENTITLED: Final[dict[tuple[Mode, Programme], tuple[LaneClass, ...]]] = {
    (Mode.COMMERCIAL, Programme.CTPAT): (LaneClass.FAST, LaneClass.STANDARD),
    (Mode.COMMERCIAL, Programme.NONE): (LaneClass.STANDARD,),
    (Mode.PASSENGER, Programme.SENTRI): (LaneClass.SENTRI, LaneClass.READY, LaneClass.STANDARD),
    (Mode.PASSENGER, Programme.READY): (LaneClass.READY, LaneClass.STANDARD),
    (Mode.PASSENGER, Programme.NONE): (LaneClass.STANDARD,),
    (Mode.PEDESTRIAN, Programme.READY): (LaneClass.READY, LaneClass.STANDARD),
    (Mode.PEDESTRIAN, Programme.NONE): (LaneClass.STANDARD,),
}
"""The lane classes that a member may use, best first."""


def lane_classes(mode: Mode) -> tuple[LaneClass, ...]:
    """The lane classes of a mode, best first."""
    return max((lanes for (m, _), lanes in ENTITLED.items() if m is mode), key=len)


def programmes(mode: Mode) -> tuple[Programme, ...]:
    """The programmes of a mode in the order in which one mark is cut: special programme, none, Ready, so that new
    members come out of none alone.
    """
    mine = [p for m, p in ENTITLED if m is mode]
    return tuple(sorted(mine, key=lambda p: (p is Programme.READY, p is Programme.NONE)))


@cache
def _codes(kind: type[StrEnum]) -> dict[str, int]:
    return {member.value: place for place, member in enumerate(kind)}


def code(word: StrEnum) -> int:
    """The integer that stands for `word` in arrays."""
    return _codes(type(word))[word.value]
