"""Panels as this project draws them: one function a kind, over Grafana's builders."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Final, NamedTuple, TypeVar

from grafana_foundation_sdk.builders import common as option_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import geomap, prometheus, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as models

DATASOURCE: Final = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
"""The one that the variable `datasource` names."""
Thresholds = Mapping[int | None, str]
"""From which value on which colour; `None`: from the least on."""
PLAIN: Final[Thresholds] = {None: "text"}
ANY_IS_BAD: Final[Thresholds] = {None: "green", 1: "red"}
WAITS: Final[Thresholds] = {None: "green", 30 * 60: "yellow", 60 * 60: "orange", 120 * 60: "red"}
"""Of seconds."""

Panel = timeseries.Panel | stat.Panel | table.Panel | statetimeline.Panel | geomap.Panel
AnyPanel = TypeVar("AnyPanel", timeseries.Panel, stat.Panel, table.Panel, statetimeline.Panel, geomap.Panel)


class Query(NamedTuple):
    """A question to Prometheus."""

    expression: str
    legend: str = ""
    """The series' name, `{{label}}` standing for a label's value"""


class Words(NamedTuple):
    """What a panel says of itself."""

    title: str
    description: str
    """What is shown, by which clock, and what to make of it"""
    absent: str = "no run is known"
    """Shown where there is nothing to show, with the reason"""


def over_time(
    words: Words, queries: Sequence[Query], *, unit: str, width: int = 12, least: float | None = 0
) -> timeseries.Panel:
    """Lines over time, from `least` up (`None`: as they are), with a table of their last and greatest values."""
    legend = (
        option_builders.VizLegendOptions()
        .display_mode(options.LegendDisplayMode.TABLE)
        .placement(options.LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
        .calcs(["lastNotNull", "max"])
    )
    tooltip = (
        option_builders.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI).sort(options.SortOrder.DESCENDING)
    )
    panel = timeseries.Panel().legend(legend).tooltip(tooltip).line_width(1).fill_opacity(5)
    panel = panel.color_scheme(builders.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
    panel = panel.show_points(options.VisibilityMode.AUTO).line_interpolation(options.LineInterpolation.STEP_AFTER)
    if least is not None:
        panel = panel.min(least)
    for target in targets(queries):
        panel = panel.with_target(target.range())
    return finished(panel, words, unit, width, 9)


def number(
    words: Words, queries: Sequence[Query], *, unit: str, width: int, thresholds: Thresholds = PLAIN
) -> stat.Panel:
    """What stands now, in large figures; those with a legend are named."""
    named = bool(queries[0].legend)
    panel = (
        stat.Panel()
        .reduce_options(option_builders.ReduceDataOptions().calcs(["lastNotNull"]))
        .graph_mode(options.BigValueGraphMode.NONE)
        .text_mode(options.BigValueTextMode.VALUE_AND_NAME if named else options.BigValueTextMode.VALUE)
        .thresholds(steps(thresholds))
        .color_scheme(by_threshold())
    )
    for target in targets(queries):
        panel = panel.with_target(target.instant())
    return finished(panel, words, unit, width, 4)


def states_over_time(words: Words, queries: Sequence[Query], *, unit: str, width: int = 12) -> statetimeline.Panel:
    """A band a series that changes colour with its value, the value written on it."""
    scale = builders.FieldColor().mode(models.FieldColorModeId.CONTINUOUS_BLUES)
    panel = statetimeline.Panel().merge_values(merge_values=True).show_value(options.VisibilityMode.AUTO)
    panel = panel.color_scheme(scale).row_height(0.8).fill_opacity(70).min(0)
    panel = panel.legend(option_builders.VizLegendOptions().show_legend(show_legend=False))
    for target in targets(queries):
        panel = panel.with_target(target.range())
    return finished(panel, words, unit, width, 9)


def targets(queries: Sequence[Query]) -> list[prometheus.Dataquery]:
    """The queries as Grafana takes them, called A, B, C ..."""
    return [
        prometheus.Dataquery().expr(query.expression).legend_format(query.legend).ref_id(letter)
        for letter, query in zip(ascii_uppercase, queries, strict=False)
    ]


def finished(panel: AnyPanel, words: Words, unit: str, width: int, height: int) -> AnyPanel:
    """The panel with what every panel has: words, datasource, unit, and its size in columns (of 24) and rows."""
    panel = panel.title(words.title).description(words.description).no_value(words.absent)
    return panel.datasource(DATASOURCE).unit(unit).span(width).height(height)


def steps(thresholds: Thresholds) -> builders.ThresholdsConfig:
    """Thresholds as Grafana takes them."""
    each = [models.Threshold(value=value, color=colour) for value, colour in thresholds.items()]
    return builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(each)


def by_threshold() -> builders.FieldColor:
    """Colours as the thresholds say."""
    return builders.FieldColor().mode(models.FieldColorModeId.THRESHOLDS)


def properties(values: Mapping[str, object]) -> list[models.DynamicConfigValue]:
    """Options of a field as an override takes them."""
    return [models.DynamicConfigValue(id_val=name, value=value) for name, value in values.items()]
