import numpy as np
import pytest

from border_sim.cli.options import load_resolved
from border_sim.monitoring import producer_facts
from border_sim.streaming.counting.board import Board
from border_sim.streaming.playback.play import Reached
from border_sim.streaming.playback.simulated import Identity, live_streams


@pytest.fixture
def shown(monkeypatch):
    """What a board shows of a run of two ports after each of these: seconds, instant, events sent and ports ended."""
    streams = live_streams(load_resolved(None, "naco,sasabe", days=1), Identity("r", 1, 0))

    def show(*notes):
        board, found = Board(), []
        tell = producer_facts.show_on(board, streams, lambda: 7)
        for now_s, until_us, sent, ended in notes:
            monkeypatch.setattr(producer_facts, "monotonic", lambda now_s=now_s: now_s)
            further = until_us and Reached(until_us, np.array(sent), np.array(ended), np.zeros(1, np.int64))
            tell(further)
            found.append(board.producer)
        return found

    return show


def test_ports_that_have_begun_have_reached_what_was_sent_last(shown):
    [facts] = shown((1.0, 500, [3, 0], [False, False]))
    assert facts == (3, 7, {"naco": 500}, frozenset(), 1.0)


def test_it_is_shown_some_times_a_second(shown):
    facts = shown(*((now_s / 10, now_s, [now_s, 1], [False, False]) for now_s in range(1, 12)))
    assert [each.sent for each in facts] == [2] * 5 + [7] * 5 + [12]


def test_what_came_just_after_it_was_shown_is_shown_while_nothing_more_comes(shown):
    nothing = (None, None, None)
    facts = shown(
        (1.0, 500, [3, 0], [False, False]), (1.1, 600, [4, 1], [False, False]), (1.2, *nothing), (2.0, *nothing)
    )
    assert [(each.sent, each.alive_s) for each in facts] == [(3, 1.0), (3, 1.0), (3, 1.0), (5, 2.0)]
    assert facts[-1].reached_us == {"naco": 600, "sasabe": 600}


def test_before_anything_is_sent_nothing_is_shown(shown):
    assert shown((1.0, None, None, None)) == [None]


def test_port_whose_run_has_ended_stays_where_it_ended(shown):
    facts = shown(
        (1, 500, [3, 1], [False, False]), (2, 600, [4, 2], [True, False]), (3, 700, [4, 3], [True, False])
    )  # fmt: skip
    assert [each.reached_us for each in facts] == [
        {"naco": 500, "sasabe": 500}, {"naco": 600, "sasabe": 600}, {"naco": 600, "sasabe": 700},
    ]  # fmt: skip
    assert [each.ended for each in facts] == [frozenset(), {"naco"}, {"naco"}]
