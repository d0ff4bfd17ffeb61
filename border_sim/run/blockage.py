"""For want of which room the booths and bays of a station were blocked."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from border_sim.run.manifest_model import Manifest
from border_sim.run.summary import SummaryRow
from border_sim.spec.scenario import Resolved
from border_sim.vocabulary import ROUTE, Mode, Station

Rooms = Mapping[tuple[str, Mode], Collection[Station]]
"""By port and mode, the stations whose room is given: elsewhere there is room for as many as come."""
_LEAST_SHOWN: Final = 0.01


def rooms_of(resolved: Resolved) -> Rooms:
    """Where room is given in a scenario."""
    return {
        (each.slug, mode): part.room.by_station() for each in resolved.ports for mode, part in each.port.modes.items()
    }


def rooms_of_manifest(manifest: Manifest) -> Rooms:
    """Where room is given in the configuration of a run; those of earlier versions have none."""
    return {
        (each.slug, mode): _given(each.port.modes[mode])
        for each in manifest.configuration.ports
        for mode in Mode
        if mode in each.port.modes
    }


def _given(part: Any) -> list[Station]:
    """The stations whose room a mode gives, as plain data."""
    room = part.get("room") if isinstance(part, dict) else None
    return [station for station in ROUTE if room.get(station) is not None] if isinstance(room, dict) else []


def wanting_room(row: SummaryRow, rooms: Rooms) -> list[Station]:
    """The stations for whose room those who are served at the station of a row may have to stay there. Who comes from a
    scan goes to primary in any case.
    """
    assert row.port is not None
    assert row.mode is not None
    assert row.station is not None
    after = ROUTE[ROUTE.index(row.station) + 1 :]
    reached = after[: 1 + after.index(Station.PRIMARY)] if Station.PRIMARY in after else after
    return [station for station in reached if station in rooms.get((row.port, row.mode), ())]


def blockage_in_words(row: SummaryRow, wanting: Sequence[str]) -> str:
    """For how much of their time booths or bays were blocked, and for want of which room."""
    places = "booth" if row.station is Station.PRIMARY else "bay"
    share = f"{row.blocked:.0%}" if row.blocked and row.blocked >= _LEAST_SHOWN else f"less than {_LEAST_SHOWN:.0%}"
    where = f"at {' or '.join(wanting)}" if wanting else "further on"
    return f"{share} of the time of open {places}s, for want of room {where}"
