"""Two mistakes put in at random places are both told, unless one is a part of the other or known to hide it."""

from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from border_sim.spec.port_check import harmless_port, written
from border_sim.spec.problem import SpecError, path_text
from border_sim.spec.scenario import Catalogue
from border_sim.spec.scenario_check import check_scenario

MINE = ("own_ports", "mine", "modes", "commercial")
CHANGED = ("changes", "big-bridge", "modes", "commercial")
GONE = object()
SECOND = {"kind": "deterministic", "mean_s": 1}
INSPECTION = {
    "service": {"standard": {"kind": "uniform", "low_s": 1, "high_s": 9}, "fast": SECOND},
    "export": {"delay": SECOND, "red_share": 0.1, "red_delay": SECOND},
    "scan": {"service": SECOND},
    "referral": {"share": {"none": 0.2}},
    "secondary": {"nii": {"share": 0.5, "service": SECOND}, "document": {"share": 0.5, "service": SECOND}},
}


class Wrong(NamedTuple):
    """A mistake: what to put where, and the place at which it is told."""

    at: tuple[str | int, ...]
    value: Any
    told: str = ""
    hidden_by: tuple[str, ...] = ()
    """Places of mistakes beside which this one cannot be told"""


def in_mode(*mistakes: Wrong) -> list[Wrong]:
    """The same mistakes in an own port and in a change."""
    return [
        wrong._replace(
            at=(*mode, *wrong.at),
            told=path_text((*mode, *wrong.at)) if not wrong.told else f"{path_text(mode)}.{wrong.told}",
            hidden_by=tuple(f"{path_text(mode)}.{place}" for place in wrong.hidden_by),
        )
        for mode in (MINE, CHANGED)
        for wrong in mistakes
    ]


MISTAKES = [
    Wrong(("naem",), "x"),
    Wrong(("days",), 0),
    Wrong(("start",), "soon"),
    Wrong(("response", "elasticity"), -1),
    Wrong(("ports", 1), "nowhere"),
    Wrong(("ports", 2), "../up"),
    Wrong(("own_ports", "small-gate"), harmless_port()),
    Wrong(("changes", "nowhere"), {}),
    Wrong(("changes", "Big Bridge"), {}, "changes.'Big Bridge'"),
    Wrong(("changes", "small-gate"), 3),
    Wrong(("changes", "mine"), {}),
    Wrong(("disruptions", 0, "port"), "nowhere"),
    Wrong(("disruptions", 0, "mode"), "comercial"),
    Wrong(("disruptions", 0, "gate"), "open"),
    Wrong(("disruptions", 0, "colour"), "red"),
    Wrong(("disruptions", 1, "mode"), "pedestrian", hidden_by=("disruptions[1].port",)),
    Wrong(("disruptions", 1, "until"), "2024-03-04"),
    Wrong(("disruptions", 1, "bays"), {"scan": -1}, "disruptions[1].bays.scan"),
    Wrong(("disruptions", 2, "from"), "2024-03-04T06:00+01:00"),
    Wrong(("disruptions", 2, "port"), GONE, "disruptions[2]"),
    Wrong(("own_ports", "mine", "time_zone"), "localtime"),
    Wrong((*MINE, "room", "state"), 4),
    *in_mode(
        Wrong(("demand", "volumes", "2024"), -5),
        Wrong(("demand", "volume_year"), 1999, hidden_by=("demand.volumes.2024",)),
        Wrong(("demand", "profile"), "dy"),
        Wrong(("demand_factor",), -1),
        Wrong(("clossing",), "hold"),
        Wrong(("hours", "weekly"), {"daily": "22:00-06:00"}, "hours.weekly.daily"),
        Wrong(("installed", "booths"), -3),
        Wrong(("pools", 0, "max_open"), 9, hidden_by=("installed.booths", "pools[1].serves[0][0]", "pools[1].name")),
        Wrong(("pools", 1, "serves"), [["standrd"]], "pools[1].serves[0][0]"),
        Wrong(("pools", 1, "name"), "No Name"),
        Wrong(("staffing", "pools", "fast"), [{"booths": 3}], hidden_by=("pools[0].max_open", "pools[1].name")),
        Wrong(("programmes", "share"), {"none": 0.5}),
        Wrong(("officers",), [{"days": "moon", "booths": 1}], "officers[0].days"),
        Wrong(("bays", "secondary"), {"nii": 1}, "bays.secondary.document"),
        Wrong(("bays", "scan"), GONE),
        Wrong(("room", "secondary"), -1),
        Wrong(("pace", "primary", 0, "pace"), 0),
        Wrong(("pace", "scan"), [{"pace": 1.0005}], "pace.scan[0].pace"),
        Wrong(("lane_choice", "leave_for_min"), 2.5),
        Wrong(("inspection", "scan", "share"), 1.5),
        Wrong(("inspection", "service", "standard", "low_s"), 10, "inspection.service.standard.high_s"),
        Wrong(("inspection", "export", "red_delay"), GONE),
        Wrong(("inspection", "secondary", "nii", "share"), 0.4, "inspection.secondary"),
    ),
]


@pytest.fixture
def scenario(made_up_catalogue: Catalogue) -> dict[str, Any]:
    """A scenario that has all that can be wrong, and is right."""
    bridge = written(made_up_catalogue.ports["big-bridge"])
    commercial = {
        **bridge["modes"]["commercial"],
        "installed": {"booths": 8},
        "pools": [
            {"name": "standard", "serves": [["standard"]], "max_open": 6},
            {"name": "fast", "serves": [["fast"], ["standard"]], "max_open": 2},
        ],
        "staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}], "fast": [{"booths": 1}]}},
        "officers": [{"booths": 8}],
        "inspection": INSPECTION,
        "bays": {"scan": [{"bays": 1}], "secondary": {"nii": 1, "document": 1}},
        "room": {"scan": 3, "secondary": 2},
        "pace": {"primary": [{"days": "sat", "pace": 1.5}]},
        "lane_choice": {"leave_for_min": 5},
    }
    span = {"from": "2024-03-04", "until": "2024-03-05"}
    return {
        "ports": ["mine", "big-bridge", "small-gate"],
        "response": {"elasticity": 0.1},
        "own_ports": {"mine": {"name": "Mine", "modes": {"commercial": commercial}}},
        "changes": {"big-bridge": {"modes": {"commercial": deepcopy(commercial)}}},
        "disruptions": [
            {"port": "mine", "mode": "commercial", "gate": "shut", **span},
            {"port": "big-bridge", "mode": "commercial", "booths_cap": 1, **span},
            {"port": "small-gate", "mode": "pedestrian", "gate": "shut", **span},
        ],
    }


def with_mistakes(scenario: dict[str, Any], *mistakes: Wrong) -> dict[str, Any]:
    data = deepcopy(scenario)
    for wrong in mistakes:
        place = data
        for key in wrong.at[:-1]:
            place = place[key]
        if wrong.value is GONE:
            del place[wrong.at[-1]]
        else:
            place[wrong.at[-1]] = wrong.value
    return data


def told(data: dict[str, Any], catalogue: Catalogue) -> list[str]:
    with pytest.raises(SpecError) as caught:
        check_scenario(data, catalogue)
    return [path_text(problem.path) for problem in caught.value.problems]


def place_of(wrong: Wrong) -> str:
    return wrong.told or path_text(wrong.at)


def test_the_scenario_is_right(scenario: dict[str, Any], made_up_catalogue: Catalogue) -> None:
    assert check_scenario(scenario, made_up_catalogue).ports == ("mine", "big-bridge", "small-gate")


@pytest.mark.parametrize("wrong", MISTAKES, ids=place_of)
def test_a_mistake_is_told_at_its_place_and_nowhere_else(
    wrong: Wrong, scenario: dict[str, Any], made_up_catalogue: Catalogue
) -> None:
    assert set(told(with_mistakes(scenario, wrong), made_up_catalogue)) == {place_of(wrong)}


@given(places=st.lists(st.integers(0, len(MISTAKES) - 1), min_size=2, max_size=2, unique=True))
@settings(
    derandomize=True, deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_two_mistakes_are_both_told(places: list[int], scenario: dict[str, Any], made_up_catalogue: Catalogue) -> None:
    one, other = (MISTAKES[place] for place in places)
    if one.at[: len(other.at)] == other.at or other.at[: len(one.at)] == one.at:
        return
    hidden = {place_of(a) for a, b in ((one, other), (other, one)) if place_of(b) in a.hidden_by}
    expected = {place_of(one), place_of(other)} - hidden
    found = told(
        with_mistakes(scenario, *sorted((one, other), key=lambda wrong: wrong.value is GONE)), made_up_catalogue
    )
    assert expected <= set(found)
    assert len(found) == len(set(found))


def test_all_mistakes_that_hide_nothing_are_told_at_once(
    scenario: dict[str, Any], made_up_catalogue: Catalogue
) -> None:
    mistakes: list[Wrong] = []
    for wrong in MISTAKES:
        is_apart = all(wrong.at != other.at for other in mistakes)
        if is_apart and not wrong.hidden_by:
            mistakes.append(wrong)
    hiders = [place for wrong in MISTAKES for place in wrong.hidden_by]
    found = told(with_mistakes(scenario, *mistakes), made_up_catalogue)
    assert {place_of(wrong) for wrong in mistakes} - set(found) <= set(hiders)


def test_the_place_of_a_disruption_that_does_nothing_is_looked_at_too(made_up_catalogue: Catalogue) -> None:
    span = {"from": "2024-03-04", "until": "2024-03-05"}
    data = {"disruptions": [{"port": "small-gate", "mode": "commercial", **span}, {"mode": "passenger", **span}, 5]}
    assert told(data, made_up_catalogue) == [
        "disruptions[0]",
        "disruptions[1]",
        "disruptions[1]",
        "disruptions[2]",
        "disruptions[0].mode",
    ]


def test_pools_of_a_disruption_are_looked_at_where_its_port_is_right(made_up_catalogue: Catalogue) -> None:
    lacking = {"mode": "commercial", "from": "2024-03-04", "until": "2024-03-05", "pace": {"primary": {"nobody": 2}}}
    wrong = {"modes": {"commercial": {"demand_factor": -1}}}
    disruptions = [{"port": "big-bridge", **lacking}]
    assert told({"disruptions": disruptions}, made_up_catalogue) == ["disruptions[0].pace.primary.nobody"]
    on_foot = {"modes": {"pedestrian": {"demand_factor": -1}}}
    found = told({"changes": {"small-gate": on_foot, "nowhere": {}}, "disruptions": disruptions}, made_up_catalogue)
    assert found == [
        "changes.small-gate.modes.pedestrian.demand_factor",
        "changes.nowhere",
        "disruptions[0].pace.primary.nobody",
    ]
    assert told({"changes": {"big-bridge": wrong}, "disruptions": disruptions}, made_up_catalogue) == [
        "changes.big-bridge.modes.commercial.demand_factor"
    ]
