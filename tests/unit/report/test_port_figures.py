"""The figures of one port, from windows small enough to be added up by hand."""

from datetime import date

from border_sim.records import PoolInfo
from border_sim.report.clock import clock_of
from border_sim.report.port_figures import PortTally, port_figures
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, LaneClass, Mode, Station, code

DOOR = {"station": code(Station.DOOR_TO_DOOR)}
SECONDARY = {"station": code(Station.SECONDARY)}


def figures_of(port, windows, midnight_us, hours=24):
    clock = clock_of("America/Denver", date(2024, 3, 4), 1, midnight_us + hours * HOUR_US, HOUR_US)
    tally = PortTally(port, clock, midnight_us + hours * HOUR_US)
    tally.add(windows)
    return port_figures(tally)


def test_waits_belong_to_the_hour_in_which_service_started(port, by_hand, car, midnight_us):
    rows = [
        car | {"at": 8, "arrivals": 3, "waits": [10]},
        car | {"at": 9, "waits": [20, 60], "largest_queue": 2},
    ]
    lane = figures_of(port(), by_hand(rows), midnight_us)["passenger"]["lanes"]["standard"]
    assert (lane["joined"], lane["started"], lane["mean"]) == (3, 3, 300)
    assert lane["series"]["mean"][7:11] == [MISSING, 100, 400, MISSING]
    assert lane["week"][7:11] == [MISSING, 100, 400, MISSING]
    assert (lane["largest"], lane["largest_us"]) == (2, midnight_us + 9 * HOUR_US)
    assert abs(lane["p50"] - 200) <= 2
    assert abs(lane["p95"] - 600) <= 5


def test_who_still_queues_is_joined_but_in_no_wait(port, by_hand, car, midnight_us):
    windows = by_hand([car | {"at": 23, "arrivals": 5, "largest_queue": 5, "queue_us": 5 * HOUR_US}])
    lane = figures_of(port(), windows, midnight_us)["passenger"]["lanes"]["standard"]
    assert (lane["joined"], lane["started"], lane["mean"], lane["p90"]) == (5, 0, MISSING, MISSING)
    assert lane["series"]["queue"][23] == 50


def test_a_mode_with_booths_but_nobody_is_told_and_one_without_is_not(port, by_hand, car, midnight_us):
    figures = figures_of(port(), by_hand([car | {"arrivals": 1}]), midnight_us)
    assert set(figures) == {"passenger", "pedestrian"}
    assert figures["pedestrian"]["lanes"] == {}
    assert figures["pedestrian"]["installed"] == 2


def test_no_windows_at_all_are_figures_of_nothing(port, by_hand, midnight_us):
    figures = figures_of(port(), by_hand([]), midnight_us)
    assert all(mode["lanes"] == {} and mode["stations"] == {} for mode in figures.values())


def test_a_lane_that_stayed_closed_has_no_posted_wait(port, by_hand, car, midnight_us):
    closed = car | {"at": 3, "closed_postings": 4}
    opened = car | {"at": 4, "postings": 2, "posted_min": 30, "closed_postings": 2}
    lane = figures_of(port(), by_hand([closed, opened]), midnight_us)["passenger"]["lanes"]["standard"]
    assert lane["series"]["posted"][3:5] == [MISSING, 150]
    assert lane["posted"] == 150


def test_open_booths_are_means_over_the_time_that_the_port_ran(port, by_hand, midnight_us):
    whole = {"pool": 0, "at": 0, "open_us": 2 * HOUR_US, "busy_us": HOUR_US}
    half = {"pool": 0, "at": 1, "open_us": HOUR_US, "busy_us": 0}
    pools = figures_of(port(), by_hand([whole, half]), midnight_us, hours=1.5)["passenger"]["pools"]
    assert pools == {"general": {"open": [20, 20], "busy": [10, 0]}}


WITH_BAYS = (
    PoolInfo("general", Mode.PASSENGER, Station.PRIMARY),
    PoolInfo("walk", Mode.PEDESTRIAN, Station.PRIMARY),
    PoolInfo("document", Mode.PASSENGER, Station.SECONDARY),
    PoolInfo("scan", Mode.PASSENGER, Station.SCAN),
)


def test_blocked_booths_are_told_beside_busy_ones_and_by_pool(port, by_hand, midnight_us):
    first = {"pool": 0, "at": 0, "open_us": 3 * HOUR_US, "busy_us": HOUR_US, "blocked_us": HOUR_US // 2}
    second = {"pool": 0, "at": 1, "open_us": 1 * HOUR_US}
    bays = SECONDARY | {"pool": 2, "at": 1, "open_us": HOUR_US, "busy_us": HOUR_US // 4}
    scan = {"station": code(Station.SCAN), "pool": 3, "at": 1, "open_us": HOUR_US, "blocked_us": HOUR_US}
    figures = figures_of(port(pools=WITH_BAYS), by_hand([first, second, bays, scan]), midnight_us, hours=2)
    mode = figures["passenger"]
    assert mode["pools"] == {"general": {"open": [30, 10], "busy": [10, 0], "blocked": [5, 0]}}
    assert mode["places"] == [
        {"pool": "scan", "station": "scan", "open": 5, "busy": 0, "blocked": 1_000},
        {"pool": "general", "station": "primary", "open": 20, "busy": 250, "blocked": 125},
        {"pool": "document", "station": "secondary", "open": 5, "busy": 250, "blocked": 0},
    ]
    assert figures["pedestrian"]["places"] == []


def test_booths_of_which_none_was_blocked_are_told_as_they_always_were(port, by_hand, midnight_us):
    booths = {"pool": 0, "open_us": 2 * HOUR_US, "busy_us": HOUR_US}
    mode = figures_of(port(pools=WITH_BAYS), by_hand([booths]), midnight_us, hours=1)["passenger"]
    assert mode["pools"] == {"general": {"open": [20], "busy": [10]}}
    assert mode["places"] == []


def test_stations_stand_in_the_order_of_the_route(port, by_hand, car, midnight_us):
    scan = {"mode": code(Mode.PASSENGER), "station": code(Station.SCAN), "arrivals": 1, "waits": [3]}
    rows = [car | {"waits": [1], "arrivals": 1}, car | DOOR | {"completions": 1, "waits": [9]}, scan]
    mode = figures_of(port(), by_hand(rows), midnight_us)["passenger"]
    assert list(mode["stations"]) == ["scan", "primary", "door_to_door"]
    assert mode["stations"]["scan"]["mean"] == 30


def test_door_to_door_counts_releases_and_whom_the_wait_deterred(port, by_hand, car, midnight_us):
    door = car | DOOR | {"at": 5, "completions": 2, "waits": [30, 50], "starts": 0, "deterred": 4}
    primary = car | {"at": 5, "waits": [10, 10], "completions": 2, "arrivals": 2}
    unchosen = DOOR | {"mode": code(Mode.PASSENGER), "at": 5, "arrivals": 2, "deterred": 1}
    mode = figures_of(port(), by_hand([primary, door, unchosen]), midnight_us)["passenger"]
    assert mode["stations"]["door_to_door"]["mean"] == 400
    assert mode["stations"]["door_to_door"]["served"] == 2
    assert mode["later"]["door_to_door"]["mean"][4:7] == [MISSING, 400, MISSING]
    assert mode["lanes"]["standard"]["deterred"] == 4
    assert mode["deterred"] == 5


def test_stations_that_nobody_reached_are_left_out(port, by_hand, car, midnight_us):
    rows = [car | {"waits": [1], "arrivals": 1}, car | SECONDARY | {"at": 1, "arrivals": 1, "waits": [2]}]
    mode = figures_of(port(), by_hand(rows), midnight_us)["passenger"]
    assert list(mode["stations"]) == ["primary", "secondary"]
    assert mode["stations"]["secondary"]["mean"] == 20
    assert mode["later"]["secondary"]["joined"][:3] == [0, 1, 0]


def test_windows_in_two_parts_give_what_they_give_at_once(port, by_hand, car, midnight_us):
    ready = car | {"lane_class": code(LaneClass.READY)}
    rows = [car | {"at": hour, "arrivals": hour, "waits": [hour, 2 * hour]} for hour in range(1, 9)]
    rows += [ready | {"at": 3, "waits": [7], "largest_queue": 3}, {"pool": 1, "at": 4, "open_us": 5 * MINUTE_US}]
    at_once = figures_of(port(), by_hand(rows), midnight_us)
    clock = clock_of("America/Denver", date(2024, 3, 4), 1, midnight_us + 24 * HOUR_US, HOUR_US)
    tally = PortTally(port(), clock, midnight_us + 24 * HOUR_US)
    for part in (rows[:4], rows[4:], []):
        tally.add(by_hand(part))
    assert port_figures(tally) == at_once
