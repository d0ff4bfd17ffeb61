"""Pages over HTTP, from a thread of its own: whoever asks, and whatever they send, the work beside it goes on."""

import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from socketserver import ThreadingMixIn
from threading import Lock, Thread
from typing import Any, Final, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from border_sim.errors import BorderSimError
from border_sim.monitoring.address import Address
from border_sim.spec.words import printable

TEXT: Final = "text/plain; charset=utf-8"
METHODS: Final = ("GET", "HEAD")
SILENT_CLIENT_S: Final = 30.0
"""How long a client may leave a connection without a word, or take to read an answer."""
MOST_CLIENTS: Final = 100
"""Connections at a time: files that a process can have open are few, and the work needs some."""
_LONGEST_PATH: Final = 200
"""Characters of a path that an answer repeats."""
_POLL_S: Final = 0.1


class ServeError(BorderSimError):
    """An address cannot be listened on; the message says why."""


class Answer(NamedTuple):
    """What a page answers."""

    body: bytes
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", TEXT),)


Page = Callable[[WSGIEnvironment], Answer]


def in_words(text: str, status: str = "200 OK", *headers: tuple[str, str]) -> Answer:
    """A line of plain text."""
    return Answer(f"{text}\n".encode(), status, (("Content-Type", TEXT), *headers))


def application(pages: Mapping[str, Page], say: Callable[[str], Any]) -> WSGIApplication:
    """The WSGI application of pages by path. A page that fails is told to whoever asked and, by `say`, to the user."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        status, headers, body = _answer(pages, environ, say)
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    return answer


def _answer(
    pages: Mapping[str, Page], environ: WSGIEnvironment, say: Callable[[str], Any]
) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    path, method = environ["PATH_INFO"] or "/", environ["REQUEST_METHOD"]
    shown = printable(path[:_LONGEST_PATH])
    if path not in pages:
        found = in_words(f"{shown}: there is no such page; / lists those that are", "404 Not Found")
    elif method not in METHODS:
        allowed = ", ".join(METHODS)
        refusal = f"{printable(method[:_LONGEST_PATH])}: {shown} can only be read; {allowed}"
        found = in_words(refusal, "405 Method Not Allowed", ("Allow", allowed))
    else:
        try:
            found = pages[path](environ)
        except Exception as error:  # noqa: BLE001 - a fault in a page must not end the work that it is about
            fault = f"{shown} failed: {type(error).__name__}: {printable(str(error))}"
            say(f"{fault}; this is a fault, please report it")
            found = in_words(fault, "500 Internal Server Error")
    return found.status, found.headers, found.body


class _Handler(WSGIRequestHandler):
    timeout = SILENT_CLIENT_S

    def setup(self) -> None:
        """A client that does not read its answer has left: `wsgiref` tells any other failure to write as a fault."""
        super().setup()
        write = self.wfile.write

        def write_while_read(data: Any) -> int:
            try:
                return write(data)
            except TimeoutError as error:
                raise ConnectionAbortedError(*error.args) from error

        self.wfile.write = write_while_read  # type: ignore[method-assign]

    def log_message(self, *_: object) -> None:
        """Every scrape would be a line."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *arguments: Any) -> None:
        self._clients: dict[Any, None] = {}
        self._lock = Lock()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Whoever came first makes room for one too many: who only asks is soon gone, and who stays is no reader."""
        with self._lock:
            self._clients[request] = None
            if len(self._clients) > MOST_CLIENTS:
                oldest = next(iter(self._clients))
                with suppress(OSError):  # it has gone meanwhile
                    oldest.shutdown(socket.SHUT_RDWR)
                del self._clients[oldest]
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """It has been answered, or has gone."""
        with self._lock:
            self._clients.pop(request, None)
        super().shutdown_request(request)

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called, which can take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves, stays silent or sends nonsense is its own affair."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(address: Address, app: WSGIApplication) -> Iterator[Address]:
    """Serve an application until the context ends; the address with the port that it has. Raises `ServeError`."""
    server = _listening(address)
    server.set_app(app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_S}, daemon=True)
    thread.start()
    try:
        yield address._replace(port=server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listening(address: Address) -> _Server:
    try:
        family, *_, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        kind = type("_ServerOfFamily", (_Server,), {"address_family": family})
        return kind(where[:2], _Handler)
    except (OSError, UnicodeError) as error:  # a name that cannot be one of a host is no OSError
        why = getattr(error, "strerror", None) or error
        raise ServeError(f"{address.url}: cannot be listened on ({why})") from error
