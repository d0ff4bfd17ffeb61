"""What a mode has beside its booths: bays of each station, and room to wait before them."""

from typing import Annotated

from pydantic import Field

from border_sim.spec.base import Sourced
from border_sim.spec.calendar import DAYS, WeeklyBays
from border_sim.vocabulary import MOST_BAYS, Station

BayCount = Annotated[int, Field(strict=True, ge=1, le=MOST_BAYS)]
SomeBays = BayCount | WeeklyBays
"""A number of bays that are always open, or a list of spans of the week."""

Places = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class Bays(Sourced):
    """Bays of the scan before primary, of each kind of secondary inspection by name, and of state inspection."""

    scan: SomeBays | None = None
    """Of the portal. `None`: the mode has no scan before primary."""
    secondary: dict[str, SomeBays] = {}
    """By kind, every kind that the inspection has."""
    state: SomeBays | None = None
    """For full inspections. `None`: the mode has no state inspection."""

    def at(self, station: Station, kind: str | None = None) -> SomeBays | None:
        """The bays of a station, at secondary of one kind; `None`: there are none."""
        if station is Station.SECONDARY:
            return self.secondary.get(kind or "")
        return {Station.SCAN: self.scan, Station.STATE: self.state}.get(station)

    def most(self, station: Station, kind: str | None = None) -> int:
        """The most bays that are ever open."""
        bays = self.at(station, kind)
        return max(bays.values()) if isinstance(bays, WeeklyBays) else bays or 0

    def by_quarter(self, station: Station, kind: str | None = None) -> list[list[int]] | None:
        """Bays in each quarter of each day of the week, Monday first; `None`: always as many."""
        bays = self.at(station, kind)
        return [bays.by_quarter(day) for day in range(len(DAYS))] if isinstance(bays, WeeklyBays) else None

    def change(self) -> bool:
        """Whether any bays change by the hour of the week."""
        return any(isinstance(bays, WeeklyBays) for bays in (self.scan, *self.secondary.values(), self.state))


class Room(Sourced):
    """Places to wait before a station's bays or booths, which are not counted; of all kinds of secondary and of all
    lanes together. Who finds none stays in the booth or bay where it was served, which is blocked.
    """

    scan: Places | None = None
    """Before the portal; without effect, since who comes to it comes from the road. This and the others `None`: for as
    many as come.
    """
    primary: Places | None = None
    """Before the booths; who finds no place stays in the portal. Who is not scanned comes from the road, past the room:
    where the scan has a `share` the queue may be longer, and where there is no scan the room is without effect.
    """
    secondary: Places | None = None
    """Before the bays of secondary."""
    state: Places | None = None
    """Before the bays of full state inspection; the passing delay needs no place."""

    def places(self, station: Station) -> int | None:
        """Places to wait at a station; `None`: for as many as come."""
        return self.by_station().get(station)

    def by_station(self) -> dict[Station, int]:
        """The stations at which room is given."""
        given = {
            Station.SCAN: self.scan,
            Station.PRIMARY: self.primary,
            Station.SECONDARY: self.secondary,
            Station.STATE: self.state,
        }
        return {station: places for station, places in given.items() if places is not None}
