"""Tables for people: drawn to fit a terminal, plain and never cut when piped."""

import sys
from collections.abc import Sequence

import click
from rich.box import SIMPLE
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from border_sim.spec.words import printable

Rows = Sequence[Sequence[str]]

NARROWEST = 12
"""Characters to which the column that folds may shrink."""


def print_table(heads: Sequence[str], rows: Rows, *, right: int, fold: int, same: int = 0) -> None:
    """Print rows of text to standard output; characters that no terminal shows, which may come from a stream, are
    written as escapes.

    Columns from `right` on hold numbers and are set to the right. On a terminal the column `fold` takes several lines
    where room is short, the first `same` columns are blank where they repeat the row above, and a table that still does
    not fit is plain.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    if sys.stdout.isatty():
        console = Console()
        if sum(widths) - widths[fold] + NARROWEST + len(widths) < console.width:
            console.print(_drawn(heads, _unrepeated(rows, same), right, fold))
            return
    for row in (heads, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row[:right], widths[:right], strict=True)]
        cells += [cell.rjust(width) for cell, width in zip(row[right:], widths[right:], strict=True)]
        click.echo("  ".join(cells).rstrip())


def _unrepeated(rows: Rows, same: int) -> Rows:
    heads = [tuple(row[:same]) for row in rows]
    return [
        [*[""] * same, *row[same:]] if place and heads[place] == heads[place - 1] else row
        for place, row in enumerate(rows)
    ]


def _drawn(heads: Sequence[str], rows: Rows, right: int, fold: int) -> Table:
    table = Table(box=SIMPLE, padding=0)
    for place, head in enumerate(heads):
        justify: JustifyMethod = "left" if place < right else "right"
        table.add_column(Text(head), justify=justify, overflow="fold", no_wrap=place != fold)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
