"""Observed waits beside the posted waits of the run, for the page."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.loading.observed import load_observed
from border_sim.metrics.window_tables import METRICS_SCHEMA
from border_sim.observed.compare import DAY_TYPES, HOURS, MANY_WEEKS, comparison, errors
from border_sim.records import Array
from border_sim.report.port_figures import Figures
from border_sim.run.manifest_model import Manifest
from border_sim.run.tables_by_port import windows_by_port
from border_sim.vocabulary import HOUR_US, MISSING, Station

GROUP: Final = ("source", "port", "mode", "lane_class")
FIGURES: Final = {
    "observed": "mean_wait_min",
    "simulated": "simulated_min",
    "lanes_open": "lanes_open",
    "booths_open": "booths_open",
}
"""By name on the page, the column of a comparison."""
_COLUMNS: Final = (
    *("port", "mode", "lane_class", "station", "pool", "window_us"),
    *("posted_min", "postings", "open_us"),
)


def observed_figures(metrics: Path, manifest: Manifest) -> Figures:
    """What the page says of observed waits: `groups` (see `observed_groups`) of the run's ports, what each of
    their sources says of itself, and `many_weeks`. `metrics` is the run's file of windows.
    """
    observed = load_observed()
    with_waits = set(observed.cells["port"].unique().to_pylist())
    zones = {slug: info.time_zone for slug, info in manifest.infos.items() if slug in with_waits}
    if not zones or manifest.window_us > HOUR_US:  # a window lies in several cells
        return {"groups": [], "sources": {}, "many_weeks": MANY_WEEKS}
    parts = [_at_primary(part) for _, parts in windows_by_port(metrics, zones, _COLUMNS) for part in parts]
    windows = pa.concat_tables([METRICS_SCHEMA.empty_table().select(_COLUMNS), *parts])
    groups = observed_groups(comparison(observed.cells, windows, zones, manifest.window_us))
    used = {group["source"]: observed.sources[group["source"]] for group in groups}
    return {
        "groups": groups,
        "sources": {name: f"{source.source}; {source.statistic}" for name, source in used.items()},
        "many_weeks": MANY_WEEKS,
    }


def _at_primary(windows: pa.Table) -> pa.Table:
    return windows.filter(pc.equal(windows["station"], Station.PRIMARY.value))


def observed_groups(cells: pa.Table) -> list[Figures]:
    """For each `GROUP` of a comparison: `days`, means by day type, figure and local hour; and of the cells that hold
    observed, simulated and naive waits the number and the mean absolute errors. All in tenths, `MISSING` for none.
    """
    errors_by_group = {tuple(row[name] for name in GROUP): row for row in errors(cells, GROUP).to_pylist()}
    groups = cells.group_by(list(GROUP), use_threads=False).aggregate([]).to_pylist()
    return [
        group | {"days": _days(cells, group)} | _errors(errors_by_group.get(tuple(group.values()))) for group in groups
    ]


def _errors(row: dict[str, Any] | None) -> Figures:
    if row is None:
        return {"cells": 0, "error": MISSING, "naive_error": MISSING}
    error, naive_error = (round(10 * row[name]) for name in ("error_min", "naive_error_min"))
    return {"cells": row["cells"], "error": error, "naive_error": naive_error}


def _days(cells: pa.Table, group: dict[str, Any]) -> dict[str, dict[str, list[int]]]:
    for name, value in group.items():
        cells = cells.filter(pc.equal(cells[name], value))
    days, hours = cells["day_of_week"].to_numpy(), cells["hour"].to_numpy()
    columns = {name: cells[column].to_numpy().astype(np.float64) for name, column in FIGURES.items()}
    return {
        day_type: {name: _by_hour(column, hours, np.isin(days, chosen)) for name, column in columns.items()}
        for day_type, chosen in DAY_TYPES.items()
    }


def _by_hour(column: Array, hours: Array, rows: Array) -> list[int]:
    """Means in tenths over the rows of each hour that hold a figure."""
    rows = rows & ~np.isnan(column)
    counts, sums = np.bincount(hours[rows], minlength=HOURS), np.bincount(hours[rows], column[rows], HOURS)
    tenths = np.divide(10 * sums, counts, out=np.full(HOURS, float(MISSING)), where=counts > 0)
    return [int(tenth) for tenth in np.rint(tenths)]
