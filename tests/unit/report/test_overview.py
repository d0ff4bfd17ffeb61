"""The first screen's figures."""

from functools import reduce

from border_sim.report.overview import LONGEST, NOTHING, crossings_by_mode, on_one_clock, with_port
from border_sim.run.summary import SummaryRow
from border_sim.vocabulary import HOUR_US, LaneClass, Mode

A, B = "America/Denver", "America/Phoenix"


def port(name, queues, series=(), zone="America/Denver"):
    lanes = {
        lane: {"largest": largest, "largest_us": us, "series": {"queue": list(series)}}
        for lane, (largest, us) in queues.items()
    }
    return {"name": name, "zone": zone, "present": 2, "modes": {"passenger": {"lanes": lanes, "deterred": 3}}}


def overview_of(ports):
    return reduce(with_port, ports, NOTHING)


def test_the_longest_queues_come_first_in_the_local_time_of_their_port(midnight_us):
    ports = [
        port("West", {"standard": (7, midnight_us + HOUR_US)}, zone="America/Los_Angeles"),
        port("East", {"standard": (9, midnight_us), "ready": (0, 0)}),
    ]
    queues = overview_of(ports).queues
    assert [(queue.crossings, queue.port, f"{queue.when:%H:%M}") for queue in queues] == [
        (9, "East", "00:00"),
        (7, "West", "00:00"),
    ]


def test_there_are_no_more_than_five_longest_queues(midnight_us):
    ports = [port(f"{n}", {"standard": (n, midnight_us), "ready": (n, midnight_us)}) for n in range(1, 9)]
    assert [queue.crossings for queue in overview_of(ports).queues] == [8, 8, 7, 7, 6]
    assert LONGEST == 5


def test_queues_are_added_over_ports_whose_runs_end_apart():
    ports = [port("A", {"standard": (1, 0)}, [1, 2, 3]), port("B", {"standard": (1, 0), "ready": (1, 0)}, [10])]
    for each in (ports, ports[::-1]):
        assert overview_of(each).queueing["passenger", "America/Denver"].tolist() == [21, 2, 3]


def test_zones_are_added_where_their_clocks_show_the_same():
    ports = [port("A", {"standard": (1, 0)}, [1, 2, 3], A), port("B", {"standard": (1, 0)}, [10, 20, 40, 80], B)]
    labels = {A: ["01:00", "03:00", "04:00"], B: ["01:00", "02:00", "02:00", "03:00"]}
    told = on_one_clock(overview_of(ports).queueing, labels)
    assert told == {"labels": ["01:00", "02:00", "03:00", "04:00"], "queue": {"passenger": [11, 30, 82, 3]}}


def test_zones_whose_clocks_never_show_the_same_are_added_bin_by_bin():
    ports = [port("A", {"standard": (1, 0)}, [1, 2], A), port("B", {"standard": (1, 0)}, [10, 20], B)]
    told = on_one_clock(overview_of(ports).queueing, {A: ["00:00", "06:00"], B: ["01:00", "07:00"]})
    assert told == {"labels": ["00:00", "06:00"], "queue": {"passenger": [11, 22]}}


def test_who_is_left_and_who_stayed_away_are_added_over_ports():
    overview = overview_of([port("A", {}), port("B", {})])
    assert (overview.present, overview.deterred) == (4, 6)


def test_crossings_are_counted_by_mode():
    lanes = [
        SummaryRow(None, mode, lane, None, arrivals, 0, 3, 3, 1.0, 1.0, 1.0, 1.0, 1, 0.0, None, None, None, None)
        for mode, lane, arrivals in (
            (Mode.PASSENGER, LaneClass.STANDARD, 3),
            (Mode.PASSENGER, LaneClass.READY, 4),
            (Mode.COMMERCIAL, LaneClass.FAST, 0),
        )
    ]
    assert crossings_by_mode(lanes) == {"passenger": 7}
