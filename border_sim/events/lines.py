"""The event as it is written: one JSON object a line, a model for each kind with the fields that this kind has.

Words are those of the vocabulary; a pool is told as `mode/name`, because names repeat between the modes of a port. What
does not apply yet is left out: the lane class before it is chosen, the pool of primary before service starts.
"""

from typing import Annotated, Final, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from border_sim.records import PoolInfo
from border_sim.vocabulary import NEVER_US, EventKind, LaneClass, Mode, Programme

SCHEMA: Final = 1
"""The version of these models, told by `run_started`."""

Stop = Literal["export", "primary", "secondary", "state"]
"""A station that a crossing visits."""
Count = Annotated[int, Meta(ge=0, lt=2**31)]
Number = Annotated[int, Meta(ge=0, lt=2**62)]
Instant = Annotated[int, Meta(ge=0, lt=NEVER_US, description="Microseconds since the Unix epoch, UTC.")]
Duration = Annotated[int, Meta(ge=0, lt=NEVER_US, description="Microseconds.")]


class Line(Struct, gc=False, forbid_unknown_fields=True, tag_field="kind"):
    """What every event has. `seq` counts the events of a run, replication and port from 0 without gaps."""

    run: str
    replication: Count
    port: str
    seq: Number
    t_us: Instant


class RunStarted(Line, tag="run_started"):
    """The first event of a port: all that a reader needs to know of it."""

    schema: Literal[1]
    time_zone: str
    latitude: float | None
    longitude: float | None
    installed: dict[Mode, Count]
    pools: tuple[PoolInfo, ...]
    measured_from_us: Instant


class Heartbeat(Line, tag="heartbeat"):
    """Nothing earlier than `t_us` follows on this port."""


class Disruption(Line, tag="disruption"):
    """The gate, and the most booths that may be open (null: no cap), from now on."""

    mode: Mode
    gate_shut: bool
    open_booths: Count | None


class Staffing(Line, tag="staffing"):
    """The open booths of a pool from now on."""

    pool: str
    open_booths: Count


class Posted(Line, tag="posted"):
    """The wait posted for a lane class (null: closed), and its queue now."""

    mode: Mode
    lane_class: LaneClass
    posted_wait_min: Count | None
    queue: Count


class OfCrossing(Line):
    """What every event of a crossing has."""

    mode: Mode
    programme: Programme
    loaded: bool
    crossing: Number


class Arrived(OfCrossing, tag="arrived"):
    """The crossing came to the gate and stays."""


class Deterred(OfCrossing, tag="deterred"):
    """The candidate turned away at the gate; `lane_class` is the one that it would have joined."""

    outcome: Literal["deterred_wait", "deterred_gate"]
    lane_class: LaneClass | UnsetType = UNSET


class Joined(OfCrossing, tag="joined"):
    """The crossing joined the queue of a station."""

    station: Stop
    lane_class: LaneClass | UnsetType = UNSET
    pool: str | UnsetType = UNSET


class Started(OfCrossing, tag="started"):
    """Its service began, so long after it joined."""

    station: Stop
    pool: str
    queue_wait_us: Duration
    lane_class: LaneClass | UnsetType = UNSET


class Ended(OfCrossing, tag="ended"):
    """Its service at a station ended."""

    station: Stop
    pool: str
    lane_class: LaneClass | UnsetType = UNSET


class Released(OfCrossing, tag="released"):
    """It left the port, so long after it arrived."""

    outcome: Literal["released"]
    time_in_system_us: Duration
    lane_class: LaneClass | UnsetType = UNSET


class RunEnded(Line, tag="run_ended"):
    """The last event of a port: nothing follows, and every window closes."""


AnyLine = (
    RunStarted
    | Heartbeat
    | Disruption
    | Staffing
    | Posted
    | Ended
    | Released
    | Arrived
    | Deterred
    | Joined
    | Started
    | RunEnded
)
"""Any event, told apart by `kind`."""

MODELS: Final[dict[EventKind, type[Line]]] = dict(zip(EventKind, get_args(AnyLine), strict=True))
"""The model of each kind."""


def pool_texts(pools: tuple[PoolInfo, ...]) -> tuple[str, ...]:
    """The pools of a port as lines tell them; `ValueError` if two are told alike."""
    texts = tuple(f"{pool.mode}/{pool.name}" for pool in pools)
    if repeated := {text for text in texts if texts.count(text) > 1}:
        raise ValueError(f"two pools are {', '.join(sorted(repeated))}; the names of a mode's pools must differ")
    return texts
