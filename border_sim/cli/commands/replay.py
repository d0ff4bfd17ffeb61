"""`border-sim replay`: send a run's events again, all or some, as fast as wanted, to Kafka, a file or a pipe."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from border_sim.cli.failure import WRONG_INPUT
from border_sim.cli.kafka_options import FAILED, stream_at, streaming_exits, topic_options
from border_sim.cli.messages import say
from border_sim.cli.options import Instant, Speed, run_name, slugs
from border_sim.cli.stopping import INTERRUPTED, stopping
from border_sim.cli.targets import STDOUT, Target, refuse_wrong, target
from border_sim.run.directory import DirectoryError
from border_sim.run.host import give_back_memory
from border_sim.spec.words import counted, printable
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import Reached, play
from border_sim.streaming.playback.selection import Replay, ReplayError, Selection, event_hashes, replay_of, utc
from border_sim.streaming.playback.sources import Source, SourceError, opened
from border_sim.streaming.playback.spool import SpoolError

STOPPING: Final = "stopping: what was sent is being delivered; a second time: at once"


@click.command("replay")
@click.argument("path", metavar="[DIR|FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--from-kafka", metavar="HOST:PORT", help="Replay a topic, up to where it ends now.")
@click.option("--from-topic-prefix", default="border", show_default=True, help="How that topic's name begins.")
@click.option("--to", required=True, metavar="HOST:PORT|FILE|-", help="Broker, file (.ndjson, .ndjson.zst) or output.")
@topic_options
@click.option("--speed", type=Speed(), default=0, show_default=True, help="Times as fast as the clock; 0: no waiting.")
@click.option("--from", "from_us", type=Instant(), help="Leave out what is earlier, but for what its state is made of.")
@click.option("--until", "until_us", type=Instant(), help="Leave out this instant and what is later.")
@click.option("--ports", help="Slugs with commas between, or all [all].")
@click.option("--run", help="Which run, where there are several [all].")
@click.option("--run-id", callback=run_name, help="Give the run another name.")
@click.option("--shift-to-now", is_flag=True, help="Move all times, by whole quarters of an hour, to begin now.")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    path: Path | None, from_kafka: str | None, from_topic_prefix: str, to: str, topic_prefix: str,
    kafka_settings: Path | None, speed: float, *, force: bool, quiet: bool, **choice: Any,
) -> None:  # fmt: skip
    """Send events again, in one order: those of a run directory, of an NDJSON file (plain or .zst), or of a topic.

    Nothing of them is changed unless it is asked for. The event hash at the end is then that of the run; exit code 1 if
    a run directory's manifest says another.
    """
    if (path is None) == (from_kafka is None):
        raise click.UsageError("name what to replay: a run directory, an NDJSON file, or --from-kafka HOST:PORT")
    if from_kafka == to and from_topic_prefix == topic_prefix and choice["run_id"] is None:
        raise click.UsageError("the topic holds these events already; add --run-id or another --topic-prefix")
    refuse_wrong(to, force=force)
    give_back_memory()
    chosen = _choice(**choice)
    opening = opened(path) if path else _topic(from_kafka or "", from_topic_prefix, kafka_settings)
    with _wrong_source_exits(), opening as source:
        replay = replay_of(source.streams, chosen)
        with target(to, topic_prefix, kafka_settings) as sent_to:
            # a bar would be drawn into the lines
            is_read_along = to == STDOUT and sys.stdout.isatty()
            reached = _play(replay, sent_to, speed, quiet=quiet or is_read_along)
    if reached is None:
        sys.exit(INTERRUPTED)
    hashes = event_hashes(replay)
    for (run, replication), event_hash in hashes.items():
        click.echo(f"event hash of run {printable(run)}, replication {replication}: {event_hash}", err=to == STDOUT)
    _print_sent(reached, sent_to, err=to == STDOUT)
    if chosen.is_whole and source.event_hash not in (None, *hashes.values()):
        click.echo(f"{path}: the event hash of its manifest is {source.event_hash}: the log was changed", err=True)
        sys.exit(FAILED)


def _print_sent(reached: Reached, sent_to: Target, *, err: bool) -> None:
    """Print how much was sent, and what a reader will wait for in vain."""
    click.echo(_sent(reached, sent_to), err=err)
    if not reached.ended.all():
        open_ends = counted(int((~reached.ended).sum()), "port")
        click.echo(f"no run_ended from {open_ends}: the log is of a run that was interrupted", err=True)


def _sent(reached: Reached, sent_to: Target) -> str:
    return f"{counted(reached.sent.sum(), 'event')} {sent_to.fate}"


def _choice(
    *, ports: str | None, shift_to_now: bool, from_us: int | None, until_us: int | None, **names: Any
) -> Selection:
    if from_us is not None and until_us is not None and until_us <= from_us:
        raise click.BadParameter(f"{utc(until_us)} is not after --from {utc(from_us)}", param_hint="--until")
    chosen = slugs(ports)
    return Selection(
        ports=None if chosen is None or chosen == "all" else tuple(chosen),
        from_us=from_us,
        until_us=until_us,
        now_us=time.time_ns() // 1_000 if shift_to_now else None,
        **names,
    )


def _topic(servers: str, topic_prefix: str, kafka_settings: Path | None) -> AbstractContextManager[Source]:
    from border_sim.streaming.broker.source import of_topic  # noqa: PLC0415 - Kafka's client takes long to import

    settings, topics = stream_at(servers, topic_prefix, kafka_settings)
    return of_topic(settings, topics, say)


@contextmanager
def _wrong_source_exits() -> Iterator[None]:
    """Ends the command with one line on standard error: exit code 2 when there is nothing to replay, 1 when there is no
    room to sort it.
    """
    try:
        with streaming_exits():
            yield
    except (DirectoryError, ReplayError, SourceError) as error:
        click.echo(printable(str(error)), err=True)
        raise SystemExit(WRONG_INPUT) from None
    except SpoolError as error:
        click.echo(str(error), err=True)
        raise SystemExit(FAILED) from None


def _play(replay: Replay, sent_to: Target, speed: float, *, quiet: bool) -> Reached | None:
    """Send a replay; `None`: it was stopped, and how far it came is told."""
    stop = threading.Event()
    pacer = Pacer(speed, replay.paced_from_us, say, wait=stop.wait)
    with _progress(replay, quiet=quiet) as on_progress, stopping(stop, STOPPING, sent_to.give_up):
        reached = play(replay.streams, sent_to.sink, pacer, stop, on_progress)
    if not stop.is_set():
        return reached
    say(f"stopped at {utc(reached.until_us)}: {_sent(reached, sent_to)}")
    return None


@contextmanager
def _progress(replay: Replay, *, quiet: bool) -> Iterator[Callable[[Reached], Any]]:
    """A bar of simulated time on standard error; nothing when that is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    begins_us = min(stream.begins_us for stream in replay.streams)
    total = max(stream.ends_us for stream in replay.streams) - begins_us
    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        TextColumn("{task.fields[events]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=total, events="")

        def show(reached: Reached) -> None:
            events = counted(reached.sent.sum(), "event")
            progress.update(
                task, completed=reached.until_us - begins_us, description=utc(reached.until_us), events=events
            )

        yield show
