"""From the log of a run: exactly what stood at a port at each instant, and how long waits had been until then."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from border_sim.codes import DOOR_TO_DOOR, OUTCOME_RELEASED, PRIMARY
from border_sim.metrics.state import CELLS, LANES, cell_of
from border_sim.monitoring.history.instants import Instants
from border_sim.monitoring.history.standing import EDGES_US, MODE_LANES, Standing, no_durations
from border_sim.records import VISITS, Array, Crossings, PortInfo, PostedWaits, StaffingChanges
from border_sim.run import change_tables
from border_sim.run.crossings_reader import crossing_groups
from border_sim.run.directory import DirectoryError
from border_sim.run.table_columns import LogError
from border_sim.vocabulary import BEFORE_LANES, MISSING, ROUTE, code


def standing_of_log(
    folder: Path, info: PortInfo, instants: Instants, booths: Iterable[pa.Table], posted: Iterable[pa.Table]
) -> Standing:
    """What stands at a port just before each instant, and what is posted and open from it on. `booths` and `posted`:
    the port's rows of these tables of the run in `folder`.

    Raises `DirectoryError` where the log is not what a run writes.
    """
    queue = np.zeros((instants.number, CELLS), np.int64)
    busy, blocked = np.zeros((2, instants.number, len(info.pools)), np.int64)
    durations = no_durations(instants.number)
    try:
        for crossings in crossing_groups(folder / "crossings" / f"{info.slug}.parquet", info):
            _add_queues(queue, crossings, instants)
            _add_booths(busy, blocked, crossings, instants)
            _add_durations(durations, crossings, instants)
        staffing = change_tables.staffing_of(_whole(change_tables.STAFFING_SCHEMA, booths), info)
        shown = change_tables.posted_of(_whole(change_tables.POSTED_SCHEMA, posted))
    except LogError as error:
        raise DirectoryError(f"{folder}: {info.slug}: {error}; the run was damaged") from error
    posted_min, lane_open = _posted(shown, instants)
    return Standing(
        queue=queue.cumsum(axis=0).astype(float),
        open_booths=_open_booths(staffing, instants, len(info.pools)),
        busy_booths=busy.cumsum(axis=0).astype(float),
        blocked_booths=blocked.cumsum(axis=0).astype(float),
        posted_min=posted_min,
        lane_open=lane_open,
        durations={station: table.cumsum(axis=0) for station, table in durations.items()},
    )


def _add_queues(queue: Array, crossings: Crossings, instants: Instants) -> None:
    """Add those who joined a station's queue and take away those whose service began. The export side has no queue."""
    mode, lane_class = crossings.mode.astype(np.int64), crossings.lane_class.astype(np.int64)
    for station in ROUTE[1:]:
        visit = VISITS[station]
        cells = cell_of(mode, MISSING if station in BEFORE_LANES else lane_class, code(station))
        for t_us, change in ((getattr(crossings, visit.joined_us), 1), (getattr(crossings, visit.started_us), -1)):
            _add(queue, instants, t_us, cells, t_us != MISSING, change)


def _add_booths(busy: Array, blocked: Array, crossings: Crossings, instants: Instants) -> None:
    """Add services at primary that began and take away those that ended; those stay until they move on."""
    left_us = crossings.released_us
    for joined_us in (crossings.state_joined_us, crossings.secondary_joined_us):
        left_us = np.where(joined_us == MISSING, left_us, joined_us)
    moves = (
        (busy, crossings.started_us, 1),
        (busy, crossings.ended_us, -1),
        (blocked, crossings.ended_us, 1),
        (blocked, left_us, -1),
    )
    for table, t_us, change in moves:
        _add(table, instants, t_us, crossings.pool, t_us != MISSING, change)


def _add_durations(durations: dict[int, Array], crossings: Crossings, instants: Instants) -> None:
    """Add the waits that ended in the measured time."""
    lanes = crossings.mode.astype(np.int64) * LANES + crossings.lane_class + 1
    waits = {
        PRIMARY: (crossings.started_us, crossings.joined_us, crossings.started_us != MISSING),
        DOOR_TO_DOOR: (crossings.released_us, crossings.arrived_us, crossings.outcome == OUTCOME_RELEASED),
    }
    for station, (until_us, from_us, has_ended) in waits.items():
        rows = has_ended & (until_us >= instants.first_us)
        buckets = np.searchsorted(EDGES_US[station], (until_us - from_us)[rows])
        np.add.at(durations[station], (_first_that_knows(instants, until_us[rows]), lanes[rows], buckets), 1)


def _add(table: Array, instants: Instants, t_us: Array, columns: Array, rows: Array, change: int) -> None:
    """Add `change` for each of some rows, in its column, at the first instant that knows of it."""
    np.add.at(table, (_first_that_knows(instants, t_us[rows]), columns[rows]), change)


def _first_that_knows(instants: Instants, t_us: Array) -> Array:
    """`Instants.after`; raises `LogError` for a time that comes after all of them."""
    places = instants.after(t_us)
    if (places >= instants.number).any():
        raise LogError("has crossings after the run's end")
    return places


def _open_booths(staffing: StaffingChanges, instants: Instants, pools: int) -> Array:
    """The open booths of each pool from each instant on, float64[instants, pools]; before its first change it is
    closed.
    """
    return np.stack(
        [_last(staffing.t_us, staffing.open_booths, staffing.pool == pool, instants, 0.0) for pool in range(pools)],
        axis=1,
    )


def _posted(posted: PostedWaits, instants: Instants) -> tuple[Array, Array]:
    """`Standing.posted_min` and `lane_open`."""
    lanes = posted.mode.astype(np.int64) * LANES + posted.lane_class + 1
    shown = [_last(posted.t_us, posted.posted_wait_min, lanes == lane, instants, np.nan) for lane in range(MODE_LANES)]
    posted_min = np.stack(shown, axis=1)
    lane_open = np.where(np.isnan(posted_min), np.nan, posted_min != MISSING)
    return np.where(posted_min == MISSING, np.nan, posted_min), lane_open


def _last(t_us: Array, values: Array, rows: Array, instants: Instants, before: float) -> Array:
    """Of some rows in the order of their times, the last value at each instant; `before` where there is none."""
    places = np.searchsorted(t_us[rows], instants.us, side="right")
    return np.append(before, values[rows])[places]


def _whole(schema: pa.Schema, parts: Iterable[pa.Table]) -> pa.Table:
    """The parts of a table as one; their words are plain or not, as the run wrote them."""
    return pa.concat_tables(list(parts) or [schema.empty_table()])
