"""What the reference engine is made of: events with a place in the order of their instant, and crossings."""

from typing import Any, Final

import numpy as np
import simpy

from border_sim.codes import PRESENT
from border_sim.records import CROSSING_DTYPES, Crossings
from border_sim.vocabulary import MISSING

# Priorities at one instant; SimPy's own (0 and 1) let a process that was just woken go on at once.
QUARTER: Final = 2
RECORD: Final = 3
COMPLETION: Final = 1 << 40
ARRIVAL: Final = 2 << 40
START: Final = 3 << 40


class OrderedEvent(simpy.Event):
    """An event at an instant, with its place in the order of that instant."""

    def __init__(self, env: simpy.Environment, at_us: int, priority: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority, at_us - env.now)  # type: ignore[arg-type]


class Crossing:
    """A candidate: what it draws (a row of `Candidates`), what became of it (a row of `Crossings`), and where it is."""

    def __init__(self, identifier: int, drawn: Any) -> None:
        self.id = identifier
        self.drawn = drawn
        blank = Crossings._make(MISSING for _ in CROSSING_DTYPES)
        self.row: dict[str, int] = blank._asdict() | {
            "crossing": identifier,
            "outcome": PRESENT,
            **{name: getattr(drawn, name) for name in ("mode", "programme", "loaded", "arrived_us")},
        }
        self.pool = MISSING
        """The pool in whose booth or bay it stands"""
        self.joined_us = MISSING
        """When it joined the station where it is"""
        self.service_us = MISSING
        """Its time of service there"""
        self.go_on: simpy.Event
        """What it waits for: to be let in at the next station, or to be served"""


def columns_of(kind: Any, dtypes: Any, rows: list[Any]) -> Any:
    """Rows as a named tuple of columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(kind._fields)
    return kind._make(np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True))
