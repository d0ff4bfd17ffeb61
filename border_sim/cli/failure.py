"""Wrong input -> mistakes on standard error and exit code 2."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from border_sim.loading.file_problem import LoadError
from border_sim.spec.problem import SpecError, told_once
from border_sim.spec.words import printable

WRONG_INPUT = 2


@contextmanager
def wrong_input_exits() -> Iterator[None]:
    """Ends the command with exit code 2 when files or figures are wrong, one mistake a line on standard error."""
    try:
        yield
    except LoadError as error:
        lines = [str(mistake) for mistake in error.problems]
    except SpecError as error:
        lines = [printable(str(problem)) for problem in told_once(error.problems)]
    else:
        return
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(WRONG_INPUT)
