"""`border-sim validate`."""

from pathlib import Path

import click

from border_sim.cli.failure import WRONG_INPUT
from border_sim.cli.notices import strict_option, tell_notices
from border_sim.loading.validation import validate
from border_sim.spec.scenario import Catalogue, Resolved, Scenario


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@strict_option
def command(paths: tuple[Path, ...], *, strict: bool) -> None:
    """List every mistake in files, and in the YAML files of folders: scenarios, ports, a whole catalogue.

    Each line names file, line, key, value and what would be right. Exit code 2 if there is any. What a scenario says
    without effect is told on standard error, as a notice.
    """
    report = validate(paths, _with_unopened)
    for mistake in report.mistakes:
        click.echo(str(mistake))
    if report.mistakes:
        click.echo(f"{_counted(len(report.mistakes), 'mistake')} in {_counted(report.files, 'file')}")
    tell_notices(report.notices, strict=strict)
    if report.mistakes:
        raise SystemExit(WRONG_INPUT)
    notices = f", {_counted(len(report.notices), 'notice')}" if report.notices else ""
    click.echo(f"OK: {_counted(report.files, 'file')}{notices}")


def _with_unopened(resolved: Resolved, scenario: Scenario, catalogue: Catalogue) -> Resolved:
    """With the notices that need the plan of a run, where booths are changed: to plan takes the compiled functions."""
    if scenario.own_ports or any(change.path[-1] in ("booths", "max_open") for change in resolved.changes):
        from border_sim.inputs.unopened_booths import with_unopened  # noqa: PLC0415 - Numba takes long to import

        return with_unopened(resolved, scenario, catalogue)
    return resolved


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
