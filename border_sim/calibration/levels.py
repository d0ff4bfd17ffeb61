"""What observed waits say of the level of a port's lanes, the hour of the day apart."""

from collections.abc import Mapping
from math import sqrt
from typing import Any, Final, NamedTuple

import pyarrow as pa

from border_sim.loading.observed import Observed
from border_sim.spec.staffing import Group, Root, group_of
from border_sim.vocabulary import LaneClass, Mode

CURVE_OF: Final[dict[tuple[Mode, LaneClass], Root]] = {
    (Mode.PASSENGER, LaneClass.STANDARD): "standard",
    (Mode.PASSENGER, LaneClass.READY): "ready",
    (Mode.PASSENGER, LaneClass.SENTRI): "sentri",
    (Mode.COMMERCIAL, LaneClass.STANDARD): "commercial",
    (Mode.PEDESTRIAN, LaneClass.STANDARD): "pedestrian",
}
"""The lane classes whose waits tell a curve of the law; FAST follows commercial, Ready on foot the standard lanes."""


class Level(NamedTuple):
    """The level of the waits of one port and curve."""

    root: float
    """Of the wait, minutes, that the port is known for: the sum of the waits over the sum of their hours' shapes"""
    readings: int
    """Cells and single readings that it is the mean of"""


def levels(
    observed: Observed, hour_shape: Mapping[Group, tuple[float, ...]], *, without: str | None = None
) -> dict[tuple[str, Root], Level]:
    """The levels by port and curve; the port `without` is left out."""
    sums: dict[tuple[str, Root], tuple[float, float, int]] = {}
    for table, figure in ((observed.cells, "mean_wait_min"), (observed.readings, "wait_min")):
        for row in _rows(table, figure):
            mode, lane = Mode(row["mode"]), LaneClass(row["lane_class"])
            curve = CURVE_OF.get((mode, lane))
            if curve is None or row["port"] == without:
                continue
            waits, shapes, count = sums.get((row["port"], curve), (0.0, 0.0, 0))
            shape = hour_shape[group_of(mode, lane)][row["hour"]]
            sums[row["port"], curve] = (waits + row[figure], shapes + shape, count + 1)
    return {key: Level(sqrt(waits / shapes), count) for key, (waits, shapes, count) in sums.items()}


def _rows(table: pa.Table, figure: str) -> list[dict[str, Any]]:
    return list(table.select(["port", "mode", "lane_class", "hour", figure]).to_pylist())
