"""A message is a line of its own, whatever is drawn on the terminal."""

import io
import re
import sys

import pytest
from rich.console import Console
from rich.live import Live
from rich.progress import Progress
from rich.text import Text

from border_sim.cli.messages import say


class Terminal(io.StringIO):
    def isatty(self):
        return True


def lines(written):
    """What was written, cut where a line ends or is wiped out, without colours."""
    return [re.sub("\x1b\\[[0-9;?]*[a-zA-Z]|\r", "", line) for line in re.split("\n|\x1b\\[2K", written)]


@pytest.fixture
def terminals(monkeypatch):
    """Makes terminals of both outputs; what is written to them."""

    def make():
        monkeypatch.setenv("TERM", "xterm")
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, Terminal())
        return sys.stdout, sys.stderr

    return make


def test_it_goes_to_standard_error(capsys):
    say("[bold]as it is[/bold]")
    assert capsys.readouterr() == ("", "[bold]as it is[/bold]\n")


def test_a_bar_makes_room_for_it(terminals):
    _, err = terminals()
    with Progress(console=Console(stderr=True, width=80), auto_refresh=False) as progress:
        progress.add_task("a bar", total=2)
        progress.refresh()
        say("[bold]as it is[/bold]")
        progress.refresh()
    assert "[bold]as it is[/bold]" in lines(err.getvalue())


def test_a_table_on_standard_output_makes_room_for_it(terminals):
    out, _ = terminals()
    with Live(Text("a table"), console=Console(width=80), auto_refresh=False) as live:
        live.refresh()
        say("a message")
        live.refresh()
    assert "a message" in lines(out.getvalue())
