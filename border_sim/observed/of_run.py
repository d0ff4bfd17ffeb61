"""The comparison of a run directory with observed waits."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from border_sim.loading.observed import Observed
from border_sim.observed.compare import DAY_TYPES, comparison
from border_sim.run.directory import DirectoryError, read_ended, read_table
from border_sim.run.manifest import infos_of
from border_sim.vocabulary import DAY_US, Station

_TYPE_OF_DAY: Final = [day_type for day_type, days in DAY_TYPES.items() for _ in days]


def comparison_of_run(folder: Path, observed: Observed) -> pa.Table:
    """Observed cells beside those of a run, as in `border_sim.observed.compare.compared`, with `day_type`.

    Raises `DirectoryError` if the folder is not a run or is damaged.
    """
    manifest = read_ended(folder)
    zones = {slug: info.time_zone for slug, info in infos_of(manifest).items()}
    metrics = read_table(folder / "metrics.parquet", filters=[("station", "=", Station.PRIMARY.value)])
    try:
        cells = comparison(observed.cells, metrics, zones, manifest["window_us"])
    except ValueError as error:
        raise DirectoryError(f"{folder}: {error}") from None
    types = np.array(_TYPE_OF_DAY)[cells["day_of_week"].to_numpy()]
    return cells.append_column("day_type", pa.array(types, pa.string()))


def weeks_of_run(folder: Path) -> float:
    """Weeks that a run has measured, of the port that came least far if it was interrupted."""
    manifest = read_ended(folder)
    measured_us = [entry["until_us"] - entry["info"]["measured_from_us"] for entry in manifest["ports"].values()]
    return min([manifest["configuration"]["days"] * DAY_US, *measured_us]) / (7 * DAY_US)
