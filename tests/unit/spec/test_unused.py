"""What a scenario says that has no effect is told, with its place and value."""

from typing import Any

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.port_check import written
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Catalogue, Scenario

TRUCKS = "changes.calexico-east.modes.commercial"
RUN = {"ports": ["calexico-east"], "start": "2024-03-04", "days": 7}
CAP = {"port": "calexico-east", "mode": "commercial"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def notices(catalogue: Catalogue, **keys: Any) -> list[str]:
    scenario = Scenario.model_validate({**RUN, **keys})
    return [str(notice) for notice in resolve(scenario, catalogue).notices]


def of_trucks(catalogue: Catalogue, **figures: Any) -> list[str]:
    return notices(catalogue, changes={"calexico-east": {"modes": {"commercial": figures}}})


def of_own_port(catalogue: Catalogue, **figures: Any) -> list[str]:
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
        for text in notices(catalogue, ports=None, start="2024-03-09", days=2, own_ports=own)
    ]


def of_disruption(catalogue: Catalogue, **keys: Any) -> list[str]:
    event = {**CAP, "from": "2024-03-05T08:00", "until": "2024-03-05T10:00", "gate": "shut"}
    disruption = {key: value for key, value in {**event, **keys}.items() if value is not None}
    return [text.removeprefix("disruptions[0].") for text in notices(catalogue, disruptions=[disruption])]


def test_the_baseline_and_what_has_an_effect_give_none(catalogue: Catalogue) -> None:
    assert resolve(Scenario(), catalogue).notices == ()
    assert resolve(Scenario(), catalogue).changes == ()
    assert of_trucks(catalogue, demand_factor=1.2, officers=[{"booths": 3}]) == []
    assert of_own_port(catalogue) == []
    assert of_disruption(catalogue) == []


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
def test_a_disruption_that_nobody_can_meet(catalogue: Catalogue, keys: dict[str, Any], says: str) -> None:
    (notice,) = of_disruption(catalogue, **keys)
    assert notice.startswith(says)


def test_a_disruption_that_touches_the_run_or_the_skipped_hour_is_none(catalogue: Catalogue) -> None:
    cap = {"gate": None, "booths_cap": 1}
    assert of_disruption(catalogue, **{"from": "0001-01-01", "until": "2024-03-03T00:15"}, **cap) == []
    assert of_disruption(catalogue, **{"from": "2024-03-10T23:59", "until": "9999-12-31"}, **cap) == []
    assert of_disruption(catalogue, **{"from": "0001-01-01", "until": "9999-12-31"}) == []
    assert of_disruption(catalogue, **{"from": "2024-03-10T02:15", "until": "2024-03-10T03:01"}, **cap) == []


def test_a_disruption_said_twice(catalogue: Catalogue) -> None:
    event = {**CAP, "from": "2024-03-05T08:00", "until": "2024-03-05T10:00", "gate": "shut"}
    assert notices(catalogue, disruptions=[event, event]) == ["disruptions[1]: says again what disruptions[0] says"]


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
        ({"bays": {"state": None}, "inspection": {"state": None}}, None),
        ({"inspection": {"state": None}}, "bays.state: "),
        (
            {"staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}]}}},
            "pools.fast.name: fast: stays closed: staffing.pools does not name it",
        ),
        ({"lane_choice": "shortest"}, "lane_choice: shortest: is so before the change, which changes nothing"),
    ],
)
def test_a_change_without_effect(catalogue: Catalogue, figures: dict[str, Any], says: str | None) -> None:
    found = of_trucks(catalogue, **figures)
    assert len(found) == (says is not None)
    assert all(text.removeprefix(f"{TRUCKS}.").replace("pools[1]", "pools.fast").startswith(says) for text in found)


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
def test_figures_of_an_own_port_without_effect(catalogue: Catalogue, figures: dict[str, Any], says: str) -> None:
    """The run is of two days with a change of the clock: 47 hours, 169,200 s."""
    (notice,) = of_own_port(catalogue, **figures)
    assert notice.startswith(says)


def test_a_schedule_above_what_is_installed(catalogue: Catalogue) -> None:
    pools = [{"name": name, "serves": [[name]], "max_open": 2} for name in ("standard", "ready")]
    staffing = {"kind": "schedule", "pools": {"standard": [{"booths": 2}], "ready": [{"booths": 2}]}}
    (notice,) = of_own_port(catalogue, pools=pools, staffing=staffing)
    assert notice == "staffing.pools: 4 booths at once: above the 3 installed: cut over the pools in file order"


def test_an_own_port_without_a_time_zone_or_that_is_not_simulated(catalogue: Catalogue) -> None:
    port = written(catalogue.ports["sasabe"])
    del port["time_zone"]
    (notice,) = notices(catalogue, ports=None, own_ports={"mine": port})
    assert notice.startswith(
        "own_ports.mine.time_zone: names no time zone: its hours and days are on the clock of UTC;"
    )
    assert notices(catalogue, own_ports={"mine": port}) == [
        "own_ports.mine: is not simulated; the run has calexico-east"
    ]


def test_changes_at_ports_that_are_not_simulated(catalogue: Catalogue) -> None:
    more = {"modes": {"commercial": {"demand_factor": 1.1}}}
    assert notices(catalogue, changes={"otay-mesa": more}) == [
        "changes.otay-mesa: is not simulated; the run has calexico-east"
    ]
    assert notices(catalogue, changes={"TX": more}) == ["changes.TX: are not simulated; the run has calexico-east"]
    assert notices(catalogue, changes={"calexico-east, pharr": more}) == [
        "changes.'calexico-east, pharr': pharr: is not simulated; the run has calexico-east"
    ]
    assert notices(catalogue, changes={"CA": more, "all": more}) == [
        "changes.CA.modes.commercial.demand_factor: 1.1: is so before the change, which changes nothing"
    ]


def test_a_change_of_several_is_told_only_if_it_changes_nothing_at_all(catalogue: Catalogue) -> None:
    ports = ["calexico-east", "san-ysidro", "otay-mesa"]
    walk = {"modes": {"pedestrian": {"demand_factor": 1.1}}}
    assert notices(catalogue, ports=ports, changes={"all": walk}) == []
    assert notices(catalogue, ports=ports, changes={"calexico-east, san-ysidro": walk}) == []
    assert notices(catalogue, changes={"calexico-east": {}}) == ["changes.calexico-east: changes nothing"]
    trucks = {"modes": {"commercial": {"demand_factor": 1.1}}}
    assert notices(catalogue, ports=ports, changes={"san-ysidro, otay-mesa": trucks}) == [
        "changes.'san-ysidro, otay-mesa'.modes.commercial: not at san-ysidro: no such mode there"
    ]
    assert notices(catalogue, ports=["san-ysidro"], changes={"CA": trucks}) == [
        "changes.CA.modes.commercial: not at san-ysidro: no such mode there"
    ]


def test_a_response_without_effect(catalogue: Catalogue) -> None:
    assert notices(catalogue, response={"elasticity": 0.3}) == [
        "response.elasticity: 0.3: is so before the change, which changes nothing"
    ]
    assert notices(catalogue, response={"hour_sd": 0, "hour_rho": 0.1}) == [
        "response.hour_rho: 0.1: hour_sd is 0: hours do not spread"
    ]


def test_a_port_named_twice(catalogue: Catalogue) -> None:
    assert notices(catalogue, ports=["calexico-east", "calexico-east"]) == [
        "ports[1]: 'calexico-east': is named before"
    ]


def test_a_notice_leaves_the_configuration_as_it_was(catalogue: Catalogue) -> None:
    same = {"calexico-east": {"modes": {"commercial": {"demand_factor": 1}}}}
    plain, noted = (resolve(Scenario.model_validate(keys), catalogue) for keys in (RUN, {**RUN, "changes": same}))
    assert len(noted.notices) == 1
    assert configuration_hash(plain) == configuration_hash(noted)
