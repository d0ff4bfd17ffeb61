"""Topics of one contender in one round, and the proof of what came of them."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from border_sim.metrics.window_tables import differences
from border_sim.run.directory import read_table
from border_sim.streaming.broker.clients import admin
from border_sim.streaming.broker.reading import read_records
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.sink import HEADERS
from border_sim.streaming.broker.topic_names import Topics, topic_names
from border_sim.streaming.broker.topics import partition_of, require
from border_sim.streaming.counting.read_back import read_back
from border_sim.streaming.counting.window_records import to_table
from tests.benchmarks.work import DifferentWorkError


class Stage(NamedTuple):
    """Topics that nobody else uses, `prefix` before their names."""

    settings: KafkaSettings
    prefix: str
    topics: Topics
    partitions: int


@contextmanager
def staged(settings: KafkaSettings, prefix: str) -> Iterator[Stage]:
    """Topics whose names begin so and end in something new; they are deleted afterwards, unless something fails."""
    name = f"{prefix}-{uuid4().hex[:12]}"
    topics = topic_names(name)
    yield Stage(settings, name, topics, require(settings, topics))
    with closing(admin(settings)) as client:
        client.delete_topics(list(topics))


def prove_sent(who: str, stage: Stage, events: Sequence[tuple[str, bytes]]) -> None:
    """Raise `DifferentWorkError` unless the topic of events holds these, byte for byte, and nothing else."""
    with closing(read_records(stage.settings, stage.topics.events, stage.partitions)) as records:
        prove_same_records(who, records, events, stage.partitions)


def prove_same_records(who: str, records: Iterable[Any], events: Sequence[tuple[str, bytes]], partitions: int) -> None:
    """Raise `DifferentWorkError` unless these are the events' records, those of each partition in order."""
    wanted: dict[int, deque[tuple[str, bytes]]] = defaultdict(deque)
    for event in events:
        wanted[partition_of(event[0], partitions)].append(event)
    for record in records:
        rest = wanted[record.partition]
        port, line = rest.popleft() if rest else ("", b"")
        if (record.key, record.value, list(record.headers)) != (port.encode(), line, HEADERS):
            raise DifferentWorkError(f"{who}: sent {record.key} {record.value} instead of {port} {line.decode()}")
    if missing := sum(map(len, wanted.values())):
        raise DifferentWorkError(f"{who}: {missing:,} of {len(events):,} events are missing")


def prove_metrics(who: str, stage: Stage, folder: Path) -> int:
    """How many rows of metrics the topic holds; raises `DifferentWorkError` as `prove_same_windows` does."""
    return prove_same_windows(who, read_records(stage.settings, stage.topics.metrics, stage.partitions), folder)


def prove_same_windows(who: str, records: Iterable[Any], folder: Path) -> int:
    """How many rows the windows of records have; raises `DifferentWorkError` unless they are those of the run directory
    and every window is there once.
    """
    found = read_back(records)
    windows = [window for windows in found.windows.values() for window in windows]
    written = read_table(folder / "metrics.parquet")
    difference = differences(to_table(windows), written)
    if difference.rows:
        raise DifferentWorkError(f"{who}: {difference.rows:,} rows of metrics differ: {difference.example}")
    if more := found.written_again + found.contradictory + found.foreign:
        raise DifferentWorkError(f"{who}: {more:,} records more than the {len(windows):,} windows that closed")
    return len(written)
