"""Events into Kafka: by border-sim's sink, and by the client alone."""

import gc
from collections.abc import Callable, Sequence
from contextlib import closing
from time import perf_counter
from typing import Final

from kafka import KafkaProducer

from border_sim.run.port_log import EVENTS_AT_ONCE
from border_sim.streaming.broker.clients import producer
from border_sim.streaming.broker.sink import HEADERS, KafkaSink
from border_sim.streaming.broker.topics import partition_of
from tests.benchmarks.stage import Stage, prove_sent
from tests.benchmarks.traffic import Moved

TURN: Final = 8 * EVENTS_AT_ONCE
"""Events that one sends, and flushes, before it is the other's turn: some seconds"""

Event = tuple[str, bytes]
"""Port and line"""


def time_producers(
    alone: Stage, ours: Stage, events: Sequence[Event], tell: Callable[[str], None]
) -> tuple[Moved, Moved]:
    """The client alone, and border-sim's sink, taking turns. `tell` is told if the sink has to wait for the broker.

    Raises `DifferentWorkError` unless both topics hold all events.
    """
    client_s = sink_s = 0.0
    with (
        closing(producer(alone.settings)) as client,
        KafkaSink(ours.settings, ours.topics.events, ours.partitions, tell) as sink,
    ):
        gc.collect()
        for first in range(0, len(events), TURN):
            turn = events[first : first + TURN]
            client_s += _send(client, alone, turn)
            sink_s += _write(sink, turn)
    prove_sent("kafka-python alone", alone, events)
    prove_sent("sink", ours, events)
    return Moved(client_s, len(events)), Moved(sink_s, len(events))


def _send(client: KafkaProducer, stage: Stage, events: Sequence[Event]) -> float:
    """The seconds that the client needs: keys and partitions are made beforehand, and nobody looks what becomes of any
    record before the end.
    """
    rows = [(line, port.encode(), partition_of(port, stage.partitions)) for port, line in events]
    send, topic = client.send, stage.topics.events
    began = perf_counter()
    for line, key, partition in rows:
        send(topic, line, key, HEADERS, partition)
    client.flush()
    return perf_counter() - began


def _write(sink: KafkaSink, events: Sequence[Event]) -> float:
    """The seconds that the sink needs, written to as by a run."""
    began = perf_counter()
    for first in range(0, len(events), EVENTS_AT_ONCE):
        sink.write(events[first : first + EVENTS_AT_ONCE])
    sink.flush()
    return perf_counter() - began
