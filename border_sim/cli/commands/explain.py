"""`border-sim explain`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.notices import tell_notices, with_planned_notices
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.spec.problem import path_text
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Disruption, Resolved, Scenario
from border_sim.spec.selection import some
from border_sim.spec.value_change import ValueChange
from border_sim.spec.words import counted, printable

Row = tuple[str, str, str]
"""A figure, its old and its new value."""


@click.command("explain")
@click.argument("scenario", type=click.Path(path_type=Path))
def command(scenario: Path) -> None:
    """Tell what a scenario changes of the baseline: old -> new of every value, by port, and its disruptions.

    What it says without effect is told on standard error, as a notice.
    """
    with wrong_input_exits():
        catalogue = load_catalogue()
        written = load_scenario(scenario, catalogue)
        resolved = with_planned_notices(resolve(written, catalogue), written, catalogue)
    for line in _lines(written, resolved):
        click.echo(printable(line))
    tell_notices(resolved.notices, strict=False)


def _lines(written: Scenario, resolved: Resolved) -> Iterator[str]:
    slugs = [each.slug for each in resolved.ports]
    yield resolved.name
    yield f"{counted(len(slugs), 'port')}: {some(slugs)}"
    warm_up = counted(resolved.warm_up_days, "day")
    yield f"{counted(resolved.days, 'day')} from {resolved.start}, after a warm-up of {warm_up}"
    own = [each for each in resolved.ports if each.slug in written.own_ports]
    for heading, rows in _by_heading(resolved.changes):
        yield from ("", heading, *_columns(rows))
    if own:
        yield from ("", "own ports", *(f"  {each.slug}: {', '.join(each.port.modes)}" for each in own))
    if resolved.disruptions:
        yield from ("", "disruptions", *map(_disruption, written.disruptions))
    if not (resolved.changes or own or resolved.disruptions):
        yield from ("", "nothing is changed of the baseline")


def _by_heading(changes: Iterable[ValueChange]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """The ports whose changes are the same, with commas between, or `response`; and these changes."""
    ports: dict[tuple[Row, ...], list[str]] = {}
    for heading, those in groupby(changes, key=lambda change: str(change.path[0])):
        rows = tuple((_figure(change), change.old or "none", change.new or "none") for change in those)
        ports.setdefault(rows, []).append(heading)
    for rows, slugs in ports.items():
        yield ", ".join(slugs), rows


def _columns(rows: Sequence[Row]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for figure, old, new in rows:
        yield f"  {figure:{widths[0]}}  {old:>{widths[1]}} -> {new}"


def _figure(change: ValueChange) -> str:
    return path_text(change.path[1:]).removeprefix("modes.")


def _disruption(disruption: Disruption) -> str:
    return f"  {', '.join(disruption.names())} {disruption.in_words()}"
