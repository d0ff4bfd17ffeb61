"""The page of keys leaves nothing out, and its links lead somewhere."""

import importlib
import pkgutil
import re

import pytest
from pydantic import BaseModel, RootModel

from border_sim import spec
from border_sim.documents.key_types import anchor_of, title_of
from border_sim.documents.scenario_reference import SECTIONS, text
from border_sim.spec.base import Sourced, Spec
from border_sim.spec.calendar import HoursOfWeek
from border_sim.spec.scenario import Catalogue, PortDisruption, Resolved, ResolvedPort

ROOTS = ("BaseModel", "RootModel")
NOT_WRITTEN = {Spec, Sourced, HoursOfWeek, Catalogue, PortDisruption, Resolved, ResolvedPort}
MODELS = [model for section in SECTIONS for model in section.models]


def models_of_the_spec():
    """Every model; pydantic keeps the ones that `RootModel[...]` stands for beside them."""
    for module in pkgutil.iter_modules(spec.__path__, f"{spec.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, BaseModel)
                and not value.__name__.startswith((*ROOTS, "_"))
            ):
                yield value


def keys_of(model):
    return [field.alias or name for name, field in model.model_fields.items() if not issubclass(model, RootModel)]


@pytest.fixture(scope="module")
def part():
    """What the page says below the heading of each model."""
    parts = text().split("\n### ")[1:]
    return {part.partition("\n")[0]: part.partition("\n## ")[0] for part in parts}


def test_every_model_that_can_be_written_is_told_once():
    assert len(set(MODELS)) == len(MODELS)
    assert set(MODELS) == set(models_of_the_spec()) - NOT_WRITTEN


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_told_with_its_type_default_and_meaning(part, model):
    rows = [line.strip("| ").split(" | ") for line in part[title_of(model.__name__)].splitlines() if line[:3] == "| `"]
    assert [row[0] for row in rows] == [f"`{key}`" for key in keys_of(model)]
    assert all(len(row) == 4 and all(row) for row in rows)


def test_required_keys_and_defaults(part):
    assert "| `installed` | [Installed](#installed) | **required** |" in part["Port mode"]
    assert "| `demand_factor` | number, 0 to 20 | `1` |" in part["Port mode"]
    assert "| `closing` | `drain`, `hold` | `drain` |" in part["Port mode"]
    assert "| `days` | whole number, 1 to 3660 | *left out* | Measured days; *left out*: 7. |" in part["Scenario"]


def test_words_of_a_mode_are_its_own():
    (line,) = (line for line in text().splitlines() if line.startswith("| `commercial` |"))
    assert line == "| `commercial` | `ctpat`, `none` | `fast`, `standard` | `fast`, `commercial` |"


def test_every_link_leads_to_one_heading():
    anchors = [anchor_of(title) for title in re.findall(r"^#+ (.*)$", text(), re.MULTILINE)]
    links = set(re.findall(r"\(#([^)]*)\)", text()))
    assert links and all(anchors.count(link) == 1 for link in links)
