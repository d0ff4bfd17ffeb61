"""What a scenario says that has no effect is told: its ports, its own ports, its response."""

from collections.abc import Callable

from border_sim.spec.port_check import written
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Catalogue, Scenario

Notices = Callable[..., list[str]]


def test_the_baseline_gives_none(catalogue: Catalogue) -> None:
    assert resolve(Scenario(), catalogue).notices == ()
    assert resolve(Scenario(), catalogue).changes == ()


def test_an_own_port_without_a_time_zone_or_that_is_not_simulated(catalogue: Catalogue, notices: Notices) -> None:
    port = written(catalogue.ports["sasabe"])
    del port["time_zone"]
    (notice,) = notices(ports=None, own_ports={"mine": port})
    assert notice.startswith(
        "own_ports.mine.time_zone: names no time zone: its hours and days are on the clock of UTC;"
    )
    assert notices(own_ports={"mine": port}) == ["own_ports.mine: is not simulated; the run has calexico-east"]


def test_a_response_without_effect(notices: Notices) -> None:
    assert notices(response={"elasticity": 0.3}) == [
        "response.elasticity: 0.3: is so before the change, which changes nothing"
    ]
    assert notices(response={"hour_sd": 0, "hour_rho": 0.1}) == [
        "response.hour_rho: 0.1: hour_sd is 0: hours do not spread"
    ]


def test_a_port_named_twice(notices: Notices) -> None:
    assert notices(ports=["calexico-east", "calexico-east"]) == ["ports[1]: 'calexico-east': is named before"]


def test_a_notice_leaves_the_configuration_as_it_was(catalogue: Catalogue) -> None:
    same = {"calexico-east": {"modes": {"commercial": {"demand_factor": 1}}}}
    plain, noted = (resolve(Scenario.model_validate(keys), catalogue) for keys in ({}, {"changes": same}))
    assert len(noted.notices) == 1
    assert configuration_hash(plain) == configuration_hash(noted)
