"""A scenario's file, with every mistake by file and line."""

from pathlib import Path

import pytest

from border_sim.loading.file_problem import LoadError
from border_sim.loading.scenario import load_scenario
from border_sim.spec.scenario import Catalogue

OWN_PORT = """
    name: Mine
    modes:
      passenger:
        demand: {kind: annual, volumes: {2024: 5000}, profile: day, seasonality: flat, day_of_week: even}
        installed: {booths: 2}
        pools: [{name: all, serves: [[standard]], max_open: 2}]
        staffing: {kind: threshold, open_above_min: 20, close_below_min: 5}
        programmes: {share: {none: 1}}
        inspection: people
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scenario.yaml"


def mistakes(file: Path, catalogue: Catalogue, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        load_scenario(file, catalogue)
    return [str(mistake).removeprefix(f"{file}:") for mistake in caught.value.problems]


def test_a_right_scenario(file: Path, made_up_catalogue: Catalogue) -> None:
    file.write_text(f"name: test\nstart: 2024-05-06\nown_ports:\n  mine:{OWN_PORT}")
    scenario = load_scenario(file, made_up_catalogue)
    assert scenario.name == "test"
    assert set(scenario.own_ports) == {"mine"}


def test_the_empty_scenario_is_the_baseline(file: Path, made_up_catalogue: Catalogue) -> None:
    file.write_text("{}")
    assert load_scenario(file, made_up_catalogue).name == "baseline"


def test_mistakes_in_changes_have_the_line_of_the_change(file: Path, made_up_catalogue: Catalogue) -> None:
    text = """\
changes:
  big-bridge:
    modes:
      commercial:
        installed: {booths: 5}
        demand_factor: -1
  big-brige: {}
"""
    found = mistakes(file, made_up_catalogue, text)
    assert found[:2] == [
        "5: changes.big-bridge.modes.commercial.installed.booths: 5: pool standard has max_open 6; lower that too",
        "6: changes.big-bridge.modes.commercial.demand_factor: -1: must be 0 or more",
    ]
    assert found[2].startswith("7: changes.big-brige: 'big-brige': unknown port; did you mean 'big-bridge'?")


def test_mistakes_of_model_and_catalogue_are_told_at_once(file: Path, made_up_catalogue: Catalogue) -> None:
    text = f"""\
naem: test
days: 0
ports: [mine, other, "../../etc/passwd", nowhere]
own_ports:
  mine:{OWN_PORT.replace("booths: 2", "booths: -2").replace("profile: day", "profile: dy")}
  other:{OWN_PORT.replace("profile: day", "profile: dy")}
changes: {{big-bridge: {{nam: x}}, nowhere: {{}}, mine: 3}}
disruptions:
  - {{port: mine, mode: passenger, from: 2024-03-04, until: 2024-03-05, gate: open}}
  - {{port: big-bridge, mode: pedestrian, from: 2024-03-04, until: 2024-03-05, gate: shut}}
  - {{port: mine, mode: passenger, from: 2024-03-05, until: 2024-03-04, gate: shut}}
"""
    found = mistakes(file, made_up_catalogue, text)
    assert [text.split(": ")[1] for text in found] == [
        "naem",
        "days",
        "ports[2]",
        "ports[3]",
        "own_ports.mine.modes.passenger.demand.profile",
        "own_ports.mine.modes.passenger.installed.booths",
        "own_ports.other.modes.passenger.demand.profile",
        "changes.big-bridge.nam",
        "changes.mine",
        "changes.nowhere",
        "disruptions[0].gate",
        "disruptions[1].mode",
        "disruptions[2].until",
    ]


def test_a_name_never_reaches_outside_the_catalogue(file: Path, made_up: Path, made_up_catalogue: Catalogue) -> None:
    (made_up.parent / "outside.yaml").write_text((made_up / "ports" / "small-gate.yaml").read_text(encoding="utf-8"))
    text = "ports: [../../outside]\nchanges: {../outside: {}}\nown_ports: {/etc/passwd: {}}\n"
    found = mistakes(file, made_up_catalogue, text)
    assert found[0].startswith("1: ports[0]: '../../outside': unknown port; valid are TX, all, big-bridge")
    assert found[1].startswith("2: changes.'../outside': '../outside': unknown port; valid are TX, all, big-bri")
    assert found[2].startswith("3: own_ports.'/etc/passwd': '/etc/passwd': must be a slug")


def test_flaws_of_the_text_are_told_beside_the_rest(file: Path, made_up_catalogue: Catalogue) -> None:
    found = mistakes(file, made_up_catalogue, "days: 3\ndays: 4\nports: [nowhere]\n")
    assert [text.split(":")[0] for text in found] == ["2", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "own_ports: 3",
        "own_ports: {3: {}, x: 3, '': {}}",
        "changes: {3: {}, big-bridge: {modes: 3}}",
        "changes: {big-bridge: {modes: {commercial: 3}}}",
        "disruptions: [3]",
        "ports: {a: b}",
        "ports: []",
    ],
)
def test_wrong_types_anywhere_are_mistakes(file: Path, made_up_catalogue: Catalogue, text: str) -> None:
    assert mistakes(file, made_up_catalogue, text)


def test_room_route_and_lanes_are_told_with_the_line(file: Path, made_up_catalogue: Catalogue) -> None:
    week = ", ".join(["0.2"] * 168)
    text = f"""\
changes:
  big-bridge:
    modes:
      commercial:
        inspection:
          scan: {{service: {{kind: deterministic, mean_s: 60}}}}
        room: {{state: 30, export: 2}}
        pace:
          primary:
            - {{pace: 1.5}}
            - {{days: sat, pace: 0}}
        lane_choice: {{leave_for_min: 2.5}}
        bays:
          scan: [{{days: sat, bays: 0}}]
        programmes:
          share:
            none: 0.8
            ctpat: [{week.replace("0.2", "0.1", 1)}]
        staffing:
          kind: roster
          pools:
            fast: [{week}]
            standard: [{week}, 7]
disruptions:
  - {{port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, pace: {{primary: 0}}}}
  - {{port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, bays: {{}}}}
  - {{port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, bays: {{state: 1}}, gate: shut}}
"""
    of_trucks = "changes.big-bridge.modes.commercial"
    found = mistakes(file, made_up_catalogue, text)
    assert [text.split(": ", 2)[:2] for text in found] == [
        ["7", f"{of_trucks}.room.export"],
        ["11", f"{of_trucks}.pace.primary[1].pace"],
        ["12", f"{of_trucks}.lane_choice.leave_for_min"],
        ["14", f"{of_trucks}.bays.scan"],
        ["18", f"{of_trucks}.programmes.share.ctpat[0]"],
        ["23", f"{of_trucks}.staffing.pools.standard"],
        ["25", "disruptions[0].pace.primary"],
        ["26", "disruptions[1].bays"],
        ["27", "disruptions[2]"],
    ]
    shares = (
        "the programme shares sum to 0.9 (ctpat 0.1 + none 0.8) in hour 0 (Mon 00:00); they must sum to 1 in each hour"
    )
    assert found[4].endswith(shares)
    assert found[-1].endswith(
        "disruptions[2]: has gate and bays; a disruption has one of gate: shut, booths_cap: N, bays: {state: N} and "
        "pace: {primary: 1.5}"
    )


def test_what_a_disruption_lacks_is_told_where_it_belongs(file: Path, made_up_catalogue: Catalogue) -> None:
    text = """\
disruptions:
  - {port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07}
  - {mode: commercial, from: 2024-05-06, until: 2024-05-07, bays: {secondary: {}}}
  - {port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, pace: {}}
  - {port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, pace: {primary: 2, secondary: {}}}
"""
    one_of = "a disruption has one of gate: shut, booths_cap: N, bays: {state: N} and pace: {primary: 1.5}"
    some_pace = "{}: names none; write e.g. pace: {primary: 1.5} or pace: {primary: {general: 2}}"
    assert mistakes(file, made_up_catalogue, text) == [
        f"2: disruptions[0]: does nothing; {one_of}",
        "3: disruptions[1]: names no port; a disruption has either port: a slug or ports: all, a state or a list",
        "3: disruptions[1].bays: names none; write e.g. bays: {state: 2} or bays: {secondary: {nii: 1}}",
        f"4: disruptions[2].pace: {some_pace}",
        f"5: disruptions[3].pace.secondary: {some_pace}",
    ]


def test_stations_and_pools_that_a_named_port_lacks(file: Path, made_up_catalogue: Catalogue) -> None:
    text = """\
changes:
  big-bridge:
    modes:
      commercial:
        inspection:
          scan: {service: {kind: deterministic, mean_s: 60}}
      passenger:
        room:
          state: 3
          primary: 3
        pace: {scan: [{pace: 2}]}
"""
    found = mistakes(file, made_up_catalogue, text)
    assert [text.split(": ", 2)[:2] for text in found] == [
        ["4", "changes.big-bridge.modes.commercial.bays.scan"],
        ["9", "changes.big-bridge.modes.passenger.room.state"],
        ["11", "changes.big-bridge.modes.passenger.pace.scan"],
    ]


def test_what_a_disruption_means_at_a_port_is_looked_at_where_the_ports_are_right(
    file: Path, made_up_catalogue: Catalogue
) -> None:
    text = """\
disruptions:
  - {port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, bays: {scan: 0, state: 1}}
  - {port: big-bridge, mode: commercial, from: 2024-05-06, until: 2024-05-07, pace: {primary: {general: 2}}}
"""
    found = mistakes(file, made_up_catalogue, text)
    assert [text.split(": ", 2)[:2] for text in found] == [
        ["2", "disruptions[0].bays.scan"],
        ["3", "disruptions[1].pace.primary.general"],
    ]
    broken = f"{text}changes: {{big-bridge: {{modes: {{commercial: {{demand_factor: -1}}}}}}}}\n"
    (mistake,) = mistakes(file, made_up_catalogue, broken)
    assert mistake.startswith("4: changes.big-bridge.modes.commercial.demand_factor: -1")


def test_one_mistake_in_every_hour_is_told_once_at_its_line(file: Path, made_up_catalogue: Catalogue) -> None:
    hours = "\n".join(['            - "0.5"'] * 2 + ["            - 2"] * 9)
    text = f"""\
changes:
  big-bridge:
    modes:
      commercial:
        programmes:
          share:
            none:
{hours.replace("  - ", "    - ")}
"""
    path = "changes.big-bridge.modes.commercial.programmes.share.none"
    assert mistakes(file, made_up_catalogue, text) == [
        f"8: {path}[0]: '0.5': must be a number; drop the quotes; the same of [1]",
        f"10: {path}[2]: 2: must be 1 or less; 1 is the whole, 100%; the same of 8 entries more, the last [10]",
    ]
