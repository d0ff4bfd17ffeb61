"""Paces that multiply to more than 1000 or less than 0.001 are told, with the last that makes them so."""

from collections.abc import Callable
from typing import Any

import pytest

Notices = Callable[..., list[str]]
AT = "at Calexico East: cut to"


def slowed(first: str, until: str, **pace: Any) -> dict[str, Any]:
    """A disruption of the trucks of a day, from and until these hours."""
    day = {"from": f"2024-03-05T{first}", "until": f"2024-03-05T{until}"}
    return {"port": "calexico-east", "mode": "commercial", **day, "pace": pace}


def by_week(**span: Any) -> dict[str, Any]:
    """The pace of a span of the week at the trucks' primary."""
    return {"changes": {"calexico-east": {"modes": {"commercial": {"pace": {"primary": [span]}}}}}}


def test_paces_that_hold_one_after_the_other_are_not_multiplied(notices: Notices) -> None:
    assert notices(disruptions=[slowed("06:00", "07:00", primary=100), slowed("07:00", "08:00", primary=50)]) == []


def test_paces_within_the_bounds_are_not_told(notices: Notices) -> None:
    assert notices(disruptions=[slowed("06:00", "07:00", primary=100), slowed("06:00", "08:00", primary=10)]) == []
    assert notices(disruptions=[slowed("06:00", "07:00", primary=0.1), slowed("06:00", "08:00", primary=0.01)]) == []


def test_disruptions_that_are_too_slow_together(notices: Notices) -> None:
    found = notices(
        disruptions=[slowed("06:00", "08:00", primary=100), slowed("07:30", "09:00", primary={"standard": 10.001})]
    )
    assert found == [
        f"disruptions[1].pace.primary.standard: 10.001: is 1000.1 with disruptions[0], from 2024-03-05 07:30 {AT} 1000"
    ]


def test_disruptions_that_are_too_fast_together(notices: Notices) -> None:
    found = notices(disruptions=[slowed("06:00", "08:00", state=0.01), slowed("05:00", "07:00", state=0.05)])
    assert found == [
        f"disruptions[1].pace.state: 0.05: is 0.0005 with disruptions[0], from 2024-03-05 06:00 {AT} 0.001"
    ]


def test_other_pools_stations_modes_and_ports_are_apart(notices: Notices) -> None:
    slow = slowed("06:00", "08:00", primary={"standard": 100})
    assert notices(disruptions=[slow, slowed("06:00", "08:00", primary={"fast": 100})]) == []
    assert notices(disruptions=[slow, slowed("06:00", "08:00", secondary=100)]) == []
    cars = slowed("06:00", "08:00", primary=100) | {"mode": "passenger"}
    assert notices(disruptions=[slow, cars]) == []
    both = ["calexico-east", "otay-mesa"]
    assert notices(ports=both, disruptions=[slow, slow | {"port": "otay-mesa"}]) == []


def test_every_port_of_a_state_is_looked_at(notices: Notices) -> None:
    of_state = slowed("06:00", "08:00", primary=100) | {"port": None, "ports": "CA"}
    (told,) = notices(disruptions=[slowed("06:00", "08:00", primary=11), of_state])
    assert told == f"disruptions[1].pace.primary: 100: is 1100 with disruptions[0], from 2024-03-05 06:00 {AT} 1000"


@pytest.mark.parametrize(
    ("hours", "is_met"), [("07:45-08:00", True), ("08:00-09:00", False), ("06:00-07:00", False), ("06:00-07:15", True)]
)
def test_the_pace_of_the_week_counts_where_it_meets_the_disruption(
    notices: Notices, hours: str, *, is_met: bool
) -> None:
    found = notices(**by_week(days="tue", hours=hours, pace=20), disruptions=[slowed("07:00", "08:00", primary=100)])
    message = f"is 2000 with the pace of the week, from 2024-03-05 07:00 {AT} 1000"
    assert found == ([f"disruptions[0].pace.primary: 100: {message}"] if is_met else [])


def test_three_paces_at_once_are_all_named(notices: Notices) -> None:
    found = notices(
        **by_week(pace=30),
        disruptions=[slowed("06:00", "08:00", primary=5), slowed("06:00", "08:00", primary=8)],
    )
    others = "disruptions[0] and the pace of the week"
    assert found == [f"disruptions[1].pace.primary: 8: is 1200 with {others}, from 2024-03-05 06:00 {AT} 1000"]


def test_a_product_beyond_any_float_is_told(notices: Notices) -> None:
    slow = [slowed("06:00", f"08:{minute:02}", primary=1000) for minute in range(60)] * 2
    others = "disruptions[0], disruptions[1], disruptions[2] and 116 more"
    told = f"disruptions[119].pace.primary: 1000: is 1.00000e+360 with {others}, from 2024-03-05 06:00 {AT} 1000"
    assert told in notices(disruptions=slow)


def test_what_is_before_and_after_the_run_is_left_out(notices: Notices) -> None:
    long = {"from": "2024-03-01", "until": "2024-03-03T00:00"}
    found = notices(
        disruptions=[slowed("06:00", "08:00", primary=100) | long, slowed("06:00", "08:00", primary=90) | long]
    )
    assert not [text for text in found if "cut to" in text]
