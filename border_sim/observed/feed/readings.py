"""Copies of the feed -> readings: a row for each lane of our ports whose wait is told, or that it is closed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from border_sim.observed.feed import snapshot as copies
from border_sim.observed.feed.lane_words import LaneWords, Says, lane_words
from border_sim.observed.feed.made_at import EntryTime, entry_time, local_time, most_posted_us, snapshot_us
from border_sim.observed.feed.posting_time import clock, posted, zone_names
from border_sim.observed.feed.snapshot import PORT_NUMBER, Entry, FeedError, Snapshot
from border_sim.observed.feed.unpacking import Refuse
from border_sim.observed.feed.words import GROUPS, LANES, PORT_CLOSED, PORT_OPEN
from border_sim.spec.local_clock import instant_us
from border_sim.spec.port import Port
from border_sim.spec.problem import shown
from border_sim.vocabulary import LaneClass, Mode


class Reading(NamedTuple):
    """What a copy of the feed says of one lane class: a row of a table of readings, whose columns these are."""

    port: str
    mode: str
    lane_class: str
    port_number: str
    """CBP's, of the entry"""
    local_time: datetime | None
    """As posted; of a closed lane, which has no such time, when the feed was made (`None`: not known)"""
    t_us: int | None
    """The same as an instant, microseconds since 1970, UTC"""
    wait_min: int | None
    """`None`: closed"""
    lanes_open: int | None
    """`None`: not told"""
    is_closed: bool


@dataclass(slots=True)
class Tally:
    """What was read and is no reading, over all files."""

    snapshots: int = 0
    pending: int = 0
    """Lanes of our ports whose update was pending"""
    elsewhere: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By border and place, entries of what is no port of the catalogue"""
    shared: Counter[str] = field(default_factory=Counter)
    """By number, lanes that several ports of the catalogue have under it: nobody can tell whose they are"""
    zones: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By port, name of a zone that stood there, and the port's own: waits so marked"""
    undated: int = 0
    """Copies that did not tell when they were made"""


class NumberedPort(NamedTuple):
    """A port of the catalogue that has a number of CBP's."""

    slug: str
    port: Port


NumberedPorts = Mapping[str, Sequence[NumberedPort]]


def numbered_ports(ports: Mapping[str, Port]) -> NumberedPorts:
    """By CBP's number in lower case, the ports of a catalogue that have it; a port may have several."""
    numbered: dict[str, list[NumberedPort]] = {}
    for slug, port in ports.items():
        for number in port.codes.bwt if port.codes else ():
            numbered.setdefault(number.lower(), []).append(NumberedPort(slug, port))
    return numbered


def readings(snapshots: Iterable[Snapshot], ports: NumberedPorts, refuse: Refuse, tally: Tally) -> Iterator[Reading]:
    """The readings of copies, in their order. What is wrong is told by `refuse`, what is none counted in `tally`."""
    for snapshot in snapshots:
        tally.snapshots += bool(snapshot.entries)
        known = list(_known(snapshot, ports, refuse, tally))
        made_us = snapshot_us(snapshot, refuse)
        if made_us is None and any(not copies.field(entry.fields, "time") for entry, _ in known):
            made_us = most_posted_us((entry, here[0].port.time_zone) for entry, here in known)
            tally.undated += 1
        for entry, here in known:
            if when := entry_time(entry, here[0].port.time_zone, made_us, refuse):
                yield from _of_entry(entry, here, when, refuse, tally)


def _known(
    snapshot: Snapshot, ports: NumberedPorts, refuse: Refuse, tally: Tally
) -> Iterator[tuple[Entry, Sequence[NumberedPort]]]:
    """The entries of ports that the catalogue has."""
    for entry in snapshot.entries:
        if here := ports.get(entry.number.lower()):
            yield entry, here
        elif entry.number:
            names = [copies.field(entry.fields, name) for name in (PORT_NUMBER, "port_name", "crossing_name")]
            tally.elsewhere[copies.field(entry.fields, "border"), " ".join(filter(None, names))] += 1
        else:
            refuse(entry.line, PORT_NUMBER, "", "is missing; an entry is known by it")


def _of_entry(
    entry: Entry, here: Sequence[NumberedPort], when: EntryTime, refuse: Refuse, tally: Tally
) -> Iterator[Reading]:
    """The readings of an entry."""
    is_closed = _is_closed(entry, refuse)
    for mode, lanes in LANES.items():
        group = entry.fields.get(GROUPS[mode])
        for lane_class, tag in lanes.items():
            place = f"{entry.number}.{GROUPS[mode]}.{tag}"
            lane = group.get(tag) if isinstance(group, dict) else None
            if not isinstance(lane, dict):
                refuse(entry.line, place, "", "is missing; every entry has it, with N/A where there is no such lane")
                continue
            try:
                of = _Lane(entry.number, here, mode, lane_class)
                yield from _of_lane(lane_words(lane), of, when, tally, is_closed=is_closed)
            except FeedError as error:
                refuse(entry.line, f"{place}.{error.name}", error.value, error.message)


def _is_closed(entry: Entry, refuse: Refuse) -> bool:
    status = copies.field(entry.fields, "port_status")
    if status.lower() not in {PORT_OPEN.lower(), PORT_CLOSED.lower(), ""}:
        valid = f"valid are {PORT_OPEN} and {PORT_CLOSED}; taken as {PORT_OPEN}"
        refuse(entry.line, f"{entry.number}.port_status", shown(status), f"no such status; {valid}")
    return status.lower() == PORT_CLOSED.lower()


class _Lane(NamedTuple):
    """A lane class under a number of CBP's."""

    number: str
    here: Sequence[NumberedPort]
    mode: Mode
    lane_class: LaneClass

    def owners(self) -> list[NumberedPort]:
        """The ports under the number that have it."""
        return [each for each in self.here if self._is_served(each.port)]

    def _is_served(self, port: Port) -> bool:
        return self.mode in port.modes and self.lane_class in port.modes[self.mode].served()

    def reading(
        self, of: NumberedPort, local: datetime | None, t_us: int | None, wait_min: int | None, lanes_open: int | None
    ) -> Reading:
        """What stood there at a time; no wait: it was closed."""
        names = of.slug, self.mode.value, self.lane_class.value, self.number
        return Reading(*names, local, t_us, wait_min, lanes_open, is_closed=wait_min is None)


def _of_lane(words: LaneWords, lane: _Lane, when: EntryTime, tally: Tally, *, is_closed: bool) -> Iterator[Reading]:
    """What a lane says, at most two readings: while the port is closed the wait that was posted last may still stand
    there; then it was posted at its time, and the lane is closed when the feed is made.
    """
    owners = lane.owners()
    if words.says is Says.NOT_THERE:
        return
    if len(owners or lane.here) > 1:
        tally.shared[lane.number] += 1
        return
    of = (owners or lane.here)[0]
    if words.says is Says.WAIT:
        local, t_us = _posted(words.update_time, of, when, tally)
        yield lane.reading(of, local, t_us, words.wait_min, words.lanes_open)
    if words.says is Says.CLOSED or (is_closed and owners):
        made = None if when.made_us is None else local_time(of.port.time_zone, when.made_us)
        yield lane.reading(of, made, when.made_us, None, 0)
    elif words.says is Says.PENDING:
        tally.pending += 1


def _posted(text: str, of: NumberedPort, when: EntryTime, tally: Tally) -> tuple[datetime, int]:
    """When a wait was posted, local and as an instant. An hour is one of the port's own clock, whatever zone stands
    beside it: CBP marks hours in Arizona PST, which as Pacific time would lie after the feed.
    """
    zone = of.port.time_zone
    try:
        at = clock(text)
        local = posted(at.time, when.day, zone, when.made_us)
    except ValueError as error:
        raise FeedError("update_time", text, str(error)) from None
    names = zone_names(zone, local)
    if at.zone and at.zone not in names:
        tally.zones[of.slug, at.zone, " or ".join(sorted(names))] += 1
    return local, instant_us(zone, local)
