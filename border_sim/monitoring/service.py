"""A process that is watched: its board, served over HTTP for as long as it works."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import Any, Final, NamedTuple

from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.feed import load_feed_entries
from border_sim.monitoring import pages
from border_sim.monitoring.address import Address
from border_sim.monitoring.clock_speed import ClockSpeed
from border_sim.monitoring.collector import BoardCollector
from border_sim.monitoring.feed import listed_ports
from border_sim.monitoring.feed_formats import feed_json, feed_xml
from border_sim.monitoring.health import unhealthy, unready_consumer, unready_producer
from border_sim.monitoring.known_ports import known_ports
from border_sim.monitoring.server import Page, application, serving
from border_sim.spec.scenario import Catalogue
from border_sim.spec.words import counted, printable
from border_sim.streaming.counting.board import Board
from border_sim.streaming.playback.selection import utc

_NOTE_EVERY_S: Final = 1.0


@contextmanager
def serve_border(
    address: Address, board: Board, say: Callable[[str], Any], run: str | None = None
) -> Iterator[Address]:
    """Serve the metrics and the feed of the ports on a board until the context ends, those of `run` (`None`: of the
    newest); the address with the port that it has. Raises `ServeError` where it cannot be listened on.

    Metrics are of the ports whose partitions this process has, the feed is of all. `say` is given faults, in words.
    """
    catalogue = load_catalogue()
    feeds = {path: pages.feed_page(path, feed, partial(board.ports, run)) for path, feed in _feeds(catalogue).items()}
    speed = ClockSpeed()
    collector = BoardCollector(board, known_ports(catalogue), run, speed)
    shown = _Shown(partial(unready_consumer, board, run), partial(_run_in_words, board, run), feeds, {})
    with (
        _noting(speed, partial(_ports_reached_us, board, run)),
        _serving(address, board, collector, shown, say) as served,
    ):
        yield served


@contextmanager
def serve_producer(address: Address, board: Board, say: Callable[[str], Any]) -> Iterator[Address]:
    """The same of a process that only simulates and sends events: instead of the feed, where it is."""
    elsewhere = {path: pages.no_feed_page(path) for path in pages.CONTENT_TYPES}
    speed = ClockSpeed()
    shown = _Shown(partial(unready_producer, board), partial(_sent_in_words, board), {}, elsewhere)
    with (
        _noting(speed, partial(_sent_reached_us, board)),
        _serving(address, board, BoardCollector(board, {}, speed=speed), shown, say) as served,
    ):
        yield served


def _feeds(catalogue: Catalogue) -> dict[str, pages.Feed]:
    """By path, what writes the border wait time feed."""
    listed = listed_ports(catalogue, load_feed_entries())
    return {
        pages.FEED_JSON: lambda ports: feed_json(ports, listed),
        pages.FEED_XML: lambda ports: feed_xml(ports, listed),
    }


class _Shown(NamedTuple):
    """What a process shows besides its metrics and its health."""

    is_unready: pages.Complaint
    heading: Callable[[], str]
    feeds: Mapping[str, Page]
    elsewhere: Mapping[str, Page]
    """Pages that say where something is; the index does not list them"""


@contextmanager
def _serving(
    address: Address, board: Board, collector: BoardCollector, shown: _Shown, say: Callable[[str], Any]
) -> Iterator[Address]:
    registry = CollectorRegistry()
    registry.register(collector)
    ProcessCollector(registry=registry)
    began_s = monotonic()
    by_path = {
        pages.METRICS: pages.metrics_page(registry),
        pages.HEALTHY: pages.state_page(lambda: unhealthy(board, began_s, monotonic()), "healthy"),
        pages.READY: pages.state_page(shown.is_unready, "ready"),
        **shown.feeds,
    }
    index = pages.index_page(shown.heading, list(by_path))
    with serving(address, application({pages.INDEX: index, **by_path, **shown.elsewhere}, say)) as served:
        yield served


@contextmanager
def _noting(speed: ClockSpeed, reached_us: Callable[[], Mapping[Hashable, int]]) -> Iterator[None]:
    """Note once a second how far time has come, scraped or not."""
    is_over = Event()

    def note() -> None:
        while not is_over.wait(_NOTE_EVERY_S):
            speed.note(monotonic(), reached_us())

    thread = Thread(target=note, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _ports_reached_us(board: Board, run: str | None) -> dict[Hashable, int]:
    return {port.key: port.watermark_us for port in board.owned_ports(run) if not port.is_ended}


def _sent_reached_us(board: Board) -> dict[Hashable, int]:
    facts = board.producer
    return {port: t_us for port, t_us in facts.reached_us.items() if port not in facts.ended} if facts else {}


def _run_in_words(board: Board, run: str | None) -> str:
    """Which run is shown, and how far it has come at the port that is furthest."""
    ports, owned = board.ports(run), board.owned_ports(run)
    if not ports:
        return "no run is shown" if run is None else f"run {printable(run)} is not there"
    key, until = ports[0].key, utc(max(port.watermark_us for port in ports))
    where = f"{counted(len(ports), 'port')}, of which {len(owned)} belong to this process"
    return f"run {printable(key.run)}, replication {key.replication}, at {until} of simulated time; {where}"


def _sent_in_words(board: Board) -> str:
    if board.producer is None:
        return "nothing has been sent yet"
    until = utc(max(board.producer.reached_us.values(), default=0))
    return f"{counted(board.producer.sent, 'event')} sent to Kafka, until {until} of simulated time"
