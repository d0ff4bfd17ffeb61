"""What a scenario changes, value by value: old -> new."""

from typing import NamedTuple

from border_sim.spec.problem import KeyPath, path_text


class ValueChange(NamedTuple):
    """One value that a scenario changes of the baseline."""

    path: KeyPath
    """Where the value is, from the port's slug or from `response`: `calexico-east.modes.commercial.demand_factor`."""
    old: str
    """The baseline's value as text, with its unit; empty: the baseline has none."""
    new: str
    """The scenario's value as text, with its unit; empty: it has none."""

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.old or 'none'} -> {self.new or 'none'}"
