"""Days and clocks that a run cannot have are told: an own port's, and a changed port's, with the zone and the date."""

from datetime import date

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.port_check import harmless_port
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def own(catalogue: Catalogue, zone: str, start: date, days: int = 1) -> Resolved:
    ports = {"mine": {**harmless_port(), "time_zone": zone}}
    return resolve(Scenario.model_validate({"own_ports": ports}), catalogue, start=start, days=days)


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/Guyana", date(1975, 1, 1)),
        ("Asia/Kathmandu", date(2024, 1, 1)),
        ("Pacific/Kiritimati", date(1979, 10, 3)),
    ],
)
def test_a_clock_may_be_any_whole_quarters_of_an_hour_from_utc(catalogue: Catalogue, zone: str, start: date) -> None:
    assert own(catalogue, zone, start).ports[0].port.time_zone == zone


def test_a_clock_that_is_no_whole_quarters_from_utc_is_a_mistake(catalogue: Catalogue) -> None:
    with pytest.raises(SpecError) as raised:
        own(catalogue, "Pacific/Kiritimati", date(1975, 1, 1))
    assert [str(problem) for problem in raised.value.problems] == [
        (
            "own_ports.mine.time_zone: 'Pacific/Kiritimati': is -10:40:00 from UTC on 1974-12-31, no whole quarters "
            "of an hour; choose other days or another zone"
        )
    ]


def test_the_clock_of_a_changed_port_is_looked_at_too(catalogue: Catalogue) -> None:
    with pytest.raises(SpecError, match=r"changes\.sasabe\.time_zone: 'Pacific/Kiritimati': is -10:40:00 from UTC on"):
        resolve(
            Scenario.model_validate({"changes": {"sasabe": {"time_zone": "Pacific/Kiritimati"}}}),
            catalogue,
            ports=["sasabe"],
            start=date(1979, 9, 1),
        )


@pytest.mark.parametrize(("start", "days"), [(date(2011, 12, 30), 1), (date(2011, 12, 31), 1), (date(2011, 12, 26), 7)])
def test_a_day_that_a_calendar_leaves_out_is_a_notice(catalogue: Catalogue, start: date, days: int) -> None:
    told = [str(notice) for notice in own(catalogue, "Pacific/Apia", start, days).notices]
    assert (
        "own_ports.mine.time_zone: 'Pacific/Apia': the calendar of Pacific/Apia leaves out 2011-12-30: nothing is "
        "simulated there then"
    ) in told


@pytest.mark.parametrize("start", [date(2011, 12, 28), date(2012, 1, 1)])
def test_days_that_a_calendar_has_are_no_notice(catalogue: Catalogue, start: date) -> None:
    assert not [notice for notice in own(catalogue, "Pacific/Apia", start).notices if "leaves out" in str(notice)]
