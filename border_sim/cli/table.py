"""Tables for people: drawn to fit a terminal, plain and never cut when piped."""

import sys
from collections.abc import Sequence

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

Rows = Sequence[Sequence[str]]


def print_table(heads: Sequence[str], rows: Rows, *, right: int, fold: int, same: int = 0) -> None:
    """Print rows of text to standard output.

    Columns from `right` on hold numbers and are set to the right. On a terminal the column `fold` may break between
    words, the first `same` columns are blank where they repeat the row above, and what still does not fit is plain.
    """
    if sys.stdout.isatty():
        table, console = _drawn(heads, _unrepeated(rows, same), right, fold), Console()
        unbounded = console.options.update(width=sum(map(len, heads)) + sum(map(len, map("".join, rows))))
        if Measurement.get(console, unbounded, table).minimum <= console.width:
            console.print(table)
            return
    widths = _widths(heads, rows)
    for row in (heads, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row[:right], widths[:right], strict=True)]
        cells += [cell.rjust(width) for cell, width in zip(row[right:], widths[right:], strict=True)]
        click.echo("  ".join(cells).rstrip())


def _widths(heads: Sequence[str], rows: Rows) -> list[int]:
    return [max(map(len, column)) for column in zip(heads, *rows, strict=True)]


def _unrepeated(rows: Rows, same: int) -> Rows:
    heads = [tuple(row[:same]) for row in rows]
    return [
        [*[""] * same, *row[same:]] if place and heads[place] == heads[place - 1] else row
        for place, row in enumerate(rows)
    ]


def _drawn(heads: Sequence[str], rows: Rows, right: int, fold: int) -> Table:
    table = Table(box=SIMPLE, padding=0)
    for place, (head, width) in enumerate(zip(heads, _widths(heads, rows), strict=True)):
        table.add_column(
            Text(head), justify="left" if place < right else "right", min_width=None if place == fold else width
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table
