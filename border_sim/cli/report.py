"""`border-sim report`: make a run's page again."""

from pathlib import Path

import click

from border_sim.cli.failure import WRONG_INPUT, wrong_input_exits
from border_sim.report.page import ReportError
from border_sim.report.write import write_report
from border_sim.run.directory import DirectoryError


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make `report.html` of a run again, from its manifest and metrics, and print its path."""
    with wrong_input_exits():
        try:
            click.echo(write_report(folder))
        except (DirectoryError, ReportError) as error:
            click.echo(str(error), err=True)
            raise SystemExit(WRONG_INPUT) from None
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            click.echo(f"{folder}: the run was damaged ({type(error).__name__}: {error})", err=True)
            raise SystemExit(WRONG_INPUT) from None
