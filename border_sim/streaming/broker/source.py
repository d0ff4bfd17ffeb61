"""A topic of events to be replayed, as far as it reaches when the reading begins."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any, Final

from border_sim.events.decode import Start, StreamKey
from border_sim.records import Events
from border_sim.streaming.broker.reading import read_records
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.topic_names import Topics
from border_sim.streaming.broker.topics import existing, partition_of
from border_sim.streaming.counting.dead_letters import MEANINGS, Record
from border_sim.streaming.counting.record_lines import line_batch
from border_sim.streaming.counting.sequence import Sequencer
from border_sim.streaming.playback.sources import Source, SourceError
from border_sim.streaming.playback.spool import spooled

_AT_ONCE: Final = 8_192
"""Records that are held as objects."""


@contextmanager
def of_topic(settings: KafkaSettings, topics: Topics, say: Callable[[str], Any]) -> Iterator[Source]:
    """The streams of a topic of events; they can be read once, while the context lasts.

    What the metrics' consumer would not count is left out, and `say` is given how many records that are. Raises
    `StreamingError` if the broker does not answer or lacks the topic, `SourceError` if there are no events, and
    `SpoolError` if they find no room.
    """
    partitions = existing(settings, topics, topics.events)
    records: Any = read_records(settings, topics.events, partitions)
    left_out = Counter[str]()
    batches = iter(lambda: list(islice(records, _AT_ONCE)), [])
    events = _in_sequence(chain.from_iterable(map(_by_partition, batches)), partitions, left_out)
    # a consumer that stayed open would keep a programme that fails from ending
    with closing(records), spooled(events) as streams:
        if left_out:
            reasons = "; ".join(f"{reason}: {count:,}" for reason, count in left_out.most_common())
            say(f"{topics.events}: {left_out.total():,} records are left out ({reasons})")
        if not streams:
            raise SourceError(f"{settings.servers}: {topics.events} holds no events")
        yield Source(streams)


def _by_partition(records: Iterable[Record]) -> Iterator[tuple[int, list[Record]]]:
    for number, mine in groupby(records, attrgetter("partition")):
        yield number, list(mine)


def _in_sequence(
    batches: Iterable[tuple[int, list[Record]]], partitions: int, left_out: Counter[str]
) -> Iterator[tuple[StreamKey, Start, Events]]:
    """The events of each stream in the order of `seq`, each once, from records by partition; what is left out is
    counted by reason.
    """
    sequencers: dict[int, Sequencer] = {}
    for number, records in batches:
        if number not in sequencers:
            sequencers[number] = _sequencer(number, partitions)
        batch, unreadable = line_batch(records)
        result = sequencers[number].read(batch)
        left_out.update(MEANINGS[letter.reason] for letter in (*unreadable, *result.dead))
        if result.duplicates:
            left_out["sent twice"] += result.duplicates
        for stream in result.streams:
            yield stream.key, stream.start, stream.events


def _sequencer(number: int, partitions: int) -> Sequencer:
    return Sequencer(number, lambda port: partition_of(port, partitions) == number)
