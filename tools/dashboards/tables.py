"""Tables: a column a label or a query, joined on the labels that all queries have."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import NamedTuple

from grafana_foundation_sdk.builders import common as option_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from tools.dashboards.panels import Query, Thresholds, Words, finished, properties, steps, targets


class Label(NamedTuple):
    """A column that shows a label."""

    title: str
    label: str
    width: int | None = None
    """Pixels; `None`: as much as is left"""
    shown_as: Mapping[str, tuple[str, str]] = {}
    """By the label's value: what is shown instead, and in which colour"""
    link: builders.DashboardLink | None = None
    """Where a click leads"""


class Figure(NamedTuple):
    """A column that shows what a query answers."""

    title: str
    expression: str
    unit: str
    thresholds: Thresholds | None = None
    """`None`: no colours"""


def rows(
    words: Words,
    base: str,
    labels: Sequence[Label],
    figures: Sequence[Figure],
    *,
    sort_by: str,
    width: int = 24,
    height: int = 14,
) -> table.Panel:
    """A table with a row for each series of `base`, whose value is not shown. `sort_by`: the title of a figure, which
    comes from the greatest on, or of a label, from A on.
    """
    is_figure = any(figure.title == sort_by for figure in figures)
    panel = table.Panel().sort_by([option_builders.TableSortByFieldState().display_name(sort_by).desc(is_figure)])
    for target in targets([Query(base), *(Query(figure.expression) for figure in figures)]):
        panel = panel.with_target(target.instant().format(PromQueryFormat.TABLE))
    panel = panel.with_transformation(models.DataTransformerConfig(id_val="merge", options={}))
    panel = panel.with_transformation(models.DataTransformerConfig(id_val="organize", options=_order(labels, figures)))
    for label in labels:
        panel = panel.override_by_name(label.label, _of_label(label))
    for figure in figures:
        panel = panel.override_by_name(figure.title, _of_figure(figure))
    return finished(panel, words, "none", width, height)


def _order(labels: Sequence[Label], figures: Sequence[Figure]) -> dict[str, object]:
    """What Grafana does with the joined columns: it calls a query's value after the query."""
    values = [f"Value #{letter}" for letter in ascii_uppercase[: len(figures) + 1]]
    names = [*(label.label for label in labels), *values[1:]]
    return {
        "excludeByName": {"Time": True, values[0]: True},
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": {name: figure.title for name, figure in zip(values[1:], figures, strict=True)},
    }


def _of_label(label: Label) -> list[models.DynamicConfigValue]:
    found: dict[str, object] = {"displayName": label.title}
    if label.width:
        found["custom.width"] = label.width
    if label.link:
        found["links"] = [label.link.build()]
    if label.shown_as:
        texts = {
            value: models.ValueMappingResult(text=text, color=colour)
            for value, (text, colour) in label.shown_as.items()
        }
        found |= {
            "mappings": [models.ValueMap(options=texts)],
            "custom.cellOptions": options.TableColorTextCellOptions(),
        }
    return properties(found)


def _of_figure(figure: Figure) -> list[models.DynamicConfigValue]:
    found: dict[str, object] = {"unit": figure.unit, "custom.align": options.FieldTextAlignment.RIGHT}
    if figure.thresholds:
        found |= {
            "thresholds": steps(figure.thresholds).build(),
            "custom.cellOptions": options.TableColorTextCellOptions(),
        }
    return properties(found)
