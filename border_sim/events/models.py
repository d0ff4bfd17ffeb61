"""The event as it is written: one JSON object a line, a model for each kind with the fields that this kind has.

These models are the contract: the structs of the hot path (`events.lines`), the JSON Schema (`documents.event_schema`)
and the data dictionary are made from them. Words are those of the vocabulary; a pool is told as `mode/name`, because
names repeat between the modes of a port. What does not apply yet is left out: the lane class before it is chosen, the
pool of primary before service starts. Between `ended` at one station and `joined` at the next a crossing is blocked: it
finds no place there.
"""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from border_sim.events.wire import Count, Duration, Instant, Number, OrLeftOut, Wire, in_unit
from border_sim.vocabulary import EventKind, LaneClass, Mode, Outcome, Programme, Station

SCHEMA_VERSION: Final = 3
"""The version of these models, told by `run_started`."""
READABLE_VERSIONS: Final = (1, 2, SCHEMA_VERSION)
"""The versions that are read. Version 2 knows no station `scan`, nobody is blocked in it, and its disruptions are of a
mode alone, without `pool`, `bays_cap` and `pace_permille`. Version 1 besides does not tell a run's `ports`, `seed` and
`configuration_hash`. It calls a disruption's `booths_cap` `open_booths`, and so do the first logs of version 2.
"""

Stop = Literal[Station.EXPORT, Station.SCAN, Station.PRIMARY, Station.SECONDARY, Station.STATE]
"""A station that a crossing visits."""
Pace = Annotated[int, Field(ge=1, lt=2**31)]


class Event(Wire):
    """What every event has."""

    run: str
    """identifier of the run"""
    replication: Count
    """which replication of the seed, from 0"""
    port: str
    """slug of the port"""
    seq: Number
    """counts the events of a run, replication and port from 0 without gaps"""
    t_us: Instant
    """when it happened"""
    kind: EventKind
    """the kind of event, by which its further fields are known"""


class Pool(Wire):
    """A pool of a port: booths at primary, bays at scan, secondary and state, or a plain delay."""

    name: str
    """names repeat between the modes of a port"""
    mode: Mode
    """`commercial`, `passenger` or `pedestrian`"""
    station: Station
    """where it is"""


class _Start(Event):
    """What `run_started` has in every version."""

    kind: Literal[EventKind.RUN_STARTED]
    version: Annotated[int, Field(alias="schema")]
    """version of the events' models"""
    time_zone: str
    """IANA name of the port's time zone"""
    latitude: Annotated[float | None, in_unit("degrees")]
    """WGS84; null: not known"""
    longitude: Annotated[float | None, in_unit("degrees")]
    """WGS84; null: not known"""
    installed: Annotated[dict[Mode, Count], in_unit("booths")]
    """booths built, by mode"""
    pools: tuple[Pool, ...]
    """every pool of every station: `name`, `mode`, `station`"""
    measured_from_us: Instant
    """end of the warm-up"""


class RunStarted1(_Start):
    """`run_started` of version 1."""

    version: Annotated[int, Field(alias="schema", ge=1, le=1)]
    """version of the events' models"""


class _StartOfRun(_Start):
    """What `run_started` has from version 2 on."""

    ports: Annotated[int, Field(ge=1, lt=2**31)]
    """how many ports the run has, so that a reader knows when all have ended"""
    seed: Annotated[int, Field(ge=0, lt=2**32)] | None
    """key of every draw; null: not known"""
    configuration_hash: str | None
    """SHA-256 of the run's whole configuration; null: not known"""


class RunStarted2(_StartOfRun):
    """`run_started` of version 2."""

    version: Annotated[int, Field(alias="schema", ge=2, le=2)]
    """version of the events' models"""


class RunStarted(_StartOfRun):
    """The first event of a port: all that a reader needs to know of it."""

    version: Annotated[int, Field(alias="schema", ge=SCHEMA_VERSION, le=SCHEMA_VERSION)]
    """version of the events' models"""


class Heartbeat(Event):
    """Nothing earlier than `t_us` follows on this port."""

    kind: Literal[EventKind.HEARTBEAT]


class _Disruption(Event):
    """What `disruption` has in every version."""

    kind: Literal[EventKind.DISRUPTION]
    mode: Mode
    """`commercial`, `passenger` or `pedestrian`"""
    gate_shut: bool
    """whether the gate is shut to arrivals; false: as planned"""


class Disruption1(_Disruption):
    """The event `disruption` of version 1, and of the first logs of version 2."""

    open_booths: Annotated[Count | None, in_unit("booths")]
    """the most that may be open in the mode; null: no cap"""


class Disruption(_Disruption):
    """The gate and the most booths that may be open from now on; with a `pool` also its bays and pace from now on."""

    booths_cap: Annotated[Count | None, in_unit("booths")]
    """the most that may be open in the mode; null: no cap"""
    pool: OrLeftOut[str] = None
    """`mode/name` of the pool that it tells of; left out where it tells of the mode alone"""
    bays_cap: Annotated[OrLeftOut[Count], in_unit("bays")] = None
    """the most bays of the pool that may be open; left out: no cap, or no pool"""
    pace_permille: Annotated[OrLeftOut[Pace], in_unit("thousandths")] = None
    """factor on the time of each service that the pool begins: 1000 as usual, 2000 takes twice as long; left out
    without a pool
    """


class Staffing(Event):
    """The open booths of a pool, or its open bays, from now on; of bays only where they may change or block."""

    kind: Literal[EventKind.STAFFING]
    pool: str
    """`mode/name` of the pool"""
    open_booths: Annotated[Count, in_unit("booths")]
    """booths, or bays, open from now on"""


class Posted(Event):
    """The wait posted for a lane class, and its queue now."""

    kind: Literal[EventKind.POSTED]
    mode: Mode
    """`commercial`, `passenger` or `pedestrian`"""
    lane_class: LaneClass
    """the lane class"""
    posted_wait_min: Annotated[Count | None, in_unit("min")]
    """the wait posted, rounded as CBP rounds; null: closed, no pool that serves it is open"""
    queue: Annotated[Count, in_unit("crossings")]
    """crossings waiting for primary then"""


class OfCrossing(Event):
    """What every event of a crossing has."""

    mode: Mode
    """`commercial`, `passenger` or `pedestrian`"""
    programme: Programme
    """membership: `none`, `ctpat`, `sentri` or `ready`"""
    loaded: bool
    """a truck with load; false for cars and pedestrians"""
    crossing: Number
    """identifier: rank by arrival among all candidates of the port's run, from 0"""


class Arrived(OfCrossing):
    """The crossing came to the gate and stays."""

    kind: Literal[EventKind.ARRIVED]


class Deterred(OfCrossing):
    """The candidate turned away at the gate."""

    kind: Literal[EventKind.DETERRED]
    outcome: Literal[Outcome.DETERRED_WAIT, Outcome.DETERRED_GATE]
    """why: the posted wait, or the gate was shut"""
    lane_class: OrLeftOut[LaneClass] = None
    """the lane class that it would have joined"""


class Joined(OfCrossing):
    """The crossing joined the queue of a station."""

    kind: Literal[EventKind.JOINED]
    station: Stop
    """`export`, `scan`, `primary`, `secondary` or `state`"""
    lane_class: OrLeftOut[LaneClass] = None
    """the lane class; left out before it has joined primary"""
    pool: OrLeftOut[str] = None
    """`mode/name` of the pool; left out at primary, where it is not known before service"""


class Started(OfCrossing):
    """Its service began, so long after it joined."""

    kind: Literal[EventKind.STARTED]
    station: Stop
    """`export`, `scan`, `primary`, `secondary` or `state`"""
    pool: str
    """`mode/name` of the pool"""
    queue_wait_us: Duration
    """since it joined that station"""
    lane_class: OrLeftOut[LaneClass] = None
    """the lane class; left out before it has joined primary"""


class Ended(OfCrossing):
    """Its service at a station ended."""

    kind: Literal[EventKind.ENDED]
    station: Stop
    """`export`, `scan`, `primary`, `secondary` or `state`"""
    pool: str
    """`mode/name` of the pool"""
    lane_class: OrLeftOut[LaneClass] = None
    """the lane class; left out before it has joined primary"""


class Released(OfCrossing):
    """It left the port, so long after it arrived."""

    kind: Literal[EventKind.RELEASED]
    outcome: Literal[Outcome.RELEASED]
    """what became of it: it left"""
    time_in_system_us: Duration
    """since it arrived"""
    lane_class: OrLeftOut[LaneClass] = None
    """the lane class"""


class RunEnded(Event):
    """The last event of a port: nothing follows, and every window closes."""

    kind: Literal[EventKind.RUN_ENDED]


AnyEvent = Annotated[
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
    | RunEnded,
    Field(discriminator="kind"),
]
"""Any event, told apart by `kind`."""

MODELS: Final[dict[EventKind, type[Event]]] = dict(zip(EventKind, get_args(get_args(AnyEvent)[0]), strict=True))
"""The model of each kind."""
