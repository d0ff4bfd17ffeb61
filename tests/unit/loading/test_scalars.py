"""Text stays text, numbers are numbers."""

from datetime import date
from math import inf, isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.scalars import plain


@pytest.mark.parametrize(
    "text", ["NO", "no", "on", "off", "yes", "Y", "06:00", "12:30:00", "0703", "0x10", "0b1", "1__0"]
)
def test_what_yaml_1_1_makes_a_number_or_a_truth_stays_text(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "text", ["", ".", "-", "+", "e5", "1.2.3", "2024-02-30", "2024-3-4", "2024-03-04T06:00", "9" * 5000]
)
def test_what_only_looks_like_a_number_or_a_date_stays_text(text: str) -> None:
    assert plain(text) == (text or None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-3", -3),
        ("1_000", 1000),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        (".inf", inf),
        ("-.inf", -inf),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("2024-03-04", date(2024, 3, 4)),
    ],
)
def test_numbers_truths_and_dates(text: str, value: object) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


def test_not_a_number_is_one_to_yaml() -> None:
    value = plain(".nan")
    assert isinstance(value, float)
    assert isnan(value)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@settings(derandomize=True, deadline=None)
def test_every_number_as_python_writes_it_comes_back(number: float) -> None:
    assert plain(repr(number)) == number
