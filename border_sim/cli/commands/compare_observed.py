"""`border-sim compare-observed`: a run's posted waits beside those that CBP reports."""

from pathlib import Path
from typing import Any, Final

import click
import pyarrow as pa

from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.table import print_table
from border_sim.loading.observed import load_observed
from border_sim.observed.compare import MANY_WEEKS, errors
from border_sim.observed.of_run import comparison_of_run, weeks_of_run
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
    "--by", type=click.Choice(list(TABLES)), multiple=True, help="What to tell apart [lane, source and port]."
)
def command(folder: Path, by: tuple[str, ...]) -> None:
    """Compare the posted waits of a run with those that CBP reports, source by source.

    Waits and errors are in minutes, over cells of source, port, lane class, day of the week and hour. An error is the
    mean of the absolute differences; naive is that of a guess without a model, the hour's mean over the other ports.
    Exit code 1 if none of the run's ports has observed waits.
    """
    with damaged_run_exits(), wrong_input_exits():
        observed = load_observed()
        cells, weeks = comparison_of_run(folder, observed), weeks_of_run(folder)
    if not len(cells):
        ports = ", ".join(_ports(observed.cells))
        click.echo(f"{folder}: nothing to compare: none of its ports has observed waits; {ports} have", err=True)
        raise SystemExit(NOTHING_TO_COMPARE)
    for name in by or ("lane", "source", "port"):
        _print(cells, TABLES[name])
    for name, source in observed.sources.items():
        if name not in set(cells["source"].to_pylist()):
            continue
        click.echo(f"{name}: {source.statistic}; {source.source}")
    without = cells["simulated_min"].null_count
    click.echo("lanes: mean of the open lanes that CBP reported, where it did; booths: those open in the run then")
    click.echo(
        f"{counted(len(cells), 'observed cell')}; in {without:,} of them the run had no open lane to post a wait for"
    )
    if weeks < MANY_WEEKS:
        click.echo(f"{weeks:.3g} weeks were simulated: a mean over fewer than {MANY_WEEKS} is noisy; run more --days")


def _ports(cells: pa.Table) -> list[str]:
    return sorted(set(cells["port"].to_pylist()))


def _print(cells: pa.Table, by: tuple[str, ...]) -> None:
    figures = ("cells", "observed", "simulated", "error", "naive", "lanes", "booths")
    heads = (*(name.replace("_", " ") for name in by), *figures)
    rows = [_row(row, by) for part in (by, ()) for row in errors(cells, part).to_pylist()]
    print_table(heads, rows, right=len(by), fold=0, same=len(by) - 1)
    click.echo()


def _row(row: dict[str, Any], by: tuple[str, ...]) -> list[str]:
    words = [str(row.get(name, "")) for name in by]
    if not any(words):
        words[0] = "all"
    figures = ("observed_min", "simulated_min", "error_min", "naive_error_min", "lanes_open", "booths_open")
    return [*words, f"{row['cells']:,}", *("" if row[name] is None else f"{row[name]:.1f}" for name in figures)]
