"""Records that cannot be taken, between those that can: kept as they were, told with their reasons, not counted."""

import json
from contextlib import closing

import pytest
from kafka import TopicPartition

from border_sim.streaming.broker.clients import producer
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import partition_of
from border_sim.streaming.counting.dead_letters import origin_of
from tests.streams import check_exact, record, send

PORTS = ("boquillas", "los-ebanos", "sasabe")
HEADERS = [("schema", b"3")]


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "run", "run", ports=PORTS)


def noise(events):
    """What may come between the events of a run, each with its reason: key, value, headers."""
    port, line = events[len(events) // 2]
    event = json.loads(line)
    early = json.dumps(event | {"t_us": event["t_us"] - 3_600_000_000, "seq": event["seq"] + 10**6}).encode()
    return [
        ("malformed", port, b"not an event", HEADERS),
        ("malformed", port, line[: len(line) // 2], HEADERS),
        ("malformed", port, b"\x00\xff" * 500_000, HEADERS),
        ("malformed", port, None, HEADERS),
        ("malformed", None, None, HEADERS),
        ("malformed", port, json.dumps(event | {"x" * 1_000_000: 1}).encode(), HEADERS),
        (
            "malformed",
            port,
            json.dumps(event | {"port": "\N{BRIDGE AT NIGHT}"}, ensure_ascii=False).encode()[:-1],
            HEADERS,
        ),
        ("malformed", port, line.replace(b'"kind"', b'"\xffkind"'), HEADERS),
        ("malformed", port, b"", [("nothing", None)]),
        ("malformed", "somebody", json.dumps({"temperature": 21}).encode(), [("traceparent", b"00-4bf9")]),
        ("version", port, line, [("schema", b"99")]),
        ("unknown_stream", port, json.dumps(event | {"run": "unheard-of"}).encode(), HEADERS),
        ("misplaced", port, json.dumps(event | {"run": "unheard-of", "port": "elsewhere"}).encode(), HEADERS),
        ("late", port, early, HEADERS),
        ("gap", port, json.dumps(event | {"seq": event["seq"] + 10**6}).encode(), HEADERS),
    ]


def write(address, to, foreign):
    """Write records as any client may, also those that kafka-python's producer does not send."""
    with closing(producer(kafka_settings(address), max_request_size=2**21)) as client:
        client.partitions_for(to.topic)
        for _, key, value, headers in foreign:
            client._accumulator.append(to, 1, key and key.encode(), value, headers)
        client.flush(60)


def kept(key, value, headers):
    """A record as its dead letter keeps it."""
    empty = b"" if value is None else None
    return key.encode() if key else empty, value, [(name, told or b"") for name, told in headers]


@pytest.fixture
def consumed(kafka, prefix, run, border_sim, monkeypatch):
    """A stream of a run with noise in its middle, consumed to its end; the noise, and the finished consumer."""
    middle = len(run.events) // 2 + 1
    foreign = noise(run.events)
    partition = partition_of(run.events[middle - 1][0], 6)
    send(kafka, prefix, run.events[:middle])
    # the client counts bytes, and does not know headers without a value, which others do send
    monkeypatch.setattr("kafka.producer.producer_batch.len", lambda told: len(told or b""), raising=False)
    write(kafka, TopicPartition(topic_names(prefix).events, partition), foreign)
    send(kafka, prefix, run.events[middle:])
    where = ("--kafka", kafka, "--topic-prefix", prefix, "--group", prefix)
    return foreign, border_sim("consume", *where, "--until-ended")


def test_noise_is_kept_as_it_was_with_its_reason_and_the_metrics_are_those_of_the_run(
    kafka, prefix, run, consumed, stored, border_sim
):
    foreign, consumer = consumed
    assert consumer.returncode == 0, consumer.stderr
    check_exact(stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), [run])
    letters = stored(kafka, f"{prefix}.dead-letters", isolation_level="read_committed")
    assert [
        (letter.key, letter.value, letter.headers[: len(sent)])
        for letter, (*_, sent) in zip(letters, foreign, strict=True)
    ] == [kept(*each) for _, *each in foreign]
    origins = [origin_of(letter) for letter in letters]
    assert [origin.reason for origin in origins] == [reason for reason, *_ in foreign]
    assert {origin.topic for origin in origins} == {f"{prefix}.events"}
    (events,) = {letter.partition for letter in letters}
    sources = {(source.partition, source.offset): source for source in stored(kafka, f"{prefix}.events")}
    for letter, origin in zip(letters, origins, strict=True):
        source = sources[events, origin.offset]
        assert (source.key or letter.key, source.value) == (letter.key, letter.value)
        assert len(origin.error) <= 500
        assert origin.group == prefix
    assert "10 dead letters, malformed: not an event of border-sim\n" in consumer.stdout


def test_dead_letters_are_listed_with_counts_samples_and_where_they_came_from(kafka, prefix, consumed, border_sim):
    listed = border_sim("dead-letters", "--kafka", kafka, "--topic-prefix", prefix)
    assert listed.returncode == 0, listed.stderr
    table, _, samples = listed.stdout.partition("\n\n")
    assert " ".join(table.splitlines()[1].split()) == "malformed not an event of border-sim 10"
    assert f"malformed: {prefix}.events, partition " in samples
    assert "not an event\n" in samples
    assert "header schema is '99'; this version reads 1, 2" in samples
    assert "(1,000,000 bytes)" in samples
    assert max(map(len, listed.stdout.splitlines())) < 1_000
    assert all(line.isprintable() for line in listed.stdout.splitlines())


def test_letters_of_several_groups_are_told_apart(kafka, prefix, consumed, border_sim):
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    assert border_sim("consume", *where, "--group", f"{prefix}-other", "--until-ended").returncode == 0
    told = border_sim("dead-letters", *where).stdout
    counted = {tuple(line.split()[-2:]) for line in told.splitlines() if line.startswith("malformed  ")}
    assert counted == {(prefix, "10"), (f"{prefix}-other", "10")}
    assert f", group {prefix}-other\n" in told


def test_a_stream_without_dead_letters_says_so_and_one_that_is_not_there_is_not_made(kafka, prefix, border_sim):
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    missing = border_sim("dead-letters", *where)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert f"no stream {prefix} at {kafka}: topic {prefix}.dead-letters is missing\n" in missing.stderr
    assert f"no stream {prefix} at" in border_sim("metrics", "--from-kafka", *where[1:]).stderr
    assert border_sim("topics", *where).returncode == 0
    listed = border_sim("dead-letters", *where)
    assert (listed.returncode, listed.stdout) == (0, f"{prefix}.dead-letters is empty: every record was counted\n")
