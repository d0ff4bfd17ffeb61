"""One port drawn: wait and queue by hour and lane class, mode by mode."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc
from plotly.subplots import make_subplots

from border_sim.api.arguments import require
from border_sim.api.local_times import local_us
from border_sim.api.result import Result
from border_sim.records import Array
from border_sim.vocabulary import HOUR_US, MINUTE_US, LaneClass, Mode, Station, lane_classes

COLOURS: Final[dict[LaneClass, str]] = {
    LaneClass.STANDARD: "#0072b2",
    LaneClass.READY: "#009e73",
    LaneClass.SENTRI: "#d55e00",
    LaneClass.FAST: "#d55e00",
}
"""Those of the report; told apart by the colour-blind too: Okabe and Ito, Color Universal Design, 2008."""


def plot(result: Result, port: str) -> go.Figure:
    """A figure of one port by local hour, a column a mode, a line a lane class.

    Above, the mean queue wait before primary of those whose service began in the hour, minutes; below, the mean queue.

    Nobody began: a gap. Hours are windows of metrics where these are longer; the drain after the last day is in it.
    Raises `SpecError` for a port that is not in the run, or for what is no result.
    """
    require("result", result, Result, "a Result: what simulate or open_run gives")
    metrics, entry = result.metrics(port), result.manifest.ports[port]
    info, width_us = entry.info, max(HOUR_US, result.manifest.window_us)
    hours = range(info.measured_from_us // width_us, -(-entry.until_us // width_us))
    clock = local_us(np.array(hours, np.int64) * width_us, info.time_zone).astype("datetime64[us]")
    modes = [mode for mode in Mode if mode in info.installed]
    figure = make_subplots(2, len(modes), shared_xaxes=True, column_titles=modes, vertical_spacing=0.06)
    named: set[str] = set()
    for column, mode in enumerate(modes, 1):
        for lane_class, *series in _lanes(metrics, mode, hours, width_us):
            for row, values in enumerate(series, 1):
                line = _line(lane_class, clock, values, is_named=lane_class not in named)
                figure.add_trace(line, row=row, col=column)
                named.add(lane_class)
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text="mean queue wait, min", row=1, col=1)
    figure.update_yaxes(title_text="mean queue, crossings", row=2, col=1)
    return figure.update_layout(title=f"{port}, {info.time_zone} time", template="plotly_white")


def _lanes(metrics: pa.Table, mode: Mode, hours: range, width_us: int) -> Iterator[tuple[LaneClass, Array, Array]]:
    """Each lane class of a mode in which a service began, best first: its mean wait (NaN: none began) and queue by
    hour.
    """
    for lane_class in lane_classes(mode):
        is_mine = (pc.field("station") == Station.PRIMARY) & (pc.field("mode") == mode)
        table = metrics.filter(is_mine & (pc.field("lane_class") == lane_class))
        place = np.asarray(table["window_us"]) // width_us - hours.start
        starts, wait_us, queue_us = (
            np.bincount(place, np.asarray(table[name]), len(hours)) for name in ("starts", "wait_us", "queue_us")
        )
        if starts.any():
            wait_min = np.divide(wait_us, starts * MINUTE_US, out=np.full(len(hours), np.nan), where=starts > 0)
            yield lane_class, wait_min, queue_us / width_us


def _line(lane_class: LaneClass, clock: Array, values: Array, *, is_named: bool) -> go.Scatter:
    return go.Scatter(
        x=clock,
        y=values,
        name=lane_class,
        legendgroup=lane_class,
        showlegend=is_named,
        line={"color": COLOURS[lane_class], "width": 1.5},
        marker={"size": 3},
        mode="lines+markers",
    )
