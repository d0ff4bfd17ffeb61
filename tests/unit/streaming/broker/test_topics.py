import pytest
from kafka.partitioner import DefaultPartitioner

from border_sim.loading.catalogue import load_catalogue
from border_sim.streaming.broker.topic_names import Wanted, topic_names
from border_sim.streaming.broker.topics import _suits, partition_of

# known answers of murmur2, from the tests of Kafka's Java client
MURMUR2 = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "abc": 479470107,
}


@pytest.mark.parametrize(("key", "hashed"), MURMUR2.items())
def test_a_port_goes_where_kafkas_own_clients_would_send_it(key, hashed):
    for partitions in (1, 6, 1000):
        assert partition_of(key, partitions) == (hashed & 0x7FFFFFFF) % partitions


class OneTopic:
    def topics(self):
        return {"events"}

    def partitions_for_topic(self, _):
        return set(range(6))

    def available_partitions_for_topic(self, _):
        return set(range(6))


def test_every_port_of_the_catalogue_goes_where_the_client_would_send_its_slug():
    theirs = DefaultPartitioner()
    for slug in load_catalogue().ports:
        key = slug.encode()
        assert partition_of(slug, 6) == theirs.partition("events", slug, key, None, None, OneTopic())


def test_the_topics_of_a_prefix():
    assert topic_names() == ("border.events", "border.metrics", "border.metrics.state", "border.dead-letters")
    assert topic_names("mine").dead_letters == "mine.dead-letters"


@pytest.mark.parametrize("prefix", ["", "two words", ".hidden", "é", "x" * 101])
def test_a_prefix_that_no_topic_may_have_is_refused(prefix):
    with pytest.raises(ValueError, match="write letters, digits, dots, hyphens or underscores"):
        topic_names(prefix)


@pytest.mark.parametrize(
    ("found", "wanted", "suits"),
    [
        ("compact", Wanted("compact"), True),
        ("compact,delete", Wanted("compact"), False),
        ("604800000", Wanted("604800000", "at least"), True),
        ("604799999", Wanted("604800000", "at least"), False),
        ("-1", Wanted("604800000", "at least"), True),
        ("0.1", Wanted("0.1", "at most"), True),
        ("0.5", Wanted("0.1", "at most"), False),
        ("1", Wanted("16777216", "at most"), True),
    ],
)
def test_a_setting_suits_by_its_rule_and_without_end_is_above_all(found, wanted, suits):
    assert _suits(found, wanted) is suits
