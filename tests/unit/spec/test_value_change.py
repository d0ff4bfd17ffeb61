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
        ({"bays": {"state": [{"bays": 3}, {"days": "sat", "bays": 1}]}},
         ["bays.state: 4 bays -> 3 daily 00:00-24:00; 1 sat 00:00-24:00"]),
        ({"room": {"state": 1, "secondary": 4}}, ["room.secondary: none -> 4 places", "room.state: none -> 1 place"]),
        ({"pace": {"primary": [{"days": "mon", "pace": 1.5}]}}, ["pace.primary: none -> 1.5 mon 00:00-24:00"]),
        ({"lane_choice": {"leave_for_min": 15}}, ["lane_choice: shortest -> leave_for_min 15 min"]),
        ({"staffing": {"kind": "roster", "pools": {"standard": [0.5] * 84 + [2] * 84}}},
         [("staffing: planned (booths commercial 2 booths, fast 1 booth) -> "
          "roster (pools standard 0.5 to 2, mean 1.25, least Mon 00:00, most Thu 12:00)")]),
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


def test_values_by_hour_are_told_by_their_range_and_if_it_is_the_same_by_the_hours_that_differ() -> None:
    path = ("mine", "programmes", "share", "none")
    week, other = [0.25] * 84 + [0.5] * 84, [0.25] * 84 + [0.5] * 84
    other[1], other[167] = 0.5, 0.25
    (change,) = value_changes(week, other, path)
    assert change.old == "25 to 50%, mean 37.5, least Mon 00:00, most Thu 12:00"
    other[1], other[2], other[167] = 0.25, 0.3, 0.45
    (change,) = value_changes(week, other, path)
    assert change.new == "25 to 50%, mean 37.5, least Mon 00:00, most Thu 12:00, otherwise in 2 hours"
