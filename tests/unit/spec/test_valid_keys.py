"""The keys that may stand at a place of a file."""

from pydantic import TypeAdapter

from border_sim.spec.scenario import Scenario
from border_sim.spec.valid_keys import valid_keys, valid_kinds

SCHEMA = TypeAdapter(Scenario).json_schema()


def test_at_the_top() -> None:
    assert {"name", "ports", "own_ports", "changes"} <= set(valid_keys(SCHEMA, (), {}))


def test_aliases_are_the_keys_to_write() -> None:
    assert "from" in valid_keys(SCHEMA, ("disruptions", 0), {"disruptions": [{}]})


def test_below_named_entries_and_choices_the_kind_decides() -> None:
    staffing = {"kind": "threshold"}
    data = {"own_ports": {"mine": {"modes": {"passenger": {"staffing": staffing, "inspection": {"referral": {}}}}}}}
    mode = ("own_ports", "mine", "modes", "passenger")
    keys = valid_keys(SCHEMA, (*mode, "staffing"), data)
    assert keys == ["source", "open_above_min", "close_below_min", "kind"]
    assert valid_keys(SCHEMA, (*mode, "inspection", "referral"), data) == ["source", "share", "empty"]


def test_where_any_key_may_stand_none_is_named() -> None:
    assert valid_keys(SCHEMA, ("changes", "roma", "modes"), {"changes": {"roma": {}}}) == []
    assert valid_keys(SCHEMA, ("own_ports", "x", "modes", "passenger", "staffing"), {"own_ports": 3}) == []


def test_kinds_of_a_choice() -> None:
    mode = {"inspection": {"export": {"delay": {}, "red_delay": {}}}}
    data = {"own_ports": {"mine": {"modes": {"passenger": mode}}}}
    path = ("own_ports", "mine", "modes", "passenger")
    assert sorted(valid_kinds(SCHEMA, (*path, "demand"), data)) == ["annual", "list", "rate"]
    for key in ("delay", "red_delay"):
        assert "gamma" in valid_kinds(SCHEMA, (*path, "inspection", "export", key), data)
    assert valid_kinds(SCHEMA, path, data) == []
