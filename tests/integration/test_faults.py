"""Whatever is killed, stopped or sent twice: the metrics on the topic are those of the run, each window once."""

import random
import signal
import time
from contextlib import closing, suppress
from itertools import pairwise

import pytest
from kafka import TopicPartition
from kafka.errors import CoordinatorNotAvailableError

from border_sim.streaming.broker.clients import admin, consumer
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import require
from border_sim.streaming.counting.read_back import WindowSet
from tests.patience import PATIENCE_S
from tests.streams import SMALL_PORTS, WIDTH_US, Recorded, check_exact, heard, record, send

GROUP = "metrics"
RNG = random.Random(20240304)


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "run", "run")


@pytest.fixture
def consume(start_border_sim, prefix):
    """Starts a consumer that ends when every run has ended."""

    def start(address):
        where = ("--kafka", address, "--topic-prefix", prefix, "--group", f"{prefix}-{GROUP}")
        return start_border_sim("consume", *where, "--until-ended", "--session-timeout", 1)

    return start


@pytest.fixture
def written(prefix):
    """How many records the topic of states has been given, those of transactions that are not committed too. One client
    asks, so that a kill may come between two records.
    """
    clients, topics = {}, topic_names(prefix)

    def count(address):
        settings = kafka_settings(address)
        if address not in clients:
            parts = [TopicPartition(topics.state, number) for number in range(require(settings, topics))]
            clients[address] = (consumer(settings), parts)
        client, parts = clients[address]
        return sum(client.end_offsets(parts).values())

    yield count
    for client, _ in clients.values():
        client.close()


@pytest.fixture
def wait_for_more(written, until):
    """Waits until so many more states have been written."""

    def wait(address, more, before):
        until(lambda: written(address) >= before + more, f"{more} states more than {before}")

    return wait


@pytest.fixture
def wait_for_members(prefix, until):
    """Waits until a group has so many members, each with its part."""

    def look(address, members):
        with closing(admin(kafka_settings(address))) as client, suppress(CoordinatorNotAvailableError):
            (group,) = client.describe_groups([f"{prefix}-{GROUP}"]).values()
            return group["group_state"] == "Stable" and len(group["members"]) == members
        return False  # the broker's first group

    return lambda address, members: until(lambda: look(address, members), f"{members} members")


@pytest.fixture
def check(stored, prefix):
    """The consumers have ended well, and the topics hold exactly the runs."""

    def look(address, consumers, runs):
        for each in consumers:
            _, stderr = each.communicate(timeout=PATIENCE_S)
            assert each.returncode == 0, stderr
        check_exact(stored(address, f"{prefix}.metrics", isolation_level="read_committed"), runs)
        assert stored(address, f"{prefix}.dead-letters", isolation_level="read_committed") == []

    return look


def cut(events, parts):
    """Events in parts of about the same length."""
    edges = [len(events) * place // parts for place in range(parts + 1)]
    return [events[first:last] for first, last in pairwise(edges)]


def test_a_consumer_killed_at_ten_random_moments(kafka, prefix, run, consume, written, wait_for_more, check):
    for part in cut(run.events, 10):
        send(kafka, prefix, part)
        before, killed = written(kafka), consume(kafka)
        wait_for_more(kafka, RNG.randrange(12), before)
        killed.kill()
        killed.communicate()
    check(kafka, [consume(kafka)], [run])


def test_two_share_the_work_one_is_killed_and_a_third_joins(
    kafka, prefix, run, consume, written, wait_for_more, wait_for_members, check
):
    first, second, third = cut(run.events, 3)
    killed, other = consume(kafka), consume(kafka)
    wait_for_members(kafka, 2)
    before = written(kafka)
    send(kafka, prefix, first)
    wait_for_more(kafka, RNG.randrange(12), before)
    killed.kill()
    before = written(kafka)
    send(kafka, prefix, second)
    wait_for_more(kafka, RNG.randrange(12), before)
    joined = consume(kafka)
    wait_for_members(kafka, 2)
    send(kafka, prefix, third)
    check(kafka, [other, joined], [run])


def test_a_consumer_that_was_stopped_past_its_session_does_not_write_when_it_wakes(
    kafka, prefix, run, consume, written, wait_for_more, wait_for_members, check
):
    first, second, third = cut(run.events, 3)
    before, zombie = written(kafka), consume(kafka)
    send(kafka, prefix, first)
    wait_for_more(kafka, RNG.randrange(12), before)
    zombie.send_signal(signal.SIGSTOP)
    before, other = written(kafka), consume(kafka)
    send(kafka, prefix, second)
    wait_for_members(kafka, 1)
    wait_for_more(kafka, 10, before)
    zombie.send_signal(signal.SIGCONT)
    send(kafka, prefix, third)
    check(kafka, [zombie, other], [run])


def test_a_producer_killed_and_run_again_under_the_same_run_id(
    start_border_sim, kafka, prefix, consume, count_stored, until, check, tmp_path
):
    ports = ("--ports", ",".join(SMALL_PORTS), "--days", 3, "--window", "15m", "--run-id", "again")
    command = ("run", *ports, "--log", "none", "--quiet", "--force", "--out", "again")
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    killed = start_border_sim(*command, *where)
    until(lambda: count_stored(kafka, f"{prefix}.events") > 5_000, "some of the run is on the topic")
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    counting = consume(kafka)
    assert start_border_sim(*command, *where).wait(PATIENCE_S) == 0
    check(kafka, [counting], [Recorded(WindowSet("again", 0, WIDTH_US), tmp_path / "again", [])])


@pytest.mark.parametrize(("end", "gone_s"), [("stop", 20), ("kill", 0)])
def test_a_broker_that_is_gone_for_a_while(
    broker, prefix, run, consume, written, wait_for_more, until, check, end, gone_s
):
    first, second = cut(run.events, 2)
    send(broker.address, prefix, first)
    before, waiting = written(broker.address), consume(broker.address)
    wait_for_more(broker.address, RNG.randrange(1, 12), before)
    getattr(broker, end)()
    gone = time.monotonic()
    assert "waiting: nothing is lost" in heard(waiting, f"broker {broker.address} does not answer")
    until(lambda: time.monotonic() >= gone + gone_s, f"{gone_s} s without a broker")
    broker.start()
    heard(waiting, f"broker {broker.address} answers again; going on")
    send(broker.address, prefix, second)
    check(broker.address, [waiting], [run])


def test_two_runs_of_three_replications_on_one_topic(kafka, prefix, tmp_path, consume, wait_for_members, check):
    ports = ("boquillas", "sasabe", "los-ebanos")
    runs = [record(tmp_path / f"{name}-{number}", name, number, ports) for name in "ab" for number in range(3)]
    consumers = [consume(kafka), consume(kafka)]
    wait_for_members(kafka, 2)
    for parts in zip(*(cut(run.events, 4) for run in runs), strict=True):
        for part in parts:
            send(kafka, prefix, part)
    check(kafka, consumers, runs)
