"""The feed in the two formats that CBP gives it in: `/api/bwtnew`, a JSON list, and `bwt.xml`."""

import json
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from border_sim.monitoring.feed import Fields, Listed, feed_entries
from border_sim.observed.feed.made_at import UPDATED_DATE, UPDATED_TIME, zoned_time
from border_sim.observed.feed.words import FEED_ZONE, GROUPS, LANES, PORTS
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import Mode

ENCODING: Final = "ISO-8859-1"
CONTENT_TYPE_JSON: Final = "application/json"
CONTENT_TYPE_XML: Final = f"text/xml; charset={ENCODING}"
_LANE_KEYS: Final = ("update_time", "operational_status", "delay_minutes", "lanes_open")
"""In JSON in this order; in XML the status comes first where there is no wait."""
_SHORT: Final = {Mode.COMMERCIAL: "cv", Mode.PASSENGER: "pv", Mode.PEDESTRIAN: "ped"}
_BY_HAND: Final = "Manual"
_AUTOMATION: Final = {
    Mode.COMMERCIAL: "commercial_automation_type",
    Mode.PASSENGER: "passenger_automation_type",
    Mode.PEDESTRIAN: "pedestrain_automation_type",
}


def feed_json(ports: Sequence[PortNow], listed: Sequence[Listed]) -> bytes:
    """The feed of a run's ports as `/api/bwtnew` gives it: a list, all values text."""
    return json.dumps([_with_json_keys(entry) for entry in feed_entries(ports, listed)]).encode()


def _with_json_keys(entry: Fields) -> Fields:
    """An entry with what CBP's JSON has beyond its XML: a notice in every entry, and how waits are measured again."""
    types = {mode: entry[name] for mode, name in _AUTOMATION.items()}
    groups = {group: _json_group(mode, types[mode], entry[group]) for mode, group in GROUPS.items()}
    notice = {"construction_notice": entry.get("construction_notice", "")}
    automation = "0" if set(types.values()) == {_BY_HAND} else "1"
    return entry | groups | notice | {"automation": automation, "automation_enabled": "0"}


def _json_group(mode: Mode, automation_type: str, group: Fields) -> Fields:
    """A group with the keys of a sensor's stretch of road and tolerances, which are empty where there is none."""
    short = _SHORT[mode]
    tolerances = (f"{short}_{tag.removesuffix('_lanes').lower()}_tolerance" for tag in LANES[mode].values())
    sensor = dict.fromkeys((f"{short}_segment_from", f"{short}_segment_to", *tolerances), "")
    lanes = {tag: {key: group[tag][key] for key in _LANE_KEYS} for tag in LANES[mode].values()}
    return {"maximum_lanes": group["maximum_lanes"], f"{short}_automation_type": automation_type} | sensor | lanes


def feed_xml(ports: Sequence[PortNow], listed: Sequence[Listed]) -> bytes:
    """The feed of a run's ports as `bwt.xml`. It is made when the port that is furthest has come there."""
    root = ET.Element("border_wait_time")
    entries = feed_entries(ports, listed)
    made = zoned_time(FEED_ZONE, max(port.watermark_us for port in ports)) if ports else None
    _fill(root, {
        UPDATED_DATE: f"{made.year}-{made.month}-{made.day}" if made else "",
        UPDATED_TIME: f"{made.hour}:{made.minute}:{made.second}" if made else "",
        "number_of_ports": str(len(entries)),
    })  # fmt: skip
    for entry in entries:
        _fill(ET.SubElement(root, PORTS), {tag: value for tag, value in entry.items() if tag != "time"})
    return ET.tostring(root, ENCODING, short_empty_elements=False)


def _fill(element: ET.Element, fields: Mapping[str, str | Fields]) -> None:
    for tag, value in fields.items():
        inner = ET.SubElement(element, tag)
        if isinstance(value, dict):
            _fill(inner, value)
        else:
            inner.text = value
