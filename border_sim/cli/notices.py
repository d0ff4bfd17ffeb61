"""Notices on standard error: what was written and has no effect."""

from collections.abc import Iterable
from typing import Any, Final

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.cli.messages import say
from border_sim.loading.mistakes import printable

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
