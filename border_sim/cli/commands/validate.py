"""`border-sim validate`."""

from pathlib import Path

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.cli.notices import strict_option, tell_notices, with_planned_notices
from border_sim.loading.validation import validate
from border_sim.spec.words import counted


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@strict_option
def command(paths: tuple[Path, ...], *, strict: bool) -> None:
    """List every mistake in files, and in the YAML files of folders: scenarios, ports, a whole catalogue.

    Each line names file, line, key, value and what would be right. Exit code 2 if there is any. What a scenario says
    without effect is told on standard error, as a notice.
    """
    report = validate(paths, with_planned_notices)
    for mistake in report.problems:
        click.echo(str(mistake))
    if report.problems:
        click.echo(f"{counted(len(report.problems), 'mistake')} in {counted(report.files, 'file')}")
    tell_notices(report.notices, strict=strict)
    if report.problems:
        raise SystemExit(WRONG_INPUT)
    notices = f", {counted(len(report.notices), 'notice')}" if report.notices else ""
    click.echo(f"OK: {counted(report.files, 'file')}{notices}")
