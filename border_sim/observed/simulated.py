"""What a run says of the cells of observed waits: posted wait and open booths by local day of the week and hour."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.vocabulary import HOUR_US, Station

CELL: Final = ("port", "mode", "lane_class", "day_of_week", "hour")
"""What tells cells apart, source aside: `day_of_week` from 0 = Monday, `hour` from 0, both local."""


def simulated_cells(metrics: pa.Table, zones: Mapping[str, str], window_us: int) -> pa.Table:
    """A row for each `CELL` of a run's windows, with `simulated_min`, the mean posted wait in minutes over postings
    that were not closed (null: all were), and `booths_open`, the mean of the pool that is named after the lane class
    (null: there is none).

    `zones`: the IANA time zone of each port that is wanted. `window_us`: the length of the windows. Raises `ValueError`
    if that is more than an hour, since such a window lies in several cells.
    """
    if window_us > HOUR_US:
        hours = window_us / HOUR_US
        raise ValueError(f"windows of {hours:g} hours; observed waits are by the hour: run with --window 1h")
    parts = [_cells_of_port(_of_port(metrics, port), zone, window_us) for port, zone in zones.items()]
    return pa.concat_tables(parts) if parts else _cells_of_port(_of_port(metrics.slice(0, 0), ""), "UTC", window_us)


def _cells_of_port(windows: pa.Table, zone: str, window_us: int) -> pa.Table:
    local = _with_local_time(windows, zone)
    posted = _sums(local.filter(pc.is_valid(local["lane_class"])))
    pools = local.filter(pc.is_valid(local["pool"]))
    open_us = _sums(pools.drop_columns(["lane_class", "pool"]).append_column("lane_class", _pool_names(pools)))
    cells = posted.join(open_us, list(CELL), join_type="left outer", right_suffix="_of_pool")
    cells = cells.join(_lengths(windows["window_us"], zone, window_us), list(CELL[3:]))
    postings = pc.if_else(pc.equal(cells["postings_sum"], 0), None, cells["postings_sum"])
    waits = pc.divide(cells["posted_min_sum"], postings)
    booths = pc.divide(_known(cells, open_us), cells["length_us"])
    return cells.select(CELL).append_column("simulated_min", waits).append_column("booths_open", booths)


def _pool_names(pools: pa.Table) -> pa.ChunkedArray:
    """The names of pools, of which the rows tell keys (`mode/name`)."""
    return pc.replace_substring_regex(pools["pool"], "^[^/]*/", "")


def _known(cells: pa.Table, open_us: pa.Table) -> pa.Array:
    """The booth-time of each cell: 0 where the pool of the lane class was closed, null where there is none."""
    lanes, pools = (pc.binary_join_element_wise(table["mode"], table["lane_class"], "/") for table in (cells, open_us))
    has_pool = pc.is_in(lanes, pc.unique(pools))
    return pc.if_else(has_pool, pc.fill_null(cells["open_us_sum_of_pool"], 0.0), None)


def _lengths(window_us: pa.ChunkedArray, zone: str, length_us: int) -> pa.Table:
    """The time that the windows of a port, from the first to the last, lie in each hour of the local week."""
    first, last = (pc.min(window_us).as_py() or 0), (pc.max(window_us).as_py() or 0)
    table = pa.table({"window_us": np.arange(first, last + 1, length_us)})
    counts = _with_local_time(table, zone).group_by(list(CELL[3:])).aggregate([("window_us", "count")])
    lengths = pc.multiply(counts["window_us_count"], float(length_us))
    return counts.select(CELL[3:]).append_column("length_us", lengths)


def _of_port(metrics: pa.Table, port: str) -> pa.Table:
    """The rows of one port at primary, of lane classes and of pools; words as plain strings, sums as floats."""
    ours = metrics.filter(pc.and_(pc.equal(metrics["port"], port), pc.equal(metrics["station"], Station.PRIMARY.value)))
    words = {name: ours[name].cast(pa.string()) for name in ("port", "mode", "lane_class", "pool")}
    sums = {name: ours[name].cast(pa.float64()) for name in ("posted_min", "postings", "open_us")}
    return pa.table({**words, "window_us": ours["window_us"], **sums})


def _with_local_time(windows: pa.Table, zone: str) -> pa.Table:
    instants = pc.cast(windows["window_us"], pa.timestamp("us", zone))
    windows = windows.append_column("day_of_week", pc.cast(pc.day_of_week(instants), pa.int8()))
    return windows.append_column("hour", pc.cast(pc.hour(instants), pa.int8()))


def _sums(windows: pa.Table) -> pa.Table:
    """By cell, the sums of what is summed."""
    summed = [("posted_min", "sum"), ("postings", "sum"), ("open_us", "sum")]
    return windows.group_by(list(CELL)).aggregate(summed)
