"""What all dashboards share: variables, alerts as annotations, links, the simulated clock, the order on the grid."""

from collections.abc import Sequence
from itertools import count
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import stat
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards import expressions as of
from tools.dashboards.panels import DATASOURCE, Panel, Query, Words, number

TAG: Final = "border-sim"
LIVE: Final = models.VariableOption(selected=True, text="border-sim live", value="border-sim-live")
"""The datasource that is chosen unless a viewer chooses another."""
EVERYTHING: Final = models.VariableOption(selected=True, text="All", value="$__all")


class Line(NamedTuple):
    """Panels under a heading."""

    title: str
    """Empty for the first, which needs none"""
    panels: Sequence[Panel]
    repeat: str = ""
    """The variable of which each chosen value has the panels for itself; empty: they are there once"""


class _Alerts(models.AnnotationQuery):
    """Alerts as annotations; the builders lack the keys by which Prometheus' annotations are worded."""

    def to_json(self) -> dict[str, object]:
        return super().to_json() | {
            "titleFormat": "{{alertname}} ({{severity}})",
            "textFormat": "{{port}} {{mode}} {{lane_class}} {{station}}",
            "tagKeys": "severity,port,mode,lane_class",
        }


class _AlertsBuilder(builders.AnnotationQuery):
    def __init__(self, expression: str) -> None:
        self._internal = _Alerts(
            name="Alerts", datasource=DATASOURCE, enable=True, icon_color="red", expr=expression, built_in=None
        )


def board(
    title: str,
    uid: str,
    description: str,
    alerts: str,
    variables: Sequence[builders.QueryVariable],
    lines: Sequence[Line],
) -> models.Dashboard:
    """A dashboard. `alerts`: the expression of those that are marked on its time axes."""
    made = (
        builders.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .readonly()
        .timezone("utc")
        .time("now-30m", "now")
        .refresh("10s")
        .timepicker(builders.TimePicker().refresh_intervals(["5s", "10s", "30s", "1m"]))
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .link(_to_the_others())
        .annotation(_AlertsBuilder(alerts))
        .with_variable(_datasource())
    )
    for variable in variables:
        made = made.with_variable(variable)
    numbers = count(1)
    for line in lines:
        if line.title:
            heading = builders.Row(line.title).id(next(numbers))
            made = made.with_row(heading.repeat(line.repeat) if line.repeat else heading)
        for panel in line.panels:
            made = made.with_panel(panel.id(next(numbers)))
    return made.build()


def _to_the_others() -> builders.DashboardLink:
    """Links to all dashboards of ours, with the times and variables of this one."""
    link = builders.DashboardLink(TAG).type(models.DashboardLinkType.DASHBOARDS).tags([TAG])
    return link.include_vars(include_vars=True).keep_time(keep_time=True)


def _datasource() -> builders.DatasourceVariable:
    variable = builders.DatasourceVariable("datasource").label("Data").type("prometheus").current(LIVE)
    return variable.description("The live border, or finished runs on their simulated dates")


def choice(name: str, label: str, query: str, *, several: bool = True) -> builders.QueryVariable:
    """A variable for the values of a label; `several`: any number of them, all at first, else the first alone."""
    variable = (
        builders.QueryVariable(name)
        .label(label)
        .datasource(DATASOURCE)
        .query({"query": query, "refId": name, "qryType": 1})
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .allow_custom_value(allow_custom_value=False)
    )
    if several:
        variable = variable.multi(multi=True).include_all(include_all=True).all_value(".*").current(EVERYTHING)
    return variable


def simulated_clock(selector: str = "", width: int = 6) -> stat.Panel:
    """The clock of the simulation, in UTC: that of the port that is furthest behind."""
    words = Words(
        "Simulated time (UTC), not the wall's",
        "Of which simulated instant the figures tell, the port furthest behind. The time axes below are the wall "
        "clock's; at speed 60 half an hour of them is 30 simulated hours. "
        "Of finished runs (Data: history) both are the same.",
        "no run is known",
    )
    expression = f"min({of.simulated_time(selector)}) * 1000"
    return number(words, [Query(expression)], unit="dateTimeAsIso", width=width)
