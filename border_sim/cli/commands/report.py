"""`border-sim report`: make a run's page again."""

from pathlib import Path

import click

from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.failure import WRONG_INPUT, wrong_input_exits
from border_sim.report.page import ReportError
from border_sim.report.write import write_report


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make `report.html` of a run again, from its manifest and metrics, and print its path."""
    with damaged_run_exits(), wrong_input_exits():
        try:
            click.echo(write_report(folder))
        except ReportError as error:
            click.echo(str(error), err=True)
            raise SystemExit(WRONG_INPUT) from None
