"""A notice in words, and outside the configuration."""

from border_sim.spec.notice import Notice
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.spec.value_change import ValueChange


def test_a_notice_tells_place_value_and_why() -> None:
    notice = Notice(("disruptions", 0, "until"), "2024-03-01", "is before the run begins")
    assert str(notice) == "disruptions[0].until: 2024-03-01: is before the run begins"
    assert str(Notice(("own_ports", "mine"), "", "has no time zone")) == "own_ports.mine: has no time zone"


def test_a_value_change_tells_old_and_new() -> None:
    path = ("calexico-east", "modes", "commercial", "demand_factor")
    assert str(ValueChange(path, "1", "1.2")) == "calexico-east.modes.commercial.demand_factor: 1 -> 1.2"
    assert str(ValueChange(("a", "officers"), "", "8")) == "a.officers: none -> 8"


def test_neither_is_part_of_the_configuration(made_up_catalogue: Catalogue) -> None:
    resolved = resolve(Scenario(), made_up_catalogue)
    told = Resolved.model_validate(
        {
            **dict(resolved),
            "notices": [Notice(("days",), "7", "-")],
            "changes": [ValueChange(("a",), "1", "2")],
        }
    )
    assert told.notices == (Notice(("days",), "7", "-"),)
    assert told.changes == (ValueChange(("a",), "1", "2"),)
    assert told.model_dump() == resolved.model_dump()
    assert configuration_hash(told) == configuration_hash(resolved)
