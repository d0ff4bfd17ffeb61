"""Standard output that takes no more -> one line on standard error and exit code 1."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from typing import Final, NoReturn

import click

_PRINTERS: Final = ("click", "rich")
"""Who prints: what goes wrong elsewhere has nothing to do with standard output"""


@contextmanager
def written_output() -> Iterator[None]:
    """Ends the command with exit code 1 if what it prints cannot be written, as where a disk is full.

    A reader that has left is told nothing: it knows.
    """
    try:
        yield
    except OSError as error:
        *_, (frame, _) = walk_tb(error.__traceback__)
        if frame.f_globals["__name__"].partition(".")[0] in _PRINTERS:
            end_without_output(error)
        raise
    finally:
        try:
            if sys.stdout:
                sys.stdout.flush()
        except OSError as error:
            end_without_output(error)


def end_without_output(error: OSError) -> NoReturn:
    """End the command because of what writing to standard output has raised."""
    if error.errno != errno.EPIPE:
        click.echo(f"standard output: cannot be written ({error.strerror or error})", err=True)
    # Python tries once more when it ends, and would complain
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    raise SystemExit(1) from None
