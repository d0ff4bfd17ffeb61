"""The topics of a stream on a real broker: made where they are missing, checked where they are there."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from border_sim.streaming.broker.clients import StreamingError, admin
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import Topics, topic_names
from border_sim.streaming.broker.topics import existing, prepare, require


@pytest.fixture
def settings(kafka):
    return kafka_settings(kafka)


@pytest.fixture
def topics(prefix) -> Topics:
    return topic_names(prefix)


def make(settings, topics):
    """Make topics by hand: by name their partitions and settings."""
    configs = {name: {"num_partitions": count, "configs": config} for name, (count, config) in topics.items()}
    with closing(admin(settings)) as client:
        client.create_topics(configs, wait_for_metadata=True)


def test_topics_are_made_once_and_are_as_they_should_be_from_then_on(settings, topics):
    first, second = prepare(settings, topics), prepare(settings, topics)
    assert [topic.name for topic in first] == list(topics)
    assert all(topic.is_new and topic.partitions == 6 and not topic.wrong for topic in first)
    assert second == tuple(topic._replace(is_new=False) for topic in first)
    assert require(settings, topics) == 6


def test_the_broker_dates_records_and_keeps_what_each_topic_is_for(settings, topics):
    events, metrics, state, dead_letters = (topic.settings for topic in prepare(settings, topics))
    for each in (events, metrics, state, dead_letters):
        assert each["message.timestamp.type"] == "LogAppendTime"
    assert events["cleanup.policy"] == dead_letters["cleanup.policy"] == "delete"
    assert (metrics["cleanup.policy"], metrics["retention.ms"]) == ("compact,delete", events["retention.ms"])
    assert state["cleanup.policy"] == "compact"
    assert int(dead_letters["max.message.bytes"]) >= 2 * int(events["max.message.bytes"])


def test_several_at_once_make_each_topic_once(settings, topics):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: prepare(settings, topics, 3), range(4)))
    for standings in zip(*found, strict=True):
        assert [topic.is_new for topic in standings].count(True) == 1
        assert all(topic.partitions == 3 and not topic.wrong for topic in standings)


def test_missing_topics_get_as_many_partitions_as_the_topic_of_events(settings, topics):
    make(settings, {topics.events: (4, {"message.timestamp.type": "LogAppendTime"})})
    assert [topic.partitions for topic in prepare(settings, topics)] == [4] * 4
    assert require(settings, topics) == 4


def test_what_is_wrong_is_told_and_left_alone(settings, topics):
    dated = {"message.timestamp.type": "LogAppendTime"}
    make(
        settings,
        {
            topics.events: (2, dated | {"retention.ms": "1000"}),
            topics.metrics: (3, dated | {"cleanup.policy": "compact"}),
            topics.state: (2, {"cleanup.policy": "compact"}),
        },
    )
    for _ in range(2):
        wrong = [topic.wrong for topic in prepare(settings, topics)]
        assert wrong == [
            ("retention.ms is 1000; it should be at least 604800000",),
            ("has 3 partitions; it should have 2",),
            (
                "message.timestamp.type is CreateTime; it should be LogAppendTime",
                "segment.bytes is 1073741824; it should be at most 16777216",
                "min.cleanable.dirty.ratio is 0.5; it should be at most 0.1",
            ),
            (),
        ]
    with pytest.raises(StreamingError, match=f"{topics.metrics}: has 3 partitions; it should have 2;"):
        require(settings, topics)


def test_who_only_reads_makes_nothing(settings, topics, border_sim, kafka, prefix, tmp_path):
    with pytest.raises(StreamingError) as caught:
        existing(settings, topics, topics.metrics)
    assert str(caught.value) == f"no stream {prefix} at {kafka}: topic {topics.metrics} is missing"
    replay = border_sim("replay", "--from-kafka", kafka, "--from-topic-prefix", prefix, "--to", "out.ndjson")
    assert replay.returncode == 1
    assert replay.stderr == f"no stream {prefix} at {kafka}: topic {topics.events} is missing\n"
    assert not list(tmp_path.glob("*.ndjson"))
    assert all(topic.is_new for topic in prepare(settings, topics, 3))
    assert existing(settings, topics, topics.metrics) == 3


def test_events_may_be_kept_for_ever(settings, topics):
    make(settings, {topics.events: (1, {"message.timestamp.type": "LogAppendTime", "retention.ms": "-1"})})
    assert not prepare(settings, topics)[0].wrong


def test_the_command_makes_checks_and_refuses(border_sim, kafka, prefix, topics):
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    made = border_sim("topics", *where)
    assert made.returncode == 0, made.stderr
    assert made.stdout.count(" created ") == 4
    again = border_sim("topics", *where, environment={"BORDER_SIM_KAFKA": kafka})
    assert again.returncode == 0
    assert again.stdout.count("as it should be") == 4
    wrong = border_sim("topics", *where, "--partitions", 7)
    assert wrong.returncode == 1
    assert wrong.stderr.splitlines() == [f"{topic}: has 6 partitions; it should have 7" for topic in topics]


def test_a_prefix_that_no_topic_may_have_is_wrong_input(border_sim, kafka):
    result = border_sim("topics", "--kafka", kafka, "--topic-prefix", "two words")
    assert result.returncode == 2
    assert "'two words'; write letters, digits, dots, hyphens or underscores" in result.stderr
