"""The stream of a run is its log: the same lines, kept in a file, streamed, or made again from the tables."""

import json
import threading
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from border_sim.engine import conductor
from border_sim.events.encode import encode_events
from border_sim.loading.catalogue import load_catalogue
from border_sim.records import RunFacts
from border_sim.run import port_log
from border_sim.run.arrow_tables import crossings_of
from border_sim.run.manifest import measured_us, read_manifest
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.recompute import compare_with_log, logged_events
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Scenario
from border_sim.streaming.counting.embedded import Bus
from border_sim.vocabulary import DAY_US, HOUR_US, NEVER_US
from tests.memory_sink import MemorySink
from tests.whole_log import decode_events, reached, records_of

PORTS = ["sasabe", "columbus", "antelope-wells"]
BOTH = frozenset({"parquet", "ndjson"})


class FlushedSink(MemorySink):
    """Notes how much it held, and what the manifest said, when it was asked to keep all."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.flushed, self.status = folder, None, None

    def flush(self):
        self.flushed, self.status = len(self.events), read_manifest(self.folder).status


class BrokenSink(MemorySink):
    """Cannot keep what it took in."""

    def flush(self):
        raise ConnectionError("nobody listens")


@pytest.fixture(scope="module")
def frame():
    return resolve(Scenario(), load_catalogue(), ports=PORTS, days=1)


@pytest.fixture
def folder(tmp_path):
    make_directory(tmp_path / "run", force=False)
    return tmp_path / "run"


def settings(logs=BOTH, workers=2):
    return RunSettings("test", 1, 4, HOUR_US, logs=logs, workers=workers)


def logged(folder):
    """The lines of each port in the log of a run."""
    with pa.input_stream(folder / "events.ndjson.zst") as log:
        lines = log.read().splitlines()
    return {port: list(mine) for port, mine in groupby(lines, lambda line: json.loads(line)["port"])}


def by_port(events):
    """The lines of each port in a stream."""
    return {port: [line for slug, line in events if slug == port] for port in {slug for slug, _ in events}}


def test_the_stream_is_the_log_to_the_byte(frame, folder, monkeypatch):
    monkeypatch.setattr(port_log, "EVENTS_AT_ONCE", 1000)
    stream = FlushedSink(folder)
    simulate(frame, settings(), folder, stream=stream)
    assert by_port(stream.events) == logged(folder)
    assert set(logged(folder)) == set(PORTS)


def test_a_run_is_over_when_its_stream_has_kept_everything(frame, folder):
    stream = FlushedSink(folder)
    assert simulate(frame, settings(), folder, stream=stream).status == "complete"
    assert (stream.flushed, stream.status) == (len(stream.events), "running")


def test_a_run_whose_stream_cannot_keep_everything_has_failed(frame, folder):
    with pytest.raises(ConnectionError):
        simulate(frame, settings(), folder, stream=BrokenSink())
    assert read_manifest(folder).status == "failed"


def test_the_event_hash_of_a_stream_is_that_of_a_log(frame, tmp_path):
    hashes = []
    for name, logs, stream in (("log", BOTH, None), ("stream", frozenset(), MemorySink()), ("none", frozenset(), None)):
        make_directory(tmp_path / name, force=False)
        simulate(frame, settings(logs), tmp_path / name, stream=stream)
        hashes.append(read_manifest(tmp_path / name).event_hash)
    assert hashes[0] == hashes[1]
    assert hashes[2] is None


def test_every_port_tells_what_the_run_is_and_how_many_ports_it_has(frame, folder):
    stream = MemorySink()
    simulate(frame, settings(frozenset()), folder, stream=stream)
    starts = [start for start, _ in decode_events(line for _, line in stream.events).values()]
    facts = RunFacts("test", 4, len(PORTS), 1, configuration_hash(frame))
    assert [start.facts for start in starts] == [facts] * len(PORTS)


@pytest.fixture
def interrupted(folder, monkeypatch):
    """A run of five days, interrupted by one of its readers when the first port has begun its second measured day;
    what it was, and its stream.
    """
    monkeypatch.setattr(conductor, "STRETCH_DAYS", 1)
    frame = resolve(Scenario(), load_catalogue(), ports=PORTS, days=5)
    stream, stop, days = FlushedSink(folder), threading.Event(), []

    def count(done):
        days.append(done)
        if len(days) == 2:
            stop.set()

    run = simulate(frame, settings(workers=1), folder, days_done=count, stop=stop, stream=stream)
    return run, stream


def test_an_interrupted_run_ends_at_every_port_for_every_reader(interrupted, folder):
    run, stream = interrupted
    assert run.status == "interrupted"
    assert stream.flushed == len(stream.events)
    assert by_port(stream.events) == logged(folder)
    for slug, entry in read_manifest(folder).ports.items():
        last = json.loads(logged(folder)[slug][-1])
        assert (entry.end, last["kind"], last["t_us"]) == ("interrupted", "run_ended", entry.until_us - 1)
    comparison = compare_with_log(folder)
    assert (comparison.differing, comparison.wrong_hashes, comparison.rows > 0) == (0, (), True)


def test_an_interrupted_run_measured_the_days_that_it_came_to(interrupted, folder):
    run, _ = interrupted
    manifest = read_manifest(folder)
    begun, *others = run.ports
    assert [port.measured_us for port in run.ports] == [2 * DAY_US, 0, 0]
    assert [measured_us(manifest, port.slug) for port in run.ports] == [2 * DAY_US, 0, 0]
    assert [(port.until_us - port.from_us, port.counts["candidates"]) for port in others] == [(1, 0)] * 2
    windows = pq.read_table(folder / "metrics.parquet")
    assert set(windows["port"].to_pylist()) == {begun.slug}
    assert len(windows["window_us"].unique()) == 48  # of an hour; the last one closes where the run stops


def test_a_consumer_sees_an_interrupted_run_end_at_all_its_ports(interrupted):
    _, stream = interrupted
    bus = Bus(HOUR_US, lambda *_: None)
    bus.write(stream.events)
    assert {key.port: state.watermark_us for key, state in bus.partition.positions.items()} == dict.fromkeys(
        PORTS, NEVER_US
    )


def test_the_stream_can_be_made_again_from_the_tables_to_the_byte(frame, folder):
    simulate(frame, settings(), folder)
    manifest, lines = read_manifest(folder), logged(folder)
    made_of = manifest.seed, manifest.configuration_hash
    facts = RunFacts(manifest.run, manifest.replication, len(manifest.ports), *made_of)
    for slug, entry in manifest.ports.items():
        again = []
        for events in logged_events(folder, entry):
            again += encode_events(events, entry.info, facts, len(again))
        assert again == lines[slug]


def test_the_crossings_can_be_made_again_from_the_stream(frame, folder):
    stream = MemorySink()
    simulate(frame, settings(), folder, stream=stream)
    for key, (start, events) in decode_events(line for _, line in stream.events).items():
        kept = crossings_of(pq.read_table(folder / "crossings" / f"{key.port}.parquet"), start.info)
        for mine, other in zip(records_of(events).crossings, reached(kept), strict=True):
            np.testing.assert_array_equal(mine, other)
