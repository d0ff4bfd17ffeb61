"""A loop that hangs is ended; one that turns is not."""

import threading

from border_sim.streaming.watchdog import EXIT_CODE, HANGS_AFTER_S, Watchdog


def test_a_loop_that_hangs_is_ended_with_a_line_that_says_so():
    said, ended = [], threading.Event()

    def end(code):
        said.append(code)
        ended.set()

    with Watchdog(said.append, end, tick_s=0.0):
        assert ended.wait(30)
    assert said[1:] == [EXIT_CODE]
    assert f"has not returned for {HANGS_AFTER_S} s" in said[0]


def test_a_loop_that_turns_is_left_alone():
    ended = []
    with Watchdog(print, ended.append, tick_s=0.0) as watchdog:
        for _ in range(20_000):
            watchdog.alive()
    assert not ended
