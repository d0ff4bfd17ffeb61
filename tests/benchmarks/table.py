"""The figures as a Markdown table, and its place in the README."""

from collections.abc import Sequence
from typing import Final, NamedTuple

BEGIN: Final = "<!-- bench -->"
END: Final = "<!-- /bench -->"
HEADER: Final = """\
| benchmark | crossings | mean wait, s | result | against plain SimPy | bar |
|---|---:|---:|---:|---:|---:|"""


class MarkersError(Exception):
    """The README has no place for the table; the message says what must be there."""


class Bar(NamedTuple):
    """What a figure must reach, and whether it does."""

    text: str
    is_met: bool


class Row(NamedTuple):
    """A line of the table; `None` where there is nothing to say."""

    benchmark: str
    result: str
    crossings: int | None = None
    mean_wait_s: float | None = None
    """At primary"""
    against_simpy: float | None = None
    bar: Bar | None = None


def markdown(rows: Sequence[Row], heading: str) -> str:
    """The heading and the rows."""
    return "\n".join([heading, "", HEADER, *map(_line, rows)])


def _line(row: Row) -> str:
    cells = (
        row.benchmark,
        "" if row.crossings is None else f"{row.crossings:,}",
        "" if row.mean_wait_s is None else f"{row.mean_wait_s:,.2f}",
        row.result,
        "" if row.against_simpy is None else f"{row.against_simpy:,.3g} x",
        "" if row.bar is None else f"{row.bar.text}: {'met' if row.bar.is_met else '**missed**'}",
    )
    return f"| {' | '.join(cells)} |"


def put_between_markers(text: str, table: str) -> str:
    """The README's text with the table between its markers; `MarkersError` unless there is one pair, in order."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise MarkersError(f"the README must hold {BEGIN} and, on a line below it, {END}, once each")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"
