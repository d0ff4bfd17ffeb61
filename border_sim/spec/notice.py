"""What a planner wrote that has no effect: told, and the run goes on."""

from typing import NamedTuple

from border_sim.spec.problem import KeyPath, Problem


class Notice(NamedTuple):
    """Something that a scenario says and that changes nothing; not a mistake, but hardly what was meant."""

    path: KeyPath
    """Where it is written, by key path of the scenario."""
    value: str
    """What is written there as text, see `shown`; empty where there is none to show."""
    message: str
    """Why it has no effect, and what would have one."""

    def __str__(self) -> str:
        return str(Problem(*self))
