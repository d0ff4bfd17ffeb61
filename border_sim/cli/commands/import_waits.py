"""`border-sim import-waits`: copies of CBP's border wait time feed, read into a table of readings."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.progress import Progress

from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.messages import say
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.file_problem import FileProblem
from border_sim.observed.feed.files import file_readings
from border_sim.observed.feed.readings import NumberedPorts, Tally, numbered_ports
from border_sim.observed.readings_table import SUFFIXES, readings_table, without_repeats, write_readings
from border_sim.spec.words import counted, printable

FAILED: Final = 1
CANADA: Final = "Canadian Border"
_PLACES: Final = 12
"""Most places outside the catalogue that are told by name."""


@click.command("import-waits")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--out",
    metavar="TABLE",
    required=True,
    type=click.Path(path_type=Path),
    help="The table of readings, a name that ends in .parquet or .csv.",
)
@click.option("--force", is_flag=True, help="Replace a table that is there.")
def command(files: tuple[Path, ...], out: Path, *, force: bool) -> None:
    """Read copies of CBP's border wait time feed into a table: a row for each lane whose wait is told.

    FILE is JSON (/api/bwtnew) or XML (bwt.xml), plain or gzip, with one copy of the feed or many. What cannot be read
    is told with its line, and the rest is read. Exit code 1 if anything was refused.
    """
    _refuse_wrong(out, force=force)
    with wrong_input_exits():
        ports = numbered_ports(load_catalogue().ports)
    refused, tally = Counter[str](), Tally()
    table = _read(files, ports, refused, tally)
    found = len(table)
    table = without_repeats(table)
    if len(table):
        _write(out, table)  # first: whoever reads along may be gone
    _tell(table, found - len(table), refused, tally)
    if len(table):
        click.echo(f"written to {out}")
    else:
        say(f"{out}: not written: no reading was found")
    if refused or not len(table):
        raise SystemExit(FAILED)


def _refuse_wrong(out: Path, *, force: bool) -> None:
    if out.suffix not in SUFFIXES:
        raise click.BadParameter(f"{out}; the name must end in {' or '.join(SUFFIXES)}", param_hint="--out")
    if not out.parent.is_dir():
        raise click.BadParameter(f"{out}; there is no folder {out.parent}", param_hint="--out")
    if not force and out.exists():
        raise click.BadParameter(f"{out} is there; name another file, or add --force", param_hint="--out")


def _read(files: Sequence[Path], ports: NumberedPorts, refused: Counter[str], tally: Tally) -> pa.Table:
    """The readings of all files; each problem is told as it is met, and counted by file."""

    def tell(problem: FileProblem) -> None:
        refused[problem.file] += 1
        say(str(problem))

    return pa.concat_tables(readings_table(file_readings(path, ports, tell, tally)) for path in _with_progress(files))


def _with_progress(files: Sequence[Path]) -> Iterator[Path]:
    """The files, with a bar on standard error where that is a terminal."""
    if len(files) == 1 or not sys.stderr.isatty():
        yield from files
        return
    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(files, description="reading")


def _write(out: Path, table: pa.Table) -> None:
    try:
        write_readings(out, table)
    except OSError as error:
        click.echo(f"{out}: cannot be written ({error.strerror or error})", err=True)
        raise SystemExit(FAILED) from None


def _tell(table: pa.Table, repeated: int, refused: Counter[str], tally: Tally) -> None:
    """What was read, and what was not."""
    closed = pc.sum(table["is_closed"]).as_py() or 0
    ports = len(pc.unique(table["port"]))
    click.echo(
        f"{counted(len(table), 'reading')} of {counted(ports, 'port')} in {counted(tally.snapshots, 'snapshot')}, "
        f"{closed:,} of them closed{_from_to(table)}"
    )
    if repeated:
        click.echo(f"left out: {counted(repeated, 'reading')} that a later snapshot repeats")
    if tally.pending:
        click.echo(f"missing: {counted(tally.pending, 'lane')} with an update pending")
    _tell_doubts(tally)
    _tell_elsewhere(tally)
    if refused:
        click.echo(f"refused: {counted(refused.total(), 'mistake')} in {counted(len(refused), 'file')}, told above")


def _from_to(table: pa.Table) -> str:
    ends = pc.min_max(table["local_time"]).as_py()
    return f"; from {ends['min']:%Y-%m-%d %H:%M} to {ends['max']:%Y-%m-%d %H:%M}, local" if ends["min"] else ""


def _tell_doubts(tally: Tally) -> None:
    for (port, name, own), count in sorted(tally.zones.items()):
        waits = counted(count, "wait")
        click.echo(f"{port}: {waits} marked {printable(name)}; the clock there is {own}, by which they are taken")
    if tally.undated:
        copies = counted(tally.undated, "snapshot")
        click.echo(f"{copies} without a time of their own: dated by when most of their waits were posted")
    for number, count in sorted(tally.shared.items()):
        click.echo(f"left out: {counted(count, 'lane')} of number {number}, which several ports of the catalogue have")


def _tell_elsewhere(tally: Tally) -> None:
    """By border, what is no port of the catalogue: by name, but for Canada's."""
    borders: dict[str, Counter[str]] = {}
    for (border, place), count in tally.elsewhere.items():
        borders.setdefault(border, Counter())[place] += count
    for border, places in sorted(borders.items()):
        entries = "1 entry" if places.total() == 1 else f"{places.total():,} entries"
        where = f"{counted(len(places), 'place')} that the catalogue does not have"
        names = "" if border == CANADA else f": {_names(sorted(places))}"
        click.echo(f"left out: {entries} of {where} ({printable(border) or 'no border told'}){names}")


def _names(places: Sequence[str]) -> str:
    more = f", and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return printable(", ".join(places[:_PLACES])) + more
