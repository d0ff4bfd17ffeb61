"""`border-sim topics`: make the topics of a stream, or check them."""

from pathlib import Path

import click

from border_sim.cli.kafka_options import FAILED, kafka_options, stream_at, streaming_exits
from border_sim.cli.table import print_table
from border_sim.streaming.broker.topics import Topic, prepare

_HEADS = ("topic", "is", "settings", "partitions")


@click.command("topics")
@kafka_options(required=True)
@click.option(
    "--partitions", type=click.IntRange(1, 1000), help="Of each topic [as many as those that are there have; 6]."
)
def command(kafka: str, topic_prefix: str, kafka_settings: Path | None, partitions: int | None) -> None:
    """Make the topics of a stream that are missing and check the others. Exit code 1 if one is not as it should be.

    A topic that is there is never changed; safe to run again, and while events flow.
    """
    settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
    with streaming_exits():
        prepared = prepare(settings, topics, partitions)
    rows = [(topic.name, _standing(topic), _settings(topic), str(topic.partitions)) for topic in prepared]
    print_table(_HEADS, rows, right=_HEADS.index("partitions"), fold=_HEADS.index("settings"))
    wrong = [f"{topic.name}: {each}" for topic in prepared for each in topic.wrong]
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        raise SystemExit(FAILED)


def _standing(topic: Topic) -> str:
    if topic.wrong:
        return "wrong"
    return "created" if topic.is_new else "as it should be"


def _settings(topic: Topic) -> str:
    return " ".join(f"{key}={value}" for key, value in topic.settings.items())
