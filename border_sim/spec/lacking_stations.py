"""Room and pace that a mode, as plain data, gives of stations that are not on its route."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from border_sim.spec.inspection import Inspection
from border_sim.spec.problem import KeyPath
from border_sim.vocabulary import ROUTE, Station

_BY_STATION: Final = ("room", "pace")
"""Keys of a mode whose figures are by station."""


def figures_of_lacking_stations(part: Any, inspections: Mapping[str, Inspection], path: KeyPath) -> Iterator[KeyPath]:
    """The places, from `path` on, of such figures of a mode; none where its inspection is wrong."""
    if not isinstance(part, dict) or (lacking := _lacking(part.get("inspection"), inspections)) is None:
        return
    for key in _BY_STATION:
        stations = part.get(key)
        if isinstance(stations, dict):
            yield from ((*path, key, station) for station in stations if station in lacking)


def _lacking(inspection: Any, inspections: Mapping[str, Inspection]) -> Collection[Station] | None:
    """The stations that an inspection leaves out; `None`: it is neither figures nor the name of a profile."""
    if isinstance(inspection, str):
        figures = inspections.get(inspection)
        return None if figures is None else set(ROUTE).difference(figures.route())
    if not isinstance(inspection, dict):
        return None
    return {station for station in ROUTE if station is not Station.PRIMARY and not inspection.get(station)}
