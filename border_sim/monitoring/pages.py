"""What is served by path: metrics, health, the border wait time feed, and an index of it all."""

import gzip
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final
from wsgiref.types import WSGIEnvironment

from prometheus_client.exposition import choose_encoder, gzip_accepted, make_wsgi_app
from prometheus_client.registry import CollectorRegistry

from border_sim.monitoring.feed_formats import CONTENT_TYPE_JSON, CONTENT_TYPE_XML
from border_sim.monitoring.server import Answer, Page, in_words
from border_sim.streaming.counting.port_now import PortNow

INDEX: Final = "/"
METRICS: Final = "/metrics"
HEALTHY: Final = "/-/healthy"
READY: Final = "/-/ready"
FEED_JSON: Final = "/api/bwtnew"
FEED_XML: Final = "/api/bwt.xml"
MEANINGS: Final = {
    METRICS: "what Prometheus scrapes",
    HEALTHY: "200 while the main loop is alive, else 503 and why",
    READY: "200 when there is something right to show, else 503 and why",
    FEED_JSON: "the border wait time feed, JSON",
    FEED_XML: "the same as XML",
}
"""Of each page that the index lists, what it is."""
_GZIP_LEVEL: Final = 1
"""Of metrics: a seventh of the time of 9, the client library's, for a third more bytes."""
CONTENT_TYPES: Final = {FEED_JSON: CONTENT_TYPE_JSON, FEED_XML: CONTENT_TYPE_XML}

Feed = Callable[[Sequence[PortNow]], bytes]
"""Writes the ports of a run, given by slug."""
Complaint = Callable[[], str | None]
"""What is wrong, in words; `None`: nothing."""


def metrics_page(registry: CollectorRegistry) -> Page:
    """The registry's families, in the format and the encoding that the client asks for."""
    app = make_wsgi_app(registry, disable_compression=True)

    def page(environ: WSGIEnvironment) -> Answer:
        told: list[Any] = []
        asked = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT": _format_asked(environ)}
        body = b"".join(app({**environ, **asked}, lambda *told_of: told.extend(told_of)))
        status, headers = told
        if gzip_accepted(environ.get("HTTP_ACCEPT_ENCODING", "")):
            return Answer(gzip.compress(body, _GZIP_LEVEL), status, (*headers, ("Content-Encoding", "gzip")))
        return Answer(body, status, tuple(headers))

    return page


def _format_asked(environ: WSGIEnvironment) -> str:
    """What the client accepts; empty, which is the plain format, where it asks for a version that cannot be."""
    accepted = str(environ.get("HTTP_ACCEPT", ""))
    try:
        choose_encoder(accepted)
    except (TypeError, ValueError):  # the Prometheus client compares what is no number with one
        return ""
    return accepted


def state_page(complaint: Complaint, good: str) -> Page:
    """200 and `good` where nothing is wrong, else 503 and what is."""

    def page(_: WSGIEnvironment) -> Answer:
        wrong = complaint()
        return in_words(wrong, "503 Service Unavailable") if wrong else in_words(good)

    return page


def feed_page(path: str, feed: Feed, ports: Callable[[], Sequence[PortNow]]) -> Page:
    """The feed of the ports that are shown now."""
    headers = (("Content-Type", CONTENT_TYPES[path]), ("Cache-Control", "no-cache"))
    return lambda _: Answer(feed(ports()), headers=headers)


def no_feed_page(path: str) -> Page:
    """Where the feed is, for who looks for it at a process that only sends events."""
    where = f"{path}: not here, where events are only sent; border-sim consume --serve HOST:PORT has it"
    return lambda _: in_words(where, "404 Not Found")


def index_page(heading: Callable[[], str], paths: Sequence[str]) -> Page:
    """What is shown, in a line, and where."""

    def page(_: WSGIEnvironment) -> Answer:
        items = "".join(f'<li><a href="{path}">{path}</a>: {escape(MEANINGS[path])}</li>\n' for path in paths)
        title = "border-sim"
        text = f"<h1>{title}</h1>\n<p>{escape(heading())}</p>\n<ul>\n{items}</ul>\n"
        head = f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        return Answer(f"{head}{text}</html>\n".encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))

    return page
