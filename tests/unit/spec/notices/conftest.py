"""The notices of a week of one port, Calexico East, in words."""

from collections.abc import Callable
from typing import Any

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Scenario


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def notices(catalogue: Catalogue) -> Callable[..., list[str]]:
    """Of a scenario, by its keys."""

    def told(**keys: Any) -> list[str]:
        run = {"ports": ["calexico-east"], "start": "2024-03-04", "days": 7}
        scenario = Scenario.model_validate({**run, **keys})
        return [str(notice) for notice in resolve(scenario, catalogue).notices]

    return told
