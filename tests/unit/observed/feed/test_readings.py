"""What copies of the feed say of our ports, and what is told where they say nothing that can be."""

from datetime import UTC, datetime
from typing import Any

import pytest

from border_sim.vocabulary import SECOND_US
from tests.feed import MADE, SNAPSHOT, as_json, as_xml, cars, entry, kept_rows, kept_snapshots, lane, local

SEVEN = "At 6:00 am PDT"


def waits(found: Any) -> list[tuple[int | None, int | None, bool]]:
    return [(each.wait_min, each.lanes_open, each.is_closed) for each in found.readings]


def test_a_wait_is_read_with_its_lane_its_time_and_its_open_lanes(read):
    found = read(as_xml(cars(lane("delay", SEVEN, 60, 5))))
    (reading,) = found.readings
    assert reading[:4] == ("san-ysidro", "passenger", "standard", "250401")
    assert reading.local_time == local("2025-09-10 06:00")
    assert reading.t_us == datetime(2025, 9, 10, 13, tzinfo=UTC).timestamp() * SECOND_US
    assert (reading.wait_min, reading.lanes_open, reading.is_closed) == (60, 5, False)
    assert found.problems == []


def test_json_and_xml_say_the_same(read):
    port = cars(lane("delay", SEVEN, 60, 5), pedestrian_lanes__ready_lanes=lane("Lanes Closed"))
    from_json, from_xml = read(as_json(port | {"time": "06:04:30"})), read(as_xml(port))
    assert len(from_json.readings) == 2
    assert from_json == from_xml


@pytest.mark.parametrize(("minutes", "wait"), [("5", 5), ("0", 0), ("", 0), (7, 7)])
def test_no_delay_has_its_minutes_and_none_is_0(read, minutes, wait):
    assert waits(read(as_json(cars(lane("no delay", SEVEN, minutes, "2"))))) == [(wait, 2, False)]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Open", lane("Lanes Closed")),
        ("Open", lane("lanes closed")),
        ("Open", lane("Closed")),
        ("Open", lane("Lanes Closed", "", "", "0")),
        ("Open", lane("no delay", SEVEN, "0", "0")),
        ("Open", lane("Update Pending", "", "", "0")),
        ("Open", lane("delay", SEVEN, "30", 0)),
        ("Closed", lane("Update Pending")),
        ("closed", lane("Lanes Closed")),
        ("Closed", lane("")),
    ],
)
def test_all_ways_of_saying_closed(read, status, words):
    found = read(as_xml(cars(words, status=status)))
    closed = [each for each in found.readings if each.lane_class == "standard" and each.mode == "passenger"]
    assert [(each.wait_min, each.lanes_open, each.is_closed) for each in closed] == [(None, 0, True)]
    assert closed[0].local_time == local("2025-09-10 06:04:30")  # when the feed was made
    assert found.problems == []


def test_the_last_wait_of_a_port_that_has_closed_stands_at_its_time_and_the_lane_is_closed_when_the_feed_is_made(read):
    found = read(as_xml(cars(lane("delay", "At 5:00 am PDT", 20, 2), status="Closed")))
    assert [(each.local_time.hour, each.wait_min, each.is_closed) for each in found.readings] == [
        (5, 20, False),
        (6, None, True),
    ]


def test_a_lane_that_a_closed_port_does_not_have_is_no_reading(read):
    port = entry("250401", status="Closed", commercial_vehicle_lanes__FAST_lanes=lane("Update Pending"))
    found = read(as_xml(port))
    assert found.readings == [] and found.tally.pending == 1


@pytest.mark.parametrize("words", [lane("Update Pending"), lane("update pending"), lane("")])
def test_what_is_pending_is_missing_and_not_0(read, words):
    found = read(as_json(cars(words)))
    assert found.readings == [] and found.tally.pending == 1 and found.problems == []


def test_a_lane_that_is_not_there_is_neither_missing_nor_closed(read):
    found = read(as_json(cars(lane("N/A", "", "", "N/A"))))
    assert found.readings == [] and found.tally.pending == 0 and found.problems == []


PLACE = "250401.passenger_vehicle_lanes.standard_lanes"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (lane("slow", SEVEN, "5", "1"), "operational_status: 'slow': no such status; valid are no delay, delay,"),
        (lane("delay", SEVEN, "", "1"), "delay_minutes: is missing beside delay"),
        (lane("delay", SEVEN, "five", "1"), "delay_minutes: 'five': must be a whole number from 0 to 600"),
        (lane("delay", SEVEN, "-5", "1"), "delay_minutes: '-5': must be a whole number from 0 to 600"),
        (lane("delay", SEVEN, "601", "1"), "delay_minutes: '601': must be a whole number from 0 to 600"),
        (lane("delay", SEVEN, 12.5, "1"), "delay_minutes: '12.5': must be a whole number from 0 to 600"),
        (lane("delay", SEVEN, "5", "101"), "lanes_open: '101': must be a whole number from 0 to 100"),
        (lane("delay", "", "5", "1"), "update_time: is missing beside a wait; e.g. At 7:00 am EDT"),
        (lane("delay", "At 25:00 EDT", "5", "1"), "update_time: 'At 25:00 EDT': is no time as the feed has it"),
        (lane("delay", "At 13:00 pm EDT", "5", "1"), "update_time: 'At 13:00 pm EDT': is no time of twelve hours"),
        (lane("N/A", "", "5", ""), "delay_minutes: '5': stands beside N/A, which has none"),
        (lane("Update Pending", "", "5", ""), "delay_minutes: '5': stands beside Update Pending, which has none"),
    ],
)
def test_what_cannot_be_is_told_with_its_place_and_the_other_lanes_are_read(read, words, told):
    found = read(as_json(cars(words, pedestrian_lanes__standard_lanes=lane("delay", SEVEN, 30, 19))))
    (problem,) = found.problems
    assert problem.startswith(f":1: {PLACE}.{told}")
    assert waits(found) == [(30, 19, False)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"date": "2025-09-10"}, "250401.date: '2025-09-10': is no date as the feed has it; e.g. 9/10/2025"),
        ({"date": "10/9/2025"}, "250401.date: '10/9/2025': is not the date of the feed, 9/10/2025"),
        ({"date": ""}, "250401.date: '': is no date as the feed has it"),
        ({"port_number": ""}, "port_number: is missing; an entry is known by it"),
    ],
)
def test_an_entry_without_date_or_number_is_refused_with_its_line_and_others_are_read(read, change, told):
    good = entry("250501", passenger_vehicle_lanes__standard_lanes=lane("delay", SEVEN, 60, 4))
    found = read(as_xml(cars(lane("delay", SEVEN, 60, 5)) | change, good).replace("<port>", "\n<port>"))
    (problem,) = found.problems
    assert problem.startswith(f":2: {told}")
    assert [each.port for each in found.readings] == ["tecate"]


def test_a_group_or_lane_that_is_missing_is_told(read):
    port = cars(lane("delay", SEVEN, 60, 5))
    del port["pedestrian_lanes"], port["passenger_vehicle_lanes"]["ready_lanes"]
    found = read(as_json(port))
    assert [problem.split(": ")[1] for problem in found.problems] == [
        "250401.passenger_vehicle_lanes.ready_lanes",
        "250401.pedestrian_lanes.standard_lanes",
        "250401.pedestrian_lanes.ready_lanes",
    ]
    assert waits(found) == [(60, 5, False)]


def test_a_status_of_a_port_that_is_none_is_told_and_its_lanes_are_read(read):
    found = read(as_json(cars(lane("delay", SEVEN, 60, 5), status="Ajar")))
    assert found.problems == [
        ":1: 250401.port_status: 'Ajar': no such status; valid are Open and Closed; taken as Open",
    ]
    assert waits(found) == [(60, 5, False)]


def test_a_port_with_two_numbers_has_its_lanes_from_both(read):
    cargo = entry("250602", commercial_vehicle_lanes__FAST_lanes=lane("delay", SEVEN, 20, 4))
    people = entry("250601", passenger_vehicle_lanes__NEXUS_SENTRI_lanes=lane("delay", SEVEN, 15, 3))
    found = read(as_json(cargo, people))
    assert [each[:4] for each in found.readings] == [
        ("otay-mesa", "commercial", "fast", "250602"),
        ("otay-mesa", "passenger", "sentri", "250601"),
    ]


@pytest.mark.parametrize("number", ["l24501", "L24501"])
def test_letters_in_a_number_may_be_large_or_small(read, number):
    found = read(as_json(cars(lane("delay", "At 6:00 am MDT", 15, 1), number=number)))
    assert [each.port for each in found.readings] == ["fort-hancock"]


def test_of_two_ports_under_one_number_each_lane_is_that_of_the_port_that_has_it(read, ports):
    here, there = ports["250401"][0], ports["230404"][0]  # San Ysidro has no trucks, World Trade Bridge nothing else
    shared = {"7": [here, there._replace(port=there.port.model_copy(update={"time_zone": here.port.time_zone}))]}
    trucks = {"commercial_vehicle_lanes__standard_lanes": lane("delay", SEVEN, 50, 4)}
    ports_before = dict(ports)
    ports |= shared
    try:
        found = read(as_json(cars(lane("delay", SEVEN, 60, 5), number="7", **trucks)))
    finally:
        ports.clear()
        ports |= ports_before
    assert [each.port for each in found.readings] == ["laredo-wtb", "san-ysidro"]


def test_a_lane_that_two_ports_under_one_number_have_is_counted_and_nobodys(read, ports):
    ports["7"] = [ports["250401"][0], ports["250501"][0]]
    try:
        found = read(as_json(cars(lane("delay", SEVEN, 60, 5), number="7")))
    finally:
        del ports["7"]
    assert found.readings == [] and dict(found.tally.shared) == {"7": 1}


def test_what_is_no_port_of_the_catalogue_is_counted_by_name(read):
    words = {"passenger_vehicle_lanes__standard_lanes": lane("delay", SEVEN, 60, 5)}
    ped_west = entry("250407", **words) | {"port_name": "San Ysidro", "crossing_name": "PedWest"}
    canada = entry("070801", **words) | {"border": "Canadian Border"}
    found = read(as_json(ped_west, canada, cars(lane("delay", SEVEN, 60, 5))))
    assert dict(found.tally.elsewhere) == {
        ("Mexican Border", "250407 San Ysidro PedWest"): 1,
        ("Canadian Border", "070801 A Port"): 1,
    }
    assert [each.port for each in found.readings] == ["san-ysidro"] and found.problems == []


def test_a_zone_that_is_not_the_ports_is_told_and_the_hour_is_that_of_its_own_clock(read):
    port = entry("260301", passenger_vehicle_lanes__standard_lanes=lane("delay", "At 6:00 am PST", 15, 2))
    found = read(as_xml(port))
    assert dict(found.tally.zones) == {("naco", "PST", "MST"): 1}
    assert found.readings[0].local_time == local("2025-09-10 06:00")


def test_a_whole_copy_of_the_feed(read):
    found = read(SNAPSHOT)
    assert found.problems == []
    assert len({each.port for each in found.readings}) == 32
    assert sum(each.is_closed for each in found.readings) == 39
    assert len(found.readings) == 132
    assert dict(found.tally.zones) == {("naco", "PST", "MST"): 2}
    assert {each.local_time.date() for each in found.readings} == {local("2025-09-10 00:00").date()}
    by_lane = {each[:4]: each[4:] for each in found.readings}
    assert by_lane["san-ysidro", "passenger", "ready", "250401"][2:] == (60, 13, False)
    assert by_lane["otay-mesa", "commercial", "fast", "250602"][2:] == (20, 4, False)
    assert by_lane["calexico-west", "passenger", "sentri", "250302"][2:] == (5, 3, False)  # "no delay" beside 5
    assert by_lane["nogales-morley", "pedestrian", "standard", "260403"][2:] == (None, 0, True)  # the port is closed
    assert ("laredo-wtb", "passenger", "standard", "230404") not in by_lane
    assert sum(found.tally.elsewhere.values()) == 37


def test_copies_of_five_days_give_every_wait_that_they_tell_of_our_ports(read):
    rows = [row for row in kept_rows() if row["port_number"] not in {"250409", "231002"}]
    for day, entries in kept_snapshots().items():
        found = read(as_json(*entries))
        told = [row for row in rows if row["snapshot_date"] == day and row["delay_minutes"]]
        of_waits = [each for each in found.readings if not each.is_closed]
        assert found.problems == [] and found.tally.undated == 1
        assert sorted((each.port_number, each.wait_min) for each in of_waits) == sorted(
            (row["port_number"], float(row["delay_minutes"])) for row in told
        )


def test_without_a_time_of_its_own_a_copy_is_dated_by_most_of_its_waits(read):
    found = read(as_json(*kept_snapshots()["2026-10-08"]))
    times = {each.port: each.local_time for each in found.readings if not each.is_closed}
    assert times["otay-mesa"] == local("2026-10-08 10:00")
    assert times["san-luis-1"] == local("2026-10-07 23:00")  # at ten in the morning 11 pm was yesterday's


@pytest.mark.parametrize("told", [True, False])
def test_just_after_midnight_the_hours_of_last_evening_are_yesterdays(read, told):
    entries = kept_snapshots()["2023-11-10"]
    found = read(as_xml(*entries, day="2023-11-10", time=MADE["2023-11-10"]) if told else as_json(*entries))
    times = {each.port: each.local_time for each in found.readings if not each.is_closed}
    assert times["san-luis-1"] == local("2023-11-09 23:00")
    assert times["presidio"] == local("2023-11-10 00:00")
    assert found.tally.zones["naco", "PST", "MST"] == 2


def test_the_time_beside_each_port_dates_it(read):
    late = cars(lane("delay", "At 11:00 pm PDT", 20, 2), day="9/11/2025") | {"time": "00:12:00"}
    early = cars(lane("delay", "At 11:00 pm PDT", 20, 2), day="9/11/2025") | {"time": "23:12:00"}
    assert read(as_json(late)).readings[0].local_time == local("2025-09-10 23:00")
    assert read(as_json(early)).readings[0].local_time == local("2025-09-11 23:00")


def test_a_time_that_is_none_is_told_and_the_copy_is_dated_without(read):
    port = cars(lane("delay", SEVEN, 60, 5)) | {"time": "6 am"}
    found = read(as_json(port))
    assert found.problems == [":1: 250401.time: '6 am': is no time as the feed has it here; e.g. 9:4:30"]
    assert found.readings[0].local_time == local("2025-09-10 06:00")
    found = read(as_xml(cars(lane("delay", SEVEN, 60, 5)), time="noon"))
    assert found.problems == [
        ":1: last_updated_date, last_updated_time: '2025-9-10 noon': is no time as the feed has it here; e.g. 9:4:30"
    ]
    assert found.readings[0].local_time == local("2025-09-10 06:00") and found.tally.undated == 1
