"""The wait that a port is known for, where its file names none: the square-root law of traffic."""

from collections.abc import Mapping, Sequence
from math import asin, cos, exp, log, radians, sin, sqrt
from statistics import fmean
from typing import Final

from border_sim.spec.demand import QUARTERS_IN_DAY, Annual, Rate
from border_sim.spec.port import AccustomedWait, Location, Port, PortMode
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import AccustomedLaw, Group, Planned, Root, group_of
from border_sim.vocabulary import Mode

DAYS_PER_YEAR = 365
TRUCK_DAYS_PER_YEAR = 300
EARTH_RADIUS_KM = 6371.0
CURVES: Final[dict[Group, tuple[Root, ...]]] = {
    "general": ("standard", "ready"),
    "sentri": ("sentri",),
    "commercial": ("commercial",),
    "pedestrian": ("pedestrian",),
}
"""The curves whose mean is a group's; `fast` follows commercial."""
MODES: Final[dict[Root, Mode]] = {
    "standard": Mode.PASSENGER,
    "ready": Mode.PASSENGER,
    "sentri": Mode.PASSENGER,
    "commercial": Mode.COMMERCIAL,
    "pedestrian": Mode.PEDESTRIAN,
}


def needed_groups(mode: Mode, part: PortMode) -> tuple[Group, ...]:
    """The groups whose accustomed wait a mode needs: those of its lane classes, and those that its staffing plans."""
    planned = part.staffing.booths if isinstance(part.staffing, Planned) else ()
    return tuple(dict.fromkeys([*(group_of(mode, lane) for lane in part.served()), *planned]))


def accustomed_wait(slug: str, mode: Mode, port: Port, catalogue: Catalogue) -> AccustomedWait:
    """The waits that the port's file names, and the law's for the rest of the groups that the mode needs.

    Cars at the catalogue's other ports count as traffic near by. Growth does not count: a place stays known for what it
    was.
    """
    part, law = port.modes[mode], catalogue.accustomed
    minutes = dict(part.accustomed_wait.minutes) if part.accustomed_wait else {}
    for group in needed_groups(mode, part):
        if group in minutes:
            continue
        if group == "fast":
            commercial = minutes.get("commercial", _by_law("commercial", slug, port, catalogue))
            minutes[group] = commercial * catalogue.planning.fast_over_commercial
        else:
            minutes[group] = _by_law(group, slug, port, catalogue)
    source = part.accustomed_wait.source if part.accustomed_wait else law.source
    return AccustomedWait(minutes=minutes, source=source)


def _by_law(group: Group, slug: str, port: Port, catalogue: Catalogue) -> float:
    law = catalogue.accustomed
    return wait_of([root_of(law, curve, entries(slug, curve, port, catalogue)) for curve in CURVES[group]])


def entries(slug: str, curve: Root, port: Port, catalogue: Catalogue) -> float:
    """The traffic that the law takes for a port, entries per open hour: for standard and Ready cars with those near by.

    Raises `KeyError` if the port does not have the curve's mode.
    """
    mode = MODES[curve]
    mine = entries_per_open_hour(mode, port.modes[mode])
    if curve in CURVES["general"]:
        return mine + _entries_near(slug, port, catalogue.ports, catalogue.accustomed.neighbour_km)
    return mine


def root_of(law: AccustomedLaw, curve: Root, entries: float) -> float:
    """The root of the wait, minutes, that the law gives so many entries per open hour; 0 without any."""
    constant, slope = law.coefficients[curve]
    return constant + slope * log_entries(entries) if entries > 0 else 0.0


def log_entries(entries: float) -> float:
    """What the law is linear in."""
    return log(entries) - 5


def wait_of(roots: Sequence[float]) -> float:
    """The wait of a group, minutes, from the roots of its curves."""
    return max(0.0, fmean(roots)) ** 2


def entries_per_open_hour(mode: Mode, part: PortMode) -> float:
    """Mean entries in an open hour, growth apart; 0 for a list of arrivals and for a mode that never opens."""
    hours = part.hours.weekly
    open_days = sum(1 for day in range(7) if hours.open_quarters(day))
    if not open_days:
        return 0.0
    if isinstance(part.demand, Annual):
        volume = part.demand.volumes[part.demand.volume_year]
        if mode is Mode.COMMERCIAL:
            return volume / TRUCK_DAYS_PER_YEAR / (hours.weekly_hours() / open_days)
        return volume / DAYS_PER_YEAR / (hours.weekly_hours() / 7)
    return _mean_rate(part.demand, part) if isinstance(part.demand, Rate) else 0.0


def _mean_rate(demand: Rate, part: PortMode) -> float:
    if demand.hours_from_start is not None:
        return fmean(demand.hours_from_start) if demand.hours_from_start else 0.0
    if isinstance(demand.per_hour, float):
        return demand.per_hour
    rates, step = demand.per_hour, QUARTERS_IN_DAY // len(demand.per_hour)
    return fmean(rates[quarter // step] for day in range(7) for quarter in part.hours.weekly.open_quarters(day))


def _entries_near(slug: str, port: Port, others: Mapping[str, Port], reach_km: float) -> float:
    """Cars per open hour at other ports, each weighted by exp(-distance / reach); 0 for a port without a location."""
    if port.location is None:
        return 0.0
    return sum(
        entries_per_open_hour(Mode.PASSENGER, other.modes[Mode.PASSENGER])
        * exp(-distance_km(port.location, other.location) / reach_km)
        for name, other in others.items()
        if name != slug and other.location is not None and Mode.PASSENGER in other.modes
    )


def distance_km(one: Location, other: Location) -> float:
    """Great-circle distance by the haversine formula on a sphere of 6371 km."""
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    scale = cos(radians(one.latitude)) * cos(radians(other.latitude))
    return 2 * EARTH_RADIUS_KM * asin(sqrt(sin(north / 2) ** 2 + scale * sin(east / 2) ** 2))
