"""How long after an event is sent the window that it closes can be read."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread
from typing import Final

import numpy as np
from kafka import TopicPartition

from border_sim.records import Array
from border_sim.run.directory import read_table
from border_sim.streaming.broker.clients import consumer
from border_sim.streaming.broker.sink import KafkaSink
from border_sim.streaming.counting import window_records
from border_sim.streaming.playback.pacing import Pacer
from border_sim.vocabulary import SECOND_US
from tests.benchmarks.consumers import consuming
from tests.benchmarks.stage import Stage, prove_metrics
from tests.benchmarks.traffic import WINDOW_US, Traffic
from tests.benchmarks.work import DifferentWorkError

EVENTS_A_SECOND: Final = 1_000
SEEN_WITHIN_S: Final = 30
"""After the consumer has ended: all is committed."""

Window = tuple[str, int]
"""Port and beginning"""


def time_delays(stage: Stage, traffic: Traffic, tell: Callable[[str], None]) -> Array:
    """Seconds from the moment when the event that closes a window is given to the sink to the moment when a reader of
    committed records has the window, by window.

    `EVENTS_A_SECOND` leave at an even pace, by the pacer of `border-sim live`; `tell` is told if it cannot keep up.
    Raises `DifferentWorkError` unless the metrics are those of the run.
    """
    closing_events = _closing_events(traffic)
    with _reading(stage) as seen, consuming(stage) as running:
        with KafkaSink(stage.settings, stage.topics.events, stage.partitions, tell) as sink:
            sent_s = _send(traffic, sink, Pacer(1, 0, tell))
        running.finish()
        _await_all(seen, len(closing_events))
    prove_metrics("paced consumer", stage, traffic.folder)
    return np.array([seen[window] - sent_s[place] for window, place in closing_events.items()])


def _closing_events(traffic: Traffic) -> dict[Window, int]:
    """By window of the run's metrics, the place of the event that closes it: the first at or after its end, or the
    port's last.
    """
    places = defaultdict(list)
    for place, (port, _) in enumerate(traffic.events):
        places[port].append(place)
    told = read_table(traffic.folder / "metrics.parquet", columns=["port", "window_us"])
    found = {}
    for port, begins_us in set(zip(*(told[name].to_pylist() for name in ("port", "window_us")), strict=True)):
        mine = places[port]
        first = np.searchsorted(traffic.t_us[mine], begins_us + WINDOW_US)
        found[port, begins_us] = mine[min(int(first), len(mine) - 1)]
    return found


def _send(traffic: Traffic, sink: KafkaSink, pacer: Pacer) -> Array:
    """Send all at an even pace; when each was given to the sink."""
    sent_s = np.zeros(len(traffic.events))
    due_us = np.arange(len(traffic.events)) * (SECOND_US // EVENTS_A_SECOND)
    for due in pacer.due(due_us):
        sent_s[due] = time.monotonic()
        sink.write(traffic.events[due])
    return sent_s


@contextmanager
def _reading(stage: Stage) -> Iterator[dict[Window, float]]:
    """Follow the windows from a thread of their own; when each was there first."""
    seen: dict[Window, float] = {}
    over = Event()
    thread = Thread(target=_read, args=(stage, seen, over))
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _read(stage: Stage, seen: dict[Window, float], over: Event) -> None:
    with closing(consumer(stage.settings, isolation_level="read_committed")) as reader:
        reader.assign([TopicPartition(stage.topics.metrics, number) for number in range(stage.partitions)])
        while not over.is_set():
            polled = reader.poll(timeout_ms=100)
            now_s = time.monotonic()
            for record in (record for records in polled.values() for record in records):
                window = window_records.decode_window(record.value)
                seen.setdefault((window.port, window.begins_us), now_s)


def _await_all(seen: dict[Window, float], windows: int) -> None:
    deadline_s = time.monotonic() + SEEN_WITHIN_S
    while len(seen) < windows:
        if time.monotonic() > deadline_s:
            raise DifferentWorkError(f"paced consumer: {len(seen):,} windows can be read of {windows:,} that closed")
        time.sleep(0.02)
