"""Changes are laid over a port key by key."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.spec.change import changed_port, merged, without_nulls
from border_sim.spec.demand import Rate
from border_sim.spec.distribution import Exponential, Lognormal
from border_sim.spec.inspection import Inspection
from border_sim.spec.port_check import tables_of
from border_sim.spec.problem import SpecError
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import Planned, Schedule
from border_sim.vocabulary import LaneClass, Mode

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


def test_one_part_of_an_inspection_leaves_the_others_of_the_profile(made_up_catalogue: Catalogue) -> None:
    """A mode names a profile; whoever changed one service time lost export, referral, secondary and state."""
    inspection = change(made_up_catalogue, inspection={"service": {"standard": {"mean_s": 80}}}).inspection
    profile = made_up_catalogue.inspections["trucks"]
    assert isinstance(inspection, Inspection)
    assert inspection.service == {
        LaneClass.STANDARD: Lognormal(kind="lognormal", mean_s=80, cv=0.7),
        LaneClass.FAST: profile.service[LaneClass.FAST],
    }
    rest = {key: value for key, value in profile if key != "service"}
    assert {key: value for key, value in inspection if key != "service"} == rest
    assert profile.state and profile.secondary and profile.referral


def test_a_distribution_of_another_kind_leaves_no_key_of_the_first(made_up_catalogue: Catalogue) -> None:
    service = {"standard": {"kind": "exponential", "mean_s": 80}}
    inspection = change(made_up_catalogue, inspection={"service": service}).inspection
    assert inspection.service[LaneClass.STANDARD] == Exponential(kind="exponential", mean_s=80)


def test_an_inspection_may_still_be_named(made_up_catalogue: Catalogue) -> None:
    port = made_up_catalogue.ports["big-bridge"]
    named = {"modes": {"passenger": {"inspection": "trucks"}, "commercial": {"inspection": "people"}}}
    with pytest.raises(SpecError, match="no service time for fast"):
        changed_port(port, named, tables_of(made_up_catalogue))


def test_null_takes_a_key_away(made_up_catalogue: Catalogue) -> None:
    part = change(made_up_catalogue, inspection={"state": None}, demand={"volumes": {2019: None}})
    assert part.inspection.state is None
    assert part.inspection.referral is not None
    assert part.demand.volumes == {2024: 100_000}
    with pytest.raises(SpecError) as caught:
        change(made_up_catalogue, demand=None)
    assert str(caught.value) == "modes.commercial.demand: is missing; this key is required"


def test_null_of_a_key_that_no_port_has_there_is_an_unknown_key(made_up_catalogue: Catalogue) -> None:
    with pytest.raises(SpecError) as caught:
        change(made_up_catalogue, demand_facto=None, installed={"boths": None}, staffing={"booths": {"standard": None}})
    assert [str(problem).removeprefix("modes.commercial.")[:62] for problem in caught.value.problems] == [
        "installed.boths: null: unknown key; did you mean 'booths'? val",
        "staffing.booths.standard: 'standard': unknown key; valid are c",
        "demand_facto: null: unknown key; did you mean 'demand_factor'?",
    ]


def test_null_of_a_key_of_the_kind_before_is_none_of_the_kind_after(made_up_catalogue: Catalogue) -> None:
    demand = change(made_up_catalogue, demand={"kind": "rate", "per_hour": 5, "profile": None}).demand
    assert demand == Rate(kind="rate", per_hour=5)


def test_a_mode_may_be_taken_away(made_up_catalogue: Catalogue) -> None:
    port = changed_port(
        made_up_catalogue.ports["big-bridge"], {"modes": {"passenger": None}}, tables_of(made_up_catalogue)
    )
    assert list(port.modes) == [Mode.COMMERCIAL]


def test_null_is_no_hour() -> None:
    assert without_nulls({"weekly": {"sun": None}, "a": {"b": None}, "c": [None]}) == {
        "weekly": {"sun": None},
        "a": {},
        "c": [None],
    }


def test_pools_are_changed_by_name(made_up_catalogue: Catalogue) -> None:
    pools = change(made_up_catalogue, pools={"fast": {"max_open": 1}}).pools
    assert [(pool.name, pool.max_open) for pool in pools] == [("standard", 6), ("fast", 1)]
    assert pools[1].serves == ((LaneClass.FAST,), (LaneClass.STANDARD,))
    late = {"serves": [["standard"]], "max_open": 1}
    assert [pool.name for pool in change(made_up_catalogue, pools={"late": late}).pools] == ["standard", "fast", "late"]
    assert [pool.name for pool in change(made_up_catalogue, pools={"fast": None}).pools] == ["standard"]


def test_a_pool_by_name_over_a_list_of_an_earlier_change() -> None:
    pools = [{"name": "a", "max_open": 1}, {"name": "b", "max_open": 2}]
    assert merged({"pools": pools}, {"pools": {"b": {"max_open": 3}}}) == {
        "pools": [{"name": "a", "max_open": 1}, {"name": "b", "max_open": 3}]
    }
    named = {"pools": {"b": {"max_open": 3}}}
    assert merged(named, {"pools": {"a": {"max_open": 4}}}, {"pools": pools}) == {
        "pools": {"b": {"max_open": 3}, "a": {"max_open": 4}}
    }
