"""Mistakes in a planner's words, by the keys that the planner wrote."""

from datetime import datetime
from math import inf, nan
from typing import Any

import pytest
from pydantic import TypeAdapter

from border_sim.spec.base import Share
from border_sim.spec.calendar import Hours
from border_sim.spec.checking import check
from border_sim.spec.demand import Demand
from border_sim.spec.distribution import Distribution
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import LoadedShare, Pool, Port, PortMode
from border_sim.spec.problem import SpecError
from border_sim.spec.scenario import Scenario
from border_sim.spec.staffing import AccustomedLaw, PlanningRule

DISTRIBUTION: TypeAdapter[Any] = TypeAdapter(Distribution)
DEMAND: TypeAdapter[Any] = TypeAdapter(Demand)


def mistakes(adapter: TypeAdapter[Any], data: Any) -> list[str]:
    with pytest.raises(SpecError) as caught:
        check(adapter, data)
    return [str(problem) for problem in caught.value.problems]


def test_what_is_valid_comes_back_as_the_type() -> None:
    assert check(TypeAdapter(Pool), {"name": "a", "serves": [["standard"]], "max_open": 3}).max_open == 3


def test_the_tag_of_a_kind_is_no_part_of_the_path() -> None:
    assert mistakes(DISTRIBUTION, {"kind": "gamma", "mean_s": -1, "cv": 1}) == ["mean_s: -1: must be 1e-06 or more"]


def test_a_key_named_like_its_kind_keeps_its_place() -> None:
    data = {"kind": "rate", "per_hour": 1, "rate": {"x": 1}}
    assert mistakes(DEMAND, data) == [
        "rate: {'x': 1}: unknown key; valid are hours_from_start, kind, per_hour, source, spacing"
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"kind": "gama", "mean_s": 1}, "kind: 'gama': unknown kind; did you mean 'gamma'?"),
        (
            {"mean_s": 1},
            "kind: is missing; valid are deterministic, empirical, erlang, exponential, gamma, lognormal, uniform",
        ),
        ({"kind": ["gamma"]}, "kind: \"['gamma']\": unknown kind; did you mean 'gamma'?"),
        (3, "3: must be a mapping (key: value)"),
        ({"kind": "gamma", "mean_s": 1}, "cv: is missing; this key is required"),
        ({"kind": "gamma", "mean_s": "1", "cv": 1}, "mean_s: '1': must be a number; drop the quotes"),
        ({"kind": "gamma", "mean_s": True, "cv": 1}, "mean_s: true: must be a number"),
        ({"kind": "gamma", "mean_s": 1, "cv": nan}, "cv: nan: is not a number; it must be a finite number"),
        ({"kind": "gamma", "mean_s": 1, "cv": inf}, "cv: inf: must be a finite number"),
        ({"kind": "gamma", "mean_s": nan, "cv": 1}, "mean_s: nan: is not a number; it must be 2592000 or less"),
        ({"kind": "erlang", "mean_s": 1, "phases": nan}, "phases: nan: is not a number; it must be a whole number"),
        ({"kind": "gamma", "mean_s": 1, "cv": 0}, "cv: 0: must be above 0"),
        ({"kind": "gamma", "mean_s": 10**400, "cv": 1}, "mean_s: 1000000"),
        ({"kind": "erlang", "mean_s": 1, "phases": 2.5}, "phases: 2.5: must be a whole number"),
        (
            {"kind": "uniform", "low_s": 3, "high_s": 2},
            "high_s: 2: below low_s, 3; the longest is at least the shortest",
        ),
        ({"kind": "empirical", "values_s": []}, "values_s: []: has 0 entries; it must have at least 1"),
    ],
)
def test_a_wrong_distribution_is_told_in_plain_words(data: Any, expected: str) -> None:
    (mistake,) = mistakes(DISTRIBUTION, data)
    assert mistake.startswith(expected)


@pytest.mark.parametrize(
    ("per_hour", "expected"),
    [
        (-3, "per_hour: -3: must be 0 or more"),
        ([1, 2], "per_hour: [1, 2]: per_hour has 2 values; it must have 24 (hours) or 96"),
        ([1] * 30, "per_hour: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,...: per_hour has 30 values"),
        ([1] * 23 + [-1], "per_hour[23]: -1: must be 0 or more"),
        ("many", "per_hour: 'many': must be a number, or must be a list"),
    ],
)
def test_of_a_choice_of_types_only_what_fits_is_told(per_hour: Any, expected: str) -> None:
    (mistake,) = mistakes(DEMAND, {"kind": "rate", "per_hour": per_hour})
    assert mistake.startswith(expected)


def test_a_share_that_is_no_number() -> None:
    assert mistakes(TypeAdapter(LoadedShare), {"share": nan}) == [
        "share: nan: is not a number; it must be 1 or less; 1 is the whole, 100%"
    ]
    assert mistakes(TypeAdapter(LoadedShare), {"share": inf}) == ["share: inf: must be 1 or less; 1 is the whole, 100%"]


def test_a_misspelt_key_is_told_once_with_its_likely_meaning() -> None:
    (mistake,) = mistakes(TypeAdapter(Pool), {"name": "a", "serves": [["standard"]], "max_opn": 3})
    assert mistake == "max_opn: 3: unknown key; did you mean 'max_open'? valid are max_open, name, serves"


def test_a_missing_key_beside_an_unrelated_unknown_one_is_told_too() -> None:
    found = mistakes(TypeAdapter(Pool), {"name": "a", "serves": [["standard"]], "colour": "red"})
    assert [mistake.split(":")[0] for mistake in found] == ["max_open", "colour"]


def test_only_the_innermost_mistake_of_a_list_is_told() -> None:
    assert mistakes(TypeAdapter(Pool), {"name": "a", "serves": [["standrd"]], "max_open": 3}) == [
        "serves[0][0]: 'standrd': unknown value; did you mean 'standard'? valid are fast, ready, sentri, standard"
    ]


def test_unknown_modes_are_unknown_keys() -> None:
    found = mistakes(TypeAdapter(Port), {"name": "x", "modes": {"comercial": 3}})
    valid = "commercial, passenger, pedestrian"
    assert found[0] == f"modes.comercial: 'comercial': unknown key; did you mean 'commercial'? valid are {valid}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"start": "soon"}, "start: 'soon': must be a date, e.g. 2024-03-04"),
        ({"start": "9999-12-31"}, "start: '9999-12-31': must be 2199-12-31 or less"),
        ({"days": 0}, "days: 0: must be 1 or more"),
        ({"days": "7"}, "days: '7': must be a whole number; drop the quotes"),
        ({"days": "1.5"}, "days: '1.5': must be a whole number"),
        ({"days": "+10%"}, "days: '+10%': must be a whole number"),
        ({"days": "1 week"}, "days: '1 week': must be a whole number"),
        ({"ports": 3}, "ports: 3: must be text; put it in quotes, or must be a list"),
        ({"changes": {"roma": 3}}, "changes.roma: 3: must be a mapping"),
        ({"name": 3}, "name: 3: must be text; put it in quotes"),
        ({5: 1}, "5: 5: a key must be text; put it in quotes"),
        ({"disruptions": {}}, "disruptions: {}: must be a list"),
    ],
)
def test_a_wrong_scenario_is_told_in_plain_words(data: Any, expected: str) -> None:
    (mistake,) = mistakes(TypeAdapter(Scenario), data)
    assert mistake.startswith(expected)


def test_shares_of_secondary_are_checked_beside_a_mistake_elsewhere() -> None:
    secondary = {"nii": {"share": 0.5, "service": {"kind": "deterministic", "mean_s": 9}}}
    data = {"service": {"standard": {"kind": "gamma"}}, "referral": {"share": {}}, "secondary": secondary}
    found = mistakes(TypeAdapter(Inspection), data)
    assert any("the shares of secondary sum to 0.5; they must sum to 1" in mistake for mistake in found)
    assert any(mistake.startswith("service.standard.mean_s") for mistake in found)


def test_the_law_and_the_rule_need_all_their_groups() -> None:
    (law,) = mistakes(TypeAdapter(AccustomedLaw), {"coefficients": {"standard": [1, 2]}, "neighbour_km": 1})
    assert "ready, sentri, commercial, pedestrian missing" in law
    rule = {"target_utilisation": {"general": 1}, "share_of_booths": {}, "hour_shape": {}, "fast_over_commercial": 1}
    assert [mistake.split(":")[0] for mistake in mistakes(TypeAdapter(PlanningRule), rule)] == [
        "target_utilisation",
        "share_of_booths",
        "hour_shape",
    ]


def test_mistakes_of_what_is_written_in_python_are_told_alike() -> None:
    with pytest.raises(SpecError) as caught:
        Scenario(day=3, days=0, disruptions=[{"port": "roma", "gate": "open"}])  # type: ignore[call-arg,arg-type]
    assert [str(problem) for problem in caught.value.problems] == mistakes(
        TypeAdapter(Scenario), {"day": 3, "days": 0, "disruptions": [{"port": "roma", "gate": "open"}]}
    )
    assert str(caught.value).startswith("days: 0: must be 1 or more")
    assert "day: 3: unknown key; did you mean 'days'?" in str(caught.value)


def test_a_part_written_in_python_names_itself_alone() -> None:
    with pytest.raises(SpecError, match=r"^max_open: -1: must be 0 or more$"):
        Pool(name="a", serves=(("standard",),), max_open=-1)  # type: ignore[arg-type]


SHARE = TypeAdapter(LoadedShare)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("25%", "share: '25%': must be a number; write 0.25 for 25%"),
        ("12.5 %", "share: '12.5 %': must be a number; write 0.125 for 12.5%"),
        ("100%", "share: '100%': must be a number; write 1 for 100%"),
        ("110%", "share: '110%': must be a number from 0 to 1, the whole; more than 100% cannot be"),
        (1.1, "share: 1.1: must be 1 or less; 1 is the whole, 100%"),
        (110, "share: 110: must be 1 or less; 1 is the whole, 100%"),
        ("many%", "share: 'many%': must be a number"),
    ],
)
def test_percents_are_told_as_parts_of_one(share: Any, expected: str) -> None:
    assert mistakes(SHARE, {"share": share}) == [expected]


MODES = "modes.commercial or modes.passenger or modes.pedestrian"


@pytest.mark.parametrize(
    ("port", "key", "where"),
    [
        ({"installed": {"booths": 3}}, "installed", MODES),
        ({"modes": {"passenger": 3}, "installed": {"booths": 3}}, "installed", "modes.passenger"),
        ({"latitude": 3}, "latitude", "location"),
        ({"passenger": {}}, "passenger", "modes"),
    ],
)
def test_a_key_that_belongs_further_in_is_told_with_its_place(port: dict[str, Any], key: str, where: str) -> None:
    (told,) = (mistake for mistake in mistakes(TypeAdapter(Port), {"name": "x", **port}) if mistake.startswith(key))
    assert told.endswith(f": unknown key here; it belongs under {where}")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2024-04-09T24:00", "for midnight at its end write 2024-04-10T00:00"),
        ("2024-02-29 24:00:00", "for midnight at its end write 2024-03-01T00:00"),
        ("2024-04-31T24:00", ""),
        ("9999-12-31T24:00", ""),
        ("2024-04-09T25:00", ""),
    ],
)
def test_midnight_at_the_end_of_a_day_is_told_as_the_next_days_beginning(value: str, message: str) -> None:
    found = mistakes(TypeAdapter(datetime), value)
    said = f"{value!r}: must be a date and time, e.g. 2024-03-04T06:00"
    assert found == [f"{said}; {message}" if message else said]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("+10%", "must be a number; for 10% more write 1.1"),
        ("-10%", "must be a number; for 10% less write 0.9"),
        ("- 2.5 %", "must be a number"),
        ("-2.5 %", "must be a number; for 2.5% less write 0.975"),
        ("110%", "must be a number; write 1.1 for 110%"),
        ("1.2", "must be a number; drop the quotes"),
        ("1,2", "must be a number"),
    ],
)
def test_a_factor_that_is_text_is_told_as_a_number(value: str, message: str) -> None:
    adapter = TypeAdapter(PortMode)
    (found,) = [text for text in mistakes(adapter, {"demand_factor": value}) if text.startswith("demand_factor")]
    assert found.startswith(f"demand_factor: {value!r}: {message}")


def test_a_share_with_a_sign_is_no_change() -> None:
    found = mistakes(TypeAdapter(Share), "+25%")
    assert found == ["'+25%': must be a number; write 0.25 for 25%"]


@pytest.mark.parametrize("text", ["06:00-00:00", "00:00-00:00"])
def test_hours_that_end_at_midnight_end_at_24(text: str) -> None:
    (found,) = mistakes(TypeAdapter(Hours), {"daily": text})
    assert found == f"daily: {text!r}: {text!r} ends before it starts; write 24:00 for midnight at the end"
