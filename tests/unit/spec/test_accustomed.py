"""The law of accustomed waits, by hand."""

from math import exp, log
from typing import Any, get_args

import pytest

from border_sim.spec.accustomed import (
    CURVES,
    MODES,
    accustomed_wait,
    distance_km,
    entries,
    entries_per_open_hour,
    log_entries,
    root_of,
    wait_of,
)
from border_sim.spec.change import changed_port
from border_sim.spec.port import Location, Port
from border_sim.spec.port_check import tables_of
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import Group, Root
from border_sim.vocabulary import Mode

PASSENGER_PER_HOUR = 100.0  # 876,000 a year, open day and night
COMMERCIAL_PER_HOUR = 100_000 / 300 / (88 / 6)  # 88 hours a week on six days


def with_change(catalogue: Catalogue, mode: Mode, **change: Any) -> Port:
    return changed_port(catalogue.ports["big-bridge"], {"modes": {mode.value: change}}, tables_of(catalogue))


def minutes(catalogue: Catalogue, port: Port, mode: Mode, slug: str = "big-bridge") -> dict[Any, float]:
    return accustomed_wait(slug, mode, port, catalogue).minutes


def test_trucks_follow_the_law_and_fast_is_its_share_of_them(made_up_catalogue: Catalogue) -> None:
    port = made_up_catalogue.ports["big-bridge"]
    commercial = (4 + log(COMMERCIAL_PER_HOUR) - 5) ** 2
    assert minutes(made_up_catalogue, port, Mode.COMMERCIAL) == pytest.approx(
        {"commercial": commercial, "fast": 0.5 * commercial}
    )


def test_fast_is_the_share_of_the_wait_that_the_file_names(made_up_catalogue: Catalogue) -> None:
    port = with_change(made_up_catalogue, Mode.COMMERCIAL, accustomed_wait={"minutes": {"commercial": 30}})
    assert minutes(made_up_catalogue, port, Mode.COMMERCIAL) == {"commercial": 30, "fast": 15}


def test_cars_general_is_the_squared_mean_of_both_roots_and_named_waits_stay(made_up_catalogue: Catalogue) -> None:
    port = made_up_catalogue.ports["big-bridge"]
    roots = 3 + 2 * (log(PASSENGER_PER_HOUR) - 5), 4 + (log(PASSENGER_PER_HOUR) - 5)
    wait = accustomed_wait("big-bridge", Mode.PASSENGER, port, made_up_catalogue)
    assert wait.minutes == pytest.approx({"sentri": 4, "general": (sum(roots) / 2) ** 2})


def test_people_on_foot_and_the_source_of_a_law(made_up_catalogue: Catalogue) -> None:
    wait = accustomed_wait("small-gate", Mode.PEDESTRIAN, made_up_catalogue.ports["small-gate"], made_up_catalogue)
    assert wait.minutes == pytest.approx({"pedestrian": (2 + 0.5 * (log(60) - 5)) ** 2})
    assert wait.source == "a made-up law"


def test_general_counts_the_ports_near_by(made_up_catalogue: Catalogue) -> None:
    port = made_up_catalogue.ports["big-bridge"]
    moved = {"longitude": -100.2, "latitude": 30.0}
    twin = Port.model_validate({**dict(port), "location": moved})
    catalogue = Catalogue.model_validate({**dict(made_up_catalogue), "ports": {"big-bridge": port, "twin": twin}})
    assert port.location is not None
    assert twin.location is not None
    near = PASSENGER_PER_HOUR * (1 + exp(-distance_km(port.location, twin.location) / 25))
    roots = 3 + 2 * (log(near) - 5), 4 + (log(near) - 5)
    assert minutes(catalogue, port, Mode.PASSENGER)["general"] == pytest.approx((sum(roots) / 2) ** 2)
    unplaced = Port.model_validate({**dict(port), "location": None})
    alone = minutes(made_up_catalogue, port, Mode.PASSENGER)["general"]
    assert minutes(catalogue, unplaced, Mode.PASSENGER)["general"] == pytest.approx(alone)


def test_a_quiet_port_has_no_wait(made_up_catalogue: Catalogue) -> None:
    port = with_change(made_up_catalogue, Mode.PASSENGER, demand={"volumes": {2024: 100}})
    assert minutes(made_up_catalogue, port, Mode.PASSENGER)["general"] == 0


@pytest.mark.parametrize(
    ("demand", "entries"),
    [
        ({"kind": "rate", "per_hour": 12}, 12),
        ({"kind": "rate", "per_hour": [0] * 6 + [10] * 8 + [40] * 8 + [0] * 2}, (10 * 48 + 40 * 40) / 88),
        ({"kind": "rate", "per_hour": [0] * 24 + [7] * 72}, 7),
        ({"kind": "rate", "per_hour": 1, "hours_from_start": [4, 8]}, 6),
        ({"kind": "rate", "per_hour": 1, "hours_from_start": []}, 0),
        ({"kind": "list", "arrivals": [{"at_s": 1}]}, 0),
    ],
)
def test_entries_per_open_hour_of_rates_and_lists(
    made_up_catalogue: Catalogue, demand: dict[str, Any], entries: float
) -> None:
    port = with_change(made_up_catalogue, Mode.COMMERCIAL, demand=demand)
    assert entries_per_open_hour(Mode.COMMERCIAL, port.modes[Mode.COMMERCIAL]) == pytest.approx(entries)


def test_a_mode_that_never_opens_has_no_entries(made_up_catalogue: Catalogue) -> None:
    closed = {"weekly": {"mon-fri": "closed", "sat": "closed"}}
    port = with_change(made_up_catalogue, Mode.COMMERCIAL, hours=closed)
    assert entries_per_open_hour(Mode.COMMERCIAL, port.modes[Mode.COMMERCIAL]) == 0


def test_growth_does_not_change_what_a_port_is_known_for(made_up_catalogue: Catalogue) -> None:
    grown = with_change(made_up_catalogue, Mode.COMMERCIAL, demand_factor=1.5)
    before = minutes(made_up_catalogue, made_up_catalogue.ports["big-bridge"], Mode.COMMERCIAL)
    assert minutes(made_up_catalogue, grown, Mode.COMMERCIAL) == before


def test_a_degree_of_latitude_is_111_km() -> None:
    south, north = Location(latitude=30, longitude=-100), Location(latitude=31, longitude=-100)
    assert distance_km(south, north) == pytest.approx(111.2, abs=0.1)
    assert distance_km(south, south) == 0


def test_every_group_but_fast_has_its_curves_and_every_curve_its_mode() -> None:
    assert set(CURVES) == set(get_args(Group)) - {"fast"}
    assert set(MODES) == {curve for curves in CURVES.values() for curve in curves} == set(get_args(Root))


def test_a_curve_is_a_line_in_the_logarithm_of_traffic(made_up_catalogue: Catalogue) -> None:
    law = made_up_catalogue.accustomed
    assert root_of(law, "standard", exp(5)) == pytest.approx(3)
    assert root_of(law, "standard", exp(6)) == pytest.approx(5)
    assert root_of(law, "standard", 0) == 0
    assert log_entries(exp(7)) == pytest.approx(2)


def test_a_wait_is_the_square_of_the_mean_root_and_never_of_a_negative_one() -> None:
    assert wait_of([3]) == 9
    assert wait_of([2, 4]) == 9
    assert wait_of([-3, 1]) == 0


def test_only_standard_and_ready_count_the_ports_near_by(made_up_catalogue: Catalogue) -> None:
    port = made_up_catalogue.ports["big-bridge"]
    both = Catalogue.model_validate({**dict(made_up_catalogue), "ports": {"big-bridge": port, "twin": port}})
    found = {curve: entries("big-bridge", curve, port, both) for curve in ("standard", "ready", "sentri")}
    assert found == pytest.approx({"standard": 200, "ready": 200, "sentri": 100})
    assert entries("big-bridge", "commercial", port, both) == pytest.approx(COMMERCIAL_PER_HOUR)
    with pytest.raises(KeyError):
        entries("big-bridge", "pedestrian", port, both)
