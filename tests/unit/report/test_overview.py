"""The first screen's figures."""

from border_sim.report.overview import LONGEST, crossings_by_mode, longest_queues, queue_by_mode
from border_sim.run.summary import LaneSummary
from border_sim.vocabulary import HOUR_US, LaneClass, Mode


def port(name, queues, series=(), zone="America/Denver"):
    lanes = {
        lane: {"largest": largest, "largest_us": us, "series": {"queue": list(series)}}
        for lane, (largest, us) in queues.items()
    }
    return {"name": name, "zone": zone, "modes": {"passenger": {"lanes": lanes}}}


def test_the_longest_queues_come_first_in_the_local_time_of_their_port(midnight_us):
    ports = [
        port("West", {"standard": (7, midnight_us + HOUR_US)}, zone="America/Los_Angeles"),
        port("East", {"standard": (9, midnight_us), "ready": (0, 0)}),
    ]
    queues = longest_queues(ports)
    assert [(queue.crossings, queue.port, f"{queue.when:%H:%M}") for queue in queues] == [
        (9, "East", "00:00"),
        (7, "West", "00:00"),
    ]


def test_there_are_no_more_than_five_longest_queues(midnight_us):
    ports = [port(f"{n}", {"standard": (n, midnight_us), "ready": (n, midnight_us)}) for n in range(1, 9)]
    assert [queue.crossings for queue in longest_queues(ports)] == [8, 8, 7, 7, 6]
    assert LONGEST == 5


def test_queues_are_added_over_ports_whose_runs_end_apart():
    ports = [port("A", {"standard": (1, 0)}, [1, 2, 3]), port("B", {"standard": (1, 0), "ready": (1, 0)}, [10])]
    assert queue_by_mode(ports) == {"passenger": [21, 2, 3]}


def test_crossings_are_counted_by_mode():
    lanes = [
        LaneSummary(Mode.PASSENGER, LaneClass.STANDARD, 3, 3, 3, 1.0, 1.0),
        LaneSummary(Mode.PASSENGER, LaneClass.READY, 4, 3, 3, 1.0, 1.0),
    ]
    assert crossings_by_mode(lanes) == {"passenger": 7}
