"""`border-sim dead-letters`: which records of a stream were refused, and why."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from border_sim.cli.kafka_options import kafka_options, stream_at, streaming_exits
from border_sim.cli.table import print_table
from border_sim.spec.words import printable
from border_sim.streaming.broker.reading import read_records
from border_sim.streaming.broker.topics import existing
from border_sim.streaming.counting.dead_letters import MEANINGS, Origin, Reason, origin_of

_SAMPLES: Final = 3
_SHOWN: Final = 160
"""Bytes of a record that are shown."""

Kind = tuple[str, str]
"""Reason and consumer group."""


@click.command("dead-letters")
@kafka_options(required=True)
def command(kafka: str, topic_prefix: str, kafka_settings: Path | None) -> None:
    """List the records of a stream that were refused: reasons, counts, and the first of each reason.

    Where several consumer groups refused records, those of each are counted for themselves.
    """
    settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
    counts, samples = Counter[Kind](), dict[Kind, list[tuple[Origin, Any]]]()
    with streaming_exits():
        partitions = existing(settings, topics, topics.dead_letters)
        for record in read_records(settings, topics.dead_letters, partitions):
            origin = origin_of(record)
            kind = origin.reason, origin.group
            counts[kind] += 1
            of_kind = samples.setdefault(kind, [])
            if len(of_kind) < _SAMPLES:
                of_kind.append((origin, record.value))
    if not counts:
        click.echo(f"{topics.dead_letters} is empty: every record was counted")
        return
    has_groups = len({group for _, group in counts}) > 1
    _print_counts(counts, has_groups=has_groups)
    for origin, value in (sample for of_kind in samples.values() for sample in of_kind):
        _print_sample(origin, value, has_groups=has_groups)


def _print_counts(counts: Counter[Kind], *, has_groups: bool) -> None:
    """Print how many records there are of each reason, and of each group if there are several."""
    heads = ["reason", "which is", *["group"] * has_groups, "records"]
    rows = [
        [_shown(reason), _meaning(reason), *[_shown(group)] * has_groups, f"{count:,}"]
        for (reason, group), count in counts.most_common()
    ]
    print_table(heads, rows, right=len(heads) - 1, fold=1)


def _print_sample(origin: Origin, value: bytes | None, *, has_groups: bool) -> None:
    """Print where a record came from, what was wrong with it, and how it begins."""
    where = f"{_shown(origin.topic)}, partition {origin.partition}, offset {origin.offset}"
    click.echo(f"\n{_shown(origin.reason)}: {where}{f', group {_shown(origin.group)}' if has_groups else ''}")
    click.echo(f"  {_shown(origin.error)}")
    if value is not None:
        more = f" ... ({len(value):,} bytes)" if len(value) > _SHOWN else ""
        click.echo(f"  {_shown(value[:_SHOWN].decode(errors='backslashreplace'))}{more}")


def _meaning(reason: str) -> str:
    return MEANINGS[Reason(reason)] if reason in {*Reason} else "not written by border-sim"


def _shown(text: str) -> str:
    return printable(text[: 4 * _SHOWN])
