"""The pipeline of a port: periods, conducted or read from a log, become events, and each reader is given all of them.

Whatever ends the run of a port ends it for every reader: the last stretch holds `run_ended` and says why. Of a stretch
that has been read nothing is held while the next is made: its columns are as large as all else.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from border_sim.engine.conductor import End, Period
from border_sim.events.digest import PortDigest
from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.metrics.window_columns import Windows
from border_sim.records import Events, PortInfo, Records


class Stretch(NamedTuple):
    """Some local days of a port, as records and as events."""

    records: Records
    events: Events
    end: End | None
    """Why the run of the port is over with it; `None`: it goes on, or it was cut short without an end"""
    days: int
    """Local days with arrivals"""


Reader = Callable[[Stretch], Any]
"""Is given every stretch of a port in order, and holds none of it."""


class PortEnd(NamedTuple):
    """Where a port's pipeline stopped."""

    until_us: int
    """One past the last instant"""
    end: End | None
    """Why; `None`: it was cut short without an end"""


def read_all(periods: Iterable[Period], *readers: Reader) -> PortEnd:
    """Give the periods of a port, one at least, to every reader."""
    for stretch in map(_stretch_of, periods):
        for read in readers:
            read(stretch)
        port_end = PortEnd(stretch.records.until_us, stretch.end)
        del stretch
    return port_end


def port_events(periods: Iterable[Period]) -> Iterator[Events]:
    """The events of a port's periods, one after the other."""
    return map(_events_of, periods)


def window_reader(info: PortInfo, window_us: int, *receivers: Callable[[Windows], Any]) -> Reader:
    """Folds events into windows of metrics, `window_us` long; those that close go to every receiver."""
    state = new_state(info, window_us)

    def read(stretch: Stretch) -> None:
        windows = fold(state, stretch.events)
        for receive in receivers:
            receive(windows)

    return read


def digest_reader(digest: PortDigest) -> Reader:
    """Adds events to the port's event hash."""
    return lambda stretch: digest.update(stretch.events)


def _stretch_of(period: Period) -> Stretch:
    return Stretch(period.records, _events_of(period), period.end, period.days)


def _events_of(period: Period) -> Events:
    return events_of(period.records, starts=period.is_first, ends=period.is_last)
