"""The board shows the ports of one run, those that this process owns apart, and nothing older than was committed."""

import pytest

from border_sim.events.decode import StreamKey
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.port_now import PortNow


def port(run, slug, began_ms, partition=0, replication=0, reached_us=0):
    return PortNow(StreamKey(run, replication, slug), partition, None, began_ms, reached_us, False, None, None, None)


@pytest.fixture
def board():
    board = Board()
    board.has_been_read()
    return board


def shown(ports):
    return [tuple(each.key) for each in ports]


def test_the_run_that_began_last_is_shown_and_its_ports_by_slug(board):
    board.show([port("new", "y", 7), port("old", "x", 5), port("new", "x", 8), port("old", "z", 5)])
    assert shown(board.ports()) == [("new", 0, "x"), ("new", 0, "y")]
    assert shown(board.ports("old")) == [("old", 0, "x"), ("old", 0, "z")]
    assert board.ports("nobody") == []


def test_a_run_has_begun_with_its_first_port_so_that_a_late_one_does_not_bring_it_back(board):
    board.show([port("old", "x", 5), port("new", "x", 7), port("old", "y", 9)])
    assert shown(board.ports()) == [("new", 0, "x")]


def test_of_runs_that_began_at_once_the_last_by_name_is_shown(board):
    board.show([port("b", "x", 5), port("a", "y", 5)])
    assert shown(board.ports()) == [("b", 0, "x")]


def test_of_a_run_the_replication_that_began_last_is_shown(board):
    board.show([port("run", "x", 5, replication=3), port("run", "x", 9, replication=1), port("other", "x", 1)])
    assert shown(board.ports()) == shown(board.ports("run")) == [("run", 1, "x")]


def test_a_port_as_it_stands_takes_the_place_of_what_it_was_and_what_is_gone_is_not_shown(board):
    board.show([port("run", "x", 5), port("run", "y", 5)])
    board.show([port("run", "x", 5, reached_us=9)], gone=[StreamKey("run", 0, "y"), StreamKey("unknown", 0, "y")])
    assert [each.watermark_us for each in board.ports()] == [9]


def test_ports_of_partitions_that_are_not_owned_are_left_out_of_the_owned(board):
    board.show([port("run", "x", 5, partition=1), port("run", "y", 5, partition=2)])
    assert board.owned_ports() == []
    board.own({1: 0})
    assert shown(board.owned_ports()) == [("run", 0, "x")]
    board.own({2: 0})
    assert shown(board.owned_ports()) == [("run", 0, "x"), ("run", 0, "y")]
    board.disown([1, 7])
    assert shown(board.owned_ports()) == [("run", 0, "y")]
    assert len(board.ports()) == 2


def test_an_instance_that_owns_no_port_of_the_newest_run_shows_none_of_an_older_one(board):
    board.show([port("old", "x", 5, partition=1), port("new", "y", 7, partition=2)])
    board.own({1: 0})
    assert board.owned_ports() == []
    assert shown(board.owned_ports("old")) == [("old", 0, "x")]


def test_a_partition_that_was_gained_is_shown_when_what_was_committed_before_has_been_read(board):
    board.show([port("run", "x", 5, partition=1)], offsets={1: 40})
    board.own({1: 50})
    assert board.owned_ports() == []
    board.show(offsets={1: 50})
    assert shown(board.owned_ports()) == [("run", 0, "x")]
    board.own({1: 90})
    assert shown(board.owned_ports()) == [("run", 0, "x")]  # it has been shown all the time
    board.disown([1])
    board.own({1: 90})
    assert board.owned_ports() == []


def test_nothing_is_shown_before_everything_that_was_stored_has_been_read():
    board = Board()
    board.show([port("run", "x", 5)])
    board.own({0: 0})
    assert (board.is_read, board.ports(), board.owned_ports()) == (False, [], [])
    board.has_been_read()
    assert board.is_read
    assert len(board.ports()) == len(board.owned_ports()) == 1


def test_what_is_not_known_yet_is_none(board):
    assert (board.pipeline, board.producer) == (None, None)
