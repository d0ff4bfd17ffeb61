"""A scenario over the catalogue."""

import hashlib
import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.checking import check
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import PortMode
from border_sim.spec.port_check import written
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.spec.scenario_check import SCENARIO
from border_sim.spec.staffing import Planned, Schedule
from border_sim.vocabulary import LaneClass, Mode


def scenario(**keys: Any) -> Scenario:
    return Scenario.model_validate(keys)


def changing(**of_mode: Any) -> Scenario:
    return scenario(changes={"big-bridge": {"modes": {"commercial": of_mode}}})


def mistakes(given: Scenario, catalogue: Catalogue, **keywords: Any) -> list[str]:
    with pytest.raises(SpecError) as caught:
        resolve(given, catalogue, **keywords)
    return [str(problem) for problem in caught.value.problems]


def own_port(catalogue: Catalogue, **changes: Any) -> dict[str, Any]:
    return {**written(catalogue.ports["big-bridge"]), **changes}


def trucks(resolved: Resolved, which: str = "port") -> PortMode:
    part: PortMode = getattr(resolved.ports[0], which).modes[Mode.COMMERCIAL]
    return part


def test_the_empty_scenario_is_a_week_of_the_whole_catalogue(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(Scenario(), made_up_catalogue)
    assert [port.slug for port in resolved.ports] == ["big-bridge", "small-gate"]
    assert (resolved.start, resolved.days, resolved.warm_up_days) == (date(2024, 4, 8), 7, 1)
    assert resolved.response == made_up_catalogue.response
    assert all(port.port == port.baseline for port in resolved.ports)


def test_no_clock_changes_in_the_default_week_its_warm_up_or_its_drain() -> None:
    resolved = resolve(Scenario(), load_catalogue())
    first = datetime.combine(resolved.start, time()) - timedelta(days=resolved.warm_up_days)
    for zone in {port.port.time_zone for port in resolved.ports}:
        days = [first + timedelta(days=day) for day in range(resolved.warm_up_days + resolved.days + 3)]
        assert len({day.replace(tzinfo=ZoneInfo(zone)).utcoffset() for day in days}) == 1


def test_keywords_win_over_the_scenario_and_it_over_the_defaults(made_up_catalogue: Catalogue) -> None:
    given = scenario(ports=["small-gate"], start="2025-01-01", days=3, warm_up_days=0)
    resolved = resolve(given, made_up_catalogue)
    assert (resolved.start, resolved.days, resolved.warm_up_days) == (date(2025, 1, 1), 3, 0)
    resolved = resolve(given, made_up_catalogue, ports=["big-bridge"], start=date(2026, 2, 2), days=1, warm_up_days=2)
    assert [port.slug for port in resolved.ports] == ["big-bridge"]
    assert (resolved.start, resolved.days, resolved.warm_up_days) == (date(2026, 2, 2), 1, 2)


def test_which_ports_are_meant(made_up_catalogue: Catalogue) -> None:
    def chosen(ports: Any, own: list[str]) -> list[str]:
        given = scenario(ports=ports, own_ports={slug: own_port(made_up_catalogue) for slug in own})
        return [port.slug for port in resolve(given, made_up_catalogue).ports]

    assert chosen(None, []) == ["big-bridge", "small-gate"]
    assert chosen(None, ["mine"]) == ["mine"]
    assert chosen("all", ["mine"]) == ["big-bridge", "mine", "small-gate"]
    assert chosen(["small-gate", "mine", "mine"], ["mine"]) == ["mine", "small-gate"]


def test_every_mode_has_its_figures_and_waits(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(Scenario(), made_up_catalogue)
    for port in resolved.ports:
        for part in port.port.modes.values():
            assert isinstance(part.inspection, Inspection)
    waits = {mode: part.accustomed_wait for mode, part in resolved.ports[0].port.modes.items()}
    assert {mode: set(wait.minutes) for mode, wait in waits.items() if wait} == {
        Mode.COMMERCIAL: {"commercial", "fast"},
        Mode.PASSENGER: {"general", "sentri"},
    }


def test_only_named_tables_are_kept(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(Scenario(), made_up_catalogue)
    assert (set(resolved.profiles), set(resolved.seasonality), set(resolved.days_of_week)) == (
        {"day"},
        {"flat"},
        {"even"},
    )
    assert resolve(Scenario(), made_up_catalogue, ports=["small-gate"]).profiles == {}


def test_a_change_of_booths_leaves_the_baseline(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(changing(installed={"booths": 9}), made_up_catalogue, ports=["big-bridge"])
    assert trucks(resolved).installed.booths == 9
    assert trucks(resolved, "baseline").installed.booths == 8


def test_a_change_of_staffing_is_planned_anew_from_the_changed_mode(made_up_catalogue: Catalogue) -> None:
    given = changing(installed={"booths": 9}, staffing={"booths": {"commercial": 7}})
    resolved = resolve(given, made_up_catalogue, ports=["big-bridge"])
    assert trucks(resolved, "baseline") == trucks(resolved)
    cars = [port.modes[Mode.PASSENGER] for port in (resolved.ports[0].port, resolved.ports[0].baseline)]
    assert cars[0] == cars[1]


def test_hours_are_added_only_with_booths_planned_for_them(made_up_catalogue: Catalogue) -> None:
    """The plan of the hours before would leave trucks at closed booths, whose wait deters nobody."""
    before = made_up_catalogue.ports["big-bridge"].modes[Mode.COMMERCIAL].hours.weekly
    longer = changing(hours={"weekly": {"daily": "00:00-24:00"}})
    assert before.weekly_hours() < 168
    told = "hours are added, but booths stay planned for those before; add staffing: {kind: planned}"
    assert mistakes(longer, made_up_catalogue) == [f"changes.big-bridge.modes.commercial.hours: {told}"]

    staffed = changing(hours={"weekly": {"daily": "00:00-24:00"}}, staffing={"kind": "planned"})
    assert trucks(resolve(staffed, made_up_catalogue, ports=["big-bridge"])).hours.weekly.weekly_hours() == 168
    resolve(changing(hours={"weekly": {"mon": "08:00-09:00"}}), made_up_catalogue)


def test_a_new_mode_is_its_own_baseline(made_up_catalogue: Catalogue) -> None:
    walk = written(made_up_catalogue.ports["small-gate"])["modes"]["pedestrian"]
    given = scenario(changes={"big-bridge": {"modes": {"pedestrian": walk}}})
    ports = resolve(given, made_up_catalogue).ports[0]
    assert ports.baseline.modes[Mode.PEDESTRIAN] == ports.port.modes[Mode.PEDESTRIAN]


def test_the_baseline_has_figures_for_a_lane_class_that_the_scenario_adds(made_up_catalogue: Catalogue) -> None:
    pools = [{"name": "all", "serves": [["standard", "fast"]], "max_open": 8}]
    port = own_port(made_up_catalogue)
    port["modes"]["commercial"] |= {
        "pools": [{"name": "all", "serves": [["standard"]], "max_open": 8}],
        "staffing": {"kind": "planned", "booths": {"commercial": 8}},
        "inspection": {"service": {"standard": {"kind": "exponential", "mean_s": 90}}},
    }
    lone = Catalogue.model_validate({**dict(made_up_catalogue), "ports": {"big-bridge": port}})
    service = {"standard": {"mean_s": 80}, "fast": {"kind": "exponential", "mean_s": 60}}
    resolved = resolve(changing(pools=pools, inspection={"service": service}), lone)
    before = trucks(resolved, "baseline")
    assert isinstance(before.inspection, Inspection)
    assert {lane: each.mean_s for lane, each in before.inspection.service.items()} == {
        LaneClass.STANDARD: 90,
        LaneClass.FAST: 60,
    }
    assert before.accustomed_wait is not None
    assert set(before.accustomed_wait.minutes) == {"commercial", "fast"}
    assert isinstance(before.staffing, Planned)


def test_an_own_port_is_its_own_baseline_and_gets_waits_from_the_law(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(scenario(own_ports={"mine": own_port(made_up_catalogue)}), made_up_catalogue)
    (mine,) = resolved.ports
    assert mine.port == mine.baseline
    wait = mine.port.modes[Mode.PASSENGER].accustomed_wait
    alone = resolve(Scenario(), made_up_catalogue).ports[0].port.modes[Mode.PASSENGER].accustomed_wait
    assert wait is not None
    assert alone is not None
    assert wait.minutes["general"] > alone.minutes["general"]  # big-bridge is near by: it stands at the same place


def test_a_response_changes_key_by_key(made_up_catalogue: Catalogue) -> None:
    response = resolve(scenario(response={"elasticity": 0}), made_up_catalogue).response
    assert (response.elasticity, response.day_cv) == (0, made_up_catalogue.response.day_cv)


def test_disruptions_of_ports_that_are_not_simulated_are_left_out(made_up_catalogue: Catalogue) -> None:
    shut = {"port": "small-gate", "mode": "pedestrian", "from": "2024-03-04", "until": "2024-03-05", "gate": "shut"}
    given = scenario(disruptions=[shut])
    assert len(resolve(given, made_up_catalogue).disruptions) == 1
    assert resolve(given, made_up_catalogue, ports=["big-bridge"]).disruptions == ()


def test_every_mistake_is_told_at_once(made_up_catalogue: Catalogue) -> None:
    event = {"from": "2024-03-04", "until": "2024-03-05", "gate": "shut"}
    given = scenario(
        ports=["big-bridg", "small-gate"],
        own_ports={"small-gate": own_port(made_up_catalogue), "mine": own_port(made_up_catalogue)},
        changes={
            "big-bridge": {"modes": {"commercial": {"instaled": {}}}},
            "small": {},
            "mine": {},
        },
        disruptions=[
            {**event, "port": "x", "mode": "commercial"},
            {**event, "port": "big-bridge", "mode": "pedestrian"},
        ],
    )
    found = mistakes(given, made_up_catalogue)
    starts = [
        "changes.big-bridge.modes.commercial.instaled: {}: unknown key; did you mean 'installed'?",
        "changes.small: 'small': unknown port; did you mean",
        "changes.mine: 'mine': is one of own_ports; write its figures there",
        "own_ports.small-gate: 'small-gate': is a port of the catalogue; choose another slug",
        "ports[0]: 'big-bridg': unknown port; did you mean 'big-bridge'?",
        "disruptions[0].port: 'x': unknown port; valid are big-bridge, mine, small-gate",
        "disruptions[1].mode: 'pedestrian': big-bridge has no such mode; it has commercial, passenger",
    ]
    assert len(found) == len(starts)
    assert [text for text, start in zip(found, starts, strict=True) if not text.startswith(start)] == []


def test_names_in_own_ports_are_looked_up(made_up_catalogue: Catalogue) -> None:
    port = own_port(made_up_catalogue)
    port["modes"]["commercial"]["inspection"] = "truck"
    (mistake,) = mistakes(scenario(own_ports={"mine": port}), made_up_catalogue)
    assert mistake.startswith("own_ports.mine.modes.commercial.inspection: 'truck': unknown inspection; did you mean")


@pytest.mark.parametrize(
    ("keywords", "start"),
    [
        ({"ports": ["nowhere"]}, "ports[0]: 'nowhere': unknown port; valid are TX, all, big-bridge, small-gate"),
        ({"ports": ["../../etc/passwd"]}, "ports[0]: '../../etc/passwd': unknown port; valid are TX, all, big-bridge"),
        ({"ports": []}, "ports: (): names no port"),
        ({"days": 0}, "days: 0: must be 1 or more"),
        ({"warm_up_days": -1}, "warm_up_days: -1: must be 0 or more"),
        ({"start": date(1900, 1, 1)}, "start: 1900-01-01: must be 1973-01-01 or more"),
    ],
)
def test_wrong_keywords_are_refused(made_up_catalogue: Catalogue, keywords: dict[str, Any], start: str) -> None:
    (mistake,) = mistakes(Scenario(), made_up_catalogue, **keywords)
    assert mistake.startswith(start)


def test_a_catalogue_put_together_by_hand_is_checked_too(made_up_catalogue: Catalogue) -> None:
    bare = Catalogue.model_validate({**dict(made_up_catalogue), "profiles": {}, "inspections": {}})
    found = mistakes(Scenario(), bare, ports=["big-bridge"])
    assert found[0].startswith("catalogue.big-bridge.modes.commercial.demand.profile: 'day': unknown profile")
    assert len(found) == 4


def test_the_hash_is_that_of_the_canonical_json(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(Scenario(), made_up_catalogue)
    data = json.loads(resolved.model_dump_json(by_alias=True))
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    assert configuration_hash(resolved) == hashlib.sha256(text.encode()).hexdigest()


def test_the_hash_is_the_same_for_a_default_written_out(made_up_catalogue: Catalogue) -> None:
    plain = configuration_hash(resolve(changing(), made_up_catalogue))
    assert plain == configuration_hash(resolve(changing(demand_factor=1), made_up_catalogue))
    assert plain == configuration_hash(resolve(Scenario(), made_up_catalogue, days=7))
    assert plain != configuration_hash(resolve(changing(demand_factor=1.1), made_up_catalogue))
    assert plain != configuration_hash(resolve(Scenario(), made_up_catalogue, days=6))


def test_a_resolved_scenario_survives_json(made_up_catalogue: Catalogue) -> None:
    given = changing(staffing={"kind": "schedule", "pools": {"standard": [{"booths": 3}]}})
    resolved = resolve(given, made_up_catalogue)
    again = Resolved.model_validate_json(resolved.model_dump_json(by_alias=True))
    assert again == resolved.model_copy(update={"changes": (), "notices": ()})
    assert isinstance(trucks(again).staffing, Schedule)


def test_a_cap_as_earlier_versions_wrote_it_is_still_read(made_up_catalogue: Catalogue) -> None:
    cap = {"port": "small-gate", "mode": "pedestrian", "from": "2024-03-04", "until": "2024-03-05"}
    resolved = resolve(scenario(disruptions=[{**cap, "booths_cap": 1}]), made_up_catalogue)
    data = json.loads(resolved.model_dump_json(by_alias=True))
    del data["disruptions"][0]["booths_cap"]
    data["disruptions"][0]["booths"] = 1
    assert Resolved.model_validate(data).disruptions == resolved.disruptions
    with pytest.raises(SpecError, match="unknown key; did you mean 'booths_cap'"):
        check(SCENARIO, {"disruptions": [{**cap, "booths": 1}]})


def test_a_mode_taken_away_is_not_simulated(made_up_catalogue: Catalogue) -> None:
    given = scenario(changes={"big-bridge": {"modes": {"commercial": None}}})
    port = resolve(given, made_up_catalogue, ports=["big-bridge"]).ports[0]
    assert list(port.port.modes) == list(port.baseline.modes) == [Mode.PASSENGER]


def test_a_disruption_of_several_ports_keeps_what_each_of_them_has() -> None:
    event = {"ports": "all", "mode": "commercial", "from": "2024-04-09", "until": "2024-04-10"}
    scenario = Scenario.model_validate(
        {
            "changes": {
                "pharr": {
                    "modes": {
                        "commercial": {
                            "inspection": {"scan": {"service": {"kind": "deterministic", "mean_s": 60}}},
                            "bays": {"scan": 2},
                        }
                    }
                }
            },
            "disruptions": [{**event, "bays": {"scan": 1, "state": 1}}, {**event, "bays": {"scan": 0}}],
        }
    )
    resolved = resolve(scenario, load_catalogue(), ports=["pharr", "calexico-east"])
    assert [(each.port, each.effect()) for each in resolved.disruptions] == [
        ("calexico-east", "at most 1 bay of state open"),
        ("pharr", "at most 1 bay of scan open, at most 1 bay of state open"),
        ("pharr", "at most 0 bays of scan open"),
    ]
    assert resolved.notices == ()
