"""A loop that hangs is ended; one that turns is not."""

import threading

from border_sim.streaming.broker.watchdog import EXIT_CODE, HANGS_AFTER_S, Watchdog
from tests.patience import PATIENCE_S


def test_a_loop_that_hangs_is_ended_with_a_line_that_says_so():
    said, ended = [], threading.Event()

    def end(code):
        said.append(code)
        ended.set()

    with Watchdog(said.append, end, lambda _: False):
        assert ended.wait(PATIENCE_S)
    assert said[1:] == [EXIT_CODE]
    assert f"has not returned for {HANGS_AFTER_S} s" in said[0]


def test_a_loop_that_turns_now_and_then_is_left_alone():
    ended, ticks, over = [], [], threading.Event()

    def tick(_):
        """The loop turns once within the time allowed, always just before it would be ended."""
        ticks.append(len(ticks))
        if len(ticks) % (HANGS_AFTER_S - 1) == 0:
            watchdog.alive()
        if len(ticks) == 3 * HANGS_AFTER_S:
            over.set()
        return over.is_set()

    watchdog = Watchdog(print, ended.append, tick)
    with watchdog:
        assert over.wait(PATIENCE_S)
    assert not ended
