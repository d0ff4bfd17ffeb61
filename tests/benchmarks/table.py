"""The figures as Markdown tables, and their place in the README."""

from collections.abc import Sequence
from typing import Final, NamedTuple

BEGIN: Final = "<!-- bench -->"
END: Final = "<!-- /bench -->"
HEADER: Final = """\
| benchmark | crossings | mean wait, s | result | against plain SimPy | bar |
|---|---:|---:|---:|---:|---:|"""


STREAM_HEADER: Final = """\
| benchmark | events | result | in comparison | bar |
|---|---:|---:|---:|---:|"""


class MarkersError(Exception):
    """The README has no place for the table; the message says what must be there."""


class Bar(NamedTuple):
    """What a figure must reach, and whether it does."""

    text: str
    is_met: bool


class Row(NamedTuple):
    """A line of the table of the engines; `None` where there is nothing to say."""

    benchmark: str
    result: str
    crossings: int | None = None
    mean_wait_s: float | None = None
    """At primary"""
    against_simpy: float | None = None
    bar: Bar | None = None


class StreamRow(NamedTuple):
    """A line of the table of streaming; `None` and "" where there is nothing to say."""

    benchmark: str
    result: str
    events: int | None = None
    in_comparison: str = ""
    bar: Bar | None = None


def markdown(rows: Sequence[Row], heading: str) -> str:
    """The heading and the rows."""
    return "\n".join([heading, "", HEADER, *map(_line, rows)])


def stream_markdown(rows: Sequence[StreamRow], heading: str) -> str:
    """The same of streaming."""
    return "\n".join([heading, "", STREAM_HEADER, *map(_stream_line, rows)])


def _line(row: Row) -> str:
    wait_s = "" if row.mean_wait_s is None else f"{row.mean_wait_s:,.2f}"
    against = "" if row.against_simpy is None else f"{row.against_simpy:,.3g} x"
    return _cells(row.benchmark, _count(row.crossings), wait_s, row.result, against, _verdict(row.bar))


def _stream_line(row: StreamRow) -> str:
    return _cells(row.benchmark, _count(row.events), row.result, row.in_comparison, _verdict(row.bar))


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _verdict(bar: Bar | None) -> str:
    return "" if bar is None else f"{bar.text}: {'met' if bar.is_met else '**missed**'}"


def put_between_markers(text: str, table: str) -> str:
    """The README's text with the table between its markers; `MarkersError` unless there is one pair, in order."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise MarkersError(f"the README must hold {BEGIN} and, on a line below it, {END}, once each")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"
