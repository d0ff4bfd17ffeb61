import pytest

from border_sim.monitoring.health import SILENT_S, unhealthy, unready_consumer, unready_producer
from border_sim.streaming.counting.board import Board, PipelineFacts, ProducerFacts
from border_sim.streaming.counting.record_counts import RecordCounts


@pytest.fixture
def board(board_of):
    """A board of a run that has begun."""
    return board_of([])


def facts(**fields):
    return PipelineFacts(RecordCounts(), 0, 0, None, 0, 0, 0, 1, is_settled=True, alive_s=0.0)._replace(**fields)


def test_before_the_loop_turns_its_time_runs_from_the_beginning():
    assert unhealthy(Board(), 100.0, 100.0 + SILENT_S) is None
    assert unhealthy(Board(), 100.0, 101.0 + SILENT_S) == "the main loop has not turned for 91 s"


def test_loop_that_turns_is_healthy_and_one_that_hangs_is_not():
    board = Board()
    board.pipeline = facts(alive_s=1_000.0)
    assert unhealthy(board, 0.0, 1_000.0) is None
    assert unhealthy(board, 0.0, 1_500.0) == "the main loop has not turned for 500 s"


def test_producer_that_hangs_says_what_kafka_owes_it():
    board = Board()
    board.producer = ProducerFacts(9, 2, {}, frozenset(), 0.0)
    assert unhealthy(board, 0.0, 100.0) == (
        "the main loop has not turned for 100 s; 2 events sent that Kafka has not acknowledged"
    )


def test_consumer_is_ready_step_by_step(board_of):
    board = Board()
    assert unready_consumer(board, None) == "nothing has been read yet"
    board.pipeline = facts(is_settled=False)
    assert unready_consumer(board, None).startswith("the partitions that the group has given to this process")
    board.pipeline = facts()
    assert unready_consumer(board, None) == "the stored state is being read"
    board.has_been_read()
    assert unready_consumer(board, None) is None


def test_run_that_has_not_begun_is_named_and_the_newest_too(board):
    assert unready_consumer(board, "a-run-of-7") is None
    assert unready_consumer(board, "b") == "run b has not begun; the newest is a-run-of-7"
    empty = Board()
    empty.pipeline = facts()
    empty.has_been_read()
    assert unready_consumer(empty, "b\n") == r"run b\n has not begun; there is no other either"


def test_producer_is_ready_once_something_was_sent():
    board = Board()
    assert unready_producer(board) == "nothing has been sent yet"
    board.producer = ProducerFacts(0, 0, {}, frozenset(), 0.0)
    assert unready_producer(board) is None
