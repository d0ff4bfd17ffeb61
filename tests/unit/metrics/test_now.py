"""What stands at a port between batches of events, asked by name."""

from dataclasses import replace

import pytest

from border_sim.events.order import events_of
from border_sim.metrics import now
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.vocabulary import LaneClass, Mode, Station

QUEUED = {"mode": 1, "lane_class": 0, "pool": -1}


@pytest.fixture
def state(made_records, tiny_port):
    """At 24 us: two cars of three wait at primary, a truck is in export and one waits at secondary."""
    cars = [QUEUED | {"crossing": row, "arrived_us": row, "joined_us": row} for row in range(3)]
    cars[0] |= {"pool": 2, "started_us": 1}
    referred = {"joined_us": 3, "started_us": 3, "ended_us": 9, "pool": 0, "secondary_pool": 4}
    trucks = [
        {"crossing": 3, "mode": 0, "lane_class": -1, "arrived_us": 3, "export_pool": 3},
        {"crossing": 4, "mode": 0, "lane_class": 0, "arrived_us": 3} | referred,
    ]
    staffing = [(0, 0, 1), (0, 1, 2), (0, 2, 4), (12, 1, 0)]
    state = new_state(tiny_port, 10)
    fold(state, events_of(made_records(0, 24, cars + trucks, staffing), starts=True, ends=False))
    return state


def test_a_queue_is_asked_by_mode_lane_class_and_station(state):
    assert now.queue(state, Mode.PASSENGER, LaneClass.STANDARD) == 2
    assert now.queue(state, Mode.COMMERCIAL, LaneClass.STANDARD) == 0
    assert now.queue(state, Mode.COMMERCIAL, LaneClass.STANDARD, Station.SECONDARY) == 1
    assert now.queue(state, Mode.COMMERCIAL, None, Station.EXPORT) == 0


def test_open_booths_are_those_of_the_pools_asked_for(state):
    assert [now.open_booths(state, pools) for pools in ([], [0], [1], [0, 2], range(3))] == [0, 1, 0, 5, 5]


def test_the_window_that_closed_last_is_the_one_before_the_open_one(made_records, tiny_port):
    state = new_state(replace(tiny_port, measured_from_us=0), 10)
    staffing = [(0, 0, 1), (24, 0, 1)]
    windows = fold(state, events_of(made_records(0, 25, [], staffing), starts=True, ends=False))
    assert now.width_us(state) == 10
    assert now.last_window_us(state) == windows.window_us.max() == 10
