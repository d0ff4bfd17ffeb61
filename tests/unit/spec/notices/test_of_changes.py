"""A change that changes nothing is told, with its place and value."""

from collections.abc import Callable
from typing import Any

import pytest

Notices = Callable[..., list[str]]
TRUCKS = "changes.calexico-east.modes.commercial"


def of_trucks(notices: Notices, **figures: Any) -> list[str]:
    return notices(changes={"calexico-east": {"modes": {"commercial": figures}}})


def test_a_change_with_an_effect_gives_none(notices: Notices) -> None:
    assert of_trucks(notices, demand_factor=1.2, officers=[{"booths": 3}]) == []


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"officers": [{"booths": 4}]}, "officers: 4: above the 3 booths that can be open; the rest has none"),
        ({"demand_factor": 1}, "demand_factor: 1: is so before the change, which changes nothing"),
        ({"installed": {"booths": 3}}, "installed.booths: 3: is so before the change, which changes nothing"),
        ({"installed": {"booths": 5}}, "installed.booths: 5: the pools open 3 at most; raise their max_open too"),
        ({"demand": {"volumes": {2030: 1}}}, "demand.volumes.2030: 1: the run takes the volume of 2024; change volume"),
        (
            {"inspection": {"service": {"ready": {"kind": "exponential", "mean_s": 9}}}},
            "inspection.service.ready.mean_s: 9: no pool serves ready",
        ),
        (
            {"inspection": {"referral": {"share": {"sentri": 0.5}}}},
            "inspection.referral.share.sentri: 0.5: no commercial programme; valid are ctpat, none",
        ),
        (
            {"demand_factor": None},
            "demand_factor: null: null takes away a key that is not there, which changes nothing",
        ),
        ({"bays": {"state": None}, "inspection": {"state": None}}, None),
        ({"inspection": {"state": None}}, "bays.state: "),
        (
            {"staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}]}}},
            "pools.fast.name: fast: stays closed: staffing.pools does not name it",
        ),
        ({"lane_choice": "shortest"}, "lane_choice: shortest: is so before the change, which changes nothing"),
    ],
)
def test_a_change_without_effect(notices: Notices, figures: dict[str, Any], says: str | None) -> None:
    found = of_trucks(notices, **figures)
    assert len(found) == (says is not None)
    assert all(text.removeprefix(f"{TRUCKS}.").replace("pools[1]", "pools.fast").startswith(says) for text in found)


def test_changes_at_ports_that_are_not_simulated(notices: Notices) -> None:
    more = {"modes": {"commercial": {"demand_factor": 1.1}}}
    assert notices(changes={"otay-mesa": more}) == ["changes.otay-mesa: is not simulated; the run has calexico-east"]
    assert notices(changes={"TX": more}) == ["changes.TX: are not simulated; the run has calexico-east"]
    assert notices(changes={"calexico-east, pharr": more}) == [
        "changes.'calexico-east, pharr': pharr: is not simulated; the run has calexico-east"
    ]
    assert notices(changes={"CA": more, "all": more}) == [
        "changes.CA.modes.commercial.demand_factor: 1.1: is so before the change, which changes nothing"
    ]


def test_a_change_of_several_is_told_only_if_it_changes_nothing_at_all(notices: Notices) -> None:
    ports = ["calexico-east", "san-ysidro", "otay-mesa"]
    walk = {"modes": {"pedestrian": {"demand_factor": 1.1}}}
    assert notices(ports=ports, changes={"all": walk}) == []
    assert notices(ports=ports, changes={"calexico-east, san-ysidro": walk}) == []
    assert notices(changes={"calexico-east": {}}) == ["changes.calexico-east: changes nothing"]
    trucks = {"modes": {"commercial": {"demand_factor": 1.1}}}
    assert notices(ports=ports, changes={"san-ysidro, otay-mesa": trucks}) == [
        "changes.'san-ysidro, otay-mesa'.modes.commercial: not at san-ysidro: no such mode there"
    ]
    assert notices(ports=["san-ysidro"], changes={"CA": trucks}) == [
        "changes.CA.modes.commercial: not at san-ysidro: no such mode there"
    ]


def test_a_value_that_closer_ones_replace_at_every_port_of_the_run(notices: Notices) -> None:
    def factor(value: float) -> dict[str, Any]:
        return {"modes": {"commercial": {"demand_factor": value}}}

    changes = {"CA": factor(1.2), "all": {"modes": {"commercial": {"demand_factor": 1.1, "closing": "hold"}}}}
    assert notices(changes=changes) == [
        "changes.all.modes.commercial.demand_factor: 1.1: 'CA' says otherwise of every port of the run that it is for"
    ]
    assert notices(ports=["calexico-east", "pharr"], changes=changes) == []
    lists = {"calexico-east, otay-mesa": factor(1.2), "calexico-east, tecate": factor(1.2)}
    assert notices(ports=["calexico-east", "otay-mesa", "tecate"], changes=lists) == []


def test_entries_that_are_right_only_together(notices: Notices) -> None:
    changes = {
        "CA": {"modes": {"commercial": {"installed": {"booths": 5}}}},
        "otay-mesa": {"modes": {"commercial": {"pools": {"standard": {"max_open": 5}}}}},
    }
    assert notices(ports=["otay-mesa"], changes=changes) == []
    changes["CA"]["modes"]["commercial"]["installed"]["booths"] = 12
    assert notices(ports=["otay-mesa"], changes=changes) != []
