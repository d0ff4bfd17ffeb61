"""Whatever is killed, stopped or sent twice: the metrics on the topic are those of the run, each window once."""

import random
import signal
from contextlib import closing

import pytest

from border_sim.streaming.clients import admin
from border_sim.streaming.read_back import Made
from border_sim.streaming.settings import kafka_settings
from tests.streams import SMALL_PORTS, WIDTH_US, Recorded, check_exact, record, send

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
        return start_border_sim("consume", *where, "--until-ended", "--session-timeout", 1, environment={"PYTHONFAULTHANDLER":"1"})

    return start


@pytest.fixture
def written(count_stored, prefix):
    """How many records the topic of states has been given, those of transactions that are not committed too."""
    return lambda address: count_stored(address, f"{prefix}.metrics.state")


@pytest.fixture
def wait_for_more(written, until):
    """Waits until so many more states have been written."""

    def wait(address, more, before):
        until(lambda: written(address) >= before + more, f"{more} states more than {before}", 20)

    return wait


@pytest.fixture
def wait_for_members(prefix, until):
    """Waits until a group has so many members, each with its part."""

    def look(address, members):
        with closing(admin(kafka_settings(address))) as client:
            (group,) = client.describe_groups([f"{prefix}-{GROUP}"])
            return group["group_state"] == "Stable" and len(group["members"]) == members

    return lambda address, members: until(lambda: look(address, members), f"{members} members")


@pytest.fixture
def check(stored, prefix):
    """The consumers have ended well, and the topics hold exactly the runs."""

    def look(address, consumers, runs):
        for consumer in consumers:
            _, stderr = consumer.communicate(timeout=60)
            assert consumer.returncode == 0, stderr
        check_exact(stored(address, f"{prefix}.metrics", isolation_level="read_committed"), runs)
        assert stored(address, f"{prefix}.dead-letters", isolation_level="read_committed") == []

    return look


def cut(events, parts):
    """Events in parts of about the same length."""
    edges = [len(events) * place // parts for place in range(parts + 1)]
    return [events[first:last] for first, last in zip(edges, edges[1:], strict=False)]


def heard(process, part):
    """Reads what a process says until it says something."""
    for line in process.stderr:
        if part in line:
            return line
    pytest.fail(f"the process ended without saying {part!r}")


def test_a_consumer_killed_at_ten_random_moments(kafka, prefix, run, consume, written, wait_for_more, check):
    for part in cut(run.events, 10):
        send(kafka, prefix, part)
        before, consumer = written(kafka), consume(kafka)
        try:
            wait_for_more(kafka, RNG.randrange(12), before)
        except AssertionError:
            consumer.send_signal(6)
            print(written(kafka), before, consumer.communicate()[1][-2500:])
            raise
        consumer.kill()
        consumer.communicate()
    check(kafka, [consume(kafka)], [run])


