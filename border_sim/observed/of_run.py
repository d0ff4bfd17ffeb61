"""The comparison of a run directory with observed waits."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from border_sim.loading.observed import Observed
from border_sim.metrics.window_tables import METRICS_SCHEMA
from border_sim.observed.compare import DAY_TYPES, comparison
from border_sim.run.directory import DirectoryError, read_table
from border_sim.run.manifest import measured_us, read_ended
from border_sim.vocabulary import DAY_US, HOUR_US, Station

_TYPE_OF_DAY: Final = [day_type for day_type, days in DAY_TYPES.items() for _ in days]


def comparison_of_run(folder: Path, observed: Observed) -> pa.Table:
    """Observed cells beside those of a run, as in `border_sim.observed.compare.compared`, with `day_type`.

    Raises `DirectoryError` if the folder is not a run or is damaged.
    """
    manifest = read_ended(folder)
    if manifest.window_us > HOUR_US:
        windows = f"windows of {manifest.window_us / HOUR_US:g} hours"
        raise DirectoryError(f"{folder}: {windows}; observed waits are by the hour: run with --window 1h")
    zones = {slug: info.time_zone for slug, info in manifest.infos.items()}
    metrics = read_table(folder / "metrics.parquet", METRICS_SCHEMA, filters=[("station", "=", Station.PRIMARY.value)])
    cells = comparison(observed.cells, metrics, zones, manifest.window_us)
    types = np.array(_TYPE_OF_DAY)[cells["day_of_week"].to_numpy()]
    return cells.append_column("day_type", pa.array(types, pa.string()))


def weeks_of_run(folder: Path) -> float:
    """Weeks that a run has measured, of the port that came least far if it was interrupted."""
    manifest = read_ended(folder)
    return min((measured_us(manifest, slug) for slug in manifest.ports), default=0) / (7 * DAY_US)
