"""Tables: plain when piped, drawn on a terminal, never cut."""

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.cli.table import print_table

HEADS = ("port", "name", "mode", "booths")
ROWS = [
    ("a-port", "Quite a long name of a place", "cars", "12"),
    ("a-port", "Quite a long name of a place", "trucks", "3"),
    ("b-port", "[bold]Brackets[/bold]", "cars", "4"),
]


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_table(HEADS, ROWS, right=3, fold=1, same=2)
    return capsys.readouterr().out.splitlines()


def drawn(columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a terminal of that width shows, runs of blanks as one."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    return [" ".join(re.sub("\x1b\\[[0-9;]*m", "", line).split()) for line in printed(capsys)]


def test_piped_rows_stand_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == [
        "port    name                          mode    booths",
        "a-port  Quite a long name of a place  cars        12",
        "a-port  Quite a long name of a place  trucks       3",
        "b-port  [bold]Brackets[/bold]         cars         4",
    ]


def test_what_would_steer_a_terminal_is_written_as_an_escape(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(HEADS, [("a\x1b[2J", "b\r\n", "\u202ecars", "4")], right=3, fold=1)
    (_, row) = capsys.readouterr().out.splitlines()
    assert row.split() == ["a\\x1b[2J", "b\\r\\n", "\\u202ecars", "4"]


def test_a_terminal_does_not_repeat(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["a-port Quite a long name of a place cars 12", "trucks 3", "b-port [bold]Brackets[/bold] cars 4"]
    assert [line for line in drawn(80, capsys, monkeypatch) if line[-1:].isdigit()] == rows


def test_a_narrow_terminal_folds_the_name(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(40, capsys, monkeypatch)
    assert "a-port Quite a long name cars 12" in lines
    assert "trucks 3" in lines
    assert not any("\N{HORIZONTAL ELLIPSIS}" in line for line in lines)


def test_a_terminal_too_narrow_gets_the_plain_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drawn(20, capsys, monkeypatch)[2] == "a-port Quite a long name of a place trucks 3"


@given(st.lists(st.tuples(st.text("ab ", min_size=1), st.text("12", min_size=1)), max_size=5))
@settings(derandomize=True, deadline=None)
def test_piped_columns_line_up(rows: list[tuple[str, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("border_sim.cli.table.click.echo", lines.append)
        print_table(("a", "b"), rows, right=1, fold=0)
    assert len(lines) == len(rows) + 1
    assert len({len(line) for line in lines}) == 1
