"""What people are told besides what a command is asked for."""

import sys


def say(text: str) -> None:
    """Tell people something, on a line of its own of standard error.

    While Rich draws on the terminal it stands in for `sys.stderr`, and puts the line above what it draws. `click.echo`
    writes past it, into the middle of a progress bar.
    """
    sys.stderr.write(f"{text}\n")
