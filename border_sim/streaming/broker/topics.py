"""The topics of a stream: created where they are missing, checked where they are there."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import NoError, TopicAlreadyExistsError, UnknownTopicOrPartitionError
from kafka.partitioner import murmur2

from border_sim.streaming.broker.clients import StreamingError, admin, clear_errors
from border_sim.streaming.broker.settings import KafkaSettings
from border_sim.streaming.broker.topic_names import PARTITIONS, Topics, Wanted, wanted_settings

_FOREVER: Final = -1


class Topic(NamedTuple):
    """A topic as it stands on the broker."""

    name: str
    is_new: bool
    """Whether it was made just now."""
    partitions: int
    settings: dict[str, str]
    """Those that matter here."""
    wrong: tuple[str, ...]
    """What is not as it should be, and how it should be; empty if all is."""


def prepare(settings: KafkaSettings, topics: Topics, partitions: int | None = None) -> tuple[Topic, ...]:
    """Create the topics that are missing and tell how all of them stand; safe to call twice, and by two at once.

    `partitions`: of each topic; `None`: as many as those that are there have, else `PARTITIONS`. Replicas are as many
    as the brokers' default. Nothing is changed of a topic that is there. Raises `StreamingError` if the broker cannot
    be reached or refuses.
    """
    wanted = wanted_settings(topics)
    with clear_errors(settings), closing(admin(settings)) as client:
        there = _partition_counts(client, topics)
        count = partitions or there.get(topics.events) or max(there.values(), default=PARTITIONS)
        created = _create(client, {name: wanted[name] for name in topics if name not in there}, count)
        client.wait_for_topics(list(topics))
        there, actual = _partition_counts(client, topics), _settings(client, topics)
    count = partitions or there[topics.events]
    wrong = {name: (*_wrong_count(there[name], count), *_wrong_settings(actual[name], wanted[name])) for name in topics}
    return tuple(Topic(name, name in created, there[name], actual[name], wrong[name]) for name in topics)


def require(settings: KafkaSettings, topics: Topics) -> int:
    """Create the topics that are missing; how many partitions each has.

    Raises `StreamingError` if one is not as it should be, or if the broker cannot be reached or refuses.
    """
    prepared = prepare(settings, topics)
    wrong = [f"{topic.name}: {each}" for topic in prepared for each in topic.wrong]
    if wrong:
        raise StreamingError(f"{settings.servers}: {'; '.join(wrong)}")
    return prepared[0].partitions


def existing(settings: KafkaSettings, topics: Topics, topic: str) -> int:
    """How many partitions a topic of the stream has, for who only reads it: nothing is created.

    Raises `StreamingError` if it is missing, or if the broker cannot be reached or refuses.
    """
    with clear_errors(settings), closing(admin(settings)) as client:
        there = _partition_counts(client, topics)
    if topic not in there:
        prefix = topics.events.removesuffix(".events")
        raise StreamingError(f"no stream {prefix} at {settings.servers}: topic {topic} is missing")
    return there[topic]


@lru_cache(4_096)  # ports may be foreign
def partition_of(port: str, partitions: int) -> int:
    """The partition of a port's events, the one that Kafka's default partitioner gives its slug."""
    return int(murmur2(port.encode()) & 0x7FFFFFFF) % partitions


def _partition_counts(client: KafkaAdminClient, topics: Topics) -> dict[str, int]:
    """By topic that is there, its partitions."""
    described = client.describe_topics(list(topics))
    codes = {UnknownTopicOrPartitionError.errno}
    return {each["name"]: len(each["partitions"]) for each in described if each["error_code"] not in codes}


def _create(client: KafkaAdminClient, wanted: Mapping[str, Mapping[str, Wanted]], partitions: int) -> set[str]:
    """Create topics; the names of those that nobody else created meanwhile."""
    if not wanted:
        return set()
    configs = {
        name: {"num_partitions": partitions, "configs": {key: one.value for key, one in settings.items()}}
        for name, settings in wanted.items()
    }
    answer = client.create_topics(configs, raise_errors=False)
    codes = {each["name"]: each["error_code"] for each in answer["topics"]}
    for each in answer["topics"]:
        if each["error_code"] not in {NoError.errno, TopicAlreadyExistsError.errno}:
            raise StreamingError(f"{each['name']}: the broker did not create it: {each['error_message']}")
    return {name for name, code in codes.items() if code == NoError.errno}


def _settings(client: KafkaAdminClient, topics: Topics) -> dict[str, dict[str, str]]:
    """By topic, its settings that are looked at."""
    wanted = wanted_settings(topics)
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, list(wanted[name])) for name in topics]
    described: dict[str, dict[str, Any]] = client.describe_configs(asked, config_filter="all")["topic"]
    return {name: {key: str(one["value"]) for key, one in sorted(described[name].items())} for name in topics}


def _wrong_count(partitions: int, wanted: int) -> Iterator[str]:
    if partitions != wanted:
        yield f"has {partitions} partitions; it should have {wanted}"


def _wrong_settings(actual: Mapping[str, str], wanted: Mapping[str, Wanted]) -> Iterator[str]:
    for key, one in wanted.items():
        if key not in actual:
            yield f"{key} cannot be read; it should be {one}"
        elif not _suits(actual[key], one):
            yield f"{key} is {actual[key]}; it should be {one}"


def _suits(actual: str, wanted: Wanted) -> bool:
    if wanted.rule == "rather":
        return True
    if not wanted.rule:
        return actual == wanted.value
    has, bound = (float("inf") if float(text) == _FOREVER else float(text) for text in (actual, wanted.value))
    return has >= bound if wanted.rule == "at least" else has <= bound
