"""Changes at a port <-> Arrow tables of the run directory: booths, posted waits, disruptions."""

from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from border_sim.metrics.window_tables import word_column
from border_sim.records import Array, Disruptions, PortInfo, PostedWaits, StaffingChanges
from border_sim.run.table_columns import WORD, codes, integers, pool_places, require_values
from border_sim.vocabulary import MISSING, LaneClass, Mode, code

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
    [
        ("port", WORD), ("t_us", pa.int64()), ("mode", WORD), ("gate_shut", pa.bool_()), ("booths_cap", pa.int32()),
        ("pool", WORD), ("bays_cap", pa.int32()), ("pace_permille", pa.int32()),
    ]
)  # fmt: skip


def staffing_table(staffing: StaffingChanges, info: PortInfo) -> pa.Table:
    """Changes of open booths as an Arrow table of `STAFFING_SCHEMA`."""
    modes = np.array([code(pool.mode) for pool in info.pools])[staffing.pool]
    columns = (_words(modes, Mode), _pools(staffing.pool, info), staffing.open_booths)
    return _table(STAFFING_SCHEMA, info, staffing.t_us, *columns)


def posted_table(posted: PostedWaits, info: PortInfo) -> pa.Table:
    """Posted waits as an Arrow table of `POSTED_SCHEMA`; null: closed."""
    lane = (_words(posted.mode, Mode), _words(posted.lane_class, LaneClass))
    return _table(POSTED_SCHEMA, info, posted.t_us, *lane, _with_nulls(posted.posted_wait_min), posted.queue)


def disruptions_table(disruptions: Disruptions, info: PortInfo) -> pa.Table:
    """Disruptions as an Arrow table of `DISRUPTIONS_SCHEMA`; null: no cap, and no pool."""
    return _table(
        DISRUPTIONS_SCHEMA,
        info,
        disruptions.t_us,
        _words(disruptions.mode, Mode),
        disruptions.gate_shut.astype(bool),
        _with_nulls(disruptions.booths_cap),
        _pools(disruptions.pool, info),
        _with_nulls(disruptions.bays_cap),
        _with_nulls(disruptions.pace_permille),
    )


def staffing_of(table: pa.Table, info: PortInfo) -> StaffingChanges:
    """The staffing changes of a table of one port. Raises `LogError` for words and pools that cannot be."""
    require_values(table, ("t_us", "open_booths"))
    modes = codes(table["mode"], Mode)
    pools = pool_places(table["pool"], modes, info, None, may_be_null=False)
    return StaffingChanges(integers(table["t_us"]), pools.astype(np.int16), integers(table["open_booths"]))


def posted_of(table: pa.Table) -> PostedWaits:
    """The posted waits of a table of one port. Raises `LogError` for words that cannot be."""
    require_values(table, ("t_us", "queue"))
    return PostedWaits(
        integers(table["t_us"]),
        codes(table["mode"], Mode).astype(np.uint8),
        codes(table["lane_class"], LaneClass).astype(np.int8),
        integers(table["posted_wait_min"]),
        integers(table["queue"]),
    )


def disruptions_of(table: pa.Table, info: PortInfo) -> Disruptions:
    """The disruptions of a table of one port. Raises `LogError` for words and pools that cannot be."""
    require_values(table, ("t_us", "gate_shut"))
    modes = codes(table["mode"], Mode)
    return Disruptions(
        integers(table["t_us"]),
        modes.astype(np.uint8),
        np.asarray(table["gate_shut"]).astype(np.int8),
        integers(table["booths_cap"]),
        pool_places(table["pool"], modes, info, None, may_be_null=True).astype(np.int16),
        integers(table["bays_cap"]),
        integers(table["pace_permille"]),
    )


def _table(schema: pa.Schema, info: PortInfo, *columns: Any) -> pa.Table:
    """The columns of changes after the port, which is the same in each row."""
    port = word_column(np.zeros(len(columns[0]), np.int8), [info.slug], np.int8)
    return pa.table([port, *columns], schema=schema)


def _words(places: Array, words: type[StrEnum]) -> pa.DictionaryArray:
    return word_column(places, [word.value for word in words], np.int8)


def _pools(places: Array, info: PortInfo) -> pa.DictionaryArray:
    return word_column(places, [pool.key for pool in info.pools], np.int8)


def _with_nulls(column: Array) -> pa.Array:
    return pa.array(column, mask=column == MISSING)
