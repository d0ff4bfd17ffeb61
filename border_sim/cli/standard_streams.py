"""Standard input, output and error: a closed one is as good as /dev/null; output that cannot be written is one line on
standard error and exit code 1.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from traceback import walk_tb
from typing import Final, NoReturn, TextIO

import click

_PRINTERS: Final = ("click", "rich")
"""Who prints: what goes wrong elsewhere has nothing to do with standard output"""
_DUMB: Final = ("dumb", "unknown")
"""Values of TERM of terminals that only print line after line"""


def open_standard_streams() -> None:
    """Make all three usable: what was closed leads to /dev/null, and characters that a terminal cannot show are written
    as escapes.

    Before any other file is opened: the system gives the number of a closed stream to the next file, and what a library
    prints to "standard output" would end up among its data.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 - open as long as the process
            os.set_inheritable(nowhere.fileno(), True)
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # else it is replaced by whoever called
            stream.reconfigure(errors="backslashreplace")


def is_redrawn(stream: TextIO) -> bool:
    """Whether what a stream shows can be drawn over: it is a terminal that moves its cursor."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in _DUMB


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
            sys.stdout.flush()
        except OSError as error:
            end_without_output(error)


def end_without_output(error: OSError) -> NoReturn:
    """End the command because of what writing to standard output has raised."""
    if error.errno != errno.EPIPE:
        with suppress(OSError):  # standard error takes no more either
            click.echo(f"standard output: cannot be written ({error.strerror or error})", err=True)
    # Python tries once more when it ends, and would complain
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    raise SystemExit(1) from None
