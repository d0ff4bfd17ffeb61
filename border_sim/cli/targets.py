"""Where a command sends events: a Kafka topic, a file of NDJSON, or standard output."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from border_sim.cli.kafka_options import FAILED, stream_at, streaming_exits
from border_sim.cli.messages import say
from border_sim.cli.standard_streams import end_without_output
from border_sim.cli.stopping import INTERRUPTED
from border_sim.events.sink import ZSTD, EventSink, NdjsonSink

if TYPE_CHECKING:
    from border_sim.streaming.broker.sink import KafkaSink

STDOUT: Final = "-"
FILES: Final = (".ndjson", f".ndjson{ZSTD}")
"""How the names of files end."""
_SERVERS: Final = re.compile(r"[^/\s]+:\d{1,5}")


class Target(NamedTuple):
    """Where events go."""

    sink: EventSink
    fate: str
    """What becomes of the events, for people"""
    give_up: Callable[[], Any]
    """Wait no longer for whoever takes them in"""
    undelivered: Callable[[], int] = lambda: 0
    """How many of those sent whoever takes them in has not acknowledged"""


class _Prompt(NdjsonSink):
    """Somebody reads along: nothing waits in a buffer."""

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        super().write(events)
        self.flush()


def is_kafka(to: str) -> bool:
    """Whether a target is a broker's address."""
    return all(_SERVERS.fullmatch(server) for server in to.split(","))


def refuse_wrong(to: str, *, force: bool) -> None:
    """End the command if the target is nothing that events can go to, or without `force` a file that is there."""
    if to == STDOUT or is_kafka(to):
        return
    if not to.endswith(FILES):
        wanted = f"a broker's HOST:PORT, a file whose name ends in {' or '.join(FILES)}, or {STDOUT}"
        shown = "the user and password belong to the Kafka settings" if "@" in to else repr(to)  # no password is shown
        raise click.BadParameter(f"{shown}; name {wanted} for standard output", param_hint="--to")
    if not force and Path(to).exists():
        raise click.BadParameter(f"{to} is there; name another file, or add --force", param_hint="--to")


@contextmanager
def target(to: str, topic_prefix: str, kafka_settings: Path | None) -> Iterator[Target]:
    """The target that is named `HOST:PORT`, `-` or by a path. Ends the command if it cannot be had."""
    if is_kafka(to):
        with kafka_target(to, topic_prefix, kafka_settings) as kafka:
            yield kafka
    elif to == STDOUT:
        with _writable_output(), _Prompt(sys.stdout.buffer) as sink:
            yield Target(sink, "written to standard output", lambda: None)
    else:
        path = Path(to)
        with _writable(path), NdjsonSink(path) as sink:
            yield Target(sink, f"written to {path}", lambda: None)


@contextmanager
def kafka_target(kafka: str, topic_prefix: str, kafka_settings: Path | None) -> Iterator[Target]:
    """The topic of events at a broker. Interrupted at once, it tells what is lost."""
    with kafka_sink(kafka, topic_prefix, kafka_settings) as sink:
        try:
            yield Target(sink, f"sent to {sink.place}", sink.give_up, lambda: sink.undelivered)
        except KeyboardInterrupt:
            say(f"{sink.undelivered:,} events were not delivered to {sink.place}")
            raise SystemExit(INTERRUPTED) from None


@contextmanager
def kafka_sink(kafka: str, topic_prefix: str, kafka_settings: Path | None) -> Iterator["KafkaSink"]:
    """The topic of events at a broker; it is made if it is missing. What goes wrong there ends the command."""
    from border_sim.streaming.broker.sink import KafkaSink  # noqa: PLC0415 - Kafka's client takes long to import
    from border_sim.streaming.broker.topics import require  # noqa: PLC0415

    settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
    with streaming_exits():
        partitions = require(settings, topics)
        with KafkaSink(settings, topics.events, partitions, say) as sink:
            yield sink


@contextmanager
def _writable_output() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        end_without_output(error)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        click.echo(f"{path}: cannot be written ({error.strerror or error})", err=True)
        raise SystemExit(FAILED) from None
