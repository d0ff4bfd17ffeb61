"""The stations of a mode in words."""

from typing import Any

from border_sim.cli.stations_in_words import stations_in_words
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import Mode


def said(**of_trucks: Any) -> dict[str, str]:
    """Of the trucks of Calexico East, changed."""
    scenario = Scenario.model_validate({"changes": {"calexico-east": {"modes": {"commercial": of_trucks}}}})
    (port,) = resolve(scenario, load_catalogue(), ports=["calexico-east"]).ports
    return stations_in_words(port.port.modes[Mode.COMMERCIAL])


def test_a_scan_with_its_bays() -> None:
    assert said()["scan"] == ""
    scan = {"scan": {"share": 0.4, "service": {"kind": "lognormal", "mean_s": 60, "cv": 0.5}}}
    assert said(inspection=scan, bays={"scan": 1})["scan"] == "40%, 60 s (lognormal, cv 0.5), 1 bay"


def test_bays_by_the_week() -> None:
    text = said(bays={"state": [{"bays": 3}, {"days": "sat", "hours": "06:00-12:00", "bays": 1}]})["state inspection"]
    assert "bays: 3 daily 00:00-24:00; 1 sat 06:00-12:00; others" in text


def test_room_and_pace() -> None:
    assert (said()["room"], said()["pace"]) == ("", "")
    assert said(room={"state": 30, "primary": 1})["room"] == "1 place before primary, 30 places before state"
    pace = {"primary": [{"days": "mon-fri", "hours": "06:00-08:00", "pace": 1.5}, {"days": "sun", "pace": 0.9}]}
    assert said(pace=pace)["pace"] == (
        "primary 1.5 times as long mon-fri 06:00-08:00, 0.9 times as long sun 00:00-24:00"
    )
