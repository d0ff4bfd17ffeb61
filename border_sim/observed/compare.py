"""Observed waits beside the posted waits of a run, and beside a guess that knows no model."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.observed.simulated import CELL, simulated_cells
from border_sim.records import Array

HOURS: Final = 24
DAY_TYPES: Final = {"weekday": range(5), "saturday": range(5, 6), "sunday": range(6, 7)}
"""Days of the week, 0 = Monday."""
MANY_WEEKS: Final = 60
"""Over so many simulated weeks a mean posted wait is steady enough to be compared."""


def comparison(observed: pa.Table, metrics: pa.Table, zones: Mapping[str, str], window_us: int) -> pa.Table:
    """Observed cells beside those of a run. `metrics`: the run's windows, each `window_us` long; `zones`: the IANA time
    zone of each of its ports; the rest is as in `compared`.
    """
    ports = set(pc.unique(observed["port"]).to_pylist())
    mine = {port: zone for port, zone in zones.items() if port in ports}
    return compared(observed, simulated_cells(metrics, mine, window_us))


def compared(observed: pa.Table, simulated: pa.Table) -> pa.Table:
    """A row for each observed cell of the ports that were simulated, in the order of `observed`.

    Columns: those of `observed` (`border_sim.loading.observed.CELLS`), `simulated_min` (mean posted wait; null where
    none was posted), `naive_min` (see `naive_guess`) and `booths_open` (simulated, beside `lanes_open`). `simulated`:
    of `simulated_cells`.
    """
    cells = observed.append_column("naive_min", naive_guess(observed))
    cells = cells.filter(pc.is_in(cells["port"], pc.unique(simulated["port"])))
    cells = cells.append_column("row", pa.array(np.arange(len(cells))))
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


def errors(cells: pa.Table, by: Sequence[str], *, with_guess: bool = True) -> pa.Table:
    """Mean absolute errors over the cells of a comparison that hold all three waits, by columns of it; not
    `with_guess`, over those that hold an observed and a simulated wait.

    A row for each group in the order of `by` (one row in all for none): `by`, `cells`, `error_min` (simulated minus
    observed), `naive_error_min` (null: no guess), the means `observed_min` and `simulated_min` over the same cells, and
    the means `lanes_open` (observed) and `booths_open` (simulated) over those of them where open lanes were reported,
    null where nowhere.
    """
    judged = cells.filter(pc.is_valid(cells["simulated_min"]))
    judged = judged.filter(pc.is_valid(judged["naive_min"])) if with_guess else judged
    seen = pc.is_valid(judged["lanes_open"])
    figures = {
        "error_min": pc.abs(pc.subtract(judged["simulated_min"], judged["mean_wait_min"])),
        "naive_error_min": pc.abs(pc.subtract(judged["naive_min"], judged["mean_wait_min"])),
        "observed_min": judged["mean_wait_min"],
        "simulated_min": judged["simulated_min"],
        "lanes_open": judged["lanes_open"],
        "booths_open": pc.if_else(seen, judged["booths_open"], None),
    }
    table = pa.table({**{name: judged[name] for name in by}, **figures})
    means = table.group_by(list(by), use_threads=False).aggregate([([], "count_all"), *((n, "mean") for n in figures)])
    named = means.rename_columns({"count_all": "cells"} | {f"{name}_mean": name for name in figures})
    return named.sort_by([(name, "ascending") for name in by]) if by else named
