"""Small runs of the real ports, their events on a broker, and whether its metrics are those of the runs."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from border_sim.cli.options import load_resolved
from border_sim.metrics.window_tables import differences
from border_sim.run.directory import read_table
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.sink import KafkaSink
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import require
from border_sim.streaming.counting.read_back import WindowSet, read_back
from border_sim.streaming.counting.window_records import to_table
from border_sim.vocabulary import MINUTE_US
from tests.memory_sink import MemorySink

WIDTH_US = 15 * MINUTE_US
SMALL_PORTS = ("antelope-wells", "boquillas", "columbus", "falcon-dam", "los-ebanos", "lukeville", "naco", "sasabe")
"""In five of six partitions."""
_TIME = re.compile(rb'"t_us":(\d+)')

Events = Sequence[tuple[str, bytes]]


class Recorded(NamedTuple):
    """A run that is over."""

    windows: WindowSet
    """What its metrics are read back by"""
    folder: Path
    """Its directory, with the metrics that it wrote"""
    events: list[tuple[str, bytes]]
    """Port and line of each event, in the order of time"""


def record(folder: Path, run: str, replication: int = 0, ports: Iterable[str] = SMALL_PORTS, seed: int = 1) -> Recorded:
    """Simulate a day of some ports."""
    sink = MemorySink()
    make_directory(folder, force=False)
    settings = RunSettings(run, seed, replication, WIDTH_US)
    simulate(load_resolved(None, ",".join(ports), days=1), settings, folder, stream=sink)
    events = sorted(sink.events, key=lambda event: int(_TIME.search(event[1])[1]))
    return Recorded(WindowSet(run, replication, WIDTH_US), folder, events)


def send(address: str, prefix: str, events: Iterable[tuple[str, bytes]]) -> None:
    """Write events to the stream's topic."""
    settings, topics = kafka_settings(address), topic_names(prefix)
    with KafkaSink(settings, topics.events, require(settings, topics), print) as sink:
        sink.write(events)


def heard(process: Any, part: str) -> str:
    """Read what a process says until it says something; what it said then."""
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if part in line:
            return line
    raise AssertionError(f"the process ended without saying {part!r}; it said {''.join(said)}")


def check_exact(records: Sequence[Any], runs: Iterable[Recorded]) -> None:
    """The committed records of a topic of metrics are the windows of these runs: each once, none else, all figures the
    same.
    """
    assert len({record.key for record in records}) == len(records), "a window was written twice"
    found = read_back(records)
    assert found.foreign == 0
    assert found.windows.keys() == {run.windows for run in runs}
    for run in runs:
        assert differences(to_table(found.windows[run.windows]), read_table(run.folder / "metrics.parquet")) == (0, "")
