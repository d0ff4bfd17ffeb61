"""Options of the commands that speak to Kafka, and what they resolve to. Its client is imported by who uses it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from border_sim.cli.failure import wrong_input_exits

if TYPE_CHECKING:
    from border_sim.streaming.broker.settings import KafkaSettings
    from border_sim.streaming.broker.topic_names import Topics

FAILED: Final = 1
Command = Callable[..., Any]


def topic_options(command: Command) -> Command:
    """The topics and how to be let in: `topic_prefix`, `kafka_settings`, see `stream_at`."""
    for option in (
        click.option(
            "--kafka-settings",
            type=click.Path(path_type=Path),
            envvar="BORDER_SIM_KAFKA_SETTINGS",
            help="TOML file of TLS and SASL settings; BORDER_SIM_KAFKA_SASL_PASSWORD and the like win.",
        ),
        click.option("--topic-prefix", default="border", show_default=True, help="How the topics' names begin."),
    ):
        command = option(command)
    return command


def kafka_options(*, required: bool) -> Callable[[Command], Command]:
    """The cluster and the topics: `kafka`, `topic_prefix`, `kafka_settings`, see `stream_at`.

    Where Kafka is `required` the environment may name it; else only the command line does, so that no command sends
    anything to a cluster that nobody asked for.
    """

    def decorate(command: Command) -> Command:
        kafka = click.option(
            "--kafka",
            metavar="HOST:PORT",
            required=required,
            envvar="BORDER_SIM_KAFKA" if required else None,
            help="Kafka broker; several with commas between.",
        )
        return kafka(topic_options(command))

    return decorate


def stream_at(kafka: str, topic_prefix: str, kafka_settings: Path | None) -> tuple["KafkaSettings", "Topics"]:
    """How to reach the cluster, and the stream's topics; ends the command if options or settings are wrong."""
    from border_sim.streaming.broker.settings import kafka_settings as settings_of  # noqa: PLC0415 - only who needs it
    from border_sim.streaming.broker.topic_names import topic_names  # noqa: PLC0415 - Kafka's client takes long to import

    try:
        topics = topic_names(topic_prefix)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--topic-prefix") from None
    with wrong_input_exits():
        settings = settings_of(kafka, kafka_settings)
    return settings, topics


@contextmanager
def streaming_exits() -> Iterator[None]:
    """Ends the command with exit code 1 and one line on standard error when Kafka cannot do its part."""
    from border_sim.streaming.broker.clients import StreamingError  # noqa: PLC0415 - Kafka's client takes long to import

    try:
        yield
    except StreamingError as error:
        click.echo(str(error), err=True)
        raise SystemExit(FAILED) from None
