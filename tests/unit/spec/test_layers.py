"""Changes of several ports at once: all < state < several < one port."""

from typing import Any

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.named_pools import pool_names
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.vocabulary import Mode


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def trucks(**figures: Any) -> dict[str, Any]:
    return {"modes": {"commercial": figures}}


def resolved(catalogue: Catalogue, changes: dict[str, Any], **keys: Any) -> Resolved:
    return resolve(Scenario.model_validate({"changes": changes, **keys}), catalogue)


def factors(catalogue: Catalogue, changes: dict[str, Any]) -> dict[str, float]:
    """The factors on the demand of trucks that are not 1, by port."""
    parts = {each.slug: each.port.modes.get(Mode.COMMERCIAL) for each in resolved(catalogue, changes).ports}
    return {slug: part.demand_factor for slug, part in parts.items() if part and part.demand_factor != 1}


def mistakes(catalogue: Catalogue, changes: dict[str, Any], **keys: Any) -> list[str]:
    with pytest.raises(SpecError) as caught:
        resolved(catalogue, changes, **keys)
    return [str(problem) for problem in caught.value.problems]


def test_a_change_of_a_state_meets_its_ports_that_have_the_mode(catalogue: Catalogue) -> None:
    has_trucks = {slug for slug, port in catalogue.ports.items() if Mode.COMMERCIAL in port.modes}
    texas = {slug for slug, port in catalogue.ports.items() if port.state == "TX"}
    assert 5 < len(has_trucks & texas) < len(texas)
    assert factors(catalogue, {"TX": trucks(demand_factor=1.2)}) == dict.fromkeys(has_trucks & texas, 1.2)
    assert factors(catalogue, {"all": trucks(demand_factor=1.2)}) == dict.fromkeys(has_trucks, 1.2)


def test_what_names_a_port_closer_wins_whatever_its_place(catalogue: Catalogue) -> None:
    changes = {
        "calexico-east": trucks(demand_factor=1.4),
        "calexico-east, otay-mesa": trucks(demand_factor=1.3),
        "CA": trucks(demand_factor=1.2),
        "all": trucks(demand_factor=1.1),
    }
    for given in (changes, dict(reversed(changes.items()))):
        found = factors(catalogue, given)
        assert (found["calexico-east"], found["otay-mesa"], found["tecate"], found["pharr"]) == (1.4, 1.3, 1.2, 1.1)


def test_layers_are_merged_key_by_key(catalogue: Catalogue) -> None:
    changes = {
        "all": trucks(demand_factor=1.1, inspection={"service": {"fast": {"mean_s": 60}}}),
        "pharr": trucks(pools={"fast": {"max_open": 1}}, inspection={"service": {"standard": {"mean_s": 90}}}),
    }
    part = resolved(catalogue, changes, ports="pharr").ports[0].port.modes[Mode.COMMERCIAL]
    assert part.demand_factor == 1.1
    assert {lane: each.mean_s for lane, each in part.inspection.service.items()} == {"standard": 90, "fast": 60}
    assert {pool.name: pool.max_open for pool in part.pools}["fast"] == 1


def test_lists_that_share_a_port_may_not_say_otherwise_of_it(catalogue: Catalogue) -> None:
    changes = {
        "calexico-east, otay-mesa": trucks(demand_factor=1.3, closing="hold"),
        "otay-mesa, tecate": trucks(demand_factor=1.2, closing="hold"),
    }
    (mistake,) = mistakes(catalogue, changes)
    assert mistake == (
        "changes.'otay-mesa, tecate'.modes.commercial.demand_factor: 1.2: 'calexico-east, otay-mesa' says otherwise of "
        "the same port; say it of this port alone (at otay-mesa)"
    )
    changes["otay-mesa, tecate"] = trucks(demand_factor=1.3)
    assert factors(catalogue, changes) == dict.fromkeys(("calexico-east", "otay-mesa", "tecate"), 1.3)


def test_mistakes_of_a_state_are_told_once_with_the_ports(catalogue: Catalogue) -> None:
    (mistake,) = mistakes(catalogue, {"CA": trucks(demand_factor=-1)})
    assert mistake == (
        "changes.CA.modes.commercial.demand_factor: -1: must be 0 or more (at calexico-east, otay-mesa, tecate)"
    )
    (mistake,) = mistakes(catalogue, {"TX": trucks(demand_factor=-1)})
    assert mistake.endswith(" (at brownsville-veterans, del-rio, eagle-pass-2 and 11 more)")


def test_a_mistake_is_told_where_it_is_written(catalogue: Catalogue) -> None:
    changes = {"all": trucks(closing="hold"), "pharr": trucks(demand_factor=-1)}
    assert [text.split(": ")[0] for text in mistakes(catalogue, changes)] == [
        "changes.pharr.modes.commercial.demand_factor"
    ]
    changes = {"all": trucks(closing="holt"), "pharr": trucks(demand_factor=2)}
    assert mistakes(catalogue, changes)[0].startswith("changes.all.modes.commercial.closing: 'holt': unknown value")
    changes = {"pharr": trucks(pools={"fast": {"max_open": -1}})}
    assert mistakes(catalogue, changes) == ["changes.pharr.modes.commercial.pools.fast.max_open: -1: must be 0 or more"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("NV", "changes.NV: 'NV': unknown port; valid are AZ, CA, NM, TX, all, amistad-dam"),
        ("pharr, phar", "changes.'pharr, phar': 'phar': unknown port; did you mean 'pharr'?"),
        ("texas", "changes.texas: 'texas': unknown port; "),
    ],
)
def test_an_unknown_port_is_told(catalogue: Catalogue, key: str, message: str) -> None:
    (mistake,) = mistakes(catalogue, {key: trucks(demand_factor=2)})
    assert mistake.startswith(message)


@pytest.mark.parametrize("key", ["all", "calexico-east"])
@pytest.mark.parametrize(
    ("mode", "meant"),
    [("trucks", "commercial"), ("cars", "passenger"), ("comercial", "commercial"), ("Commercial", "commercial")],
)
def test_an_unknown_mode_is_one_mistake(catalogue: Catalogue, key: str, mode: str, meant: str) -> None:
    (mistake,) = mistakes(catalogue, {key: {"modes": {mode: {"demand_factor": 1.1}}}})
    says = f"changes.{key}.modes.{mode}: '{mode}': unknown key; did you mean '{meant}'? valid are commercial, "
    assert mistake.startswith(f"{says}passenger, pedestrian")


def test_fewer_booths_than_a_pool_may_open_are_a_mistake_of_what_is_changed(catalogue: Catalogue) -> None:
    place, message = "changes.CA.modes.commercial", "pool standard has max_open 8; lower that too (at otay-mesa)"
    assert mistakes(catalogue, {"CA": trucks(installed={"booths": 5})}) == [f"{place}.installed.booths: 5: {message}"]
    both = trucks(installed={"booths": 5}, pools={"standard": {"max_open": 6}})
    assert mistakes(catalogue, {"otay-mesa": both}) == [
        "changes.otay-mesa.modes.commercial.pools.standard.max_open: 6: more than the 5 installed booths"
    ]
    assert mistakes(catalogue, {"CA": trucks(installed={"booths": 5}), "otay-mesa": trucks(demand_factor=2)}) == [
        f"{place}.installed.booths: 5: {message}"
    ]


def test_a_new_pool_without_a_limit_is_told_beside_fewer_booths(catalogue: Catalogue) -> None:
    change = trucks(installed={"booths": 2}, pools={"more": {"serves": [["standard"]]}})
    place = "changes.calexico-east.modes.commercial.pools.more.max_open"
    assert mistakes(catalogue, {"calexico-east": change}) == [f"{place}: is missing; this key is required"]


def test_an_unknown_pool_is_told_with_those_there_are(catalogue: Catalogue) -> None:
    changes = {"calexico-east": trucks(pools={"standart": {"max_open": 3}}, demand_factor=-1)}
    pool, factor = mistakes(catalogue, changes)
    place = "changes.calexico-east.modes.commercial"
    message = "unknown pool; did you mean 'standard'? valid are fast, standard; a new pool needs serves"
    assert pool == f"{place}.pools.standart: 'standart': {message}"
    assert factor == f"{place}.demand_factor: -1: must be 0 or more"
    of_state = mistakes(catalogue, {"CA": trucks(pools={"standart": None})})
    unknown = "changes.CA.modes.commercial.pools.standart: 'standart': unknown pool; did you mean 'standard'?"
    assert [mistake[: len(unknown)] for mistake in of_state] == [unknown, unknown]  # Tecate has no FAST pool


def test_a_pool_that_a_port_of_a_state_lacks_is_passed_over_there(catalogue: Catalogue) -> None:
    texas = {slug: port for slug, port in catalogue.ports.items() if port.state == "TX"}
    fast = {slug for slug, port in texas.items() if any(name == ("commercial", "fast") for name in pool_names(port))}
    run = resolved(catalogue, {"TX": trucks(pools={"fast": {"max_open": 0}})}, ports="TX")
    shut = {change.path[0] for change in run.changes if change.path[-2:] == ("fast", "max_open")}
    assert not any("no such pool" in str(notice) for notice in run.notices)
    assert 0 < len(fast) < len(texas)
    assert shut == fast
    (lacking, *_) = sorted(slug for slug, port in texas.items() if Mode.COMMERCIAL in port.modes and slug not in fast)
    run = resolved(catalogue, {"TX": trucks(pools={"fast": {"max_open": 0}})}, ports=[lacking])
    assert [str(notice) for notice in run.notices] == [
        f"changes.TX.modes.commercial.pools.fast: not at {lacking}: no such pool there"
    ]


def test_a_pool_that_a_wider_entry_adds_is_altered_by_a_closer_one(catalogue: Catalogue) -> None:
    changes = {
        "pharr": trucks(pools={"more": {"max_open": 2}}),
        "all": trucks(pools={"more": {"serves": [["standard"]], "max_open": 1}}),
    }
    pools = resolved(catalogue, changes, ports="pharr").ports[0].port.modes[Mode.COMMERCIAL].pools
    assert {pool.name: pool.max_open for pool in pools}["more"] == 2


def test_a_run_of_a_state(catalogue: Catalogue) -> None:
    slugs = [port.slug for port in resolved(catalogue, {}, ports="NM").ports]
    assert slugs == sorted(slug for slug, port in catalogue.ports.items() if port.state == "NM")
    both = [port.slug for port in resolved(catalogue, {}, ports=["NM", "sasabe"]).ports]
    assert both == sorted([*slugs, "sasabe"])


def test_a_disruption_of_a_state_is_one_of_each_of_its_ports_with_the_mode(catalogue: Catalogue) -> None:
    shut = {"mode": "commercial", "from": "2024-03-05T08:00", "until": "2024-03-05T09:00", "gate": "shut"}
    disruptions = resolved(catalogue, {}, disruptions=[{**shut, "ports": "CA"}], ports="all").disruptions
    assert [each.port for each in disruptions] == ["calexico-east", "otay-mesa", "tecate"]
    one = resolved(catalogue, {}, disruptions=[{**shut, "ports": ["tecate", "CA"]}], ports=["tecate"]).disruptions
    alone = resolved(catalogue, {}, disruptions=[{**shut, "port": "tecate"}], ports=["tecate"]).disruptions
    assert one == alone
    assert mistakes(catalogue, {}, disruptions=[{**shut, "ports": ["tecate", "NV"]}])[0].startswith(
        "disruptions[0].ports[1]: 'NV': unknown port"
    )
