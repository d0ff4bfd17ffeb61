"""How the page names modes, lane classes and stations; its scripts are given the same words."""

from datetime import date
from typing import Final

import msgspec

from border_sim.vocabulary import LaneClass, Mode, Station

MODES: Final = {
    Mode.COMMERCIAL: "Commercial (trucks)",
    Mode.PASSENGER: "Passenger (cars)",
    Mode.PEDESTRIAN: "Pedestrian",
}
LANES: Final = {
    LaneClass.FAST: "FAST",
    LaneClass.SENTRI: "SENTRI",
    LaneClass.READY: "Ready",
    LaneClass.STANDARD: "standard",
}
STATIONS: Final = {
    Station.EXPORT: "export inspection",
    Station.SCAN: "scan before primary",
    Station.PRIMARY: "primary inspection",
    Station.SECONDARY: "secondary inspection",
    Station.STATE: "state safety inspection",
    Station.DOOR_TO_DOOR: "door to door",
}
_PARTS: Final = {"ctpat": "C-TPAT", "fast": "FAST", "sentri": "SENTRI", "nii": "NII", "sd": "SD", "cv": "CV"}


def part_name(key: str) -> str:
    """A key of the configuration in words, such as `SENTRI` or `service`."""
    return _PARTS.get(key, key.replace("_", " "))


def names_script() -> str:
    """The names as a constant of the scripts."""
    names = {"modes": MODES, "lanes": LANES, "stations": STATIONS}
    return f"const NAMES = {msgspec.json.encode(names).decode()};"


def day_name(day: date) -> str:
    """A day in words: `Sunday 10 March 2024`."""
    return f"{day:%A} {day.day} {day:%B %Y}"
