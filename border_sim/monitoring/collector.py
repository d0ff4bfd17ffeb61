"""What Prometheus is given when it asks: the board as it stands, as metric families."""

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from time import monotonic, time
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from border_sim.events.models import SCHEMA_VERSION
from border_sim.monitoring.clock_speed import ClockSpeed
from border_sim.monitoring.families import FAMILIES, Family
from border_sim.monitoring.known_ports import KnownPort
from border_sim.monitoring.port_samples import HistogramSample, Sample, port_samples
from border_sim.streaming.counting.board import Board, PipelineFacts, ProducerFacts
from border_sim.streaming.counting.dead_letters import Reason
from border_sim.version import __version__
from border_sim.vocabulary import SECOND_US

_MS: Final = 1e-3
_KINDS: Final = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily, "histogram": HistogramMetricFamily}
_EDGES: Final = {family.name: family.edges for family in FAMILIES.values() if family.edges_us}

AnySample = Sample | HistogramSample
AnyFamily = GaugeMetricFamily | CounterMetricFamily | HistogramMetricFamily


class BoardCollector(Collector):
    """Reads a board at every scrape, and keeps nothing but how fast time goes.

    `run`: shows this run (`None`: the newest). `known`: the catalogue's ports by slug. `now_s`: seconds since 1970.
    """

    def __init__(
        self,
        board: Board,
        known: Mapping[str, KnownPort],
        run: str | None = None,
        speed: ClockSpeed | None = None,
        now_s: Callable[[], float] = time,
    ) -> None:
        self._board, self._known, self._run, self._now_s = board, known, run, now_s
        self._speed = speed or ClockSpeed()

    def describe(self) -> Iterable[AnyFamily]:
        """All families, without samples: nothing else may have their names."""
        return [_empty(family) for family in FAMILIES.values()]

    def collect(self) -> Iterable[AnyFamily]:
        """The families that have samples now."""
        families = {name: _empty(family) for name, family in FAMILIES.items()}
        for sample in self._samples():
            _add(families[sample.family], sample)
        return [family for family in families.values() if family.samples]

    def _samples(self) -> Iterator[AnySample]:
        yield Sample("border_build_info", (__version__, str(SCHEMA_VERSION), platform.python_version()), 1)
        for port in self._board.owned_ports(self._run):
            yield from port_samples(port, self._known.get(port.key.port))
        if (ratio := self._speed.ratio(monotonic())) is not None:
            yield Sample("border_sim_speed_ratio", (), ratio)
        if self._board.pipeline:
            yield from _pipeline_samples(self._board.pipeline, self._now_s())
        if self._board.producer:
            yield from _producer_samples(self._board.producer)


def _empty(family: Family) -> AnyFamily:
    return _KINDS[family.type](family.name, family.meaning, labels=family.labels)


def _add(family: AnyFamily, sample: AnySample) -> None:
    if isinstance(sample, Sample):
        assert not isinstance(family, HistogramMetricFamily), sample
        family.add_metric(sample.labels, sample.value)
    else:
        assert isinstance(family, HistogramMetricFamily), sample
        buckets = list(zip(_EDGES[sample.family], accumulate(sample.counts), strict=True))
        family.add_metric(sample.labels, buckets, sample.sum_s)


def _pipeline_samples(facts: PipelineFacts, now_s: float) -> Iterator[Sample]:
    committed = facts.committed
    lag_s = 0.0 if facts.oldest_ms is None else max(0.0, now_s - facts.oldest_ms * _MS)
    for name, value in (
        ("events_total", committed.events),
        ("late_events_total", committed.dead.get(Reason.LATE, 0)),
        ("duplicates_total", committed.duplicates),
        ("windows_total", committed.windows),
        ("abandoned_streams_total", committed.abandoned),
        ("transactions_total", facts.transactions),
        ("lag_records", facts.lag_records),
        ("lag_seconds", lag_s),
        ("event_lag_seconds", facts.event_lag_us / SECOND_US),
        ("state_bytes", facts.state_bytes),
        ("streams", facts.streams),
        ("partitions", facts.partitions),
    ):
        yield Sample(f"border_pipeline_{name}", (), value)
    for reason in Reason:
        yield Sample("border_pipeline_dead_letters_total", (reason.value,), committed.dead.get(reason, 0))


def _producer_samples(facts: ProducerFacts) -> Iterator[Sample]:
    yield Sample("border_producer_events_total", (), facts.sent)
    yield Sample("border_producer_undelivered_events", (), facts.undelivered)
    for port, reached_us in facts.reached_us.items():
        yield Sample("border_sim_time_seconds", (port,), reached_us / SECOND_US)
