"""The first signal asks to stop, the second of either kind stops at once and lets the programme tell what is lost."""

import io
import os
import signal
import sys
import threading

import pytest

from border_sim.cli.messages import say
from border_sim.cli.stopping import stopping
from tests.patience import PATIENCE_S

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
            assert stop.wait(PATIENCE_S)
            told.append("asked to stop")
            send(second)
            threading.Event().wait(PATIENCE_S)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert told == ["asked to stop", "given up"]
    assert capsys.readouterr().err == "stopping\n"


def test_afterwards_signals_do_what_they_did_before():
    before = [signal.getsignal(number) for number in BOTH]
    with stopping(threading.Event(), "stopping"):
        assert [signal.getsignal(number) for number in BOTH] != before
    assert [signal.getsignal(number) for number in BOTH] == before


class SignalledWhileWritten(io.RawIOBase):
    """A standard error: a signal comes after the first line has left, and before whoever writes it is done."""

    def __init__(self, number):
        self.number, self.lines = number, []

    def writable(self):
        return True

    def write(self, data):
        self.lines.append(bytes(data))
        if len(self.lines) == 1:
            send(self.number)
        return len(data)


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_that_comes_while_a_line_is_written_asks_to_stop_like_any_other(monkeypatch, number):
    stop, raw = threading.Event(), SignalledWhileWritten(number)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BufferedWriter(raw), line_buffering=True))
    with stopping(stop, "stopping"):
        say("waiting for run run")
        assert stop.wait(PATIENCE_S)
    assert raw.lines == [b"waiting for run run\n", b"stopping\n"]
