"""Observed waits beside the posted waits of a run, and beside a guess that knows no model."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.observed.simulated import CELL, simulated_cells
from border_sim.records import Array

HOURS: Final = 24


def comparison(
    observed: pa.Table, metrics: pa.Table, zones: Mapping[str, str], window_us: int
) -> pa.Table:
    """A row for each observed cell of the ports in `zones` (IANA time zone by port), in the order of `observed`.

    Columns: those of `observed` (`border_sim.loading.observed.SCHEMA`), `simulated_min` (mean posted wait of the run;
    null where it posted none), `naive_min` (see `naive_guess`) and `booths_open` (simulated, beside `lanes_open`).
    `metrics` holds the run's windows, each `window_us` long.
    """
    mine = pc.is_in(observed["port"], pa.array(list(zones)))
    cells = observed.append_column("naive_min", naive_guess(observed)).filter(mine)
    cells = cells.append_column("row", pa.array(np.arange(len(cells))))
    simulated = simulated_cells(metrics, {port: zones[port] for port in pc.unique(cells["port"]).to_pylist()}, window_us)
    joined = cells.join(simulated, list(CELL), join_type="left outer")
    return joined.sort_by("row").drop_columns("row")


def naive_guess(observed: pa.Table) -> pa.Array:
    """For each cell the guess of somebody without a model, minutes: the mean of all cells of its mode, lane class and
    local hour at the other ports; where those have none, that of the nearest hour that has (the earlier of two). Null
    for a lane class that no other port has.
    """
    port, hour = observed["port"].to_numpy(zero_copy_only=False), observed["hour"].to_numpy()
    lane = pc.binary_join_element_wise(observed["mode"], observed["lane_class"], "/").to_numpy(zero_copy_only=False)
    waits = observed["mean_wait_min"].to_numpy()
    guess = np.full(len(observed), np.nan)
    for name in np.unique(lane):
        for place in np.unique(port[lane == name]):
            others, mine = (lane == name) & (port != place), (lane == name) & (port == place)
            if others.any():
                guess[mine] = _by_hour(hour[others], waits[others])[hour[mine]]
    return pa.array(guess, from_pandas=True)


def _by_hour(hours: Array, waits: Array) -> Array:
    """The mean of each hour of the day, or of the nearest that has any."""
    counts, sums = np.bincount(hours, minlength=HOURS), np.bincount(hours, waits, HOURS)
    known = np.flatnonzero(counts)
    nearest = known[np.abs(known - np.arange(HOURS)[:, None]).argmin(axis=1)]
    return sums[nearest] / counts[nearest]


def errors(cells: pa.Table, by: Sequence[str]) -> pa.Table:
    """Mean absolute errors over the cells of a comparison that hold all three figures, by columns of it.

    A row for each group in the order of `by` (one row in all for none), with `cells`, `error_min` (simulated minus
    observed), `naive_error_min`, `observed_min` and `simulated_min` (means over the same cells).
    """
    told = cells.filter(pc.and_(pc.is_valid(cells["simulated_min"]), pc.is_valid(cells["naive_min"])))
    wait = told["mean_wait_min"]
    for name, figure in (("error_min", "simulated_min"), ("naive_error_min", "naive_min")):
        told = told.append_column(name, pc.abs(pc.subtract(told[figure], wait)))
    means = [(name, "mean") for name in ("error_min", "naive_error_min", "mean_wait_min", "simulated_min")]
    grouped = told.group_by(list(by)).aggregate([*means, ("hour", "count")])
    names = {"hour_count": "cells", "mean_wait_min_mean": "observed_min"}
    names |= {f"{name}_mean": name for name in ("error_min", "naive_error_min", "simulated_min")}
    named = grouped.rename_columns(names)
    return named.sort_by([(name, "ascending") for name in by]) if by else named
