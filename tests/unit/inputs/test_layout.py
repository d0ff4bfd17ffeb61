"""Pools and lanes of a port as arrays: who serves whom, in which rank, and what a posted wait counts."""

import pytest

from border_sim.inputs.stations import UNLIMITED, lane_plans, pool_plans
from border_sim.vocabulary import MISSING, LaneClass, Mode, Station

CARS = [
    {"name": "s", "serves": [["sentri"]], "max_open": 1},
    {"name": "mixed", "serves": [["ready"], ["standard"]], "max_open": 3},
    {"name": "all", "serves": [["ready", "standard"]], "max_open": 2},
]
STEP = {"kind": "deterministic", "mean_s": 30}


@pytest.fixture(scope="module")
def cars(part):
    return part(pools=CARS, staffing={"kind": "schedule", "pools": {}}, programmes={"share": {"none": 1}})


@pytest.fixture(scope="module")
def trucks(part):
    """Trucks with an export side, two kinds of secondary and state inspection, served by one pool."""
    return part(
        inspection={
            "service": {"standard": {"kind": "exponential", "mean_s": 61.5}},
            "export": {"delay": STEP},
            "referral": {"share": {"none": 0.1}},
            "secondary": {"nii": {"share": 0.5, "service": STEP}, "document": {"share": 0.5, "service": STEP}},
            "state": {"full_share": 0.5, "full": STEP, "passing": STEP},
        },
        bays={"secondary": {"document": 7, "nii": 2}, "state": 3},
    )


def test_lanes_are_those_served_by_mode_best_first(plan, cars, trucks):
    planned = plan({"passenger": cars, "commercial": trucks})

    assert planned.modes == (Mode.COMMERCIAL, Mode.PASSENGER)
    assert [(lane.mode, lane.lane_class) for lane in planned.lanes] == [
        (0, LaneClass.STANDARD),
        (1, LaneClass.SENTRI),
        (1, LaneClass.READY),
        (1, LaneClass.STANDARD),
    ]
    assert [lane.service_us for lane in planned.lanes] == [61_500_000, 60_000_000, 60_000_000, 60_000_000]


def test_pools_are_in_the_order_of_the_route_then_of_the_file(plan, cars, trucks):
    planned = plan({"passenger": cars, "commercial": trucks})

    assert [(pool.info.name, pool.info.station, pool.mode, pool.limit) for pool in planned.pools] == [
        ("export", Station.EXPORT, 0, UNLIMITED),
        ("a", Station.PRIMARY, 0, 4),
        ("s", Station.PRIMARY, 1, 1),
        ("mixed", Station.PRIMARY, 1, 3),
        ("all", Station.PRIMARY, 1, 2),
        ("nii", Station.SECONDARY, 0, 2),
        ("document", Station.SECONDARY, 0, 7),
        ("passing", Station.STATE, 0, UNLIMITED),
        ("full", Station.STATE, 0, 3),
    ]


def test_stations_that_a_port_lacks_are_left_out(plan, cars):
    planned = plan(cars)

    assert [pool.info.station for pool in planned.pools] == [Station.PRIMARY] * 3
    assert lane_plans(planned.resolved.port, planned.modes) == planned.lanes
    assert pool_plans(planned.resolved.port, planned.modes) == planned.pools


def test_ranks_and_the_order_in_which_a_pool_looks_at_its_queues(plan, cars):
    layout = plan(cars).layout  # lanes: sentri, ready, standard

    assert layout.rank.tolist() == [[0, MISSING, MISSING], [MISSING, 0, 1], [MISSING, 0, 0]]
    assert layout.order.tolist() == [[0, MISSING, MISSING], [1, 2, MISSING], [1, 2, MISSING]]
    assert layout.serving.tolist() == [0b001, 0b110, 0b110]
    assert layout.lane_first_pool.tolist() == [0, 1, 1]


def test_each_pool_of_bays_has_its_own_queue_behind_the_lanes(plan, trucks):
    layout = plan({"commercial": trucks}).layout

    assert layout.pool_queue.tolist() == [1, MISSING, 2, 3, 4, 5]
    assert [int(queue) for queue in layout.serving] == [0b10, 0b1, 0b100, 0b1000, 0b10000, 0b100000]


def test_a_posted_wait_counts_the_lanes_served_before_or_with_it(plan, part):
    def ahead(*pools):
        mode = part(pools=pools, staffing={"kind": "schedule", "pools": {}})
        return plan(mode).layout.ahead.tolist()

    sentri, mixed, pooled = CARS

    assert ahead(sentri, mixed) == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert ahead(sentri, pooled) == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert ahead(sentri, {"name": "h", "serves": [["sentri"], ["standard"]], "max_open": 1}, mixed) == [
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 1],
    ]


def test_modes_do_not_share_lanes_or_pools(plan, cars, part):
    layout = plan({"passenger": cars, "pedestrian": part()}).layout

    assert layout.rank[:3, 3].tolist() == [MISSING] * 3
    assert layout.rank[3].tolist() == [MISSING] * 3 + [0]
    assert layout.ahead[3].tolist() == [0, 0, 0, 1]
    assert layout.lane_mode.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("above", "below", "bounds"), [(20, 5, (20, 5)), (20.5, 5.5, (20, 6)), (0.4, 0.0, (0, 0)), (19.9, 19.9, (19, 20))]
)
def test_thresholds_become_the_whole_minutes_that_say_the_same(plan, part, above, below, bounds):
    mode = part(staffing={"kind": "threshold", "open_above_min": above, "close_below_min": below})

    assert plan(mode).layout.review_bounds_min.tolist() == [list(bounds)]


def test_other_staffing_is_not_reviewed(plan, part):
    assert plan(part()).layout.review_bounds_min.tolist() == [[MISSING, MISSING]]
