"""Messages: what people are to know besides what a command is asked for."""

import sys
from contextlib import suppress


def say(text: str) -> None:
    """Tell people something, on a line of its own of standard error.

    While Rich draws on the terminal it stands in for `sys.stderr`, and puts the line above what it draws. `click.echo`
    writes past it, into the middle of a progress bar. Where nobody can be told, the work goes on.
    """
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
