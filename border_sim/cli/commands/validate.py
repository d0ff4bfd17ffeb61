"""`border-sim validate`."""

from pathlib import Path

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.loading.validation import validate


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
def command(paths: tuple[Path, ...]) -> None:
    """List all mistakes in files, and in the YAML files of folders: scenarios, ports, a whole catalogue.

    Each line names file, line, key, value and what would be right. A wrong value hides only what it would be compared
    with. Exit code 2 if there is any mistake.
    """
    report = validate(paths)
    for mistake in report.mistakes:
        click.echo(str(mistake))
    if report.mistakes:
        click.echo(f"{_counted(len(report.mistakes), 'mistake')} in {_counted(report.files, 'file')}")
        raise SystemExit(WRONG_INPUT)
    click.echo(f"OK: {_counted(report.files, 'file')}")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
