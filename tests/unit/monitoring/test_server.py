"""Pages over HTTP, asked by real clients, by broken ones, and without any network."""

import socket
import threading
from contextlib import ExitStack, suppress
from time import monotonic, sleep

import pytest

from border_sim.monitoring import server
from border_sim.monitoring.address import Address
from border_sim.monitoring.server import Answer, ServeError, application, in_words, serving
from tests.patience import PATIENCE_S
from tests.web import ask


def _failing(_):
    raise RuntimeError("a lane\nwithout end")


PAGES = {
    "/": lambda _: in_words("index"),
    "/bytes": lambda _: Answer(b"\0\1", headers=(("Content-Type", "application/octet-stream"),)),
    "/fails": _failing,
    "/long": lambda _: Answer(bytes(100_000_000)),  # more than a connection holds
    "/wrong": lambda _: in_words("not yet", "503 Service Unavailable"),
}


@pytest.fixture
def said():
    return []


@pytest.fixture
def served(said):
    with serving(Address("127.0.0.1", 0), application(PAGES, said.append)) as address:
        yield address


def _send(address, data):
    """Send bytes, and wait until the server has hung up."""
    with (
        socket.create_connection((address.host, address.port), timeout=PATIENCE_S) as client,
        suppress(ConnectionError),  # it may do so before it has read all
    ):
        client.sendall(data)
        with suppress(OSError):  # likewise
            client.shutdown(socket.SHUT_WR)
        while client.recv(65_536):
            pass


def test_page_with_its_type_and_length(served):
    status, headers, body = ask(served.url, "/bytes")
    assert (status, body) == (200, b"\0\1")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Length"] == "2"


def test_query_does_not_matter(served):
    assert ask(served.url, "/?a=b")[2] == b"index\n"


def test_head_is_the_same_without_the_body(served):
    _, of_get, _ = ask(served.url, "/wrong")
    status, of_head, body = ask(served.url, "/wrong", "HEAD")
    assert (status, body) == (503, b"")
    assert of_head["Content-Length"] == of_get["Content-Length"] == "8"


def test_missing_page_is_told_in_words(served):
    status, _, body = ask(served.url, "/metric")
    assert (status, body) == (404, b"/metric: there is no such page; / lists those that are\n")


def test_path_that_no_terminal_should_show_is_escaped_and_cut(served):
    status, _, body = ask(served.url, "/%1b[31m" + "x" * 1_000)
    assert status == 404
    assert body.startswith(rb"/\x1b[31mxxx")
    assert len(body) < 300


def test_other_methods_are_refused_in_words(served):
    status, headers, body = ask(served.url, "/wrong", "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    assert body == b"POST: /wrong can only be read; GET, HEAD\n"


def test_page_that_fails_is_told_on_both_sides_and_the_others_go_on(served, said):
    status, _, body = ask(served.url, "/fails")
    fault = r"/fails failed: RuntimeError: a lane\nwithout end"
    assert (status, body) == (500, f"{fault}\n".encode())
    assert said == [f"{fault}; this is a fault, please report it"]
    assert ask(served.url, "/")[0] == 200


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",  # a greeting of TLS
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 1_000 + b"\r\n",
        b"GET / HTTP/1.1\r\n: \r\n\xff\xfe\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_changes_nothing(served, said, capfd, nonsense):
    _send(served, nonsense)
    assert ask(served.url, "/")[0] == 200
    assert said == []
    assert capfd.readouterr().err == ""


def test_client_that_leaves_before_the_answer(served, capfd):
    for _ in range(20):
        with socket.create_connection((served.host, served.port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not a goodbye
    assert ask(served.url, "/")[0] == 200
    assert capfd.readouterr().err == ""


def test_client_that_says_nothing_keeps_nobody_waiting(served):
    with socket.create_connection((served.host, served.port)):
        assert ask(served.url, "/")[0] == 200


def test_clients_that_stay_make_room_for_those_that_come(served, monkeypatch):
    monkeypatch.setattr(server, "MOST_CLIENTS", 3)
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection((served.host, served.port), PATIENCE_S)) for _ in range(5)
        ]
        clients[4].sendall(b"GET /")
        assert [client.recv(1) for client in clients[:2]] == [b"", b""]  # they came first
        assert ask(served.url, "/")[0] == 200  # and now the third has gone too
        assert clients[2].recv(1) == b""
        clients[4].sendall(b" HTTP/1.0\r\n\r\n")
        assert clients[4].recv(12) == b"HTTP/1.0 200"


def test_client_that_does_not_read_its_answer(served, said, capfd, monkeypatch):
    monkeypatch.setattr("border_sim.monitoring.server._Handler.timeout", 0.3)
    before = threading.active_count()
    with socket.create_connection((served.host, served.port)) as client:
        with suppress(ConnectionError):  # so busy a machine that it did not even ask in time
            client.sendall(b"GET /long HTTP/1.1\r\n\r\n")
            client.recv(1)
        deadline_s = monotonic() + PATIENCE_S
        while threading.active_count() > before:
            assert monotonic() < deadline_s
            sleep(0.001)
    assert (said, capfd.readouterr().err) == ([], "")


def test_port_that_is_taken(served):
    with (
        pytest.raises(ServeError, match=rf"http://127.0.0.1:{served.port}: cannot be listened on \(.*in use"),
        serving(served, application(PAGES, print)),
    ):
        pass


@pytest.mark.parametrize("host", ["no..host", "x" * 64, "192.0.2.1"])
def test_host_that_cannot_be_or_is_not_this_machine(host):
    with (
        pytest.raises(ServeError, match=rf"http://{host}:0: cannot be listened on \(\S.*\)"),
        serving(Address(host, 0), application(PAGES, print)),
    ):
        pass


def test_port_is_free_again_at_the_end(said):
    with serving(Address("127.0.0.1", 0), application(PAGES, said.append)) as first:
        ask(first.url, "/")
    with serving(first, application(PAGES, said.append)) as again:
        assert again == first
        assert ask(again.url, "/")[0] == 200


def test_ipv6():
    if not socket.has_ipv6:
        pytest.skip("Python was built without IPv6")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    with serving(Address("::1", 0), application(PAGES, print)) as address:
        assert ask(address.url, "/")[0] == 200
