"""Notices on standard error: what was written and has no effect."""

from collections.abc import Iterable
from typing import Any, Final

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.cli.messages import say
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.spec.value_change import ValueChange
from border_sim.spec.words import printable

strict_option: Final = click.option(
    "--strict", is_flag=True, help="What has no effect is an error: exit code 2, and nothing is done."
)


def tell_notices(notices: Iterable[Any], *, strict: bool) -> None:
    """Each notice once, a line each. Under `strict` any ends the command as wrong input does."""
    lines = list(dict.fromkeys(printable(str(notice)) for notice in notices))
    for line in lines:
        say(f"notice: {line}")
    if lines and strict:
        raise SystemExit(WRONG_INPUT)


def with_planned_notices(resolved: Resolved, scenario: Scenario, catalogue: Catalogue) -> Resolved:
    """With the notices that need the plan of a run, where booths are changed: to plan takes the compiled functions."""
    if scenario.own_ports or any(_may_add_booths(change) for change in resolved.changes):
        from border_sim.inputs.booth_notices import with_booth_notices  # noqa: PLC0415 - Numba takes long to import

        return with_booth_notices(resolved, scenario, catalogue)
    return resolved


def _may_add_booths(change: ValueChange) -> bool:
    """Whether what is changed is a number of booths, a pool, a staffing or a whole mode."""
    match change.path:
        case (_, "modes", _) | (_, "modes", _, "installed" | "pools" | "staffing", *_):
            return True
    return False
