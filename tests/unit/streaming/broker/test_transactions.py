"""Jobs are done side by side; the first failure is told, and none is waited for without end."""

import threading

import pytest
from kafka.errors import KafkaTimeoutError

from border_sim.streaming.broker import transactions
from border_sim.streaming.broker.transactions import side_by_side
from tests.patience import PATIENCE_S


def test_jobs_are_done_at_the_same_time():
    together = threading.Barrier(3, timeout=PATIENCE_S)
    side_by_side([together.wait] * 3)
    side_by_side([])


def test_a_failure_is_raised_when_the_others_are_done():
    done = []

    def fail():
        raise KafkaTimeoutError("gone")

    with pytest.raises(KafkaTimeoutError, match="gone"):
        side_by_side([fail, lambda: done.append(1), lambda: done.append(2)])
    assert sorted(done) == [1, 2]


def test_a_job_that_never_returns_is_left_behind(monkeypatch):
    monkeypatch.setattr(transactions, "ANSWERED_WITHIN_S", 0.01)
    for_ever = threading.Event()
    with pytest.raises(KafkaTimeoutError, match="no answer within"):
        side_by_side([for_ever.wait])
    for_ever.set()
