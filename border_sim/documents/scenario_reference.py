"""The keys of a scenario: every model that a planner may write, as Markdown.

`python -m border_sim.documents.scenario_reference > docs/scenarios.md`
"""

import sys
from collections.abc import Iterator
from typing import Final, NamedTuple

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import models_json_schema

from border_sim.documents.key_types import Models, alternatives, title_of, type_words
from border_sim.documents.port_guide import PORT_GUIDE
from border_sim.documents.scenario_guide import GUIDE
from border_sim.spec import (
    bays,
    calendar,
    demand,
    distribution,
    feed,
    inspection,
    memberships,
    observed,
    port,
    scenario,
    staffing,
)
from border_sim.vocabulary import Mode, lane_classes, programmes

Model = type[BaseModel]


class _Section(NamedTuple):
    """Models that are told together."""

    title: str
    about: str
    models: tuple[Model, ...]


SECTIONS: Final = (
    _Section(
        "The scenario",
        "The top level of the file.",
        (scenario.Scenario, scenario.ResponseChange, scenario.Disruption, scenario.BaysCap),
    ),
    _Section(
        "A port",
        "Below `own_ports`, after the slug, and below `changes`, where no key is required.",
        (
            *(port.Port, port.PortMode, port.OpeningHours, port.Installed, port.Pool, memberships.Memberships),
            *(
                port.LeaveFor,
                port.LoadedShare,
                bays.Bays,
                bays.Room,
                port.AccustomedWait,
                port.Location,
                port.MexicanSide,
                port.Codes,
            ),
        ),
    ),
    _Section(
        "The week",
        "How these are written: [Hours of the week](#hours-of-the-week).",
        (
            calendar.Hours,
            calendar.WeeklyBooths,
            calendar.Span,
            calendar.WeeklyBays,
            calendar.BaysSpan,
            calendar.WeeklyPace,
            calendar.PaceSpan,
        ),
    ),
    _Section(
        "Demand",
        "One of these, told by `kind`: `annual`, `rate` or `list`.",
        (demand.Annual, demand.Latent, demand.Rate, demand.Listed, demand.ListedArrival),
    ),
    _Section(
        "Staffing",
        "One of these, told by `kind`: `schedule`, `planned`, `threshold` or `roster`.",
        (staffing.Schedule, staffing.Planned, staffing.Threshold, staffing.Roster, staffing.Answers),
    ),
    _Section(
        "Inspections",
        "What happens at each station.",
        (
            *(inspection.Inspection, inspection.ExportSide, inspection.Scan, inspection.Referral),
            *(inspection.SecondaryKind, inspection.StateInspection),
        ),
    ),
    _Section(
        "Distributions",
        "Of durations, in seconds: one of these, told by `kind`, such as `{kind: lognormal, mean_s: 75, cv: 0.7}`.",
        (
            *(distribution.Exponential, distribution.Lognormal, distribution.Gamma, distribution.Erlang),
            *(distribution.Uniform, distribution.Deterministic, distribution.Empirical),
        ),
    ),
    _Section(
        "Files of the catalogue",
        "A scenario names entries of some of these files; it cannot write them.",
        (
            *(demand.Profile, demand.Seasonality, demand.DayOfWeek, demand.Response),
            *(staffing.AccustomedLaw, staffing.PlanningRule, observed.ObservedSource, feed.FeedEntry),
        ),
    ),
)
_KIND: Final = "Which of the kinds this is."


def text() -> str:
    """The page, from the guides and the models."""
    sections = {model: section.title for section in SECTIONS for model in section.models}
    schemas = models_json_schema([(model, "validation") for model in sections])[1]["$defs"]
    models = Models(schemas, {model.__name__: title for model, title in sections.items()})
    return "\n".join(
        [GUIDE, PORT_GUIDE, *_words(), *(line for section in SECTIONS for line in _section(section, models)), ""]
    )


def _words() -> Iterator[str]:
    yield from ("## Words of each mode", "")
    yield "Lane classes best first. The lane classes of a group are planned together and share an accustomed wait."
    yield ""
    yield from _row("mode", "programmes", "lane classes", "groups")
    yield from _row("---", "---", "---", "---")
    for mode in Mode:
        groups = dict.fromkeys(staffing.group_of(mode, lane) for lane in lane_classes(mode))
        yield from _row(*map(alternatives, ([mode], programmes(mode), lane_classes(mode), groups)))


def _section(section: _Section, models: Models) -> Iterator[str]:
    yield from ("", f"## {section.title}", "", section.about)
    for model in section.models:
        yield from ("", f"### {title_of(model.__name__)}", "", _sentence(model.__doc__))
        if not issubclass(model, RootModel):
            yield ""
            yield from _keys(model, models)


def _keys(model: Model, models: Models) -> Iterator[str]:
    yield from _row("key", "type", "default", "meaning")
    yield from _row("---", "---", "---", "---")
    properties = models.schemas[model.__name__]["properties"]
    for (key, schema), field in zip(properties.items(), model.model_fields.values(), strict=True):
        meaning = _KIND if key == "kind" else _sentence(field.description)
        yield from _row(f"`{key}`", type_words(schema, models), _default(field), meaning)


def _default(field: FieldInfo) -> str:
    """What holds where the key is left out."""
    if field.is_required():
        return "**required**"
    match field.default:
        case None:
            return "*left out*"
        case BaseModel():
            return "its defaults"
        case str() | tuple() | dict() if not field.default:
            return "empty"
        case float():
            return f"`{field.default:g}`"
    written = str(field.default)
    return f"`{written.lower() if isinstance(field.default, bool) else written}`"


def _sentence(words: str | None) -> str:
    return " ".join((words or "").split()).replace("`None`", "*left out*")


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(text())
