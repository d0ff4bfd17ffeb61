"""Lines as they are decoded and made: a struct for each kind of event, derived from its model."""

from typing import Any, Final, Protocol

from border_sim.events.models import MODELS, Disruption1, RunStarted1, RunStarted2
from border_sim.events.structs import struct_of
from border_sim.records import PoolInfo
from border_sim.vocabulary import EventKind


class Line(Protocol):
    """A decoded line: what every event has; its other fields are those of its kind's model (`events.models`)."""

    run: str
    replication: int
    port: str
    seq: int
    t_us: int


STRUCTS: Final[dict[EventKind, Any]] = {kind: struct_of(model, "kind") for kind, model in MODELS.items()}
"""The struct of each kind."""
STARTED_1: Final[Any] = struct_of(RunStarted1, "kind")
"""The struct of `run_started` of version 1."""
STARTED_2: Final[Any] = struct_of(RunStarted2, "kind")
"""The struct of `run_started` of version 2."""
DISRUPTION_1: Final[Any] = struct_of(Disruption1, "kind")
"""The struct of `disruption` of version 1, and of the first logs of version 2."""
_KINDS: Final = {struct: kind for kind, struct in STRUCTS.items()} | {
    STARTED_1: EventKind.RUN_STARTED,
    STARTED_2: EventKind.RUN_STARTED,
    DISRUPTION_1: EventKind.DISRUPTION,
}
MAY_BE_LEFT_OUT: Final = ("bays_cap", "pace_permille")
"""Numbers that a line leaves out where they have no value; others are null there."""
_COLUMNS: Final = {"booths_cap": "open_booths"}


def kind_of(line: Line) -> EventKind:
    """The kind of a decoded line."""
    return _KINDS[type(line)]


def column_of(field: str) -> str:
    """The event column that holds a field of lines, if there is one: a cap on booths stands among open booths."""
    return _COLUMNS.get(field, field)


def pool_texts(pools: tuple[PoolInfo, ...]) -> tuple[str, ...]:
    """The pools of a port as lines tell them; `ValueError` if two are told alike."""
    texts = tuple(pool.key for pool in pools)
    if repeated := {text for text in texts if texts.count(text) > 1}:
        raise ValueError(f"two pools are {', '.join(sorted(repeated))}; the names of a mode's pools must differ")
    return texts
