"""Staffing that has no effect is told."""

from collections.abc import Callable
from typing import Any

import pytest

Notices = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("staffing", "path"),
    [
        ({"kind": "threshold", "open_above_min": 20, "close_below_min": 5}, "staffing"),
        (
            {
                "kind": "roster",
                "pools": {"standard": [1] * 168},
                "answers": {"open_above_min": 20, "close_below_min": 5},
            },
            "staffing.answers",
        ),
    ],
)
def test_one_booth_answers_no_wait(notices: Notices, staffing: dict[str, Any], path: str) -> None:
    pools = [{"name": "standard", "serves": [["fast", "standard"]], "max_open": 1}]
    of_trucks = {"installed": {"booths": 1}, "pools": pools, "staffing": staffing}
    (notice,) = notices(changes={"calexico-east": {"modes": {"commercial": of_trucks}}})
    assert notice == (
        f"changes.calexico-east.modes.commercial.{path}.open_above_min: 20: "
        "there is one booth, which is open while the gate is"
    )
