"""`border-sim run`: simulate, show progress, write the run directory, print what happened."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from border_sim.cli.closing_table import print_closing_table
from border_sim.cli.compiling import tell_of_compiling
from border_sim.cli.failure import WRONG_INPUT, wrong_input_exits
from border_sim.cli.kafka_options import FAILED, kafka_options
from border_sim.cli.messages import say
from border_sim.cli.notices import strict_option, tell_notices
from border_sim.cli.options import Window, load_resolved, run_name, scenario_options
from border_sim.cli.stopping import INTERRUPTED, stopping
from border_sim.cli.targets import kafka_sink
from border_sim.loading.file_problem import LoadError
from border_sim.report.page import ReportError
from border_sim.report.write import write_page
from border_sim.run.defaults import default_run_id, default_window_us
from border_sim.run.directory import DirectoryError
from border_sim.run.host import give_back_memory, peak_memory_mib, processors
from border_sim.run.manifest import read_manifest
from border_sim.run.new_directory import new_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import Run, simulate
from border_sim.spec.scenario import Resolved
from border_sim.spec.words import counted

if TYPE_CHECKING:
    from border_sim.streaming.broker.sink import KafkaSink

STOPPING: Final = "stopping: what has been simulated is being written; a second time: at once"
LOGS: Final[dict[str, frozenset[str]]] = {
    "none": frozenset(),
    "parquet": frozenset({"parquet"}),
    "ndjson": frozenset({"ndjson"}),
    "both": frozenset({"parquet", "ndjson"}),
}


@click.command("run")
@scenario_options
@click.option("--engine", type=click.Choice(["compiled", "reference"]), default="compiled", show_default=True)
@click.option(
    "--log", type=click.Choice(list(LOGS)), default="parquet", show_default=True, help="Log of every crossing."
)
@click.option("--out", type=click.Path(path_type=Path), help="Run directory [runs/RUN_ID].")
@click.option("--force", is_flag=True, help="Replace the run that is in --out.")
@click.option("--workers", type=click.IntRange(1, 256), help="Ports simulated side by side [one per processor].")
@click.option("--run-id", callback=run_name, help="Name of the run in every event [configuration hash and seed].")
@click.option("--window", type=Window(), help="Length of a metrics window, such as 15m or 1h [15m; 1h beyond 31 days].")
@click.option("--quiet", is_flag=True, help="No progress and no table.")
@strict_option
@kafka_options(required=False)
def command(
    scenario: Path | None,
    ports: str | None,
    start: date | None,
    days: int | None,
    warm_up: int | None,
    out: Path | None,
    kafka: str | None,
    topic_prefix: str,
    kafka_settings: Path | None,
    *,
    force: bool,
    quiet: bool,
    strict: bool,
    **options: Any,
) -> None:
    """Simulate a scenario (a YAML file; without one, the baseline of all 47 ports) and write a run directory.

    With --kafka every event goes to the topic of events too; it is made if it is missing.
    """
    with wrong_input_exits():
        resolved = load_resolved(scenario, ports, start, days, warm_up)
    tell_notices(resolved.notices, strict=strict)
    settings = _settings(resolved, **options)
    with ExitStack() as stack:
        stream = stack.enter_context(kafka_sink(kafka, topic_prefix, kafka_settings)) if kafka else None
        code = _run(resolved, settings, out or _default_folder(settings), stream, force=force, quiet=quiet)
    sys.exit(code)


def _settings(
    resolved: Resolved, *, seed: int, replication: int, engine: Any, log: str, workers: int | None, run_id: str | None,
    window: int | None,
) -> RunSettings:  # fmt: skip
    return RunSettings(
        run_id=run_id or default_run_id(resolved, seed),
        seed=seed,
        replication=replication,
        window_us=window or default_window_us(resolved.days),
        engine=engine,
        logs=LOGS[log],
        workers=workers or processors(),
    )


def _default_folder(settings: RunSettings) -> Path:
    replication = f"-r{settings.replication}" if settings.replication else ""
    return Path("runs") / f"{settings.run_id}{replication}"


def _run(
    resolved: Resolved, settings: RunSettings, folder: Path, stream: "KafkaSink | None", *, force: bool, quiet: bool
) -> int:
    """Make the run and its page, and print what happened; the command's exit code."""
    give_back_memory()
    try:
        with new_directory(folder, force=force):
            run = _simulated(resolved, settings, folder, stream, quiet=quiet)
            with _whole(folder):
                report = _report(folder)  # within, lest another run begins in the folder
    except DirectoryError as error:
        click.echo(str(error), err=True)
        return WRONG_INPUT
    if not quiet:
        with _whole(folder):
            _print(resolved, run, folder, report, stream)
    if report is None:
        return FAILED
    return 0 if run.status == "complete" else INTERRUPTED


def _simulated(
    resolved: Resolved, settings: RunSettings, folder: Path, stream: "KafkaSink | None", *, quiet: bool
) -> Run:
    """Run every port; ends the command, in words, if the run is not complete then."""
    stop = threading.Event()
    give_up = stream.give_up if stream else lambda: None
    try:
        with _progress(resolved, quiet=quiet) as days_done, stopping(stop, STOPPING, give_up):
            return simulate(resolved, settings, folder, days_done=days_done, stop=stop, stream=stream)
    except KeyboardInterrupt:
        say(f"{folder}: interrupted twice; the run is not complete and cannot be read; make it again")
        if stream:
            say(f"{stream.undelivered:,} events were not delivered to {stream.place}")
        raise SystemExit(INTERRUPTED) from None  # the stream is not flushed on this way out
    except OSError as error:
        click.echo(f"{folder}: cannot be written ({error.strerror or error}); the run is not complete", err=True)
        raise SystemExit(FAILED) from None


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Tells that the run is whole when what comes after it is interrupted, or cannot be printed."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"{folder}: interrupted; the run is whole: make its page with border-sim report {folder}")
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # a reader that has left asks for nothing more
            say(f"{folder}: the run is whole")
        raise


def _report(folder: Path) -> Path | None:
    """Write the run's page; `None` if it cannot be made: the run stands without it, and why is told."""
    try:
        return write_page(folder, read_manifest(folder))
    except (DirectoryError, LoadError, OSError, ReportError) as error:
        why = "; ".join(map(str, error.problems)) if isinstance(error, LoadError) else str(error)
        say(f"{folder}: the run is whole, but its report was not written: {why}")
        return None


def _print(resolved: Resolved, run: Run, folder: Path, report: Path | None, stream: "KafkaSink | None") -> None:
    """Print what happened in a run that is over."""
    print_closing_table(resolved, run)
    click.echo(f"{run.seconds:.1f} s, at most {peak_memory_mib()} MiB of memory; {run.status}: {folder}")
    if stream:
        click.echo(f"{counted(stream.delivered, 'event')} sent to {stream.place}")
    if report:
        click.echo(f"report: {report}")


@contextmanager
def _progress(resolved: Resolved, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar of port-days on standard error; nothing when that is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    tell_of_compiling(resolved, say)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("port-days"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("simulating", total=len(resolved.ports) * (resolved.warm_up_days + resolved.days))
        yield lambda days: progress.update(task, advance=days)
