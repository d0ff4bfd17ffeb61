"""Scenarios: the baseline, one from a file, one changed. All are frozen and checked against the catalogue."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache, reduce
from pathlib import Path
from typing import Any

from border_sim.api.arguments import path_of, require
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario as load_over_catalogue
from border_sim.spec.change import merged
from border_sim.spec.port_check import written
from border_sim.spec.scenario import Catalogue, Scenario
from border_sim.spec.scenario_check import check_scenario


def catalogue() -> Catalogue:
    """The 47 ports and the tables that they name, each group of figures with its source; a copy, the caller's own.

    `catalogue().ports["sasabe"].modes["passenger"].installed.booths` is a figure of the baseline: the attributes are
    the keys of the files in `configs/`, which say where each comes from. No run sees what is done to the copy.
    """
    return deepcopy(shared_catalogue())


@cache
def shared_catalogue() -> Catalogue:
    """The catalogue of all runs of this process, read once; not to be given to a caller, who might change it."""
    return load_catalogue()


@cache
def _figures() -> dict[str, Any]:
    """The ports of the catalogue as plain data, where a scenario's changes are."""
    return {"changes": {slug: written(port) for slug, port in shared_catalogue().ports.items()}}


def baseline() -> Scenario:
    """The scenario that changes nothing: all 47 ports, a week from Monday 2024-04-08, after a day of warm-up."""
    return Scenario()


def load_scenario(path: str | Path) -> Scenario:
    """The scenario in a YAML file. Raises `LoadError` with every mistake: line, key path, value, what is valid."""
    return load_over_catalogue(path_of("path", path), shared_catalogue())


def change(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A new scenario with `changes` laid over `scenario`, which stays as it was.

    `changes` is written as in a scenario's file, and a key at its top may be a path with dots:

        change(baseline(), {"changes.calexico-east.modes.commercial.demand_factor": 1.1})
        change(baseline(), {"changes": {"calexico-east": {"modes": {"commercial": {"demand_factor": 1.1}}}}})

    Mappings are merged key by key; lists, `weekly` hours and mappings of another `kind` are replaced whole. Pools are
    changed by name (`...pools.standard.max_open`), an `inspection` over its profile; `None` takes a key away. What an
    earlier change says stays, unless this one says otherwise. Raises `SpecError` with every mistake: key path, value,
    what is valid.
    """
    return check_scenario(laid_over(scenario, changes), shared_catalogue())


def laid_over(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario as plain data with `changes` laid over it, not checked. Raises `SpecError` for other types."""
    require("scenario", scenario, Scenario, "a Scenario: what baseline, load_scenario or change gives")
    require("changes", changes, Mapping, 'a mapping of key paths to values, e.g. {"days": 1}')
    for path in changes:
        require("changes", path, str, "a key path, which is text, e.g. response.elasticity")
    data: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for path, value in changes.items():
        data = merged(data, _nested(path, value), _figures(), shared_catalogue().inspections)
    return data


def _nested(path: str, value: Any) -> Any:
    """`{"a": {"b": value}}` of the path `a.b`."""
    return reduce(lambda inner, key: {key: inner}, reversed(path.split(".")), value)
