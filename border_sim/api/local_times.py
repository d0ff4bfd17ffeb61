"""Instants as a clock at the port shows them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.api.arguments import require
from border_sim.records import Array
from border_sim.run.meanings import INSTANT, INSTANTS, TABLES
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.suggestion import unknown
from border_sim.vocabulary import QUARTER_US, SECOND_US

INSTANT_COLUMNS: Final = tuple(
    dict.fromkeys(
        name for of in (*TABLES.values(), INSTANTS) for name, meaning in of.items() if meaning.unit == INSTANT
    )
)
"""The columns that hold instants."""


def with_local_times(table: pa.Table, zones: Mapping[str, str]) -> pa.Table:
    """The table with a column `X_local` (timestamp[us] without a zone) after all others for each of its instants
    `X_us`. `zones`: IANA names by slug; the column `port` tells whose clock it is. Raises `SpecError` for other ports,
    or for what is no table.
    """
    require("table", table, pa.Table, "a pyarrow.Table of a run")
    if "port" not in table.column_names:
        raise SpecError([Problem(("port",), "", "is missing; the table needs this column to know whose clock it is")])
    ports = table["port"].cast(pa.string())
    for slug in ports.unique().to_pylist():
        if slug not in zones:
            raise SpecError([Problem(("port",), shown(slug), unknown("port", str(slug), zones))])
    places = np.asarray(pc.index_in(ports, pa.array(list(zones), pa.string())))
    for name in INSTANT_COLUMNS:
        if name in table.column_names:
            local = _local(table[name], places, list(zones.values()))
            table = table.append_column(f"{name.removesuffix('_us')}_local", local)
    return table


def _local(column: pa.ChunkedArray, places: Array, zones: list[str]) -> pa.Array:
    instants = np.asarray(column.fill_null(0))
    local = np.empty_like(instants)
    for place, zone in enumerate(zones):
        local[places == place] = local_us(instants[places == place], zone)
    return pa.array(local, pa.timestamp("us"), mask=np.asarray(column.is_null()))


def local_us(instants: Array, zone: str) -> Array:
    """What a clock of the zone shows at each instant, as microseconds since 1970 on that clock.

    Zones are whole quarters of an hour from UTC, and change their clocks at whole quarters. (Arrow's own local
    timestamps know no summer time after 2037.)
    """
    if not instants.size:
        return instants
    quarters = instants // QUARTER_US
    first = quarters.min()
    quarters -= first
    is_there = np.zeros(quarters.max() + 1, bool)
    is_there[quarters] = True
    offsets_us, clock = np.zeros(is_there.size, np.int64), ZoneInfo(zone)
    for quarter in np.flatnonzero(is_there).tolist():
        time = datetime.fromtimestamp(int(first + quarter) * QUARTER_US // SECOND_US, clock)
        offsets_us[quarter] = (time.utcoffset() or timedelta()) // timedelta(microseconds=1)
    return np.asarray(instants + offsets_us[quarters])
