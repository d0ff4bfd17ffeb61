"""`border-sim consume`: turn events on Kafka into metrics on Kafka, exactly once."""

import os
import re
from pathlib import Path
from threading import Event
from typing import Final

import click

from border_sim.cli.consume_status import run_in_words, status_line
from border_sim.cli.kafka_options import kafka_options, stream_at, streaming_exits
from border_sim.cli.options import Window
from border_sim.cli.serving import serve_option, serving_border
from border_sim.cli.stopping import INTERRUPTED, stopping
from border_sim.compiled import is_compiled
from border_sim.monitoring.address import Address
from border_sim.spec.words import counted
from border_sim.streaming.broker.consume import ConsumeResult, consume
from border_sim.streaming.broker.processor import DAY_MS, Task
from border_sim.streaming.broker.topics import require
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.dead_letters import MEANINGS, Reason

STOPPING: Final = "stopping: what was read is being committed; once more to stop at once"


def _group_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", value):
        raise click.BadParameter(f"{value!r}; write letters, digits, dots, hyphens or underscores, at most 100")
    return value


@click.command("consume")
@kafka_options(required=True)
@click.option(
    "--group",
    show_default="PREFIX-metrics",
    callback=_group_name,
    help="Consumer group: its processes share the work; each prefix has its own.",
)
@click.option("--window", type=Window(), default="15m", show_default=True, help="Length of the metrics' windows.")
@click.option("--until-ended", is_flag=True, help="Stop when every run on the topic has ended and all is committed.")
@click.option(
    "--session-timeout",
    type=click.FloatRange(1, 600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long a process may give no sign of itself before the others take its part over.",
)
@click.option(
    "--forget-after",
    type=click.FloatRange(0, 3_660, min_open=True),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="How long a stream of which nothing comes is remembered, whether it has ended or not.",
)
@serve_option("the metrics of its ports, health and the border wait time feed")
@click.option("--run", metavar="RUN", help="With --serve: the run that is shown [the one that began last].")
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone.")
def command(
    *,
    kafka: str,
    topic_prefix: str,
    kafka_settings: Path | None,
    group: str | None,
    window: int,
    until_ended: bool,
    session_timeout: float,
    forget_after: float,
    serve: Address | None,
    run: str | None,
    quiet: bool,
) -> None:
    """Turn the events of a stream into the metrics of its windows.

    Windows, dead letters and how far it has come are written together or not at all: whatever is killed, nothing is
    lost or counted twice. Start as many processes as there are partitions; begun again, the group goes on where it was.
    """
    if run and not serve:
        raise click.UsageError(f"--run {run} says what is shown, and nothing is shown; add --serve HOST:PORT")
    settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
    stop, board = Event(), Board()
    with (
        streaming_exits(),
        serving_border(serve, board, run, quiet=quiet),
        status_line(quiet=quiet) as (say, report),
        stopping(stop, STOPPING, _end_at_once),
    ):
        if not is_compiled():
            say("compiling the metrics for this machine, once (half a minute)")
        name = group or f"{topic_prefix}-metrics"
        task = Task(settings, topics, require(settings, topics), name, window, session_timeout, forget_after * DAY_MS)
        shown = board if serve else None
        result = consume(task, stop, until_ended=until_ended, say=say, report=report, board=shown)
    if not quiet:
        _print_closing_lines(result)
    if until_ended and not result.has_ended:
        raise SystemExit(INTERRUPTED)


def _end_at_once() -> None:
    """Nothing needs to be tidied up: what is not committed is undone by who comes next."""
    os._exit(INTERRUPTED)


def _print_closing_lines(result: ConsumeResult) -> None:
    """Print what became of the records that this process read."""
    committed = result.committed
    click.echo(f"{counted(committed.events, 'event')} counted, {counted(committed.windows, 'window')} closed")
    if committed.duplicates:
        click.echo(f"{counted(committed.duplicates, 'duplicate')} left out")
    for reason, count in sorted(committed.dead.items()):
        click.echo(f"{counted(count, 'dead letter')}, {reason}: {MEANINGS[Reason(reason)]}")
    if committed.abandoned:
        click.echo(f"{counted(committed.abandoned, 'stream')} forgotten before they ended")
    for run in result.given_up:
        click.echo(f"not waited for any longer: {run_in_words(run, 'not begun, or forgotten')}")
