"""Mistakes as text: one line that names place, value and what would be right."""

import pickle
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.spec.problem import LONGEST_VALUE, Problem, SpecError, path_text, shown


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
