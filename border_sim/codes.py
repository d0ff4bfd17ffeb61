"""The codes of event kinds, stations and outcomes by name: whole numbers, such as compiled functions need.

Of other words, and where a word varies, `vocabulary.code` gives the code.
"""

from typing import Final

from border_sim.vocabulary import EventKind, Outcome, Station, code

RUN_STARTED: Final = code(EventKind.RUN_STARTED)
HEARTBEAT: Final = code(EventKind.HEARTBEAT)
DISRUPTION: Final = code(EventKind.DISRUPTION)
STAFFING: Final = code(EventKind.STAFFING)
POSTED: Final = code(EventKind.POSTED)
ENDED: Final = code(EventKind.ENDED)
RELEASED: Final = code(EventKind.RELEASED)
ARRIVED: Final = code(EventKind.ARRIVED)
DETERRED: Final = code(EventKind.DETERRED)
JOINED: Final = code(EventKind.JOINED)
STARTED: Final = code(EventKind.STARTED)
RUN_ENDED: Final = code(EventKind.RUN_ENDED)

EXPORT: Final = code(Station.EXPORT)
PRIMARY: Final = code(Station.PRIMARY)
SECONDARY: Final = code(Station.SECONDARY)
STATE: Final = code(Station.STATE)
SCAN: Final = code(Station.SCAN)
DOOR_TO_DOOR: Final = code(Station.DOOR_TO_DOOR)

PRESENT: Final = code(Outcome.PRESENT)
OUTCOME_RELEASED: Final = code(Outcome.RELEASED)
DETERRED_WAIT: Final = code(Outcome.DETERRED_WAIT)
"""Outcomes from this one on are of candidates who turned away."""
DETERRED_GATE: Final = code(Outcome.DETERRED_GATE)
