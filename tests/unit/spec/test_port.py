"""Pools whose names or lanes would be ambiguous are refused."""

import pytest
from pydantic import ValidationError

from border_sim.spec.port import Pool
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario


def test_a_pool_serves_a_lane_class_in_one_rank():
    with pytest.raises(ValidationError, match="fast is served in two places"):
        Pool.model_validate({"name": "all", "serves": [["fast"], ["standard", "fast"]], "max_open": 1})


def test_a_pool_is_not_named_like_one_of_the_inspection(made_up_catalogue):
    slug, port = next(iter(made_up_catalogue.ports.items()))
    mode = next(iter(port.modes))
    kind = next(iter(made_up_catalogue.inspections[port.modes[mode].inspection].secondary), None)
    assert kind is not None
    pools = [{"name": kind, "serves": [["standard"]], "max_open": 1}]
    scenario = Scenario.model_validate({"changes": {slug: {"modes": {mode: {"pools": pools}}}}})
    with pytest.raises(SpecError) as error:
        resolve(scenario, made_up_catalogue)
    assert f"pools[0].name: {kind}: is also a kind of secondary inspection of trucks; " in "\n".join(
        map(str, error.value.problems)
    )
