"""The first signal asks to stop, the second of either kind stops at once and lets the programme tell what is lost."""

import os
import signal
import threading

import pytest

from border_sim.cli.stopping import stopping

BOTH = (signal.SIGINT, signal.SIGTERM)


def send(number):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("first", BOTH)
@pytest.mark.parametrize("second", BOTH)
def test_a_second_signal_gives_up_first_and_then_interrupts(capsys, first, second):
    stop, told = threading.Event(), []

    def work():
        with stopping(stop, "stopping", lambda: told.append("given up")):
            send(first)
            assert stop.wait(10)
            told.append("asked to stop")
            send(second)
            threading.Event().wait(10)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert told == ["asked to stop", "given up"]
    assert capsys.readouterr().err == "stopping\n"


def test_afterwards_signals_do_what_they_did_before():
    before = [signal.getsignal(number) for number in BOTH]
    with stopping(threading.Event(), "stopping"):
        assert [signal.getsignal(number) for number in BOTH] != before
    assert [signal.getsignal(number) for number in BOTH] == before
