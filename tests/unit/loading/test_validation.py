"""Files and folders of any kind: what is wrong is told, and nothing else ever happens."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from border_sim.loading.catalogue import catalogue_folder
from border_sim.loading.validation import validate

QUIET = settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "x", "annual", "2024-03-04", "all"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2),
    max_leaves=4,
)
SCENARIO: dict[str, Any] = {
    "name": "x",
    "ports": ["big-bridge"],
    "start": "2024-03-04",
    "response": {"elasticity": 0.1},
    "changes": {"big-bridge": {"modes": {"commercial": {"demand_factor": 1.1, "demand": {"volumes": {2024: 5}}}}}},
    "disruptions": [
        {"port": "big-bridge", "mode": "commercial", "from": "2024-03-04", "until": "2024-03-05", "booths_cap": 1}
    ],
}


def messages(*paths: Path) -> list[str]:
    return [str(mistake) for mistake in validate(paths).problems]


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in plain data."""
    if path:
        yield path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        yield from places(value, (*path, key))


def replaced(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Plain data with another value at a path."""
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = replaced(data[path[0]], path[1:], value)
    return copy


def test_the_catalogue_of_border_sim_is_right() -> None:
    report = validate([catalogue_folder()])
    assert report.problems == ()
    assert report.files >= 47


def test_a_folder_counts_its_files(made_up: Path) -> None:
    assert validate([made_up]).files == 10
    assert validate([made_up, made_up / "ports" / "big-bridge.yaml"]).files == 10


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("ports/small-gate.yaml", "booths: 2}", "booths: 1}", "modes.pedestrian.pools[0].max_open: 2: more than the 1"),
        ("inspection/people.yaml", "mean_s: 50", "mean_s: x", "service.standard.mean_s: 'x': must be a number"),
        ("demand/profiles.yaml", "weekday", "wekday", "day.wekday: [1, 1,"),
        ("demand/seasonality.yaml", "monthly: [1", "monthly: [0", "flat.monthly[0]: 0: must be above 0"),
        (
            "demand/day_of_week.yaml",
            "1, 1]",
            "1]",
            "even.daily: [1, 1, 1, 1, 1, 1]: has 6 entries; it must have at least 7",
        ),
        ("demand/response.yaml", "always: 0.2", "always: 2", "always: 2: must be 1 or less"),
        ("demand/accustomed.yaml", "ready", "raedy", "coefficients.raedy: 'raedy': unknown key; did you mean 'ready'?"),
        ("staffing/planning.yaml", "sentri: 1,", "", "target_utilisation: {'general': 1, 'commercial': 1"),
    ],
)
def test_a_files_place_tells_its_kind(made_up: Path, file: str, old: str, new: str, message: str) -> None:
    path = made_up / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new))
    found = messages(path)
    assert found[0].startswith(f"{path}:")
    assert message in found[0]


def test_a_file_with_modes_is_a_port_wherever_it_is_and_any_other_is_a_scenario(made_up: Path) -> None:
    port, scenario = made_up.parent / "a port.yaml", made_up.parent / "s.yaml"
    port.write_text((made_up / "ports" / "small-gate.yaml").read_text(encoding="utf-8").replace("Small Gate", "3"))
    scenario.write_text("nam: 3")
    assert [text.partition(": ")[2].split(";")[0] for text in messages(port, scenario)] == [
        "name: 3: must be text",
        "modes.pedestrian.inspection: 'people': unknown inspection",
        "nam: 3: unknown key",
    ]


def test_names_are_looked_up_in_the_catalogue_that_a_file_is_part_of(made_up: Path) -> None:
    scenarios = made_up / "scenarios"
    scenarios.mkdir()
    (scenarios / "a.yaml").write_text("ports: [big-bridge]")
    (scenarios / "b.yaml").write_text("ports: [san-ysidro]")
    (mistake,) = messages(scenarios)
    assert mistake.startswith(
        f"{scenarios}/b.yaml:1: ports[0]: 'san-ysidro': unknown port; valid are TX, all, big-bridge"
    )


def test_a_relative_path_is_told_as_given(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (made_up / "demand" / "response.yaml").write_text("{}")
    monkeypatch.chdir(made_up / "demand")
    assert messages(Path("response.yaml"))[0].startswith("response.yaml:1: always: is missing")


def test_a_table_that_a_catalogue_lacks_is_told(made_up: Path) -> None:
    (made_up / "demand" / "accustomed.yaml").unlink()
    (mistake,) = messages(made_up)
    assert mistake.startswith(f"{made_up}/demand/accustomed.yaml: cannot be read: No such file")


def test_a_scenario_waits_for_its_catalogue_to_be_right(made_up: Path) -> None:
    (made_up / "demand" / "response.yaml").write_text("{elasticity: 0.3}")
    scenario = made_up / "s.yaml"
    scenario.write_text("ports: [nowhere]")
    assert messages(scenario) == [
        f"{scenario}: cannot be resolved: the catalogue in {made_up} has mistakes; validate it first"
    ]
    scenario.write_text("days: -1")
    assert messages(scenario) == [f"{scenario}:1: days: -1: must be 1 or more"]


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    assert messages(tmp_path) == [f"{tmp_path}: has no YAML file; name a file, or a folder with some"]
    assert messages(tmp_path / "x") == [f"{tmp_path}/x: cannot be read: No such file or directory; name a YAML file"]


def test_a_pipe_among_the_files_of_a_folder_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "s.yaml").write_text("{}")
    assert validate([tmp_path]) == (1, (), ())


@given(text=st.text() | st.text("{}[]:,-&*!|>'\"#%@ \nabc01.~<").map("a:".__add__))
@QUIET
def test_any_text_is_right_or_wrong_and_never_a_crash(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    assert all(message.startswith(f"{file}:") for message in messages(file))


@given(content=st.binary())
@QUIET
def test_any_bytes_are_right_or_wrong_and_never_a_crash(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    assert all(message.startswith(f"{file}:") for message in messages(file))


@given(data=st.data())
@QUIET
def test_any_value_at_any_place_of_a_port_is_right_or_wrong_and_never_a_crash(
    made_up: Path, data: st.DataObject
) -> None:
    port = yaml.safe_load((made_up / "ports" / "small-gate.yaml").read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(list(places(port))))
    file = made_up / "ports" / "changed.yaml"
    file.write_text(yaml.safe_dump(replaced(port, path, data.draw(VALUES))))
    assert all(message.startswith(f"{file}:") for message in messages(file))


@given(data=st.data())
@QUIET
def test_any_value_at_any_place_of_a_scenario_is_right_or_wrong_and_never_a_crash(
    made_up: Path, data: st.DataObject
) -> None:
    port = yaml.safe_load((made_up / "ports" / "small-gate.yaml").read_text(encoding="utf-8"))
    scenario = {**SCENARIO, "own_ports": {"mine": port}}
    path = data.draw(st.sampled_from(list(places(scenario))))
    file = made_up / "scenario.yaml"
    file.write_text(yaml.safe_dump(replaced(scenario, path, data.draw(VALUES))))
    assert all(message.startswith(f"{file}:") for message in messages(file))
