"""`border-sim summary`: a run's arrivals, waits, throughput and queues, by port, mode, lane class and station."""

import csv
import json
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from border_sim.cli.closing_table import interruption, print_trouble
from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.table import print_table
from border_sim.metrics.window_tables import from_table
from border_sim.run.blockage import rooms_of_manifest
from border_sim.run.manifest import horizon_of, measured_us, read_ended
from border_sim.run.manifest_model import Manifest
from border_sim.run.summary import KEYS, Key, PortTotals, SummaryRow, summary_rows
from border_sim.run.tables_by_port import METRICS, windows_by_port

_FIELD_OF_KEY: Final = {"port": "port", "mode": "mode", "lane": "lane_class", "station": "station"}
_FIGURES: Final = SummaryRow._fields[len(KEYS) :]
_SHARES: Final = ("utilisation", "blocked")
_OF_PLACES: Final = (*_SHARES, "blocked_at_end")
"""Of booths or bays, whose pools serve several lane classes"""
_OF_BLOCKED: Final = ("blocked", "blocked_at_end", "waited_min")
"""Left out of a table where nobody was"""
FORMATS: Final = ("table", "csv", "json")


class _Keys(click.ParamType[Any]):
    """Some of `KEYS`, with commas between."""

    name = "KEYS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Key, ...]:
        """The keys, in the order of `KEYS`."""
        words = value if isinstance(value, tuple) else tuple(word.strip() for word in value.split(","))
        if unknown := [word for word in words if word not in KEYS]:
            self.fail(f"{unknown[0]!r} is none of {', '.join(KEYS)}; name one or more, with commas between", param, ctx)
        return tuple(key for key in KEYS if key in words)


@click.command("summary")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--by", type=_Keys(), default="port,mode,lane", show_default=True, help=f"What has a row: any of {','.join(KEYS)}."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="Of output.",
)
def command(folder: Path, by: tuple[Key, ...], form: str) -> None:
    """Sum up the measured time of a run, the drain included.

    Arrivals, waits and what is served are those at primary, or of each station with --by station; at door_to_door waits
    are times in the system. Served per hour is what was served before arrivals stop over each port's own measured hours
    until then: of all figures the one without the drain. The largest lane queue is the longest that any one lane class
    had; what waits or is blocked at the end is of all lane classes of the row, the mean of the last window before
    arrivals stop. Utilisation is the share of the time of open booths, or of bays whose number is told, in which they
    serve or are blocked. Time waited is that in the queue and blocked after it over the arrivals, those included whose
    wait has not ended. A table ends with every station that is blocked or overloaded. How far a run came that was
    interrupted is told below a table, and on standard error beside the other formats.
    """
    with damaged_run_exits():
        manifest = read_ended(folder)
        totals = list(_totals(folder, manifest))
    measured = [measured_us(manifest, slug) for slug in manifest.ports]
    rows = summary_rows(totals, by)
    if form == "table":
        if any(measured):
            _print_table(rows, by)
        print_trouble(summary_rows(totals, ("port", "mode", "station")), rooms_of_manifest(manifest))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, _names(by), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_values(row, by) for row in rows)
    else:
        click.echo(json.dumps([_values(row, by) for row in rows], indent=1))
    if manifest.status == "interrupted":
        click.echo(interruption(measured), err=form != "table")


def _totals(folder: Path, manifest: Manifest) -> Iterator[PortTotals]:
    """The sums over the windows of each port of a run that has ended, in the order of slugs."""
    for slug, tables in windows_by_port(folder / METRICS, sorted(manifest.ports)):
        entry = manifest.ports[slug]
        port = PortTotals(slug, horizon_of(manifest, slug))
        for table in tables:
            port.add(from_table(table, entry.info), entry.info.pools)
        port.end(entry.info.measured_from_us, entry.until_us, manifest.window_us)
        yield port


def _names(by: Collection[Key]) -> list[str]:
    """The columns of rows by some keys."""
    left_out = {"door_to_door_min"} if "station" in by else set[str]()
    left_out |= set(_OF_PLACES) if "lane" in by else set()
    figures = [name for name in _FIGURES if name not in left_out]
    return [*(key for key in KEYS if key in by), *figures]


def _values(row: SummaryRow, by: Collection[Key]) -> dict[str, Any]:
    """The columns of a row by their names; a word or figure that there is not is `None`."""
    values = {name: getattr(row, _FIELD_OF_KEY.get(name, name)) for name in _names(by)}
    return {
        name: value if value is None or isinstance(value, int | float) else str(value) for name, value in values.items()
    }


def _print_table(rows: Sequence[SummaryRow], by: Collection[Key]) -> None:
    names = [name for name in _names(by) if name not in _OF_BLOCKED or any(row.blocked for row in rows)]
    cells = [[_cell(name, getattr(row, _FIELD_OF_KEY.get(name, name))) for name in names] for row in rows]
    if cells:
        heads = [name.replace("_", " ") for name in names]
        print_table(heads, cells, right=len(by), fold=0, same=max(0, len(by) - 1))
    else:
        click.echo("nobody came in the measured time")


def _cell(name: str, value: Any) -> str:
    if name in _SHARES and value is not None:
        return f"{value:.0%}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
