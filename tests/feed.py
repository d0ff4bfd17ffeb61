"""Entries of CBP's border wait time feed, made for tests, and the copies of it that are kept in `feed_data`."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

DATA: Final = Path(__file__).parent / "feed_data"
SNAPSHOT: Final = DATA / "bwt-2025-09-10.xml.gz"
"""One copy of `bwt.xml`."""
MADE: Final = {"2022-06-29": "13:25:16", "2023-11-10": "1:55:5"}
"""When copies of `snapshots.csv` were made, Eastern time, as far as they tell."""
LANES: Final = {
    "commercial_vehicle_lanes": ("standard_lanes", "FAST_lanes"),
    "passenger_vehicle_lanes": ("standard_lanes", "NEXUS_SENTRI_lanes", "ready_lanes"),
    "pedestrian_lanes": ("standard_lanes", "ready_lanes"),
}
NOT_THERE: Final = {"operational_status": "N/A", "update_time": "", "delay_minutes": "", "lanes_open": ""}
_CENTRAL: Final = {"230301", "231002", "240301"}
"""Where the day of 10 November 2023 had begun when its copy was made."""
_GROUPS: Final = {"commercial": "commercial_vehicle_lanes", "passenger": "passenger_vehicle_lanes"}
_TAGS: Final = {"SENTRI": "NEXUS_SENTRI_lanes"}


def local(text: str) -> datetime:
    """A local time, e.g. `2025-09-10 06:00`."""
    return datetime.fromisoformat(text)


def lane(status: str, update_time: str = "", minutes: Any = "", lanes_open: Any = "") -> dict[str, Any]:
    """What an entry says of one lane class."""
    fields = {"operational_status": status, "update_time": update_time}
    return fields | {"delay_minutes": minutes, "lanes_open": lanes_open}


def entry(number: str = "250401", day: str = "9/10/2025", status: str = "Open", **lanes: Any) -> dict[str, Any]:
    """An entry; `lanes`: by group and tag, as `pedestrian_lanes__ready_lanes`; those left out are not there."""
    port = {"port_number": number, "border": "Mexican Border", "port_name": "A Port", "crossing_name": ""}
    port |= {"hours": "24 hrs/day", "date": day, "port_status": status}
    for group, tags in LANES.items():
        port[group] = {"maximum_lanes": "9"} | {tag: lanes.get(f"{group}__{tag}", dict(NOT_THERE)) for tag in tags}
    return port


def cars(words: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An entry of San Ysidro with something to say of cars in the standard lane alone."""
    return entry(**{"passenger_vehicle_lanes__standard_lanes": words, **more})


def as_json(*entries: dict[str, Any]) -> str:
    """A copy of `/api/bwtnew`."""
    return json.dumps(entries)


def as_xml(*entries: dict[str, Any], day: str = "2025-9-10", time: str = "9:4:30", head: str = "") -> str:
    """A copy of `bwt.xml`."""
    root = ET.Element("border_wait_time")
    _fill(root, {"last_updated_date": day, "last_updated_time": time, "number_of_ports": str(len(entries))})
    for each in entries:
        _fill(ET.SubElement(root, "port"), each)
    declaration = head or "<?xml version='1.0' encoding='ISO-8859-1'?>"
    return declaration + ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _fill(element: ET.Element, fields: dict[str, Any]) -> None:
    for tag, value in fields.items():
        inner = ET.SubElement(element, tag)
        if isinstance(value, dict):
            _fill(inner, value)
        else:
            inner.text = str(value)


def kept_rows() -> list[dict[str, str]]:
    """The rows of `snapshots.csv`."""
    with (DATA / "snapshots.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kept_snapshots() -> dict[str, list[dict[str, Any]]]:
    """By date, the entries of the copies in `snapshots.csv`."""
    snapshots: dict[str, dict[str, dict[str, Any]]] = {}
    for row in kept_rows():
        year, month, day = map(int, row["snapshot_date"].split("-"))
        is_evening = row["snapshot_date"] == "2023-11-10" and row["port_number"] not in _CENTRAL
        ports = snapshots.setdefault(row["snapshot_date"], {})
        port = ports.setdefault(row["port_number"], entry(row["port_number"], f"{month}/{day - is_evening}/{year}"))
        port |= {name: row[name] for name in ("port_name", "crossing_name", "hours", "port_status")}
        group = port[_GROUPS.get(row["mode"], "pedestrian_lanes")]
        group["maximum_lanes"] = row["maximum_lanes"] or "N/A"
        minutes = row["delay_minutes"].removesuffix(".0")
        tag = _TAGS.get(row["lane_type"], f"{row['lane_type']}_lanes")
        group[tag] = lane(row["status"], row["update_time"], minutes, row["lanes_open"])
    return {day: list(ports.values()) for day, ports in snapshots.items()}
