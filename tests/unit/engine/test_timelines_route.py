"""The route through export side, primary, secondary and state inspection: every instant, on both engines.

Times are minutes.
"""

import pytest

from border_sim.vocabulary import LaneClass

STEP = {"kind": "deterministic", "mean_s": 60}


def _at(*minutes, **keys):
    return [{"at": minute, **keys} for minute in minutes]


@pytest.fixture(scope="module")
def trucks(part):
    """Trucks with some booths, an export side, NII and document bays and state inspection, a bay of each."""

    def make(booths=1):
        return part(
            pools=[("a", "fast, standard")],
            staffing={"kind": "schedule", "pools": {"a": [{"booths": booths}]}},
            inspection={
                "service": {"fast": STEP, "standard": STEP},
                "export": {"delay": STEP},
                "referral": {"share": {"none": 0.5}},
                "secondary": {"nii": {"share": 0.5, "service": STEP}, "document": {"share": 0.5, "service": STEP}},
                "state": {"full_share": 0.5, "full": STEP, "passing": STEP},
            },
            bays={"secondary": {"nii": 1, "document": 1}, "state": 1},
        )

    return make


def test_a_truck_passes_export_primary_secondary_and_state(trucks, run_script):
    route = {"export": ("export", 7), "secondary": ("nii", 11), "state": ("full", 13)}
    result = run_script({"commercial": trucks()}, [{"at": 1, "serve": 3, **route}])
    columns = ["arrived_us", "joined_us", "started_us", "ended_us"]
    later = ["secondary_started_us", "secondary_ended_us", "state_started_us", "released_us"]

    assert [result.minutes(column)[0] for column in columns] == [1, 8, 8, 11]
    assert [result.minutes(column)[0] for column in later] == [11, 22, 22, 35]
    for column, name in [("export_pool", "export"), ("pool", "a"), ("secondary_pool", "nii"), ("state_pool", "full")]:
        assert result.pools(column) == [name]


def test_stations_that_are_not_on_a_route_are_passed_by(trucks, run_script):
    rows = [{"at": 0, "serve": 3, "state": ("passing", 2)}, {"at": 0, "serve": 3, "secondary": ("document", 4)}]
    result = run_script({"commercial": trucks(booths=2)}, rows)

    assert result.minutes("released_us") == [5, 7]
    assert result.minutes("secondary_started_us") == [None, 3]
    assert result.minutes("state_started_us") == [3, None]
    assert result.pools("secondary_pool") == [None, "document"]


def test_bays_are_few_and_delays_are_not(trucks, run_script):
    export, state = {"export": ("export", 5)}, {"secondary": ("nii", 30), "state": ("full", 20)}
    rows = [{"at": 0, "serve": 1, **export, **state}, {"at": 0, "serve": 1, **export, **state}]
    passing = [{"at": 0, "serve": 1, **export, "state": ("passing", 9)} for _ in range(2)]
    result = run_script({"commercial": trucks(booths=4)}, rows + passing)

    assert result.minutes("joined_us") == [5] * 4
    assert result.minutes("ended_us") == [6] * 4
    assert result.minutes("secondary_started_us") == [6, 36, None, None]
    assert result.minutes("secondary_ended_us") == [36, 66, None, None]
    assert result.minutes("state_started_us") == [36, 66, 6, 6]
    assert result.minutes("released_us") == [56, 86, 15, 15]


def test_secondary_serves_in_the_order_of_joining_it(trucks, run_script):
    rows = [
        {"at": 0, "serve": 5, "secondary": ("nii", 10)},
        {"at": 0, "serve": 1, "secondary": ("nii", 10)},
        {"at": 2, "serve": 1, "secondary": ("nii", 10)},
    ]
    result = run_script({"commercial": trucks(booths=4)}, rows)

    assert result.minutes("secondary_started_us") == [21, 1, 11]


def test_the_lane_is_chosen_on_joining_primary_not_at_the_gate(part, run_script):
    two = part(
        pools=[("f", "fast"), ("a", "standard")],
        staffing={"kind": "schedule", "pools": {"f": [{"booths": 1}], "a": [{"booths": 1}]}},
        inspection={"service": {"fast": STEP, "standard": STEP}, "export": {"delay": STEP}},
    )
    member = {"lanes": "fast standard", "serve": [4, 2]}
    rows = [{"at": 0, "lanes": "fast", "serve": 30}] * 9 + [{"at": 10, "export": ("export", 20), **member}]
    result = run_script({"commercial": two}, rows)

    assert result.words("lane_class", LaneClass)[-1] is LaneClass.STANDARD
    assert (result.minutes("joined_us")[-1], result.minutes("ended_us")[-1]) == (30, 32)


def test_modes_have_their_own_booths(part, run_script):
    rows = [{"at": 0, "mode": mode, "serve": 5} for mode in ("passenger", "pedestrian", "passenger", "pedestrian")]
    result = run_script({"passenger": part(), "pedestrian": part()}, rows)

    assert result.minutes("started_us") == [0, 0, 5, 5]


def test_completions_of_an_instant_join_the_next_station_by_id(trucks, run_script):
    nii = {"secondary": ("nii", 5)}
    standard, fast = {"at": 1, "serve": 15, **nii}, {"at": 2, "lanes": "fast", "serve": 17, **nii}
    result = run_script({"commercial": trucks(booths=2)}, [*_at(0, serve=5), *_at(0, serve=3), standard, fast])

    # FAST started first; both end at 20, and the standard truck, which came first, is scanned first.
    assert result.minutes("started_us") == [0, 0, 5, 3]
    assert result.minutes("ended_us") == [5, 3, 20, 20]
    assert result.minutes("secondary_started_us") == [None, None, 20, 25]
