"""One copy of the feed as it was written: the time that it tells, and an entry for each port."""

from typing import Any, Final, NamedTuple

from border_sim.errors import BorderSimError
from border_sim.spec.problem import shown

PORT_NUMBER: Final = "port_number"


class FeedError(BorderSimError, ValueError):
    """The feed says what cannot be; `name` is the field, `value` what stands there, in words (empty: nothing does)."""

    def __init__(self, name: str, value: str, message: str) -> None:
        self.name, self.value, self.message = name, shown(value) if value else "", message
        super().__init__(name, value, message)


class Entry(NamedTuple):
    """What a copy says of one port."""

    line: int
    """Where it begins, from 1"""
    fields: dict[str, Any]
    """By tag or key: text, or for a group of lanes the same again"""

    @property
    def number(self) -> str:
        """CBP's number of the port; empty: it tells none."""
        return field(self.fields, PORT_NUMBER)


class Snapshot(NamedTuple):
    """A copy of the feed."""

    line: int
    """Where it begins, from 1"""
    header: dict[str, Any]
    """`last_updated_date` and `last_updated_time`, if it has them"""
    entries: list[Entry]


def field(fields: Any, name: str) -> str:
    """The text of a field without what is blank around it. Empty where there is none: CBP's XML has an empty element,
    what is made of it elsewhere null or an empty object.
    """
    value = fields.get(name) if isinstance(fields, dict) else None
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
