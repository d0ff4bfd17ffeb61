"""Mistakes as text: one line that names place, value and what would be right."""

import pickle
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.spec.problem import LONGEST_VALUE, MOST_TOLD, Problem, SpecError, path_text, shown, told_once


def test_a_problem_reads_path_value_message() -> None:
    problem = Problem(("modes", "commercial", "pools", 0, "max_open"), "9", "more than the 8 installed booths")
    assert str(problem) == "modes.commercial.pools[0].max_open: 9: more than the 8 installed booths"


def test_a_problem_without_path_or_value_leaves_them_out() -> None:
    assert str(Problem((), "", "is empty")) == "is empty"


def test_keys_that_are_no_plain_words_are_quoted_in_paths() -> None:
    assert path_text(("own_ports", "../../etc/passwd", "a.b")) == "own_ports.'../../etc/passwd'.'a.b'"


def test_a_path_that_starts_in_a_list() -> None:
    assert path_text((2, "port")) == "[2].port"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-3, "-3"),
        ("06:00", "'06:00'"),
        (None, "null"),
        (True, "true"),
        (date(2024, 3, 4), "2024-03-04"),
        (datetime(2024, 3, 4, 6, 30), "2024-03-04T06:30:00"),  # noqa: DTZ001 - local time, as in scenarios
        ({"none": 0.5}, "{'none': 0.5}"),
    ],
)
def test_values_are_shown_as_written(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.recursive(st.text() | st.floats() | st.integers(), st.lists))
@settings(derandomize=True, deadline=None)
def test_any_value_is_shown_on_one_short_printable_line(value: object) -> None:
    text = shown(value)
    assert len(text) <= LONGEST_VALUE
    assert text.isprintable()


def test_a_spec_error_lists_its_problems_and_crosses_processes() -> None:
    error = SpecError([Problem(("a",), "1", "wrong"), Problem(("b",), "2", "wrong, too")])
    assert str(error) == "a: 1: wrong\nb: 2: wrong, too"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def entries(*values: str, message: str = "must be a number") -> list[Problem]:
    return [Problem(("share", "none", hour), value, message) for hour, value in enumerate(values)]


def test_one_value_that_is_wrong_in_every_hour_is_told_once() -> None:
    problem, *others = told_once(entries(*["'x'"] * 168))
    assert str(problem) == "share.none[0]: 'x': must be a number; the same of 167 entries more, the last [167]"
    assert not others


def test_values_that_differ_are_told_one_by_one_unless_they_are_many() -> None:
    few = entries("'a'", "'b'", "'a'")
    assert [*map(str, told_once(few))] == [
        "share.none[0]: 'a': must be a number; the same of [2]",
        "share.none[1]: 'b': must be a number",
    ]
    (problem,) = told_once(entries(*map(str, range(MOST_TOLD + 1))))
    assert problem.message == "must be a number; the same of 20 entries more, the last [20]"
    assert len([*told_once(entries(*map(str, range(MOST_TOLD))))]) == MOST_TOLD


def test_other_lists_messages_and_keys_are_told_by_themselves() -> None:
    problems = [
        Problem(("none", 0), "2", "must be 1 or less"),
        Problem(("none", 1), "2", "must be less"),
        Problem(("ready", 1), "2", "must be 1 or less"),
        Problem(("ready",), "2", "must be 1 or less"),
        Problem(("sentri",), "2", "must be 1 or less"),
        Problem((), "2", "must be 1 or less"),
    ]
    assert [*told_once(problems)] == problems


def test_a_spec_error_holds_what_it_tells_once() -> None:
    error = SpecError(entries("2", "2"))
    assert str(error) == "share.none[0]: 2: must be a number; the same of [1]"
    assert len(error.problems) == 2
