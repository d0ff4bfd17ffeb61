"""What the feed says of ports as they stand, entry by entry."""

from datetime import UTC, datetime

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.feed import load_feed_entries
from border_sim.monitoring.feed import feed_entries, listed_ports, update_time
from border_sim.vocabulary import SECOND_US, LaneClass, Mode
from tests.ports_now import lanes_of, port_now

PORTS = load_catalogue().ports
LISTED = listed_ports(load_catalogue(), load_feed_entries())
CARS, READY = (Mode.PASSENGER, LaneClass.STANDARD), (Mode.PASSENGER, LaneClass.READY)
SENTRI, FOOT = (Mode.PASSENGER, LaneClass.SENTRI), (Mode.PEDESTRIAN, LaneClass.STANDARD)


def us(*when):
    return int(datetime(*when, tzinfo=UTC).timestamp()) * SECOND_US


def entries(*ports):
    return feed_entries(ports, LISTED)


def at(slug, posted, booths=1, when=(2024, 3, 4, 15, 20), **options):
    return port_now(slug, PORTS[slug], us(*when), posted, booths, **options)


def test_an_entry_says_all_that_cbps_says():
    open_booths = {(CARS[0], "standard"): 4, (CARS[0], "ready"): 7, (CARS[0], "sentri"): 0}
    open_booths |= {(FOOT[0], "standard"): 9, (FOOT[0], "ready"): 2}
    (entry,) = entries(at("san-ysidro", {CARS: 45, READY: 5, SENTRI: None, FOOT: 10}, open_booths))
    nothing = {"update_time": "", "delay_minutes": "", "lanes_open": ""}
    assert entry == {
        "port_number": "250401",
        "border": "Mexican Border",
        "port_name": "San Ysidro",
        "crossing_name": "",
        "hours": "24 hrs/day",
        "date": "3/4/2024",
        "time": "07:20:00",
        "port_status": "Open",
        "commercial_automation_type": "Manual",
        "passenger_automation_type": "Manual",
        "pedestrain_automation_type": "Manual",
        "commercial_vehicle_lanes": {
            "maximum_lanes": "N/A",
            "standard_lanes": {"operational_status": "N/A", **nothing},
            "FAST_lanes": {"operational_status": "N/A", **nothing},
        },
        "passenger_vehicle_lanes": {
            "maximum_lanes": "34",
            "standard_lanes": {
                "update_time": "At 7:15 am PST",
                "operational_status": "delay",
                "delay_minutes": "45",
                "lanes_open": "4",
            },
            "NEXUS_SENTRI_lanes": {"operational_status": "Lanes Closed", **nothing},
            "ready_lanes": {
                "update_time": "At 7:15 am PST",
                "operational_status": "no delay",
                "delay_minutes": "5",
                "lanes_open": "7",
            },
        },
        "pedestrian_lanes": {
            "maximum_lanes": "22",
            "standard_lanes": {
                "update_time": "At 7:15 am PST",
                "operational_status": "delay",
                "delay_minutes": "10",
                "lanes_open": "9",
            },
            "ready_lanes": {"operational_status": "Update Pending", **nothing},
        },
    }


def statuses(entry):
    return {
        lane["operational_status"]
        for group in entry.values()
        if isinstance(group, dict)
        for lane in group.values()
        if isinstance(lane, dict)
    }


def test_before_the_first_posting_and_after_the_end_all_lanes_of_the_port_are_pending():
    posted = dict.fromkeys(lanes_of(PORTS["san-ysidro"]), 5)
    for port in (at("san-ysidro", {}), at("san-ysidro", posted, is_ended=True)):
        (entry,) = entries(port)
        assert statuses(entry) == {"Update Pending", "N/A"} and entry["port_status"] == "Open"


def test_a_port_whose_lanes_are_all_closed_is_closed():
    (entry,) = entries(at("san-ysidro", dict.fromkeys(lanes_of(PORTS["san-ysidro"]))))
    assert statuses(entry) == {"Lanes Closed", "N/A"} and entry["port_status"] == "Closed"


def test_a_lane_whose_last_booth_has_closed_since_it_was_posted_is_closed():
    (entry,) = entries(at("san-ysidro", {CARS: 45}, 0))
    assert entry["passenger_vehicle_lanes"]["standard_lanes"]["operational_status"] == "Lanes Closed"


def test_open_lanes_are_those_of_all_pools_that_serve_the_class_whatever_else_they_serve():
    port = PORTS["san-ysidro"]
    pools = port.modes[Mode.PASSENGER].pools
    shared = pools[1].model_copy(update={"serves": ((LaneClass.READY,), (LaneClass.STANDARD,))})
    part = port.modes[Mode.PASSENGER].model_copy(update={"pools": (pools[0], shared, pools[2])})
    changed = port.model_copy(update={"modes": {**port.modes, Mode.PASSENGER: part}})
    booths = {(CARS[0], "standard"): 4, (CARS[0], "ready"): 7, (CARS[0], "sentri"): 2}
    now = port_now("san-ysidro", changed, us(2024, 3, 4), {CARS: 5, READY: 5}, booths | {
        (FOOT[0], "standard"): 1, (FOOT[0], "ready"): 1,
    })  # fmt: skip
    (entry,) = feed_entries([now], [each._replace(port=changed) for each in LISTED])
    lanes = entry["passenger_vehicle_lanes"]
    assert (lanes["standard_lanes"]["lanes_open"], lanes["ready_lanes"]["lanes_open"]) == ("11", "7")


def test_of_a_pool_that_the_catalogue_does_not_have_only_the_name_tells_what_it_serves():
    port = PORTS["san-ysidro"]
    pools = port.modes[Mode.PASSENGER].pools
    renamed = tuple(pool.model_copy(update={"name": f"{pool.name}-west"}) for pool in pools)
    part = port.modes[Mode.PASSENGER].model_copy(update={"pools": renamed})
    changed = port.model_copy(update={"modes": {**port.modes, Mode.PASSENGER: part}})
    (entry,) = entries(port_now("san-ysidro", changed, us(2024, 3, 4), {CARS: 45}))
    lane = entry["passenger_vehicle_lanes"]["standard_lanes"]
    assert (lane["delay_minutes"], lane["lanes_open"]) == ("45", "")


def test_a_port_with_two_numbers_is_told_in_two_entries_each_with_its_own_modes():
    cargo, people = entries(at("otay-mesa", dict.fromkeys(lanes_of(PORTS["otay-mesa"]), 20)))
    assert [(each["port_number"], each["crossing_name"]) for each in (cargo, people)] == [
        ("250602", "Commercial"),
        ("250601", "Passenger"),
    ]
    for group, of_cargo, of_people in (
        ("commercial_vehicle_lanes", "10", "N/A"),
        ("passenger_vehicle_lanes", "N/A", "13"),
        ("pedestrian_lanes", "N/A", "6"),
    ):
        assert (cargo[group]["maximum_lanes"], people[group]["maximum_lanes"]) == (of_cargo, of_people)
    assert statuses(cargo) == {"delay", "N/A"}


def test_ports_come_in_the_feeds_order_and_those_that_it_does_not_list_are_left_out():
    found = entries(*(at(slug, {}) for slug in ("tecate", "sasabe", "andrade", "hidalgo")))
    assert [each["port_name"] for each in found] == ["Andrade", "Hidalgo/Pharr", "Tecate"]


def test_two_ports_under_one_number_are_two_entries():
    both = [each._replace(number="7") for each in LISTED if each.slug in {"andrade", "tecate"}]
    found = feed_entries([at("andrade", {}), at("tecate", {})], both)
    assert [(each["port_number"], each["port_name"]) for each in found] == [("7", "Andrade"), ("7", "Tecate")]


def test_a_notice_says_that_it_is_simulated_where_cbp_has_one():
    (with_notice,), (without,) = entries(at("calexico-east", {})), entries(at("calexico-west", {}))
    assert with_notice["construction_notice"] == (
        "Simulated by border-sim, run a-run: not the waits of the real border."
    )
    assert "construction_notice" not in without


@pytest.mark.parametrize(
    ("zone", "when", "text"),
    [
        ("America/New_York", (2025, 9, 10, 11), "At 7:00 am EDT"),
        ("America/Chicago", (2025, 9, 10, 17), "At Noon CDT"),
        ("America/Chicago", (2025, 9, 10, 17, 15), "At 12:15 pm CDT"),
        ("America/Phoenix", (2025, 9, 10, 7), "At Midnight MST"),
        ("America/Denver", (2025, 1, 10, 7, 45), "At 12:45 am MST"),
        ("America/Los_Angeles", (2025, 11, 2, 8), "At 1:00 am PDT"),
        ("America/Los_Angeles", (2025, 11, 2, 9), "At 1:00 am PST"),
        ("America/Los_Angeles", (2025, 9, 10, 5), "At 10:00 pm PDT"),
    ],
)
def test_hours_as_cbp_says_them(zone, when, text):
    assert update_time(zone, us(*when)) == text


def test_a_wait_keeps_its_hour_until_the_next_is_posted(board_of):
    wait = {"kind": "posted", "mode": "commercial", "lane_class": "standard", "posted_wait_min": 25, "queue": 0}
    opened = {"kind": "staffing", "pool": "commercial/standard", "open_booths": 3}
    quarter = [(900, opened), (900, wait), (1800, {"kind": "heartbeat"})]
    later = (1800, {**wait, "posted_wait_min": 40})
    for events, told in (
        (quarter, ("At 10:15 am CST", "25", "3")),
        ([*quarter, later], ("At 10:30 am CST", "40", "3")),
    ):
        (entry,) = feed_entries(board_of(events, port="laredo-wtb").ports(), LISTED)
        lane = entry["commercial_vehicle_lanes"]["standard_lanes"]
        assert (lane["update_time"], lane["delay_minutes"], lane["lanes_open"]) == told


def test_every_number_of_the_catalogue_is_listed_and_no_other():
    numbers = {number for port in PORTS.values() if port.codes for number in port.codes.bwt}
    assert set(load_feed_entries()) == numbers == {each.number for each in LISTED}
    assert len(LISTED) == 42
