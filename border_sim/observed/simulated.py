"""What a run says of the cells of observed waits: posted wait and open booths by local day of the week and hour."""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from border_sim.vocabulary import Station

CELL: Final = ("port", "mode", "lane_class", "day_of_week", "hour")
"""What tells cells apart, source aside: `day_of_week` from 0 = Monday, `hour` from 0, both local."""


def simulated_cells(metrics: pa.Table, zones: Mapping[str, str], window_us: int) -> pa.Table:
    """A row for each `CELL` of a run's windows, with `simulated_min`, the mean posted wait in minutes over postings
    that were not closed (null: all were), and `booths_open`, the mean of the pool that is named after the lane class
    (null: there is none).

    `zones`: the IANA time zone of each port that is wanted. `window_us`: the length of the windows.
    """
    parts = [_with_local_time(_of_port(metrics, port), zone) for port, zone in zones.items()]
    windows = pa.concat_tables(parts or [_with_local_time(_of_port(metrics.slice(0, 0), ""), "UTC")])
    posted = _sums(windows.filter(pc.is_valid(windows["lane_class"])))
    pools = windows.filter(pc.is_valid(windows["pool"]))
    open_us = _sums(pools.drop_columns("lane_class").rename_columns({"pool": "lane_class"}))
    cells = posted.join(open_us, list(CELL), join_type="left outer", right_suffix="_of_pool")
    waits = pc.divide(
        cells["posted_min_sum"], pc.if_else(pc.equal(cells["postings_sum"], 0), None, cells["postings_sum"])
    )
    length_us = pc.multiply(cells["window_us_count"], float(window_us))
    booths = pc.divide(cells["open_us_sum_of_pool"], length_us)
    return cells.select(CELL).append_column("simulated_min", waits).append_column("booths_open", booths)


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
    """By cell, the sums of what is summed, and the number of windows."""
    summed = [("posted_min", "sum"), ("postings", "sum"), ("open_us", "sum"), ("window_us", "count")]
    return windows.group_by(list(CELL)).aggregate(summed)
