"""Old -> new of every value that a scenario changes."""

from typing import Any

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.spec.value_change import ValueChange, value_changes, value_text

TRUCKS = "calexico-east.modes.commercial"


def changes(of_trucks: dict[str, Any], **keys: Any) -> list[str]:
    scenario = Scenario.model_validate({"changes": {"calexico-east": {"modes": {"commercial": of_trucks}}}, **keys})
    return [str(each).removeprefix(f"{TRUCKS}.") for each in resolve(scenario, load_catalogue(), ports=["CA"]).changes]


@pytest.mark.parametrize(
    ("of_trucks", "says"),
    [
        ({"demand_factor": 1.2}, ["demand_factor: 1 -> 1.2"]),
        ({"installed": {"booths": 4, "source": "made up"}}, ["installed.booths: 3 booths -> 4 booths"]),
        ({"inspection": {"service": {"fast": {"mean_s": 50}}}}, ["inspection.service.fast.mean_s: 72 s -> 50 s"]),
        (
            {"inspection": {"service": {"standard": {"kind": "exponential", "mean_s": 90}}}},
            ["inspection.service.standard: lognormal (mean_s 108 s, cv 0.7) -> exponential (mean_s 90 s)"],
        ),
        ({"inspection": {"referral": {"share": {"none": 0.25}}}}, ["inspection.referral.share.none: 20% -> 25%"]),
        ({"pools": {"fast": {"max_open": 2}}}, ["pools.fast.max_open: 1 booth -> 2 booths"]),
        ({"pools": {"fast": {"serves": [["fast", "standard"]]}}}, ["pools.fast.serves: fast -> fast, standard"]),
        ({"officers": [{"booths": 3}, {"days": "sat", "booths": 1}]},
         ["officers: none -> 3 daily 00:00-24:00; 1 sat 00:00-24:00"]),
        ({"staffing": {"kind": "planned"}}, ["staffing.planned_for: the baseline -> this scenario"]),
        ({"bays": {"secondary": {"nii": 2}}}, ["bays.secondary.nii: 1 bay -> 2 bays"]),
        ({}, []),
    ],
)  # fmt: skip
def test_every_value_with_its_unit(of_trucks: dict[str, Any], says: list[str]) -> None:
    assert changes(of_trucks) == says


def test_the_response_comes_first_and_ports_that_are_not_simulated_are_left_out() -> None:
    more = {"modes": {"commercial": {"demand_factor": 1.1}}}
    assert changes({"closing": "hold"}, response={"elasticity": 0.2}) == [
        "response.elasticity: 0.3 -> 0.2",
        "closing: drain -> hold",
    ]
    scenario = Scenario.model_validate({"changes": {"pharr": more, "tecate": more}})
    assert [each.path[0] for each in resolve(scenario, load_catalogue(), ports=["CA"]).changes] == ["tecate"]


def test_a_pool_that_comes_goes_or_changes_its_place() -> None:
    first, second = {"name": "a", "serves": [["fast"]], "max_open": 1}, {"name": "b", "max_open": 2}
    assert list(value_changes([first, second], [second, first], ("pools",))) == [
        ValueChange(("pools", "order"), "a, b", "b, a")
    ]
    assert [str(each) for each in value_changes([first, second], [first], ("pools",))] == [
        "pools.b: name b, max_open 2 booths -> none"
    ]
    assert list(value_changes([first], [first], ("pools",))) == []


def test_a_mode_that_is_taken_away_and_long_values_are_cut() -> None:
    text = value_text({"demand": {"kind": "rate", "per_hour": [1.5] * 96}}, ("modes", "commercial"))
    assert text.startswith("demand rate (per_hour 1.5 an hour, 1.5 an hour")
    assert len(text) == 200
