"""Records <-> Arrow tables of the run directory: a row per candidate with the length of each of its stays, booths,
posted waits.

Stays are kept instead of instants because they pack three times as small; the instants are their running sums from
`arrived_us`. A stay is null if the station is not on the route or the crossing has not ended it; a run that was cut
short or left crossings `present` reads back as it was.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.codes import DETERRED_WAIT, OUTCOME_RELEASED, PRESENT
from border_sim.errors import BorderSimError
from border_sim.metrics.window_tables import word_column
from border_sim.records import (
    CROSSING_DTYPES,
    DISRUPTION_DTYPES,
    VISITS,
    Array,
    Crossings,
    Disruptions,
    PortInfo,
    PostedWaits,
    Records,
    StaffingChanges,
    select,
)
from border_sim.vocabulary import MISSING, LaneClass, Mode, Outcome, Programme, Station, code

WORDS: dict[str, type[StrEnum]] = {
    "mode": Mode,
    "programme": Programme,
    "lane_class": LaneClass,
    "outcome": Outcome,
}
POOLS = {
    "export_pool": Station.EXPORT,
    "pool": Station.PRIMARY,
    "secondary_pool": Station.SECONDARY,
    "state_pool": Station.STATE,
}
STAYS = {
    "export_us": ("arrived_us", "joined_us"),
    "queue_wait_us": ("joined_us", "started_us"),
    "primary_us": ("started_us", "ended_us"),
    "secondary_wait_us": ("ended_us", "secondary_started_us"),
    "secondary_us": ("secondary_started_us", "secondary_ended_us"),
    "state_wait_us": ("left_us", "state_started_us"),
    "state_us": ("state_started_us", "released_us"),
}
"""Each stay from the instant it begins to the one it ends; `left_us` is the end of the last station before state."""
LONGEST_US: Final = 2**60 - 1
"""No draw is longer; an instant below it with seven such stays fits 64 bits."""

WORD = pa.dictionary(pa.int8(), pa.string())
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


class LogError(BorderSimError, ValueError):
    """A table of a run's log that says what no run writes."""


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
    instants = crossings._asdict() | {"left_us": _left(crossings)}
    columns["arrived_us"] = crossings.arrived_us
    for name, (begin, end) in STAYS.items():
        missing = (instants[begin] == MISSING) | (instants[end] == MISSING)
        if name == "export_us":
            missing |= crossings.export_pool == MISSING
        columns[name] = pa.array(instants[end] - instants[begin], mask=missing)
    return pa.table([columns[name] for name in CROSSINGS_SCHEMA.names], schema=CROSSINGS_SCHEMA)


def crossings_of(table: pa.Table, info: PortInfo) -> Crossings:
    """The crossings of a table of `CROSSINGS_SCHEMA`, in the order of their ids.

    Raises `LogError` for words, pools of `info` and stays that cannot be: compiled code finds its way by them.
    """
    _require_values(table, ("crossing", "loaded", "arrived_us"))
    for name in ("arrived_us", *STAYS):
        _require_sane(name, table[name])
    table = table.sort_by("crossing")
    columns = {
        "crossing": _integers(table["crossing"]),
        "loaded": np.asarray(table["loaded"]).astype(np.uint8),
        **{name: _codes(table[name], words, may_be_null=name == "lane_class") for name, words in WORDS.items()},
        "arrived_us": _integers(table["arrived_us"]),
    }
    for name, station in POOLS.items():
        columns[name] = _pool_places(table[name], columns["mode"], station, info, may_be_null=True)
    columns |= instants_of(table) | {"scan_pool": np.full(len(table), MISSING)}
    return Crossings._make(columns[n].astype(t) for n, t in zip(Crossings._fields, CROSSING_DTYPES, strict=True))


def instants_of(table: pa.Table) -> dict[str, Array]:
    """The instants of the rows of a table of `CROSSINGS_SCHEMA` by name, int64; `MISSING`: not reached, or left out."""
    stays = {name: _integers(table[name]) for name in STAYS}
    has_pool = {name: np.asarray(table[name].is_valid()) for name in POOLS}
    stays["export_us"] = np.where(has_pool["export_pool"], stays["export_us"], 0)
    instants = {"arrived_us": _integers(table["arrived_us"])}
    for name, (begin, end) in STAYS.items():
        if begin == "left_us":
            instants[begin] = np.where(has_pool["secondary_pool"], instants["secondary_ended_us"], instants["ended_us"])
        instants[end] = np.where(stays[name] == MISSING, MISSING, instants[begin] + stays[name])
    instants["export_ended_us"] = np.where(has_pool["export_pool"], instants["joined_us"], MISSING)
    instants["secondary_joined_us"] = np.where(has_pool["secondary_pool"], instants["ended_us"], MISSING)
    instants["state_joined_us"] = np.where(has_pool["state_pool"], instants["left_us"], MISSING)
    instants |= dict.fromkeys(VISITS[Station.SCAN][1:], np.full(len(table), MISSING))
    outcome = _codes(table["outcome"], Outcome)
    without_state = (outcome == OUTCOME_RELEASED) & ~has_pool["state_pool"]
    instants["released_us"] = np.where(without_state, instants["left_us"], instants["released_us"])
    deterred = outcome >= DETERRED_WAIT  # they joined nothing
    return {n: column if n == "arrived_us" else np.where(deterred, MISSING, column) for n, column in instants.items()}


def _left(crossings: Crossings) -> Array:
    return np.where(crossings.secondary_pool >= 0, crossings.secondary_ended_us, crossings.ended_us)


def _integers(column: pa.ChunkedArray) -> Array:
    return np.asarray(column.fill_null(MISSING).combine_chunks())


def _codes(column: pa.ChunkedArray, words: type[StrEnum], *, may_be_null: bool = False) -> Array:
    return _places(column, [word.value for word in words], may_be_null=may_be_null)


def _places(column: pa.ChunkedArray, words: list[str], *, may_be_null: bool) -> Array:
    """Places among `words`; null is `MISSING`."""
    text = column.cast(pa.string())
    places = pc.index_in(text, pa.array(words, pa.string()))
    unknown = text.filter(places.is_null()).unique().to_pylist()
    for word in unknown:
        if word is not None or not may_be_null:
            raise LogError(f"its log names {word!r}, which is none of {', '.join(words)}")
    return np.asarray(places.fill_null(MISSING).combine_chunks())


def _require_values(table: pa.Table, names: Sequence[str]) -> None:
    """Raise `LogError` where a column has holes that no run leaves."""
    for name in names:
        if table[name].null_count:
            raise LogError(f"its log holds {table[name].null_count} rows without {name}")


def _require_sane(name: str, column: pa.ChunkedArray) -> None:
    for value in pc.min_max(column).as_py().values():
        if value is not None and not 0 <= value <= LONGEST_US:
            raise LogError(f"its log holds {name} {value}, which is not between 0 and {LONGEST_US}")


def _pool_places(
    column: pa.ChunkedArray, modes: Array, station: Station, info: PortInfo, *, may_be_null: bool
) -> Array:
    """Places of pools by key, or by name alone, as runs of before were written; names repeat between modes."""
    words = [pool.key for pool in info.pools] + sorted({pool.name for pool in info.pools})
    place_of = np.full((len(Mode), len(words) + 1), MISSING)
    for place, pool in enumerate(info.pools):
        if pool.station is station:
            place_of[code(pool.mode), [place, words.index(pool.name)]] = place
    places = place_of[modes, _places(column, words, may_be_null=may_be_null)]
    elsewhere = column.filter(pa.array((places == MISSING) & np.asarray(column.is_valid())))
    if len(elsewhere):
        raise LogError(f"its log names the pool {elsewhere[0].as_py()!r} of {station} in a mode that has none")
    return places


STAFFING_SCHEMA = pa.schema(
    [("port", WORD), ("t_us", pa.int64()), ("mode", WORD), ("pool", WORD), ("open_booths", pa.int32())]
)
POSTED_SCHEMA = pa.schema(
    [
        ("port", WORD), ("t_us", pa.int64()), ("mode", WORD), ("lane_class", WORD),
        pa.field("posted_wait_min", pa.int32()), ("queue", pa.int32()),
    ]
)  # fmt: skip
DISRUPTIONS_SCHEMA = pa.schema(
    [("port", WORD), ("t_us", pa.int64()), ("mode", WORD), ("gate_shut", pa.bool_()), ("booths_cap", pa.int32())]
)


def staffing_table(staffing: StaffingChanges, info: PortInfo) -> pa.Table:
    """Changes of open booths as an Arrow table of `STAFFING_SCHEMA`."""
    modes = np.array([code(pool.mode) for pool in info.pools])[staffing.pool]
    return pa.table(
        [
            _port(info, staffing.t_us.size),
            staffing.t_us,
            word_column(modes, [mode.value for mode in Mode], np.int8),
            word_column(staffing.pool, [pool.key for pool in info.pools], np.int8),
            staffing.open_booths,
        ],
        schema=STAFFING_SCHEMA,
    )


def posted_table(posted: PostedWaits, info: PortInfo) -> pa.Table:
    """Posted waits as an Arrow table of `POSTED_SCHEMA`; null: closed."""
    return pa.table(
        [
            _port(info, posted.t_us.size),
            posted.t_us,
            word_column(posted.mode, [mode.value for mode in Mode], np.int8),
            word_column(posted.lane_class, [lane.value for lane in LaneClass], np.int8),
            pa.array(posted.posted_wait_min, mask=posted.posted_wait_min == MISSING),
            posted.queue,
        ],
        schema=POSTED_SCHEMA,
    )


def disruptions_table(disruptions: Disruptions, info: PortInfo) -> pa.Table:
    """Disruptions as an Arrow table of `DISRUPTIONS_SCHEMA`; a null cap: none."""
    return pa.table(
        [
            _port(info, disruptions.t_us.size),
            disruptions.t_us,
            word_column(disruptions.mode, [mode.value for mode in Mode], np.int8),
            disruptions.gate_shut.astype(bool),
            pa.array(disruptions.booths_cap, mask=disruptions.booths_cap == MISSING),
        ],
        schema=DISRUPTIONS_SCHEMA,
    )


def staffing_of(table: pa.Table, info: PortInfo) -> StaffingChanges:
    """The staffing changes of a table of one port. Raises `LogError` for words and pools that cannot be."""
    _require_values(table, ("t_us", "open_booths"))
    modes = _codes(table["mode"], Mode)
    pools = _pool_places(table["pool"], modes, Station.PRIMARY, info, may_be_null=False)
    return StaffingChanges(_integers(table["t_us"]), pools.astype(np.int16), _integers(table["open_booths"]))


def posted_of(table: pa.Table) -> PostedWaits:
    """The posted waits of a table of one port. Raises `LogError` for words that cannot be."""
    _require_values(table, ("t_us", "queue"))
    return PostedWaits(
        _integers(table["t_us"]),
        _codes(table["mode"], Mode).astype(np.uint8),
        _codes(table["lane_class"], LaneClass).astype(np.int8),
        _integers(table["posted_wait_min"]),
        _integers(table["queue"]),
    )


def disruptions_of(table: pa.Table) -> Disruptions:
    """The disruptions of a table of one port. Raises `LogError` for words that cannot be."""
    _require_values(table, ("t_us", "gate_shut"))
    return Disruptions(
        _integers(table["t_us"]),
        _codes(table["mode"], Mode).astype(np.uint8),
        np.asarray(table["gate_shut"]).astype(np.int8),
        _integers(table["booths_cap"]),
        *(np.full(len(table), MISSING, dtype) for dtype in DISRUPTION_DTYPES[4:]),
    )


def _port(info: PortInfo, count: int) -> pa.DictionaryArray:
    return word_column(np.zeros(count, np.int8), [info.slug], np.int8)
