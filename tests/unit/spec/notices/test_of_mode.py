"""A figure of a mode that has no effect beside its other figures is told, with its place and value."""

from collections.abc import Callable
from typing import Any

import pytest

Notices = Callable[..., list[str]]


def of_own_port(notices: Notices, **figures: Any) -> list[str]:
    """Notices of an own port with one mode of cars; its standard lane has two booths, the Ready lane one."""
    cars = {
        "demand": {"kind": "rate", "per_hour": 60},
        "installed": {"booths": 3},
        "pools": [
            {"name": "standard", "serves": [["standard"]], "max_open": 2},
            {"name": "ready", "serves": [["ready"]], "max_open": 1},
        ],
        "staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}], "ready": [{"booths": 1}]}},
        "programmes": {"share": {"none": 0.5, "ready": 0.5}},
        "inspection": "passenger-quick",
        "bays": {"secondary": {"secondary": 1}},
    }
    mode = {**cars, **figures}
    own = {"mine": {"name": "Mine", "time_zone": "America/Denver", "modes": {"passenger": mode}}}
    return [
        text.removeprefix("own_ports.mine.modes.passenger.")
        for text in notices(ports=None, start="2024-03-09", days=2, own_ports=own)
    ]


def test_a_mode_whose_figures_have_an_effect_gives_none(notices: Notices) -> None:
    assert of_own_port(notices) == []


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        (
            {"demand": {"kind": "list", "arrivals": [{"at_s": 5}, {"at_s": 169_200}, {"at_s": 169_199.5}]}},
            "demand.arrivals[1].at_s: 169200: this arrival would come when the run is over, after 169,200 s",
        ),
        (
            {"demand": {"kind": "list", "arrivals": []}, "demand_factor": 1.1},
            "demand_factor: 1.1: listed arrivals come as listed",
        ),
        (
            {"demand": {"kind": "rate", "per_hour": 0, "hours_from_start": [1] * 48}},
            "demand.hours_from_start: 48 hours: the run is over after 47 hours",
        ),
        (
            {"staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}]}}},
            "pools[1].name: ready: stays closed: staffing.pools does not name it",
        ),
        (
            {"staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}], "ready": [{"booths": 0}]}}},
            "staffing.pools.ready: 0: the pool stays closed: no hour has a booth",
        ),
        ({"closing": "hold"}, "closing: hold: the gate is never closed"),
        ({"loaded": {"share": 0.5}}, "loaded.share: 0.5: only trucks are loaded"),
        ({"bays": {"secondary": {"secondary": 1, "nii": 2}}}, "bays.secondary.nii: 2: the inspection has no such kind"),
        (
            {"bays": {"secondary": {"secondary": 1}, "state": 2}},
            "bays.state: 2: the inspection has no state inspection",
        ),
        ({"officers": [{"booths": 9}]}, "officers: 9: above the 3 booths that can be open"),
    ],
)
def test_figures_of_an_own_port_without_effect(notices: Notices, figures: dict[str, Any], says: str) -> None:
    """The run is of two days with a change of the clock: 47 hours, 169,200 s."""
    (notice,) = of_own_port(notices, **figures)
    assert notice.startswith(says)


def test_a_closed_pool_that_serves_those_who_have_no_other_lane(notices: Notices) -> None:
    shut = {"kind": "schedule", "pools": {"standard": [{"booths": 0}], "ready": [{"booths": 1}]}}
    closed = "staffing.pools.standard: 0: the pool stays closed: no hour has a booth"
    assert of_own_port(notices, staffing=shut) == [f"{closed}; who waits in standard is served there one at a time"]
    assert of_own_port(notices, staffing=shut, programmes={"share": {"ready": 1}}) == [closed]
    nobody = {"kind": "schedule", "pools": {"standard": [{"booths": 0}]}}
    assert of_own_port(notices, staffing=nobody) == [
        f"{closed}; who waits in standard is served there one at a time",
        "pools[1].name: ready: stays closed: staffing.pools does not name it",
    ]


def test_a_schedule_above_what_is_installed(notices: Notices) -> None:
    pools = [{"name": name, "serves": [[name]], "max_open": 2} for name in ("standard", "ready")]
    staffing = {"kind": "schedule", "pools": {"standard": [{"booths": 2}], "ready": [{"booths": 2}]}}
    (notice,) = of_own_port(notices, pools=pools, staffing=staffing)
    assert notice == "staffing.pools: 4 booths at once: above the 3 installed: cut over the pools in file order"
