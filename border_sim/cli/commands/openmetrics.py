"""`border-sim openmetrics`: a finished run as OpenMetrics text with simulated times, for a Prometheus of its own."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.messages import say
from border_sim.cli.options import slugs
from border_sim.cli.standard_streams import end_without_output
from border_sim.cli.targets import STDOUT
from border_sim.monitoring.history.hints import notes, ways_on
from border_sim.monitoring.history.write import History, history_of, write_history
from border_sim.spec.words import counted

FAILED: Final = 1


@click.command("openmetrics")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="FILE|-", help="Where to write; -: standard output.")
@click.option("--ports", help="Slugs with commas between, or all [all].")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(folder: Path, out: str, ports: str | None, *, force: bool, quiet: bool) -> None:
    """Write a finished run as OpenMetrics text: what a scrape would have found as each window ended.

    Times are simulated. `promtool tsdb create-blocks-from openmetrics` makes blocks of it for a Prometheus that scrapes
    nothing; what to do is told at the end. The warm-up is left out.
    """
    if out != STDOUT:
        _refuse_wrong(Path(out), folder, force=force)
    chosen = slugs(ports)
    with damaged_run_exits():
        history = history_of(folder, None if chosen == "all" else chosen)
        for note in notes(history):
            say(note)
        with _progress(history, quiet=quiet) as on_step, _opened(out) as (file, aside):
            samples = write_history(history, file, aside, on_step)
    said = f"{counted(samples, 'sample')} of {counted(len(history.instants), 'port')}"
    click.echo(f"{said} written to {'standard output' if out == STDOUT else out}", err=out == STDOUT)
    for line in ways_on(history, None if out == STDOUT else out):
        click.echo(line, err=out == STDOUT)


def _refuse_wrong(out: Path, folder: Path, *, force: bool) -> None:
    """End the command if nothing can or should be written there."""
    if out.is_dir():
        why = "is a folder; name a file"
    elif out.resolve().is_relative_to(folder.resolve()):
        why = "lies in the run's folder, where only a run writes; name a file elsewhere"
    elif out.exists() and not force:
        why = "is there; name another file, or add --force"
    else:
        return
    raise click.BadParameter(f"{out} {why}", param_hint="--out")


@contextmanager
def _opened(out: str) -> Iterator[tuple[IO[bytes], Path]]:
    """Where the text goes, and a folder for what is kept meanwhile. A file is there when it is whole, or not at all.

    Ends the command if it cannot be written.
    """
    if out == STDOUT:
        try:
            yield sys.stdout.buffer, Path(tempfile.gettempdir())
            sys.stdout.buffer.flush()
        except OSError as error:
            end_without_output(error)
        return
    path = Path(out)
    fresh = path.with_name(f"{path.name}.part")
    try:
        with fresh.open("wb") as file:
            yield file, path.parent
        fresh.replace(path)
    except OSError as error:
        click.echo(f"{out}: cannot be written ({error.strerror or error})", err=True)
        raise SystemExit(FAILED) from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


@contextmanager
def _progress(history: History, *, quiet: bool) -> Iterator[Callable[[str], Any]]:
    """A bar on standard error: the ports that are read, then the families that are written."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = TextColumn("{task.description}"), BarColumn(20), TextColumn("{task.fields[at]}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=history.steps, at="")

        def show(step: str) -> None:
            is_port = step in history.instants
            progress.update(task, advance=1, description="reading" if is_port else "writing", at=step)

        yield show
