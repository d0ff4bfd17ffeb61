"""`border-sim explain`: what a scenario changes."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from border_sim.cli.commands.explain import command
from border_sim.loading.catalogue import catalogue_folder

EXAMPLES = catalogue_folder() / "scenarios"


def explained(path: Path) -> list[str]:
    result = CliRunner().invoke(command, [str(path)])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def test_every_value_old_and_new_by_port() -> None:
    assert explained(EXAMPLES / "one-more-booth.yaml") == [
        "one more truck booth at Calexico East",
        "1 port: calexico-east",
        "7 days from 2024-04-08, after a warm-up of 1 day",
        "",
        "calexico-east",
        "  commercial.installed.booths                3 booths -> 4 booths",
        "  commercial.pools.standard.max_open         2 booths -> 3 booths",
        "  commercial.staffing.booths.commercial      2 booths -> 3 booths",
        "  commercial.staffing.planned_for        the baseline -> this scenario",
    ]


def test_the_response_and_disruptions() -> None:
    lines = explained(EXAMPLES / "gate-shut.yaml")
    assert lines[4:] == [
        "response",
        "  elasticity  0.3 -> 0.2",
        "",
        "laredo-wtb",
        "  commercial.demand_factor  1 -> 1.1",
        "",
        "disruptions",
        "  laredo-wtb commercial, 2024-04-09 10:00 to 2024-04-09 16:00: gate shut",
        "  laredo-wtb commercial, 2024-04-10 06:00 to 2024-04-10 12:00: at most 8 booths open",
    ]


def test_ports_with_the_same_changes_stand_together() -> None:
    lines = explained(EXAMPLES / "growth-in-texas.yaml")
    assert lines[4:] == [
        (
            "brownsville-veterans, del-rio, eagle-pass-2, el-paso-bota, los-indios, pharr, presidio, progreso, "
            "rio-grande-city, roma, tornillo, ysleta-zaragoza"
        ),
        "  commercial.demand_factor  1 -> 1.2",
        "",
        "calexico-east, otay-mesa, tecate",
        "  commercial.demand_factor  1 -> 1.1",
        "",
        "laredo-colombia, laredo-wtb",
        "  commercial.demand_factor  1 -> 1.3",
        "",
        "disruptions",
        "  TX commercial, 2024-04-10 06:00 to 2024-04-10 12:00: gate shut",
    ]


def test_an_own_port_is_named() -> None:
    assert explained(EXAMPLES / "own-port.yaml")[-1] == "  my-port: commercial, passenger"


def test_a_scenario_that_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "same.yaml"
    file.write_text("ports: TX\ndays: 1\n")
    assert explained(file) == [
        "baseline",
        "29 ports: amistad-dam, anzalduas, boquillas and 26 more",
        "1 day from 2024-04-08, after a warm-up of 1 day",
        "",
        "nothing is changed of the baseline",
    ]


def test_what_has_no_effect_is_told_beside(tmp_path: Path) -> None:
    file = tmp_path / "same.yaml"
    file.write_text("ports: [naco]\nchanges: {naco: {modes: {passenger: {demand_factor: 1}}}}\n")
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 0
    assert result.stderr.startswith("notice: changes.naco.modes.passenger.demand_factor: 1: is so before the change")


def test_a_mistake_is_told_as_by_validate(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("days: x\n")
    result = CliRunner().invoke(command, [str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{file}:1: days: 'x': must be a whole number\n"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_has_an_effect_in_all_that_it_says(file: Path) -> None:
    assert explained(file)


def test_a_route_with_little_room() -> None:
    assert explained(EXAMPLES / "every-truck-inspected.yaml")[4:] == [
        "ysleta-zaragoza",
        "  commercial.inspection.state.full_share                                  5% -> 100%",
        (
            "  commercial.inspection.state.full        lognormal (mean_s 1,800 s, cv 0.5) -> "
            "uniform (low_s 2,700 s, high_s 3,600 s)"
        ),
        "  commercial.bays.state                                               6 bays -> 20 bays",
        "  commercial.room.state                                                 none -> 30 places",
    ]


def test_disruptions_of_bays_and_pace(tmp_path: Path) -> None:
    event = "port: laredo-wtb, mode: commercial, from: 2024-04-09T10:00, until: 2024-04-09T16:00"
    (tmp_path / "x.yaml").write_text(
        "ports: [laredo-wtb]\ndisruptions:\n"
        f"  - {{{event}, bays: {{secondary: {{nii: 1}}, state: 0}}}}\n"
        f"  - {{{event}, pace: {{primary: 1.5, secondary: {{nii: 2}}}}}}\n"
    )
    said = "  laredo-wtb commercial, 2024-04-09 10:00 to 2024-04-09 16:00: "
    assert explained(tmp_path / "x.yaml")[4:] == [
        "disruptions",
        f"{said}at most 1 bay of secondary nii open, at most 0 bays of state open",
        f"{said}service at primary takes 1.5 times as long, service at secondary nii takes 2 times as long",
    ]
