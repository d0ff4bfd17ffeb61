"""A scenario is changed as it is written in a file, and stays as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.api.scenarios import baseline, catalogue, change, load_scenario
from border_sim.loading.mistakes import LoadError
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import resolve
from border_sim.vocabulary import Mode

FACTOR = "changes.sasabe.modes.passenger.demand_factor"
FILE = """\
ports: [sasabe]
days: 3
response: {elasticity: 0.2}
changes: {sasabe: {modes: {passenger: {demand_factor: 1.5, lane_choice: own}}}}
disruptions: [{port: sasabe, mode: passenger, from: 2024-03-05T10:00, until: 2024-03-05T12:00, gate: shut}]
"""


@pytest.fixture
def written(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(FILE)
    return load_scenario(str(file))


def passenger(scenario):
    (port,) = resolve(scenario, catalogue(), ports=["sasabe"]).ports
    return port.port.modes[Mode.PASSENGER]


def test_the_baseline_is_all_ports_for_a_week_from_4_march_2024():
    resolved = resolve(baseline(), catalogue())
    assert (len(resolved.ports), str(resolved.start), resolved.days) == (47, "2024-03-04", 7)


def test_a_change_is_a_new_scenario_and_the_old_stays(written):
    before = written.model_dump()
    changed = change(written, {FACTOR: 2})
    assert passenger(changed).demand_factor == 2
    assert passenger(written).demand_factor == 1.5
    assert written.model_dump() == before


def test_what_is_not_changed_stays_as_it_was(written):
    changed = change(written, {FACTOR: 2})
    assert passenger(changed).lane_choice == "own"
    assert (changed.ports, changed.days, changed.disruptions) == (written.ports, written.days, written.disruptions)
    assert change(written, {}) == written


def test_keys_of_the_frame_and_lists_are_replaced(written):
    changed = change(written, {"days": 1, "disruptions": [], "response.elasticity": 0})
    assert (changed.days, changed.disruptions, changed.response.elasticity) == (1, (), 0)


@given(factor=st.floats(0, 20), days=st.integers(1, 3660))
@settings(derandomize=True, deadline=None, max_examples=10)
def test_dotted_paths_and_nested_keys_say_the_same(factor, days):
    nested = {"changes": {"sasabe": {"modes": {"passenger": {"demand_factor": factor}}}}, "days": days}
    assert change(baseline(), {FACTOR: factor, "days": days}) == change(baseline(), nested)


@given(order=st.permutations([("days", 2), (FACTOR, 2), ("changes.sasabe.modes.passenger.lane_choice", "own")]))
@settings(derandomize=True, deadline=None, max_examples=6)
def test_one_change_after_the_other_is_both_at_once(order):
    scenario = baseline()
    for path, value in order:
        scenario = change(scenario, {path: value})
    assert scenario.model_dump() == change(baseline(), dict(order)).model_dump()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"changes.sasabee.modes": {}}, "changes.sasabee: 'sasabee': unknown port; did you mean 'sasabe'?"),
        ({FACTOR: "1.1"}, f"{FACTOR}: '1.1': must be a number"),
        ({FACTOR: -1}, f"{FACTOR}: -1: must be 0 or more"),
        ({"changes.sasabe.modes.pasenger.demand_factor": 1}, "did you mean 'passenger'?"),
        ({"day": 3}, "day: 3: unknown key; did you mean 'days'?"),
        ({"days": 0}, "days: 0: must be 1 or more"),
        ({"changes.sasabe.modes.passenger.installed.booths": 0}, "pools[0].max_open"),
    ],
)
def test_a_mistake_is_told_with_key_path_value_and_what_is_right(changes, says):
    with pytest.raises(SpecError) as caught:
        change(baseline(), changes)
    assert says in str(caught.value)


def test_mistakes_in_several_ports_are_told_at_once():
    paths = [f"changes.{slug}.modes.passenger.demand_factor" for slug in ("sasabe", "columbus")]
    with pytest.raises(SpecError) as caught:
        change(baseline(), dict.fromkeys(paths, -1))
    assert [problem.path[1] for problem in caught.value.problems] == ["sasabe", "columbus"]


def test_a_file_with_a_mistake_names_its_line(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("name: x\ndays: three\n")
    with pytest.raises(LoadError, match=r"wrong\.yaml:2: days: 'three': must be a whole number"):
        load_scenario(file)
