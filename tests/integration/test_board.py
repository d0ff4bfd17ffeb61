"""What `consume` shows on a board, on a real broker: counters that go on whoever is killed, each port at one place."""

import signal
from contextlib import contextmanager
from itertools import pairwise
from math import inf
from threading import Event, Thread
from time import time

import numpy as np
import pytest

from border_sim.metrics.counters import COUNT, COUNTED
from border_sim.metrics.state import CELLS
from border_sim.metrics.window_tables import table_cells
from border_sim.run.directory import read_table
from border_sim.streaming.broker.consume import consume
from border_sim.streaming.broker.processor import Task
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import partition_of, require
from border_sim.streaming.counting.board import Board
from border_sim.vocabulary import MISSING
from tests.patience import PATIENCE_S
from tests.streams import SMALL_PORTS, WIDTH_US, record, send


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "run", "run")


def totals_of(run):
    """By port, what the windows of a run add up to, by cell."""
    table = read_table(run.folder / "metrics.parquet")
    slugs, cells = np.array(table["port"].to_pylist()), table_cells(table)
    measures = np.stack([table[name].to_numpy() for name in COUNTED], axis=1)
    totals = {}
    for slug in np.unique(slugs).tolist():
        rows = (slugs == slug) & (cells != MISSING)
        totals[slug] = np.zeros((CELLS, len(COUNTED)), np.int64)
        np.add.at(totals[slug], cells[rows], measures[rows])
    return totals


def counted(ports):
    return {port.key.port: port.counters.totals for port in ports if port.counters}


def is_counted(ports, run):
    """Whether the ports have counted all of a run, and nothing else."""
    totals, expected = counted(ports), totals_of(run)
    return totals.keys() == expected.keys() and all(np.array_equal(totals[slug], expected[slug]) for slug in expected)


class Instance:
    """A process of a group in a thread: its board, and what it said."""

    def __init__(self, address, prefix, session_s=2):
        settings, topics = kafka_settings(address), topic_names(prefix)
        task = Task(settings, topics, require(settings, topics), f"{prefix}-metrics", WIDTH_US, session_s, inf)
        self.board, self.said, self.stop = Board(), [], Event()
        options = {"until_ended": False, "say": self.said.append, "report": lambda _: None, "board": self.board}
        self.thread = Thread(target=consume, args=(task, self.stop), kwargs=options, daemon=True)

    def owned(self):
        return {port.key.port for port in self.board.owned_ports()}

    @property
    def facts(self):
        return self.board.pipeline


@pytest.fixture
def instance(kafka, prefix):
    """Starts a process of the group; given where, on another broker."""
    started = []

    @contextmanager
    def start(address=kafka):
        one = Instance(address, prefix)
        started.append(one)
        one.thread.start()
        yield one
        one.stop.set()
        one.thread.join(PATIENCE_S)

    yield start
    for one in started:
        one.stop.set()
        one.thread.join(PATIENCE_S)


def test_counters_go_on_after_a_kill_and_never_go_back(start_border_sim, instance, kafka, prefix, run, stored, until):
    most = len(run.events) * 2 // 3
    send(kafka, prefix, run.events[:most])
    first = start_border_sim("consume", "--kafka", kafka, "--topic-prefix", prefix, "--session-timeout", 2)
    until(lambda: stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), "windows are committed")
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE_S)
    seen = []
    with instance() as second:
        until(lambda: len(second.owned()) == len(SMALL_PORTS), "all ports are taken over")
        seen.append(counted(second.board.owned_ports()))
        send(kafka, prefix, run.events[most:])

        def is_over():
            seen.append(counted(second.board.owned_ports()))
            return is_counted(second.board.owned_ports(), run)

        until(is_over, "all is counted")
        until(lambda: second.facts.lag_records == 0, "the facts say so too")
        assert second.facts.state_bytes > 0
    assert any(totals.any() for totals in seen[0].values()), "it began where the killed one had committed"
    for before, after in pairwise(seen):
        assert all((after[slug] >= before[slug]).all() for slug in before)


def test_after_a_rebalance_each_port_is_at_one_instance_and_the_sums_are_right(instance, kafka, prefix, run, until):
    most = len(run.events) // 2
    send(kafka, prefix, run.events[:most])
    with instance() as first:
        until(lambda: len(first.owned()) == len(SMALL_PORTS), "the first has all ports")
        with instance() as second:
            until(lambda: second.owned() and len(first.owned()) < len(SMALL_PORTS), "the second has some")
            until(lambda: len(first.owned()) + len(second.owned()) == len(SMALL_PORTS), "all ports are somewhere")
            assert not first.owned() & second.owned()
            send(kafka, prefix, run.events[most:])
            both = lambda: [*first.board.owned_ports(), *second.board.owned_ports()]  # noqa: E731
            until(lambda: is_counted(both(), run), "all is counted")
            assert len(both()) == len(SMALL_PORTS)
            assert is_counted(second.board.ports(), run), "whoever owns them, all ports are known"
            assert first.facts.partitions + second.facts.partitions == 6
            events = lambda: first.facts.committed.events + second.facts.committed.events  # noqa: E731
            until(lambda: events() == len(run.events), "all is told to be committed")
            assert first.facts.lag_records + second.facts.lag_records == 0
            assert first.facts.streams + second.facts.streams == len(SMALL_PORTS)
        until(lambda: len(first.owned()) == len(SMALL_PORTS), "the first has all ports again")
        assert is_counted(first.board.owned_ports(), run)


def test_the_newest_run_is_shown_also_by_an_instance_that_has_none_of_its_ports(
    instance, kafka, prefix, run, until, tmp_path
):
    newer = record(tmp_path / "newer", "newer", ports=["sasabe"], seed=2)
    send(kafka, prefix, run.events)
    with instance() as first, instance() as second:
        until(lambda: is_counted(first.board.ports(), run), "the first run is counted")
        until(lambda: first.facts.partitions == second.facts.partitions == 3, "each has its part")
        send(kafka, prefix, newer.events)
        for each in (first, second):
            until(lambda each=each: is_counted(each.board.ports(), newer), "the newer run is counted")
            older = {port.key.port for port in each.board.ports("run")}
            assert older == {*SMALL_PORTS} - {"sasabe"}, "where a newer run has begun the older one's counters go"
        assert sorted([first.owned(), second.owned()], key=len) == [set(), {"sasabe"}]
        elsewhere = {port for port in SMALL_PORTS if partition_of(port, 6) != partition_of("sasabe", 6)}
        shown = {port.key.port for each in (first, second) for port in each.board.owned_ports("run")}
        assert elsewhere <= shown


def test_a_broker_that_comes_back_is_followed_again_and_its_silence_is_told_once(instance, broker, prefix, run, until):
    most = len(run.events) // 2
    send(broker.address, prefix, run.events[:most])
    with instance(broker.address) as one:
        until(lambda: len(one.owned()) == len(SMALL_PORTS), "it has all ports")
        until(lambda: one.facts.lag_records == 0, "all is committed")
        broker.stop()
        until(lambda: any("does not answer" in line for line in one.said), "the outage is told")
        before = counted(one.board.ports())  # what was committed last has come by then
        assert before.keys() == set(SMALL_PORTS)
        until(lambda: not one.facts.is_settled, "it is not settled")
        assert all(np.array_equal(before[slug], totals) for slug, totals in counted(one.board.ports()).items())
        broker.start()
        send(broker.address, prefix, run.events[most:])
        until(lambda: is_counted(one.board.owned_ports(), run), "all is counted")
        until(lambda: one.facts.is_settled, "it is settled again")
        assert sum("does not answer" in line for line in one.said) == 1
        assert sum("cannot be read" in line for line in one.said) <= 1


def test_records_that_are_not_committed_are_behind_in_number_and_age(instance, kafka, prefix, run, until):
    send(kafka, prefix, run.events)
    seen, sent_ms = [], time() * 1_000
    with instance() as one:
        until(
            lambda: one.facts and (seen.append(one.facts) or one.facts.committed.events == len(run.events)), "counted"
        )
        until(lambda: one.facts.oldest_ms is None, "nothing is left")
    behind = [facts for facts in seen if facts.lag_records]
    assert behind, "all records were there before it began"
    assert all(facts.oldest_ms is None or facts.oldest_ms <= sent_ms for facts in behind)
    assert max(facts.lag_records for facts in behind) <= len(run.events)
    assert one.facts.transactions >= 6
    assert one.facts.event_lag_us == 0


@pytest.mark.parametrize("name", ["arrivals", "starts", "wait_us"])
def test_what_is_compared_is_not_empty(run, name):
    assert sum(totals[:, getattr(COUNT, name)].sum() for totals in totals_of(run).values()) > 0
