"""Rounds of the streaming benchmarks: all contenders in turn, again and again, on one broker."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from border_sim.records import Array
from border_sim.streaming.broker.settings import KafkaSettings, kafka_settings
from tests.benchmarks.codecs import Codecs, time_codecs
from tests.benchmarks.consumers import Consumed, consume
from tests.benchmarks.delays import time_delays
from tests.benchmarks.producers import time_producers
from tests.benchmarks.stage import staged
from tests.benchmarks.traffic import Moved, Traffic, new_traffic
from tests.broker import Broker

COMPILED_BY: Final = ("boquillas",)
"""The ports of a round before all others, in which the broker's Java and border-sim are compiled"""

Tell = Callable[[str], None]


class Ports(NamedTuple):
    """Whose traffic is moved."""

    busy: Sequence[str]
    """As fast as it goes"""
    paced: Sequence[str]
    """At an even pace, to measure delays"""


class Streams(NamedTuple):
    """A round on the broker."""

    client: Moved
    sink: Moved
    consumed: Consumed
    delays_s: Array
    """By window, from the event that closes it"""


class StreamResults(NamedTuple):
    """All rounds."""

    ports: Ports
    codecs: list[Codecs]
    streams: list[Streams]
    """Empty without a broker"""


@contextmanager
def own_broker() -> Iterator[KafkaSettings]:
    """A broker in a temporary folder; raises `BrokerError`."""
    with TemporaryDirectory() as folder, Broker(Path(folder)) as broker:
        yield kafka_settings(broker.address, environment={})


def measure_streams(ports: Ports, rounds: int, settings: KafkaSettings | None, tell: Tell) -> StreamResults:
    """Time all contenders in turn, round after round; without a broker the codecs alone.

    `tell` is called with what is being done. Raises `DifferentWorkError` if any did other work than it should, and
    `CalledProcessError` if a consumer fails.
    """
    results = StreamResults(ports, [], [])
    with TemporaryDirectory() as parent:
        folder = Path(parent)
        if settings:
            _on_broker(settings, *_traffics(Ports(COMPILED_BY, COMPILED_BY), 0, folder / "compiling"), tell)
        for replication in range(rounds):
            busy, paced = _traffics(ports, replication, folder / str(replication))
            tell_round = partial(_tell_round, tell, f"round {replication + 1} of {rounds}")
            tell_round("codecs")
            gc.collect()
            results.codecs.append(time_codecs(busy))
            if settings:
                results.streams.append(_on_broker(settings, busy, paced, tell_round))
    return results


def _tell_round(tell: Tell, which: str, what: str) -> None:
    tell(f"{which}: {what}")


def _traffics(ports: Ports, replication: int, folder: Path) -> tuple[Traffic, Traffic]:
    """The traffic of a round; each round meets that of another replication."""
    busy, paced = (new_traffic(slugs, replication, folder / name) for name, slugs in ports._asdict().items())
    return busy, paced


def _on_broker(settings: KafkaSettings, busy: Traffic, paced: Traffic, tell: Tell) -> Streams:
    """A round of those that need a broker, each on topics of its own but for the consumer, which takes the sink's."""
    with staged(settings, "bench-client") as alone, staged(settings, "bench") as stage:
        tell("producers")
        client, sink = time_producers(alone, stage, busy.events, tell)
        tell("border-sim consume")
        gc.collect()
        consumed = consume(stage, busy)
    with staged(settings, "bench-paced") as stage:
        tell("delays")
        return Streams(client, sink, consumed, time_delays(stage, paced, tell))
