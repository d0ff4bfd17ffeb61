"""`border-sim metrics`: compute a run's metrics again from its log, and compare."""

from pathlib import Path

import click

from border_sim.run.directory import DirectoryError
from border_sim.run.recompute import compare_with_log


@click.command("metrics")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Compute the metrics and event hashes of a run again from its log and compare them. Exit code 1 if any differs."""
    try:
        comparison = compare_with_log(folder)
    except DirectoryError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, AttributeError) as error:
        click.echo(f"{folder}: the run was damaged ({type(error).__name__}: {error})", err=True)
        raise SystemExit(2) from None
    click.echo(f"{comparison.rows:,} rows of metrics compared: {comparison.differing:,} differ")
    if comparison.example:
        click.echo(comparison.example)
    if comparison.wrong_hashes:
        click.echo(f"event hash differs: {', '.join(comparison.wrong_hashes)}")
    if comparison.differing or comparison.wrong_hashes:
        raise SystemExit(1)
