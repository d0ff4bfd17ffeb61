"""`border-sim metrics`: compute a run's metrics again from its log, and compare."""

from pathlib import Path

import click

from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.run.recompute import compare_with_log


@click.command("metrics")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Compute the metrics and event hashes of a run again from its log and compare them. Exit code 1 if any differs."""
    with damaged_run_exits(folder):
        comparison = compare_with_log(folder)
    click.echo(f"{comparison.rows:,} rows of metrics compared: {comparison.differing:,} differ")
    if comparison.example:
        click.echo(comparison.example)
    if comparison.wrong_hashes:
        click.echo(f"event hash differs: {', '.join(comparison.wrong_hashes)}")
    if comparison.differing or comparison.wrong_hashes:
        raise SystemExit(1)
