"""A scrape as Prometheus makes it: over HTTP, compressed, of all ports at work."""

import gzip
from statistics import median
from threading import Event
from time import perf_counter
from typing import Final, NamedTuple

from border_sim.monitoring.address import Address
from border_sim.monitoring.service import serve_border
from border_sim.spec.scenario import Resolved
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.embedded import Bus
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import Reached, play
from border_sim.streaming.playback.simulated import Identity, live_streams
from border_sim.vocabulary import HOUR_US, QUARTER_US
from tests.benchmarks.work import DifferentWorkError
from tests.web import ask

MEASURED_US: Final = 12 * HOUR_US
"""How much of the measured time has been counted when it is scraped."""
SCRAPES: Final = 21


class Scrape(NamedTuple):
    """Scrapes of the metrics of a live run."""

    ports: int
    series: int
    size: int
    """Bytes, before it was compressed"""
    seconds: float
    """The median, from the question to the last byte of the answer"""


def scrape(resolved: Resolved) -> Scrape:
    """Scrape half a day of ports again and again; raises `DifferentWorkError` if a port is missing."""
    board, stop = Board(), Event()
    streams = live_streams(resolved, Identity("scraped", 1, 0))
    until_us = streams[0].start.info.measured_from_us + MEASURED_US

    def stop_then(reached: Reached) -> None:
        if reached.until_us >= until_us:
            stop.set()

    bus = Bus(QUARTER_US, lambda _: None, board)
    play(streams, bus, Pacer(0, 0, print), stop, stop_then)
    with serve_border(Address("127.0.0.1", 0), board, print) as address:
        seconds, body = [], b""
        for _ in range(SCRAPES):
            began_s = perf_counter()
            body = ask(address.url, "/metrics", Accept_Encoding="gzip").body
            seconds.append(perf_counter() - began_s)
    lines = gzip.decompress(body).splitlines()
    ports = sum(line.startswith(b"border_port_info{") for line in lines)
    if ports != len(resolved.ports):
        raise DifferentWorkError(f"a scrape shows {ports} of {len(resolved.ports)} ports")
    series = sum(not line.startswith(b"#") for line in lines)
    return Scrape(ports, series, sum(len(line) + 1 for line in lines), median(seconds))
