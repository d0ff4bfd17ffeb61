"""The border as CBP's border wait time feed tells it: an entry for each number that CBP has for a port of the run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from border_sim.metrics.counters import LAST_POSTED, NOT_POSTED
from border_sim.metrics.state import POOL, cell_of
from border_sim.observed.feed.made_at import local_time, zoned_time
from border_sim.observed.feed.words import (
    CLOSED,
    DELAY,
    GROUPS,
    LANES,
    MIDNIGHT,
    NO_DELAY,
    NOON,
    NOT_THERE,
    PENDING,
    PORT_CLOSED,
    PORT_OPEN,
)
from border_sim.spec.feed import FeedEntry
from border_sim.spec.port import Port
from border_sim.spec.scenario import Catalogue
from border_sim.spec.words import printable
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import MISSING, LaneClass, Mode, Station, code

BORDER: Final = "Mexican Border"
LEAST_DELAY_MIN: Final = 10
"""From so many minutes on CBP says `delay`; below, `no delay` beside the minutes."""
_NOON_HOUR: Final = 12
_IN_WORDS: Final = {0: MIDNIGHT, _NOON_HOUR: NOON}

Fields = dict[str, Any]
"""By tag or key in the feed's order: text, or for a group of lanes the same again."""


class Listed(NamedTuple):
    """An entry of the feed, and the port of the catalogue that it lists."""

    number: str
    entry: FeedEntry
    slug: str
    port: Port


def listed_ports(catalogue: Catalogue, entries: Mapping[str, FeedEntry]) -> list[Listed]:
    """What the feed lists of the catalogue's ports, in the feed's order: a port with two numbers twice, two ports under
    one number both.
    """
    return [
        Listed(number, entry, slug, port)
        for number, entry in entries.items()
        for slug, port in catalogue.ports.items()
        if port.codes and number in port.codes.bwt
    ]


def feed_entries(ports: Sequence[PortNow], listed: Sequence[Listed]) -> list[Fields]:
    """The entries of the ports of a run, each with its local `date` and `time`. Ports that the feed does not list,
    those of a user's own among them, are left out.
    """
    by_slug = {port.key.port: port for port in ports}
    return [_entry(each, by_slug[each.slug]) for each in listed if each.slug in by_slug]


def _entry(listed: Listed, now: PortNow) -> Fields:
    number, entry, _, port = listed
    local = local_time(port.time_zone, now.watermark_us)
    modes = [mode for mode in now.info.installed if entry.modes is None or mode in entry.modes]
    lanes = {mode: dict(_lanes(mode, port, now)) if mode in modes else {} for mode in Mode}
    said = [lane["operational_status"] for group in lanes.values() for lane in group.values()]
    fields: Fields = {
        "port_number": number,
        "border": BORDER,
        "port_name": entry.port_name,
        "crossing_name": entry.crossing_name,
        "hours": entry.hours,
        "date": f"{local.month}/{local.day}/{local.year}",
        "time": f"{local:%H:%M:%S}",
        "port_status": PORT_CLOSED if said and set(said) == {CLOSED} else PORT_OPEN,
        "commercial_automation_type": entry.automation[Mode.COMMERCIAL],
        "passenger_automation_type": entry.automation[Mode.PASSENGER],
        "pedestrain_automation_type": entry.automation[Mode.PEDESTRIAN],  # so spelt
    }
    for mode, group in GROUPS.items():
        most = str(now.info.installed[mode]) if mode in modes else NOT_THERE
        not_there = {tag: _says(NOT_THERE) for tag in LANES[mode].values()}
        fields[group] = {"maximum_lanes": most, **not_there, **lanes[mode]}
    if entry.has_notice:
        run = printable(now.key.run)  # in XML there is no way to write most of the control characters
        fields["construction_notice"] = f"Simulated by border-sim, run {run}: not the waits of the real border."
    return fields


def _lanes(mode: Mode, port: Port, now: PortNow) -> Iterator[tuple[str, Fields]]:
    """What the lanes of a mode say that the port has: those of the catalogue, and those that the run has posted."""
    for lane_class, tag in LANES[mode].items():
        posted_min = _posted_min(now, mode, lane_class)
        if posted_min != NOT_POSTED or (mode in port.modes and lane_class in port.modes[mode].served()):
            yield tag, _lane(posted_min, _open_booths(now, mode, lane_class, port), port.time_zone, now)


def _posted_min(now: PortNow, mode: Mode, lane_class: LaneClass) -> int:
    """The wait posted last, `MISSING`: closed; `NOT_POSTED` before the first, and when the run has ended."""
    if now.counters is None or now.is_ended:
        return NOT_POSTED
    return int(now.counters.posted_min[cell_of(code(mode), code(lane_class), code(Station.PRIMARY))])


def _lane(posted_min: int, open_booths: int | None, zone: str, now: PortNow) -> Fields:
    """A lane as it was posted last; one that has no open booth any more is closed already."""
    if now.counters is None or posted_min == NOT_POSTED:
        return _says(PENDING)
    if posted_min == MISSING or open_booths == 0:
        return _says(CLOSED)
    return {
        "update_time": update_time(zone, int(now.counters.clock[LAST_POSTED])),
        "operational_status": DELAY if posted_min >= LEAST_DELAY_MIN else NO_DELAY,
        "delay_minutes": str(posted_min),
        "lanes_open": "" if open_booths is None else str(open_booths),
    }


def _says(status: str) -> Fields:
    """A lane without a wait, whose status comes first."""
    return {"operational_status": status, "update_time": "", "delay_minutes": "", "lanes_open": ""}


def _open_booths(now: PortNow, mode: Mode, lane_class: LaneClass, port: Port) -> int | None:
    """Open booths of the pools that serve a lane class, others that they serve too or not; `None`: not known.

    The stream tells pools by name: by the catalogue, or a lane class of the same name, it is known what they serve.
    """
    if now.pools is None or mode not in port.modes:
        return None
    serve = {pool.name: {lane for rank in pool.serves for lane in rank} for pool in port.modes[mode].pools}
    open_booths = [
        int(figures[POOL.open])
        for pool, figures in zip(now.info.pools, now.pools, strict=True)
        if pool.station is Station.PRIMARY and pool.mode is mode and lane_class in serve.get(pool.name, {pool.name})
    ]
    return sum(open_booths) if open_booths else None


def update_time(zone: str, posted_us: int) -> str:
    """When a wait was posted as the feed says it: `At 7:15 am EDT`, `At Noon CDT`, `At Midnight MST`."""
    local = zoned_time(zone, posted_us)
    if local.minute == 0 and local.hour in _IN_WORDS:
        return f"At {_IN_WORDS[local.hour]} {local:%Z}"
    return (
        f"At {local.hour % _NOON_HOUR or _NOON_HOUR}:{local:%M} {'am' if local.hour < _NOON_HOUR else 'pm'} {local:%Z}"
    )
