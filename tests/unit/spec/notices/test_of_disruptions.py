"""A disruption that nobody can meet is told, with its place and value."""

from collections.abc import Callable
from typing import Any

import pytest

Notices = Callable[..., list[str]]
ROUTE_THERE = "export, primary, secondary, state"
EVENT = {
    "port": "calexico-east",
    "mode": "commercial",
    "from": "2024-03-05T08:00",
    "until": "2024-03-05T10:00",
    "gate": "shut",
}


def of_disruption(notices: Notices, **keys: Any) -> list[str]:
    disruption = {key: value for key, value in {**EVENT, **keys}.items() if value is not None}
    return [text.removeprefix("disruptions[0].") for text in notices(disruptions=[disruption])]


def test_a_disruption_that_somebody_meets_gives_none(notices: Notices) -> None:
    assert of_disruption(notices) == []


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"until": "2024-03-03T00:00", "from": "2024-03-01"}, "until: 2024-03-03T00:00: is over before the run begins"),
        ({"from": "2024-03-11", "until": "2024-03-12"}, "from: 2024-03-11T00:00: begins after the run's last day"),
        ({"port": "otay-mesa"}, "port: 'otay-mesa': is not simulated; the run has calexico-east"),
        ({"port": None, "ports": "TX"}, "ports: 'TX': is not simulated; the run has calexico-east"),
        ({"port": None, "ports": ["CA", "pharr"]}, "ports[1]: 'pharr': is not simulated; the run has calexico-east"),
        ({"gate": None, "booths_cap": 3}, "booths_cap: 3: no fewer than the 3 booths installed at Calexico East"),
        (
            {"from": "2024-03-05T00:00", "until": "2024-03-05T03:00"},
            "gate: shut: the gate of Calexico East is closed then by its hours",
        ),
        (
            {"from": "2024-03-10T02:15", "until": "2024-03-10T03:00"},
            "from: 2024-03-10T02:15: the clock of Calexico East skips all of it, going on at 2024-03-10T03:00",
        ),
    ],
)
def test_a_disruption_that_nobody_can_meet(notices: Notices, keys: dict[str, Any], says: str) -> None:
    (notice,) = of_disruption(notices, **keys)
    assert notice.startswith(says)


def test_a_disruption_that_touches_the_run_or_the_skipped_hour_is_none(notices: Notices) -> None:
    cap = {"gate": None, "booths_cap": 1}
    assert of_disruption(notices, **{"from": "0001-01-01", "until": "2024-03-03T00:15"}, **cap) == []
    assert of_disruption(notices, **{"from": "2024-03-10T23:59", "until": "9999-12-31"}, **cap) == []
    assert of_disruption(notices, **{"from": "0001-01-01", "until": "9999-12-31"}) == []
    assert of_disruption(notices, **{"from": "2024-03-10T02:15", "until": "2024-03-10T03:01"}, **cap) == []


def test_a_disruption_said_twice(notices: Notices) -> None:
    assert notices(disruptions=[EVENT, EVENT]) == ["disruptions[1]: says again what disruptions[0] says"]


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (
            {"bays": {"state": 4, "secondary": {"nii": 0}}},
            ["bays.state: 4: no fewer than the 4 bays there at Calexico East"],
        ),
        ({"bays": {"state": 3}}, []),
        ({"pace": {"primary": 1}}, ["pace.primary: 1: is as usual, which changes nothing"]),
        (
            {"pace": {"primary": {"fast": 1, "standard": 2}}},
            ["pace.primary.fast: 1: is as usual, which changes nothing"],
        ),
        (
            {"port": None, "ports": "all", "bays": {"scan": 0, "state": 1}},
            [f"bays.scan: 0: the mode has no scan; its stations are {ROUTE_THERE} (at Calexico East)"],
        ),
    ],
)
def test_bays_and_pace_without_effect(notices: Notices, keys: dict[str, Any], says: list[str]) -> None:
    assert of_disruption(notices, gate=None, **keys) == says
