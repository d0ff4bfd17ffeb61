"""Changes are laid over a port key by key."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.spec.change import changed_port, merged
from border_sim.spec.demand import Rate
from border_sim.spec.port_check import tables_of
from border_sim.spec.problem import SpecError
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import Planned, Schedule
from border_sim.vocabulary import Mode

PLAIN = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(st.sampled_from("abc") | st.just("kind"), PLAIN, max_size=4)


def change(catalogue: Catalogue, **of_mode: Any) -> Any:
    port = catalogue.ports["big-bridge"]
    changed = changed_port(port, {"modes": {"commercial": of_mode}}, tables_of(catalogue))
    return changed.modes[Mode.COMMERCIAL]


@given(MAPPINGS)
@settings(derandomize=True, deadline=None)
def test_no_change_and_a_change_to_what_is_there_leave_all_as_it_was(base: dict[str, Any]) -> None:
    assert merged(base, {}) == base
    assert merged(base, base) == base


@given(MAPPINGS, MAPPINGS)
@settings(derandomize=True, deadline=None)
def test_a_change_made_twice_is_made_once(base: dict[str, Any], laid: dict[str, Any]) -> None:
    once = merged(base, laid)
    assert merged(once, laid) == once


def test_mappings_merge_and_lists_are_replaced() -> None:
    base = {"a": {"x": 1, "y": [1, 2]}, "b": 1}
    assert merged(base, {"a": {"y": [3]}}) == {"a": {"x": 1, "y": [3]}, "b": 1}


def test_another_kind_replaces_the_whole() -> None:
    base = {"kind": "gamma", "mean_s": 1, "cv": 1}
    assert merged(base, {"kind": "exponential", "mean_s": 2}) == {"kind": "exponential", "mean_s": 2}
    assert merged(base, {"kind": "gamma", "cv": 2}) == {"kind": "gamma", "mean_s": 1, "cv": 2}
    assert merged(base, {"cv": 2}) == {"kind": "gamma", "mean_s": 1, "cv": 2}


def test_the_port_itself_stays_as_it_was(made_up_catalogue: Catalogue) -> None:
    assert change(made_up_catalogue, installed={"booths": 9}).installed.booths == 9
    assert made_up_catalogue.ports["big-bridge"].modes[Mode.COMMERCIAL].installed.booths == 8


def test_a_year_is_the_same_key_as_number_and_as_text(made_up_catalogue: Catalogue) -> None:
    part = change(made_up_catalogue, demand={"volumes": {2024: 5, 2030: 6}})
    assert part.demand.volumes == {2019: 90000, 2024: 5, 2030: 6}


def test_staffing_and_demand_of_another_kind(made_up_catalogue: Catalogue) -> None:
    part = change(
        made_up_catalogue,
        staffing={"kind": "schedule", "pools": {"standard": [{"booths": 3}]}},
        demand={"kind": "rate", "per_hour": 10},
    )
    assert isinstance(part.staffing, Schedule)
    assert isinstance(part.demand, Rate)


def test_staffing_of_the_same_kind_keeps_what_is_not_named(made_up_catalogue: Catalogue) -> None:
    staffing = change(made_up_catalogue, staffing={"booths": {"fast": 1}}).staffing
    assert isinstance(staffing, Planned)
    assert staffing.booths == {"commercial": 6, "fast": 1}


def test_mistakes_have_paths_as_in_the_ports_file(made_up_catalogue: Catalogue) -> None:
    with pytest.raises(SpecError) as caught:
        change(made_up_catalogue, demand_factor=-1, instaled={"booths": 9}, inspection="truks")
    assert [problem.path[1:] for problem in caught.value.problems] == [
        ("commercial", "demand_factor"),
        ("commercial", "instaled"),
        ("commercial", "inspection"),
    ]


def test_a_kind_named_after_its_figures_keeps_them() -> None:
    planned = {"kind": "planned", "booths": {"commercial": 6, "fast": 2}}
    fewer = {"booths": {"commercial": 1}}
    assert merged(fewer, {"kind": "planned"}, planned) == {"kind": "planned", "booths": {"commercial": 1}}
    assert merged(fewer, {"kind": "planned"}) == {"kind": "planned", "booths": {"commercial": 1}}


def test_a_change_upon_a_change_knows_the_kind_of_the_port_below() -> None:
    schedule = {"kind": "schedule", "pools": {}}
    assert merged({"booths": {"commercial": 1}}, schedule, {"kind": "planned", "booths": {}}) == schedule


@given(MAPPINGS, MAPPINGS, MAPPINGS)
@settings(derandomize=True, deadline=None)
def test_changes_put_together_first_keep_all_that_both_say(
    base: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    together = merged(first, second, base)
    assert merged(together, second) == together
    for key in first.keys() - second.keys() if "kind" not in second else ():
        assert together[key] == first[key]
