"""A scenario is changed as it is written in a file, and stays as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import border_sim
from border_sim.api.scenarios import baseline, catalogue, change, load_scenario
from border_sim.loading.file_problem import LoadError
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import resolve
from border_sim.vocabulary import Mode

FACTOR = "changes.sasabe.modes.passenger.demand_factor"
FILE = """\
ports: [sasabe]
days: 3
response: {elasticity: 0.2}
changes: {sasabe: {modes: {passenger: {demand_factor: 1.5, lane_choice: own}}}}
disruptions: [{port: sasabe, mode: passenger, from: 2024-04-09T10:00, until: 2024-04-09T12:00, gate: shut}]
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
    assert (len(resolved.ports), str(resolved.start), resolved.days) == (47, "2024-04-08", 7)


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
        ({"changes.sasabe.modes.passenger.installed.booths": 0}, "installed.booths: 0: pool standard has max_open 1"),
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


BOOTHS = "changes.calexico-east.modes.commercial.staffing.booths"
KIND = "changes.calexico-east.modes.commercial.staffing.kind"


def test_an_earlier_change_outlives_a_later_one_beside_it():
    first = change(baseline(), {BOOTHS: {"commercial": 1}})
    second = change(first, {KIND: "planned"})
    both = change(baseline(), {BOOTHS: {"commercial": 1}, KIND: "planned"})
    (port,) = resolve(second, catalogue(), ports=["calexico-east"]).ports
    assert port.port.modes[Mode.COMMERCIAL].staffing.booths["commercial"] == 1
    assert second == both


def test_staffing_of_another_kind_replaces_an_earlier_change_of_booths():
    first = change(baseline(), {BOOTHS: {"commercial": 1}})
    schedule = {"kind": "schedule", "pools": {"standard": [{"booths": 1}]}}
    second = change(first, {KIND.removesuffix(".kind"): schedule})
    assert second.changes["calexico-east"]["modes"]["commercial"]["staffing"] == schedule


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((None, {}), "scenario: null: must be a Scenario: what baseline, load_scenario or change gives"),
        (("mine.yaml", {}), "scenario: 'mine.yaml': must be a Scenario"),
        (({}, {}), "scenario: {}: must be a Scenario"),
        ((baseline(), None), "changes: null: must be a mapping of key paths to values"),
        ((baseline(), []), "changes: []: must be a mapping of key paths to values"),
        ((baseline(), {1: 2}), "changes: 1: must be a key path, which is text"),
    ],
)
def test_arguments_of_a_wrong_type_are_told(given, says):
    with pytest.raises(SpecError) as caught:
        change(*given)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("path", [None, 5, b"x", ["x"]])
def test_what_is_no_path_is_told(path):
    with pytest.raises(SpecError, match=r"path: .+: must be a path: text or a pathlib\.Path"):
        load_scenario(path)


def test_a_catalogue_is_the_callers_own():
    mine = border_sim.catalogue()
    mine.ports.pop("sasabe")
    mine.ports["columbus"].modes.clear()
    assert {"passenger", "commercial"} <= set(border_sim.catalogue().ports["columbus"].modes)
    assert change(baseline(), {FACTOR: 2, "ports": ["columbus"]})


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "half a \ud800"},
        {"description": "\udfff"},
        {"changes.sasabe.note": "\ud800"},
        {"changes.sasabe.modes.passenger.demand": {"source": "\ud800"}},
    ],
)
def test_text_that_no_file_can_hold_is_refused(changes):
    with pytest.raises(SpecError, match=r"'.*\\ud.*': holds half a character"):
        change(baseline(), changes)


def test_mistakes_of_keys_and_over_the_catalogue_are_told_at_once():
    with pytest.raises(SpecError) as caught:
        change(baseline(), {"days": 0, FACTOR: -1, "ports": ["sasabee"]})
    assert [problem.path[0] for problem in caught.value.problems] == ["days", "changes", "ports"]


def test_a_pool_is_changed_by_its_name_and_a_state_by_its_letters():
    mode = "changes.calexico-east.modes.commercial"
    more = change(baseline(), {f"{mode}.installed.booths": 4, f"{mode}.pools.standard.max_open": 3})
    again = change(more, {f"{mode}.pools.fast.max_open": 2, "changes.CA.modes.commercial.demand_factor": 1.1})
    (port,) = resolve(again, catalogue(), ports=["calexico-east"]).ports
    trucks = port.port.modes[Mode.COMMERCIAL]
    assert [(pool.name, pool.max_open) for pool in trucks.pools] == [("standard", 3), ("fast", 2)]
    assert trucks.demand_factor == 1.1
    with pytest.raises(SpecError, match=r"pools\.standard\.max_open: 9: more than the 4 installed booths"):
        change(more, {f"{mode}.pools.standard.max_open": 9})
