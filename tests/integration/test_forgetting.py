"""Streams of which nothing comes are forgotten, and nothing is counted twice for it, on a real broker."""

import signal

import pytest

from border_sim.streaming.counting.dead_letters import Reason, origin_of
from border_sim.streaming.counting.stream_state import PartitionRecord, decode_record, read_key
from tests.streams import check_exact, record, send

PORTS = ("boquillas", "los-ebanos", "sasabe")
COMMITTED = {"isolation_level": "read_committed"}
AT_ONCE = ("--forget-after", 0.00001)
"""A second, about: for processes that find all records counted."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "run", "run", ports=PORTS)


@pytest.fixture
def consume(kafka, prefix):
    """The command that consumes the test's topics."""
    return ("consume", "--kafka", kafka, "--topic-prefix", prefix, "--group", prefix, "--session-timeout", 2)


@pytest.fixture
def state(kafka, prefix, stored):
    """What the group stores, by key: the last values."""

    def read():
        last = {read_key(each.key): each.value for each in stored(kafka, f"{prefix}.metrics.state", **COMMITTED)}
        assert {group for group, _ in last} <= {prefix}
        return last

    return read


@pytest.fixture
def remembered(state):
    """The ports whose streams the group remembers."""
    return lambda: {stream.port for (_, stream), value in state().items() if stream and value is not None}


@pytest.fixture
def counted(kafka, prefix, stored):
    """How many records of events the group has committed."""

    def count():
        records = stored(kafka, f"{prefix}.metrics.state", **COMMITTED)
        own = {each.partition: each.value for each in records if read_key(each.key) == (prefix, None)}
        return sum(decode_record(value, PartitionRecord).offset for value in own.values())

    return count


def stop(process):
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    return stdout, stderr


def test_what_has_ended_is_forgotten_and_what_comes_of_it_later_is_dead_and_not_counted(
    border_sim, start_border_sim, kafka, prefix, run, consume, remembered, stored, until
):
    send(kafka, prefix, run.events)
    assert border_sim(*consume, "--until-ended").returncode == 0
    assert remembered() == set(PORTS)
    forgetting = start_border_sim(*consume, *AT_ONCE)
    until(lambda: not remembered(), "all streams are forgotten")
    assert "forgotten" not in "".join(stop(forgetting))
    assert border_sim(*consume, "--until-ended").returncode == 0
    later = [event for event in run.events if b"run_started" not in event[1]][:500]
    send(kafka, prefix, later)
    consumed = border_sim(*consume, "--until-ended")
    assert consumed.returncode == 0, consumed.stderr
    assert consumed.stdout.startswith("0 events counted, 0 windows closed\n500 dead letters, unknown_stream: ")
    letters = stored(kafka, f"{prefix}.dead-letters", **COMMITTED)
    assert {origin_of(letter).reason for letter in letters} == {Reason.UNKNOWN_STREAM}
    check_exact(stored(kafka, f"{prefix}.metrics", **COMMITTED), [run])


def test_what_was_abandoned_is_told_not_waited_for_and_counted_whole_when_it_is_sent_again(
    border_sim, start_border_sim, kafka, prefix, run, consume, remembered, counted, until
):
    most = run.events[: len(run.events) * 6 // 10]
    send(kafka, prefix, most)
    counting = start_border_sim(*consume)
    until(lambda: counted() == len(most), "all records are counted")
    stop(counting)
    abandoning = border_sim(*consume, *AT_ONCE, "--until-ended")
    assert abandoning.returncode == 0, abandoning.stderr
    assert "3 streams forgotten before they ended\n" in abandoning.stdout
    told = "nothing has come for 1e-05 days, and it had not ended; it is forgotten\n"
    for port in PORTS:
        assert f"run run, replication 0, port {port}: {told}" in abandoning.stderr
    assert remembered() == set()
    send(kafka, prefix, run.events)
    assert border_sim(*consume, "--until-ended").returncode == 0
    where = ("--from-kafka", kafka, "--topic-prefix", prefix)
    compared = border_sim("metrics", *where, "--compare", run.folder)
    assert compared.returncode == 0, compared.stdout
    assert "windows came more than once, the same each time" in compared.stdout
