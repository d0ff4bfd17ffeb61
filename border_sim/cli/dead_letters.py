"""`border-sim dead-letters`: which records of a stream were not taken, and why."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from border_sim.cli.kafka_options import kafka_options, stream_at, streaming_exits
from border_sim.cli.table import print_table
from border_sim.loading.mistakes import printable
from border_sim.streaming.dead_letters import MEANINGS, Origin, Reason, origin_of
from border_sim.streaming.read_back import read_records
from border_sim.streaming.topics import require

_SAMPLES: Final = 3
_SHOWN: Final = 160
"""Bytes of a record that are shown."""


@click.command("dead-letters")
@kafka_options(required=True)
def command(kafka: str, topic_prefix: str, kafka_settings: Path | None) -> None:
    """List the records of a stream that were not taken: reasons, counts, and the first of each reason."""
    settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
    counts, samples = Counter[str](), dict[str, list[tuple[Origin, Any]]]()
    with streaming_exits():
        for record in read_records(settings, topics.dead_letters, require(settings, topics)):
            origin = origin_of(record)
            counts[origin.reason] += 1
            of_reason = samples.setdefault(origin.reason, [])
            if len(of_reason) < _SAMPLES:
                of_reason.append((origin, record.value))
    if not counts:
        click.echo(f"{topics.dead_letters} is empty: every record was taken")
        return
    rows = [(_shown(reason), _meaning(reason), f"{count:,}") for reason, count in counts.most_common()]
    print_table(("reason", "which is", "records"), rows, right=2, fold=1)
    for reason in samples:
        for origin, value in samples[reason]:
            _print_sample(origin, value)


def _print_sample(origin: Origin, value: bytes | None) -> None:
    """Print where a record came from, what was wrong with it, and how it begins."""
    where = f"{_shown(origin.topic)}, partition {origin.partition}, offset {origin.offset}"
    click.echo(f"\n{_shown(origin.reason)}: {where}")
    click.echo(f"  {_shown(origin.error)}")
    if value is not None:
        more = f" ... ({len(value):,} bytes)" if len(value) > _SHOWN else ""
        click.echo(f"  {_shown(value[:_SHOWN].decode(errors='backslashreplace'))}{more}")


def _meaning(reason: str) -> str:
    return MEANINGS[Reason(reason)] if reason in {*Reason} else "not written by border-sim"


def _shown(text: str) -> str:
    return printable(text[: 4 * _SHOWN])
