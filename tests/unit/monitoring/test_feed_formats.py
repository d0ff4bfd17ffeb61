"""The feed as bytes: like CBP's tag by tag, and read back as what was written."""

import gzip
import json
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.feed import load_feed_entries
from border_sim.monitoring.feed import listed_ports
from border_sim.monitoring.feed_formats import feed_json, feed_xml
from border_sim.observed.feed.files import file_readings
from border_sim.observed.feed.made_at import local_time
from border_sim.observed.feed.readings import Tally, numbered_ports
from border_sim.spec.local_clock import instant_us
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import MINUTE_US, QUARTER_US, SECOND_US, LaneClass, Mode
from tests.feed import SNAPSHOT
from tests.ports_now import lanes_of, port_now

PORTS = load_catalogue().ports
LISTED = listed_ports(load_catalogue(), load_feed_entries())
NUMBERED = numbered_ports(PORTS)
MORNING_US = int(datetime(2025, 9, 10, 13, 4, 30, tzinfo=UTC).timestamp()) * SECOND_US
NEW_YEAR_US = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * SECOND_US
CBPS = ET.fromstring(gzip.decompress(SNAPSHOT.read_bytes()))


def whole_border(wait_min=20, watermark_us=MORNING_US):
    return [port_now(slug, port, watermark_us, dict.fromkeys(lanes_of(port), wait_min)) for slug, port in PORTS.items()]


def shape(element):
    """Tags in their nesting and order; of a lane, whose order varies, the tags alone."""
    if element.find("operational_status") is not None:
        return element.tag, sorted(child.tag for child in element)
    return element.tag, [shape(child) for child in element]


@pytest.mark.parametrize("wait_min", [None, 0, 20])
def test_the_xml_has_cbps_tags_in_cbps_nesting_port_by_port(wait_min):
    ours = ET.fromstring(feed_xml(whole_border(wait_min), LISTED))
    assert [child.tag for child in ours[:4]] == [child.tag for child in CBPS[:4]]
    theirs = {port.findtext("port_number"): port for port in CBPS.iter("port")}
    same = [port for port in ours.iter("port") if port.findtext("port_number") in theirs]
    assert len(same) == 36
    for port in same:
        assert shape(port) == shape(theirs[port.findtext("port_number")])
    numbers = [port.findtext("port_number") for port in same]
    assert numbers == [number for number in theirs if number in numbers]


def test_the_order_within_a_lane_is_cbps():
    def orders(root):
        lanes = (each for each in root.iter() if each.find("operational_status") is not None)
        return {(lane.findtext("delay_minutes") != "", tuple(child.tag for child in lane)) for lane in lanes}

    assert orders(ET.fromstring(feed_xml(whole_border(), LISTED))) == orders(CBPS)


def test_names_hours_and_how_waits_are_measured_are_spelt_as_cbp_does():
    theirs = {port.findtext("port_number"): port for port in CBPS.iter("port")}
    tags = ["border", "port_name", "crossing_name", "hours", "date"]
    tags += [f"{mode}_automation_type" for mode in ("commercial", "passenger", "pedestrain")]
    for port in ET.fromstring(feed_xml(whole_border(), LISTED)).iter("port"):
        if cbps := theirs.get(port.findtext("port_number")):
            assert [port.findtext(tag) for tag in tags] == [cbps.findtext(tag) for tag in tags]


def test_whatever_a_run_is_called_the_xml_is_well_formed():
    [east] = [port for port in whole_border() if port.key.port == "calexico-east"]
    root = ET.fromstring(feed_xml([east._replace(key=east.key._replace(run="a\x01<run"))], LISTED))
    assert r"run a\x01<run: not the waits" in root.findtext("port/construction_notice")


def test_the_head_of_the_xml_is_cbps():
    written, theirs = feed_xml(whole_border(), LISTED), gzip.decompress(SNAPSHOT.read_bytes())
    declaration = b"<?xml version='1.0' encoding='ISO-8859-1'?>"
    assert written.startswith(declaration) and theirs.startswith(declaration)
    root = ET.fromstring(written)
    assert [root[place].text for place in range(3)] == ["2025-9-10", "9:4:30", "42"]
    assert [root[place].text for place in range(2)] == [CBPS[place].text for place in range(2)]
    assert b"<update_time></update_time>" in written and b"/>" not in written


def test_json_has_the_same_entries_as_xml_and_all_values_are_text():
    ports = whole_border()
    entries = json.loads(feed_json(ports, LISTED))
    for entry, port in zip(entries, ET.fromstring(feed_xml(ports, LISTED)).iter("port"), strict=True):
        for child in port:
            assert _same(child, entry[child.tag]), child.tag
    assert {type(value) for value in _values(entries)} == {str}
    assert {entry["time"] for entry in entries} == {"06:04:30", "07:04:30", "08:04:30"}
    assert {entry["automation"] for entry in entries} == {"0", "1"}
    assert all("construction_notice" in entry for entry in entries)


def test_json_has_the_keys_of_cbps_api_in_its_order():
    (entry,) = json.loads(feed_json([port_now("laredo-wtb", PORTS["laredo-wtb"], MORNING_US, {})], LISTED))
    assert [list(entry["passenger_vehicle_lanes"]), list(entry["passenger_vehicle_lanes"]["ready_lanes"])] == [
        [
            *("maximum_lanes", "pv_automation_type", "pv_segment_from", "pv_segment_to"),
            *("pv_standard_tolerance", "pv_nexus_sentri_tolerance", "pv_ready_tolerance"),
            *("standard_lanes", "NEXUS_SENTRI_lanes", "ready_lanes"),
        ],
        ["update_time", "operational_status", "delay_minutes", "lanes_open"],
    ]
    assert list(entry["commercial_vehicle_lanes"])[1:6] == [
        *("cv_automation_type", "cv_segment_from", "cv_segment_to", "cv_standard_tolerance", "cv_fast_tolerance"),
    ]
    assert list(entry["pedestrian_lanes"])[-4:-2] == ["ped_standard_tolerance", "ped_ready_tolerance"]
    assert list(entry)[:8] == [
        *("port_number", "border", "port_name", "crossing_name", "hours", "date", "time", "port_status"),
    ]
    assert (entry["commercial_vehicle_lanes"]["cv_automation_type"], entry["automation"]) == ("RFID", "1")


def _same(element, value):
    if isinstance(value, dict):
        return all(_same(child, value[child.tag]) for child in element)
    return (element.text or "") == value


def _values(value):
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _values(each)
    else:
        yield value


def test_a_feed_of_no_port():
    assert feed_json([], LISTED) == b"[]"
    root = ET.fromstring(feed_xml([], LISTED))
    assert [(child.tag, child.text) for child in root] == [
        ("last_updated_date", None),
        ("last_updated_time", None),
        ("number_of_ports", "0"),
    ]


class Made(NamedTuple):
    """A port as it stands, and what was said of it."""

    now: PortNow
    posted: dict[tuple[Mode, LaneClass], int | None]
    booths: int
    """Open in each of its pools"""


@st.composite
def borders(draw):
    """Some ports at nearly the same instant of 2025, any waits posted, any booths open."""
    now_us = NEW_YEAR_US + draw(st.integers(0, 365 * 24 * 60)) * MINUTE_US
    made = []
    for slug in draw(st.lists(st.sampled_from(sorted(PORTS)), unique=True, max_size=5)):
        posted = draw(st.dictionaries(st.sampled_from(lanes_of(PORTS[slug])), st.none() | st.integers(0, 600)))
        booths, late_us = draw(st.integers(0, 9)), draw(st.integers(0, 120)) * MINUTE_US
        made.append(Made(port_now(slug, PORTS[slug], now_us - late_us, posted, booths), posted, booths))
    return made


@settings(derandomize=True, deadline=None)
@given(borders(), st.sampled_from([feed_json, feed_xml]))
def test_what_was_written_is_read_back(tmp_path_factory, border, write):
    ports = [made.now for made in border]
    path = tmp_path_factory.getbasetemp() / "feed"
    path.write_bytes(write(ports, LISTED))
    problems, tally = [], Tally()
    found = list(file_readings(path, NUMBERED, problems.append, tally))
    assert problems == [] and not tally.zones and not tally.elsewhere and not tally.undated
    made_us = max((port.watermark_us for port in ports), default=0)
    listed = [made for made in border if made.now.key.port in {each.slug for each in LISTED}]
    expected = {
        lane: reading
        for made in listed
        for lane, reading in _expected(made, made_us if write is feed_xml else made.now.watermark_us)
    }
    assert {each[:3]: (each.local_time, each.wait_min, each.lanes_open) for each in found} == expected
    assert tally.pending == sum(len(lanes_of(PORTS[made.now.key.port])) - len(made.posted) for made in listed)
    of_waits = [each for each in found if not each.is_closed]
    assert all(each.t_us == instant_us(PORTS[each.port].time_zone, each.local_time) for each in of_waits)


def _expected(made, closed_us):
    """By lane, the local time, wait and open lanes of each reading."""
    slug = made.now.key.port
    zone, quarter_us = PORTS[slug].time_zone, made.now.watermark_us // QUARTER_US * QUARTER_US
    for (mode, lane_class), wait_min in made.posted.items():
        pools = [pool for pool in PORTS[slug].modes[mode].pools if any(lane_class in rank for rank in pool.serves)]
        lanes_open = made.booths * len(pools)
        if wait_min is None or lanes_open == 0:
            yield (slug, mode.value, lane_class.value), (local_time(zone, closed_us), None, 0)
        else:
            yield (slug, mode.value, lane_class.value), (local_time(zone, quarter_us), wait_min, lanes_open)
