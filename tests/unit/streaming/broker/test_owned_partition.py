"""What of a partition is not committed, and since when."""

import json
from types import SimpleNamespace

import pytest

from border_sim.streaming.broker.owned_partition import OwnedPartition
from border_sim.streaming.counting.embedded import BusRecord
from border_sim.streaming.counting.partition import Partition
from border_sim.streaming.counting.record_counts import RecordCounts
from border_sim.vocabulary import QUARTER_US


@pytest.fixture
def owned():
    return OwnedPartition(Partition(0, QUARTER_US), SimpleNamespace())


def read(owned, *times_ms):
    """Records that the broker wrote at these instants are read."""
    first = owned.partition.offset
    records = [BusRecord(0, first + place, b"", b"noise", time_ms) for place, time_ms in enumerate(times_ms)]
    owned.add(owned.partition.count(records), ["message"], records)


def committed(owned):
    owned.offset = owned.partition.offset
    owned.note_commit()


def test_what_was_read_is_to_be_written_until_it_is_committed(owned):
    assert not owned.is_ahead
    read(owned, 5, 6)
    assert owned.is_ahead
    assert (owned.counts.dead, owned.messages) == ({"malformed": 2}, ["message"])
    committed(owned)
    assert not owned.is_ahead
    assert (owned.counts, owned.messages, owned.abandoned) == (RecordCounts(), [], [])


def test_the_oldest_record_that_is_not_committed_is_the_first_one_read(owned):
    read(owned, 500, 600)
    read(owned, 700)
    assert owned.oldest_ms(3, 1_000) == 500


def test_of_records_that_are_not_read_yet_it_is_known_that_they_are_younger_than_the_last_committed_one(owned):
    read(owned, 500, 600)
    committed(owned)
    assert owned.oldest_ms(7, 1_000) == 600


def test_after_a_silence_a_new_record_is_not_taken_for_an_old_one(owned):
    read(owned, 500)
    committed(owned)
    assert owned.oldest_ms(1, 90_000) is None
    assert owned.oldest_ms(2, 95_000) == 90_000


def test_before_it_is_known_where_a_partition_ends_its_records_are_not_taken_for_new_ones(owned):
    assert owned.oldest_ms(None, 90_000) is None
    read(owned, 500, 600)
    committed(owned)
    assert owned.oldest_ms(7, 95_000) == 600


def test_of_a_partition_of_which_nothing_was_read_nothing_is_known(owned):
    assert owned.oldest_ms(7, 1_000) is None


def test_a_partition_that_was_restored_is_as_new_as_its_newest_stream():
    start = {
        "run": "r", "replication": 0, "port": "p", "seq": 0, "t_us": 0, "kind": "run_started", "schema": 3,
        "time_zone": "UTC", "latitude": None, "longitude": None, "installed": {}, "pools": [], "measured_from_us": 0,
        "ports": 1, "seed": 1, "configuration_hash": "0123",
    }  # fmt: skip
    partition = Partition(0, QUARTER_US)
    partition.count([BusRecord(0, 4, b"", json.dumps(start).encode(), 800)])
    restored = OwnedPartition(partition, SimpleNamespace())
    assert (restored.offset, restored.is_ahead) == (5, True)
    assert restored.oldest_ms(7, 1_000) == 800
