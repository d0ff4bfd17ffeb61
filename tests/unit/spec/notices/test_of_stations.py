"""What a mode's bays, room, pace and scan say without effect is told, with its place and value."""

from collections.abc import Callable
from typing import Any

import pytest

Notices = Callable[..., list[str]]
TRUCKS = "changes.calexico-east.modes.commercial."
SCAN = {"scan": {"service": {"kind": "deterministic", "mean_s": 60}}}


def of_trucks(notices: Notices, mode: str = "commercial", **figures: Any) -> list[str]:
    changes = {"calexico-east": {"modes": {mode: figures}}}
    return [text.removeprefix(f"changes.calexico-east.modes.{mode}.") for text in notices(changes=changes)]


@pytest.mark.parametrize(
    "figures",
    [
        {"inspection": SCAN, "bays": {"scan": [{"bays": 2}, {"days": "sat", "bays": 0}]}, "room": {"primary": 0}},
        {"room": {"secondary": 0, "state": 30}},
        {"pace": {"export": [{"pace": 1}, {"days": "mon", "pace": 1.25}]}},
        {"lane_choice": {"leave_for_min": 15}},
    ],
)
def test_what_has_an_effect_gives_none(notices: Notices, figures: dict[str, Any]) -> None:
    assert of_trucks(notices, **figures) == []


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"bays": {"scan": 2}}, "bays.scan: 2: the inspection has no scan"),
        (
            {"bays": {"secondary": {"xray": [{"bays": 3}]}}},
            "bays.secondary.xray: 3: the inspection has no such kind; it has nii, document, intensive",
        ),
        (
            {"pace": {"primary": [{"pace": 2}, {"pace": 1}], "state": [{"days": "mon", "pace": 2}]}},
            "pace.primary: 1: is 1 in every hour, as usual, which changes nothing",
        ),
        (
            {"bays": {"state": [{"days": "sat", "bays": 9}, {"bays": 5}, {"days": "sun", "bays": 1}]}},
            "bays.state[0]: sat 00:00-24:00: has no effect: spans after it say otherwise of all of its hours",
        ),
        (
            {"officers": [{"hours": "06:00-12:00", "booths": 1}, {"booths": 2}]},
            "officers[0]: daily 06:00-12:00: has no effect: spans after it say otherwise of all of its hours",
        ),
        (
            {"inspection": {"scan": {**SCAN["scan"], "share": 0}}, "bays": {"scan": 1}},
            "inspection.scan.share: 0: nobody is scanned; null takes the scan away",
        ),
    ],
)
def test_figures_of_stations_without_effect(notices: Notices, figures: dict[str, Any], says: str) -> None:
    assert says in of_trucks(notices, **figures)


def test_room_before_the_first_station_of_the_route(notices: Notices) -> None:
    """A delay, such as the export side, holds nobody back."""
    said = ": who comes to {0} comes from the road, where there is room for as many as come"
    (cars,) = of_trucks(notices, "passenger", room={"primary": 3})
    (trucks,) = of_trucks(notices, room={"primary": 3})
    (scanned,) = of_trucks(notices, inspection=SCAN, bays={"scan": 1}, room={"scan": 2, "primary": 3})
    assert cars == trucks == "room.primary: 3" + said.format("primary")
    assert scanned == "room.scan: 2" + said.format("scan")


def test_room_before_primary_where_not_all_are_scanned(notices: Notices) -> None:
    def told(share: float) -> list[str]:
        scan = {"scan": {**SCAN["scan"], "share": share}}
        return of_trucks(notices, inspection=scan, bays={"scan": 1}, room={"primary": 3})

    assert told(1) == []
    (of_some,) = told(0.4)
    assert of_some == (
        "room.primary: 3: holds back only those who are scanned (scan.share is 0.4); "
        "the others come from the road, however many wait"
    )
    from_the_road = "room.primary: 3: who comes to primary comes from the road, where there is room for as many as come"
    assert told(0) == [from_the_road, "inspection.scan.share: 0: nobody is scanned; null takes the scan away"]


def test_figures_of_full_state_inspection_where_nobody_is(notices: Notices) -> None:
    """The pace of state is that of the passing delay too."""
    full = {"kind": "deterministic", "mean_s": 900}
    nobody: dict[str, Any] = {"state": {"full_share": 0}}
    figures = {"room": {"state": 3}, "pace": {"state": [{"pace": 2}]}}
    assert of_trucks(notices, inspection=nobody) == []
    assert of_trucks(notices, inspection=nobody, bays={"state": [{"bays": 3}]}, **figures) == [
        "bays.state: [{'bays': 3}]: nobody is inspected in full: inspection.state.full_share is 0",
        "room.state: 3: nobody waits there: inspection.state.full_share is 0",
    ]
    (told,) = of_trucks(notices, inspection={"state": {"full_share": 0, "full": full}})
    assert told == "inspection.state.full.mean_s: 900: nobody is inspected in full: inspection.state.full_share is 0"
    some = {"state": {"full_share": 0.01}}
    assert of_trucks(notices, inspection=some, bays={"state": 3}, **figures) == []


def test_who_leaves_the_only_lane(notices: Notices) -> None:
    own = {"pools": [{"name": "all", "serves": [["standard"]], "max_open": 3}], "programmes": {"share": {"none": 1}}}
    changes = {"calexico-east": {"modes": {"commercial": {"lane_choice": {"leave_for_min": 15}, **own}}}}
    changes["calexico-east"]["modes"]["commercial"]["programmes"]["share"] |= {"ctpat": 0}
    assert f"{TRUCKS}lane_choice.leave_for_min: 15: there is one lane class, standard" in notices(changes=changes)


@pytest.mark.parametrize("key", ["all", "CA"])
def test_stations_that_the_ports_of_an_entry_lack(notices: Notices, key: str) -> None:
    of_cars = {"room": {"state": 3, "secondary": 4}, "pace": {"export": [{"pace": 2}]}}
    assert notices(changes={key: {"modes": {"passenger": of_cars}}}) == [
        f"changes.{key}.modes.passenger.room.state: not at calexico-east: no such station there",
        f"changes.{key}.modes.passenger.pace.export: not at calexico-east: no such station there",
    ]


def test_a_span_as_it_stood_before_with_its_defaults_written_out(notices: Notices) -> None:
    entries = {"CA": {"bays": 3}, "calexico-east": {"days": "daily", "hours": "00:00-24:00", "bays": 3}}
    changes = {key: {"modes": {"commercial": {"bays": {"state": [span]}}}} for key, span in entries.items()}
    (notice,) = notices(changes=changes)
    assert notice.startswith("changes.calexico-east.modes.commercial.bays.state: [")
    assert notice.endswith(": is so before the change, which changes nothing")
