"""A run directory that cannot be read -> one line on standard error and exit code 2."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.run.directory import DirectoryError


@contextmanager
def damaged_run_exits() -> Iterator[None]:
    """Ends the command with exit code 2 and one line on standard error when a run directory cannot be read."""
    try:
        yield
    except DirectoryError as error:
        click.echo(str(error), err=True)
        raise SystemExit(WRONG_INPUT) from None
