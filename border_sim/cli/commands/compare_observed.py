"""`border-sim compare-observed`: a run's posted waits beside those that CBP reports."""

from pathlib import Path
from typing import Any, Final

import click
import pyarrow as pa

from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.table import print_table
from border_sim.loading.observed import READINGS, Observed, load_observed
from border_sim.observed.compare import MANY_WEEKS, errors
from border_sim.observed.of_run import comparison_of_run, weeks_of_run
from border_sim.observed.readings_table import cells_of, read_readings
from border_sim.spec.observed import ObservedSource
from border_sim.spec.words import counted

NOTHING_TO_COMPARE: Final = 1
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "lane": ("mode", "lane_class"),
    "source": ("source", "mode", "lane_class"),
    "port": ("port", "mode", "lane_class"),
    "day": ("port", "mode", "lane_class", "day_type"),
    "hour": ("port", "mode", "lane_class", "day_type", "hour"),
}
"""By what is told apart, the columns of a table."""


@click.command("compare-observed")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--waits",
    metavar="TABLE",
    type=click.Path(path_type=Path),
    help="Compare with the readings of this table, of import-waits, and with no others.",
)
@click.option(
    "--by", type=click.Choice(list(TABLES)), multiple=True, help="What to tell apart [lane, source and port]."
)
def command(folder: Path, waits: Path | None, by: tuple[str, ...]) -> None:
    """Compare the posted waits of a run with those that CBP reports, source by source.

    Waits and errors are in minutes, over cells of source, port, lane class, day of the week and hour. An error is the
    mean of the absolute differences; naive is that of a guess without a model, the hour's mean over the other ports.
    Exit code 1 if none of the run's ports has observed waits.
    """
    with damaged_run_exits(), wrong_input_exits():
        observed = load_observed() if waits is None else _of_table(waits)
        cells, weeks = comparison_of_run(folder, observed), weeks_of_run(folder)
    if not len(cells):
        ports, where = ", ".join(_ports(observed.cells)), f" in {waits}" if waits else ""
        have = f"{ports} have" if ports else "no port has"
        click.echo(f"{folder}: nothing to compare: none of its ports has observed waits{where}; {have}", err=True)
        raise SystemExit(NOTHING_TO_COMPARE)
    for name in by or ("lane", "source", "port"):
        _print(cells, TABLES[name])
    for name, source in observed.sources.items():
        if name not in set(cells["source"].to_pylist()):
            continue
        click.echo(f"{name}: {source.statistic}; {source.source}")
    _tell_without_guess(cells)
    without = cells["simulated_min"].null_count
    click.echo("lanes: mean of the open lanes that CBP reported, where it did; booths: those open in the run then")
    click.echo(
        f"{counted(len(cells), 'observed cell')}; in {without:,} of them the run had no open lane to post a wait for"
    )
    if weeks < MANY_WEEKS:
        click.echo(f"{weeks:.3g} weeks were simulated: a mean over fewer than {MANY_WEEKS} is noisy; run more --days")


def _of_table(path: Path) -> Observed:
    """The readings of a table as observed waits, whose source is the table."""
    cells = cells_of(read_readings(path), path.name)
    source = ObservedSource(statistic="mean over the readings of CBP's feed", source=f"{path}, made by import-waits")
    return Observed(cells, READINGS.empty_table(), {path.name: source})


def _tell_without_guess(cells: pa.Table) -> None:
    """Cells of lane classes that are observed at one port alone."""
    without = cells["naive_min"].null_count
    if without == len(cells):
        click.echo("naive: there is no guess: no other port has observed waits of these lanes")
    elif without:
        lanes = "left out of the tables, which compare with a naive guess"
        click.echo(f"{counted(without, 'cell')} of lanes that no other port has, {lanes}")


def _ports(cells: pa.Table) -> list[str]:
    return sorted(set(cells["port"].to_pylist()))


def _print(cells: pa.Table, by: tuple[str, ...]) -> None:
    figures = ("cells", "observed", "simulated", "error", "naive", "lanes", "booths")
    heads = (*(name.replace("_", " ") for name in by), *figures)
    has_guess = cells["naive_min"].null_count < len(cells)
    rows = [_row(row, by) for part in (by, ()) for row in errors(cells, part, with_guess=has_guess).to_pylist()]
    print_table(heads, rows, right=len(by), fold=0, same=len(by) - 1)
    click.echo()


def _row(row: dict[str, Any], by: tuple[str, ...]) -> list[str]:
    words = [str(row.get(name, "")) for name in by]
    if not any(words):
        words[0] = "all"
    figures = ("observed_min", "simulated_min", "error_min", "naive_error_min", "lanes_open", "booths_open")
    return [*words, f"{row['cells']:,}", *("" if row[name] is None else f"{row[name]:.1f}" for name in figures)]
