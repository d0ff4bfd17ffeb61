"""Scenarios: the baseline, one from a file, one changed. All are frozen and checked against the catalogue."""

from collections.abc import Mapping
from functools import cache, reduce
from pathlib import Path
from typing import Any

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario as load_over_catalogue
from border_sim.spec.change import merged
from border_sim.spec.checking import check
from border_sim.spec.resolve import SCENARIO, resolve
from border_sim.spec.scenario import Catalogue, Scenario


@cache
def catalogue() -> Catalogue:
    """The 47 ports and the tables that they name, each group of figures with its source; read once.

    `catalogue().ports["sasabe"].modes["passenger"].installed.booths` is a figure of the baseline: the attributes are
    the keys of the files in `configs/`, which say where each comes from.
    """
    return load_catalogue()


def baseline() -> Scenario:
    """The scenario that changes nothing: all 47 ports, a week from Monday 2024-03-04, after a day of warm-up."""
    return Scenario()


def load_scenario(path: str | Path) -> Scenario:
    """The scenario in a YAML file. Raises `LoadError` with every mistake: line, key path, value, what is valid."""
    return load_over_catalogue(Path(path), catalogue())


def change(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A new scenario with `changes` laid over `scenario`, which stays as it was.

    `changes` is written as in a scenario's file, and a key at its top may be a path with dots:

        change(baseline(), {"changes.calexico-east.modes.commercial.demand_factor": 1.1})
        change(baseline(), {"changes": {"calexico-east": {"modes": {"commercial": {"demand_factor": 1.1}}}}})

    Mappings are merged key by key; lists, `weekly` hours and mappings of another `kind` are replaced whole. Raises
    `SpecError` with every mistake: key path, value, what is valid.
    """
    changed = check(SCENARIO, laid_over(scenario, changes))
    resolve(changed, catalogue())
    return changed


def laid_over(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario as plain data with `changes` laid over it, not checked."""
    written = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    data: dict[str, Any] = reduce(merged, (_nested(path, value) for path, value in changes.items()), written)
    return data


def _nested(path: str, value: Any) -> Any:
    """`{"a": {"b": value}}` of the path `a.b`."""
    return reduce(lambda inner, key: {key: inner}, reversed(path.split(".")), value)
