"""What a disruption does to the pools of a mode, and what a mode lacks of it."""

from typing import Any

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.mode_pools import effects_on_pools, met, pools_at, why_lacking
from border_sim.spec.port import PortMode
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Disruption, Scenario
from border_sim.vocabulary import Mode, Station

EVENT = {"ports": "all", "mode": "commercial", "from": "2024-03-05T08:00", "until": "2024-03-05T10:00"}


@pytest.fixture(scope="module")
def trucks() -> PortMode:
    """With export, primary, secondary and state, without a scan; the pools are standard and fast."""
    return resolve(Scenario(), load_catalogue(), ports=["ysleta-zaragoza"]).ports[0].port.modes[Mode.COMMERCIAL]


def event(**keys: Any) -> Disruption:
    return Disruption.model_validate({**EVENT, **keys})


def test_every_figure_with_its_place() -> None:
    paced = event(pace={"export": 2, "primary": {"fast": 1.5, "standard": 3}})
    assert [tuple(each) for each in effects_on_pools(paced)] == [
        (("pace", "export"), Station.EXPORT, None, 2),
        (("pace", "primary", "fast"), Station.PRIMARY, "fast", 1.5),
        (("pace", "primary", "standard"), Station.PRIMARY, "standard", 3),
    ]
    capped = event(bays={"state": 1, "secondary": {"nii": 0}})
    assert [tuple(each) for each in effects_on_pools(capped)] == [
        (("bays", "secondary", "nii"), Station.SECONDARY, "nii", 0),
        (("bays", "state"), Station.STATE, None, 1),
    ]


def test_the_pools_of_each_station(trucks: PortMode) -> None:
    assert trucks.inspection != "commercial"
    named = {station: pools_at(station, trucks, trucks.inspection) for station in Station}  # type: ignore[arg-type]
    assert named == {
        Station.EXPORT: ("export",),
        Station.SCAN: (),
        Station.PRIMARY: ("standard", "fast"),
        Station.SECONDARY: ("nii", "document", "intensive"),
        Station.STATE: ("passing", "full"),
        Station.DOOR_TO_DOOR: (),
    }


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"bays": {"scan": 0}}, "the mode has no scan; its stations are export, primary, secondary, state"),
        ({"bays": {"secondary": {"xray": 0}}}, "no such kind of secondary; there are nii, document, intensive"),
        ({"pace": {"primary": {"general": 2}}}, "no such pool at primary; there are standard, fast"),
        ({"pace": {"export": {"red": 2}}}, "no such pool at export; there is export"),
        ({"pace": {"state": {"full": 2}}}, None),
        ({"bays": {"state": 2}}, None),
    ],
)
def test_what_a_mode_lacks(trucks: PortMode, keys: dict[str, Any], says: str | None) -> None:
    (effect,) = effects_on_pools(event(**keys))
    assert why_lacking(effect, trucks, trucks.inspection) == says  # type: ignore[arg-type]


def test_what_is_left_of_a_disruption_at_a_mode(trucks: PortMode) -> None:
    whole = event(pace={"primary": {"fast": 2}})
    assert met(whole, trucks) is whole
    assert met(event(gate="shut"), trucks) == event(gate="shut")
    assert met(event(pace={"scan": 2, "primary": {"fast": 2, "x": 3}}), trucks) == event(pace={"primary": {"fast": 2}})
    assert met(event(bays={"scan": 0, "state": 2}), trucks) == event(bays={"state": 2})
    assert met(event(bays={"scan": 0}), trucks) is None
    assert met(event(pace={"primary": {"x": 3}}), trucks) is None
