"""`--serve`: what is no address, a port that is taken, and a wait that shows signs of life."""

import socket
from threading import Event, Timer

import click
import pytest
from click.testing import CliRunner

from border_sim.cli import serving
from border_sim.cli.main import group
from border_sim.monitoring.address import Address
from border_sim.streaming.counting.board import Board
from tests.web import ask, url_in


@pytest.fixture
def said(monkeypatch):
    lines = []
    monkeypatch.setattr(serving, "say", lines.append)
    return lines


@pytest.mark.parametrize("command", [["live"], ["consume", "--kafka", "localhost:1"]])
def test_what_is_no_address_is_told(command):
    result = CliRunner().invoke(group, [*command, "--serve", "localhost"])
    assert result.exit_code == 2
    assert "Invalid value for '--serve': 'localhost': write HOST:PORT, such as 127.0.0.1:9464" in result.stderr


def test_port_that_is_taken_is_told(said):
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(click.BadParameter, match=r"cannot be listened on .*in use") as raised,
        serving.serving_border(Address("127.0.0.1", other.getsockname()[1]), Board()),
    ):
        pass
    assert raised.value.exit_code == 2
    assert said == []


def test_where_it_serves_is_told_once_and_nothing_is_served_afterwards(said):
    with serving.serving_border(Address("127.0.0.1", 0), Board()):
        [line] = said
        assert ask(url_in(line), "/-/healthy").status == 200
    with pytest.raises(ConnectionRefusedError):
        ask(url_in(line), "/-/healthy")


def test_quiet_it_tells_only_a_port_that_nobody_knows(said):
    with serving.serving_border(Address("127.0.0.1", 0), Board(), quiet=True):
        [line] = said
    port = int(url_in(line).rpartition(":")[2])
    with serving.serving_border(Address("127.0.0.1", port), Board(), quiet=True):
        assert said == [line]


def test_run_to_show_where_nothing_is_shown_is_refused():
    result = CliRunner().invoke(group, ["consume", "--kafka", "localhost:1", "--run", "monday"])
    assert result.exit_code == 2
    assert "--run monday says what is shown, and nothing is shown; add --serve HOST:PORT" in result.stderr


def test_a_mistake_of_the_work_is_not_one_of_the_option(said):
    with pytest.raises(ZeroDivisionError), serving.serving_producer(Address("127.0.0.1", 0), Board()):
        _ = 1 // 0


def test_without_an_address_nothing_is_served(said):
    with serving.serving_border(None, Board()), serving.serving_producer(None, Board()):
        assert said == []


@pytest.fixture
def signs():
    return []


def test_wait_that_ends_by_itself(signs):
    assert not serving.patient(Event(), lambda: signs.append(1))(0.01)
    assert signs


def test_wait_that_is_cut_short(signs):
    stop = Event()
    timer = Timer(0.01, stop.set)
    timer.start()
    assert serving.patient(stop, lambda: signs.append(1))(1e9)
    timer.join()


def test_no_wait_tells_whether_it_is_over(signs):
    stop = Event()
    wait = serving.patient(stop, lambda: signs.append(1))
    assert not wait(0)
    stop.set()
    assert wait(0)


def test_long_wait_shows_signs_of_life(signs, monkeypatch):
    monkeypatch.setattr(serving, "_SIGN_EVERY_S", 0.001)
    stop = Event()

    def sign():
        signs.append(1)
        if len(signs) == 5:
            stop.set()

    assert serving.patient(stop, sign)(1e9)
    assert len(signs) == 5
