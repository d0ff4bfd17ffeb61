"""What a mode's bays, room, pace and scan say without effect, and spans of the week that none of it reaches."""

from collections.abc import Iterator

from border_sim.spec.bays import Bays
from border_sim.spec.calendar import HoursOfWeek, WeeklyBays, covered_spans
from border_sim.spec.inspection import Inspection
from border_sim.spec.notice import Notice
from border_sim.spec.port import PortMode
from border_sim.spec.problem import KeyPath
from border_sim.spec.staffing import Schedule
from border_sim.vocabulary import USUAL_PACE, Station


def notices_of_stations(part: PortMode) -> Iterator[Notice]:
    """A notice for every figure of a station without effect, by path below the mode."""
    inspection = part.inspection
    assert isinstance(inspection, Inspection)
    yield from _of_bays(part.bays, inspection)
    for station, places in part.room.by_station().items():
        if message := _why_without_effect(station, inspection):
            yield Notice(("room", station.value), str(places), message)
    for station, pace in part.pace.items():
        if all(permille == USUAL_PACE for day in range(7) for permille in pace.by_quarter(day)):
            yield Notice(("pace", station.value), "1", "is 1 in every hour, as usual, which changes nothing")
    if inspection.scan is not None and inspection.scan.share == 0:
        yield Notice(("inspection", "scan", "share"), "0", "nobody is scanned; null takes the scan away")
    for path, spans in _spans(part):
        for place in covered_spans(spans):
            span = spans[place]
            message = "has no effect: spans after it say otherwise of all of its hours"
            yield Notice((*path, place), f"{span.days} {span.hours}", message)


def _why_without_effect(station: Station, inspection: Inspection) -> str | None:
    """Why the room of a station holds back nobody, or not all who come to it; `None`: it does."""
    first = next(each for each in inspection.route() if each is not Station.EXPORT)
    scanned = inspection.scan.share if inspection.scan is not None else 0
    if station is first or (station is Station.PRIMARY and scanned == 0):
        return f"who comes to {station} comes from the road, where there is room for as many as come"
    if station is Station.PRIMARY and scanned < 1:
        return (
            f"holds back only those who are scanned (scan.share is {scanned:g}); "
            "the others come from the road, however many wait"
        )
    if station is Station.STATE and inspection.state is not None and inspection.state.full_share == 0:
        return "nobody waits there: inspection.state.full_share is 0"
    return None


def _of_bays(bays: Bays, inspection: Inspection) -> Iterator[Notice]:
    for kind, number in bays.secondary.items():
        if kind not in inspection.secondary:
            kinds = ", ".join(inspection.secondary) or "none"
            yield Notice(
                ("bays", "secondary", kind), _number(number), f"the inspection has no such kind; it has {kinds}"
            )
    if bays.scan is not None and inspection.scan is None:
        yield Notice(("bays", "scan"), _number(bays.scan), "the inspection has no scan")
    if bays.state is not None and inspection.state is None:
        yield Notice(("bays", "state"), _number(bays.state), "the inspection has no state inspection")


def _number(bays: int | WeeklyBays) -> str:
    return str(max(bays.values()) if isinstance(bays, WeeklyBays) else bays)


def _spans(part: PortMode) -> Iterator[tuple[KeyPath, tuple[HoursOfWeek, ...]]]:
    """Every list of spans of a mode, with its place."""
    if part.officers is not None:
        yield ("officers",), part.officers.root
    if isinstance(part.staffing, Schedule):
        yield from ((("staffing", "pools", name), booths.root) for name, booths in part.staffing.pools.items())
    bays = part.bays
    named: list[tuple[KeyPath, int | WeeklyBays | None]] = [(("scan",), bays.scan), (("state",), bays.state)]
    named += [(("secondary", kind), number) for kind, number in bays.secondary.items()]
    yield from ((("bays", *path), number.root) for path, number in named if isinstance(number, WeeklyBays))
    yield from ((("pace", station.value), pace.root) for station, pace in part.pace.items())
