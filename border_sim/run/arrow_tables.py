"""Crossings <-> their Arrow table of the run directory: a row per candidate with the length of each of its stays.

Stays are kept instead of instants because they pack three times as small; the instants are their running sums from
`arrived_us`. A stay is null if the station is not on the route or the crossing has not ended it, the time for which a
crossing is blocked also if it is not blocked at all; a run that was cut short or left crossings `present` reads back as
it was.
"""

from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.codes import DETERRED_WAIT, OUTCOME_RELEASED, PRESENT
from border_sim.metrics.window_tables import word_column
from border_sim.records import CROSSING_DTYPES, VISITS, Array, Crossings, PortInfo, Records, select
from border_sim.run.table_columns import WORD, LogError, codes, integers, pool_places, require_values
from border_sim.vocabulary import MISSING, ROUTE, LaneClass, Mode, Outcome, Programme, Station

WORDS: dict[str, type[StrEnum]] = {
    "mode": Mode,
    "programme": Programme,
    "lane_class": LaneClass,
    "outcome": Outcome,
}
POOLS: Final = {VISITS[station].pool: station for station in ROUTE}


class StaysAt(NamedTuple):
    """The columns that tell of a crossing's stays at one station; empty: there is no such stay."""

    wait: str
    """Before service"""
    service: str
    blocked: str
    """After it, since there is no place at the next station; nobody is held on the export side, which is the road"""


STAYS_AT: Final = {
    Station.EXPORT: StaysAt("", "export_us", ""),
    Station.SCAN: StaysAt("scan_wait_us", "scan_us", "scan_blocked_us"),
    Station.PRIMARY: StaysAt("queue_wait_us", "primary_us", "primary_blocked_us"),
    Station.SECONDARY: StaysAt("secondary_wait_us", "secondary_us", "secondary_blocked_us"),
    Station.STATE: StaysAt("state_wait_us", "state_us", ""),
}
"""By station, in the order of the route."""
STAYS: Final = tuple(name for stays in STAYS_AT.values() for name in stays if name)
LONGEST_US: Final = 2**59 - 1
"""No run is as long; an instant below it with all stays fits 64 bits."""

CROSSINGS_SCHEMA = pa.schema(
    [
        pa.field("crossing", pa.int64(), nullable=False),
        *(pa.field(name, WORD) for name in ("mode", "programme")),
        pa.field("loaded", pa.bool_(), nullable=False),
        *(pa.field(name, WORD) for name in ("lane_class", "outcome")),
        *(pa.field(name, WORD) for name in POOLS),
        pa.field("arrived_us", pa.int64(), nullable=False),
        *(pa.field(name, pa.int64()) for name in STAYS),
    ]
)


def ended_in(records: Records, *, is_last: bool) -> Crossings:
    """The crossings whose story ends in the period: deterred or released in it, and at the end of the run those
    present.
    """
    crossings = records.crossings
    deterred = (crossings.outcome >= DETERRED_WAIT) & (crossings.arrived_us >= records.from_us)
    released = crossings.released_us >= records.from_us
    present = (crossings.outcome == PRESENT) & is_last
    return Crossings(*select(crossings, deterred | released | present))


def crossings_table(crossings: Crossings, info: PortInfo) -> pa.Table:
    """Crossings as an Arrow table of `CROSSINGS_SCHEMA`."""
    columns: dict[str, Any] = {"crossing": crossings.crossing, "loaded": crossings.loaded.astype(bool)}
    for name, words in WORDS.items():
        columns[name] = word_column(getattr(crossings, name), [word.value for word in words], np.int8)
    pools = [pool.key for pool in info.pools]
    for name in POOLS:
        columns[name] = word_column(getattr(crossings, name), pools, np.int8)
    columns["arrived_us"] = crossings.arrived_us
    columns |= _stays(crossings)
    return pa.table([columns[name] for name in CROSSINGS_SCHEMA.names], schema=CROSSINGS_SCHEMA)


def _stays(crossings: Crossings) -> dict[str, pa.Array]:
    """By column, the stays of each crossing."""
    columns = dict[str, pa.Array]()
    leaves_us = crossings.released_us
    for station in reversed(ROUTE):
        visit, stays = VISITS[station], STAYS_AT[station]
        joined_us, started_us, ended_us = (getattr(crossings, name) for name in visit[1:])
        blocked_until_us = np.where(leaves_us == ended_us, MISSING, leaves_us)
        spans = ((joined_us, started_us), (started_us, ended_us), (ended_us, blocked_until_us))
        columns |= {name: _between(*span) for name, span in zip(stays, spans, strict=True) if name}
        leaves_us = np.where(joined_us == MISSING, leaves_us, joined_us)
    return columns


def _between(begins_us: Array, ends_us: Array) -> pa.Array:
    return pa.array(ends_us - begins_us, mask=(begins_us == MISSING) | (ends_us == MISSING))


def crossings_of(table: pa.Table, info: PortInfo) -> Crossings:
    """The crossings of a table of `CROSSINGS_SCHEMA`, in the order of their ids.

    Raises `LogError` for words, pools of `info` and stays that cannot be: compiled code finds its way by them.
    """
    require_values(table, ("crossing", "loaded", "arrived_us"))
    for name in ("arrived_us", *STAYS):
        _require_sane(name, table[name])
    table = table.sort_by("crossing")
    columns = {
        "crossing": integers(table["crossing"]),
        "loaded": np.asarray(table["loaded"]).astype(np.uint8),
        **{name: codes(table[name], words, may_be_null=name == "lane_class") for name, words in WORDS.items()},
    }
    for name, station in POOLS.items():
        columns[name] = pool_places(table[name], columns["mode"], info, station, may_be_null=True)
    columns |= instants_of(table)
    return Crossings._make(columns[n].astype(t) for n, t in zip(Crossings._fields, CROSSING_DTYPES, strict=True))


def instants_of(table: pa.Table) -> dict[str, Array]:
    """The instants of the rows of a table of `CROSSINGS_SCHEMA` by name, int64; `MISSING`: not reached, or left out.

    A crossing has joined a station if it has a pool there, and primary if it has a lane class.
    """
    outcome = codes(table["outcome"], Outcome)
    instants = {"arrived_us": integers(table["arrived_us"])}
    leaves_us = instants["arrived_us"]
    for station, stays in STAYS_AT.items():
        visit = VISITS[station]
        column = table["lane_class" if station is Station.PRIMARY else visit.pool]
        goes_in = np.asarray(column.is_valid()) & (outcome < DETERRED_WAIT)
        joined_us = np.where(goes_in, leaves_us, MISSING)
        started_us = _after(joined_us, integers(table[stays.wait])) if stays.wait else joined_us
        ended_us = _after(started_us, integers(table[stays.service]))
        mine = {visit.joined_us: joined_us, visit.started_us: started_us, visit.ended_us: ended_us}
        instants = mine | instants  # the export side is joined on arrival, whoever goes in
        blocked_us = np.maximum(integers(table[stays.blocked]), 0) if stays.blocked else 0
        leaves_us = np.where(goes_in, np.where(ended_us == MISSING, MISSING, ended_us + blocked_us), leaves_us)
    return instants | {"released_us": np.where(outcome == OUTCOME_RELEASED, leaves_us, MISSING)}


def _after(begins_us: Array, stay_us: Array) -> Array:
    return np.where((begins_us == MISSING) | (stay_us == MISSING), MISSING, begins_us + stay_us)


def _require_sane(name: str, column: pa.ChunkedArray) -> None:
    for value in pc.min_max(column).as_py().values():
        if value is not None and not 0 <= value <= LONGEST_US:
            raise LogError(f"its log holds {name} {value}, which is not between 0 and {LONGEST_US}")
