"""Pace: a factor of at most three decimals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from border_sim.spec.pace import Pace, permille

PACE: TypeAdapter[float] = TypeAdapter(Pace)


@given(st.integers(1, 1_000_000))
def test_every_number_of_thousandths_is_a_pace(thousandths: int) -> None:
    assert permille(PACE.validate_python(thousandths / 1000)) == thousandths


@pytest.mark.parametrize(
    ("pace", "says"),
    [
        (0, "must be 0.001 to 1000: 2 takes twice as long, 0.5 half as long"),
        (-1, "must be 0.001 to 1000"),
        (1000.001, "must be 0.001 to 1000"),
        (1.0005, "has more than three decimals; write 1"),
        (0.0015, "has more than three decimals; write 0.002"),
        (float("nan"), "finite"),
        ("2", "valid number"),
    ],
)
def test_what_is_no_pace(pace: object, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        PACE.validate_python(pace)
