"""What a process serves over HTTP, asked by a test; no proxy comes between."""

import re
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.patience import PATIENCE_S
from tests.streams import heard


class Reply(NamedTuple):
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(url: str, path: str, method: str = "GET", **headers: str) -> Reply:
    """Ask for a path at a URL; `headers` with underscores for hyphens."""
    where = urlsplit(url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def url_in(line: str) -> str:
    """Where a process says that it serves."""
    found = re.search(r"serving (http://\S+)/metrics;", line)
    assert found, line
    return found[1]


def served_by(process: Any) -> str:
    """The URL that a process started with `--serve` tells on its standard error, once it does."""
    return url_in(heard(process, "serving http://"))
