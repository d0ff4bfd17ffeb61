"""A run directory that cannot be read -> one line on standard error and exit code 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.run.directory import DirectoryError

DAMAGE: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a run directory raises whose files say what no run writes."""


@contextmanager
def damaged_run_exits(folder: Path) -> Iterator[None]:
    """Ends the command with exit code 2 and one line on standard error when a run directory cannot be read."""
    try:
        yield
    except DirectoryError as error:
        click.echo(str(error), err=True)
    except DAMAGE as error:
        click.echo(f"{folder}: the run was damaged ({type(error).__name__}: {error})", err=True)
    else:
        return
    raise SystemExit(WRONG_INPUT)
