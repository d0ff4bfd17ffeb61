"""Stations that fill up and block, and what changes in time beside booths: every instant, on both engines.

Times are minutes.
"""

import pytest

STEP = {"kind": "deterministic", "mean_s": 60}


@pytest.fixture(scope="module")
def trucks(part):
    """Trucks with a portal, booths, NII and document bays and the state's, and room as given; `keys` replace."""

    def make(booths=1, *, room=None, bays=None, **keys):
        usual_bays = {"scan": 1, "secondary": {"nii": 1, "document": 1}, "state": 1}
        keys = {"staffing": {"kind": "schedule", "pools": {"a": [{"booths": booths}]}}, **keys}
        return part(
            inspection={
                "service": {"fast": STEP, "standard": STEP},
                "export": {"delay": STEP},
                "scan": {"share": 0.5, "service": STEP},
                "referral": {"share": {"none": 0.5}},
                "secondary": {"nii": {"share": 0.5, "service": STEP}, "document": {"share": 0.5, "service": STEP}},
                "state": {"full_share": 0.5, "full": STEP, "passing": STEP},
            },
            bays={**usual_bays, **(bays or {})},
            room=room or {},
            **keys,
        )

    return make


@pytest.fixture
def instants(run_script, trucks):
    """Columns of minutes of hand-written trucks."""

    def columns(rows, *names, **keys):
        result = run_script({"commercial": trucks(**keys)}, rows)
        return [result.minutes(name) for name in names]

    return columns


def _nii(at, serve=1, minutes=10, **keys):
    return {"at": at, "serve": serve, "secondary": ("nii", minutes), **keys}


def test_a_full_room_blocks_the_booth(instants):
    ended, joined, started, booth = instants(
        [_nii(0), _nii(1), _nii(2), {"at": 2}],
        *("ended_us", "secondary_joined_us", "secondary_started_us", "started_us"),
        room={"secondary": 1},
    )

    assert ended == [1, 2, 3, 12]
    assert joined == [1, 2, 11, None]  # the third stays in its booth until the second has left the room
    assert started == [1, 11, 21, None]
    assert booth == [0, 1, 2, 11]  # the fourth comes to the booth at the same instant


def test_without_room_a_truck_goes_from_booth_to_bay(instants):
    joined, started = instants(
        [_nii(0), _nii(1), _nii(2)], "secondary_joined_us", "secondary_started_us", booths=3, room={"secondary": 0}
    )

    assert joined == started == [1, 11, 21]


def test_one_room_is_for_all_kinds_and_a_free_bay_is_entered_past_it(instants):
    document = {"at": 3, "serve": 1, "secondary": ("document", 10)}
    joined, started = instants(
        [_nii(0), _nii(0), _nii(0, serve=2), document, {**document, "at": 3.5}],
        *("secondary_joined_us", "secondary_started_us"),
        booths=4,
        room={"secondary": 1},
    )

    # The room is full of trucks for NII; the first document goes past it at once, the second when the first leaves.
    assert joined == [1, 1, 11, 4, 14]
    assert started == [1, 11, 21, 4, 14]


def test_a_plain_delay_needs_no_place(instants):
    full, passing = ({"at": 0, "state": (kind, 10)} for kind in ("full", "passing"))
    joined, released = instants([full, full, passing], "state_joined_us", "released_us", booths=3, room={"state": 0})

    assert joined == [1, 11, 1]
    assert released == [11, 21, 11]


def test_who_is_blocked_longest_goes_first_and_ties_by_id(instants):
    rows = [_nii(0, 1, 20), _nii(0, 5), _nii(0, 3), _nii(0, 3)]
    [joined] = instants(rows, "secondary_joined_us", booths=4, room={"secondary": 0})

    assert joined == [1, 41, 21, 31]


def test_who_finds_a_free_bay_of_its_kind_goes_past_who_is_blocked_longer_for_another(instants):
    document = {"at": 0, "serve": 1, "secondary": ("document", 4)}
    rows = [_nii(0), document, _nii(0, 2), {**document, "serve": 3}, _nii(0, 3), _nii(4, 2)]
    ended, joined = instants(rows, "ended_us", "secondary_joined_us", booths=4, room={"secondary": 0})

    assert ended == [1, 1, 2, 3, 4, 6]
    assert joined == [1, 1, 11, 5, 21, 31]  # the fourth is blocked between the third and the fifth


def test_room_of_one_mode_is_not_taken_by_another(run_script, trucks):
    cars = [_nii(at, mode="passenger") for at in (0, 0, 0)]
    modes = {"commercial": trucks(2, room={"secondary": 1}), "passenger": trucks(3)}
    result = run_script(modes, [*cars, *(_nii(1) for _ in range(3))])

    assert result.minutes("secondary_joined_us") == [1, 1, 1, 2, 2, 12]  # the third truck is blocked by trucks alone


def test_a_closed_lane_is_served_one_at_a_time_from_the_portal_too(run_script, trucks):
    closed = {"kind": "schedule", "pools": {"a": [{"booths": 0}]}}
    rows = [{"at": at, "serve": 10, "scan": ("scan", 1)} for at in (0, 0)]
    result = run_script({"commercial": trucks(staffing=closed, room={"primary": 0}, bays={"scan": 2})}, rows)

    assert result.minutes("joined_us") == result.minutes("started_us") == [1, 11]


def test_a_blocked_booth_that_is_to_close_closes_when_its_crossing_leaves(run_script, trucks):
    closing = {"kind": "schedule", "pools": {"a": [{"booths": 2}, {"hours": "00:15-24:00", "booths": 1}]}}
    rows = [_nii(0, 1, 40), _nii(0, 2), *({"at": at, "serve": 30} for at in (0, 16, 16))]
    result = run_script({"commercial": trucks(staffing=closing, room={"secondary": 0})}, rows)

    assert result.minutes("secondary_joined_us")[1] == 41
    # One booth is blocked from 2 to 41, so that the other, free from 31, is the one that is closed.
    assert result.minutes("started_us") == [0, 0, 1, 41, 71]


def test_a_release_at_the_last_station_moves_a_chain_at_one_instant(run_script, trucks):
    def chain(at):
        return {"at": at, "scan": ("scan", 1), "secondary": ("nii", 1), "state": ("full", 20)}

    rooms = dict.fromkeys(("primary", "secondary", "state"), 0)
    result = run_script({"commercial": trucks(room=rooms)}, [chain(at) for at in range(5)])

    assert result.minutes("state_started_us") == [3, 23, 43, 63, 83]
    assert result.minutes("state_joined_us") == [3, 23, 43, 63, 83]
    assert result.minutes("secondary_started_us") == [2, 3, 23, 43, 63]
    assert result.minutes("started_us") == [1, 2, 3, 23, 43]
    assert result.minutes("scan_started_us") == [0, 1, 2, 3, 23]


def test_room_at_primary_blocks_the_portal_but_not_the_road(run_script, trucks):
    scanned = {"serve": 10, "scan": ("scan", 1)}
    rows = [
        {"at": 0, **scanned},
        {"at": 1, **scanned},
        {"at": 1, "serve": 10},
        {"at": 2, **scanned},
        {"at": 3, "serve": 10},
    ]
    result = run_script({"commercial": trucks(room={"primary": 1})}, rows)

    assert result.minutes("scan_ended_us") == [1, 2, None, 22, None]
    assert result.minutes("joined_us") == [1, 21, 1, 31, 3]  # from the road straight in, past who is blocked
    assert result.minutes("started_us") == [11, 31, 1, 41, 21]


def test_a_pace_counts_at_the_start_of_a_service(run_script, trucks):
    halved = {"primary": [{"hours": "00:15-00:30", "pace": 2}, {"hours": "00:30-24:00", "pace": 0.5}]}
    result = run_script({"commercial": trucks(booths=3, pace=halved)}, [{"at": at, "serve": 10} for at in (10, 20, 30)])

    assert result.minutes("started_us") == [10, 20, 30]
    assert result.minutes("ended_us") == [20, 40, 35]


def _disruption(begins, until, **what):
    clock = [f"2024-03-04T{minutes // 60:02}:{minutes % 60:02}" for minutes in (begins, until)]
    return {"port": "tiny", "mode": "commercial", "from": clock[0], "until": clock[1], **what}


def test_paces_at_once_multiply(run_script, trucks):
    weekly = {"primary": [{"hours": "00:15-24:00", "pace": 0.5}]}
    disruptions = [_disruption(10, 40, pace={"primary": 3}), _disruption(20, 30, pace={"primary": {"a": 1.5}})]
    rows = [{"at": at, "serve": 8} for at in (0, 12, 16, 25, 35, 45)]
    result = run_script({"commercial": trucks(booths=4, pace=weekly)}, rows, disruptions=disruptions)

    assert [
        end - start for start, end in zip(result.minutes("started_us"), result.minutes("ended_us"), strict=True)
    ] == [8, 24, 12, 18, 12, 4]


def test_bays_that_close_finish_whom_they_serve_and_open_to_those_waiting(run_script, trucks):
    disruptions = [_disruption(5, 31, bays={"secondary": {"nii": 0}})]
    rows = [_nii(0), _nii(0), _nii(2)]
    result = run_script(
        {"commercial": trucks(booths=3, bays={"secondary": {"nii": 2, "document": 1}})}, rows, disruptions=disruptions
    )

    assert result.minutes("secondary_started_us") == [1, 1, 31]
    assert [row for row in result.staffing if row[1] == "nii"] == [(0, "nii", 2), (5, "nii", 0), (31, "nii", 2)]


def test_bays_by_the_hours_of_the_week(run_script, trucks):
    state = [{"hours": "00:15-24:00", "bays": 2}, {"hours": "00:00-00:15", "bays": 1}]
    rows = [{"at": 0, "state": ("full", 10)} for _ in range(3)]
    result = run_script({"commercial": trucks(booths=3, bays={"state": state})}, rows)

    assert result.minutes("state_started_us") == [1, 11, 15]
    assert [row for row in result.staffing if row[1] == "full"] == [(0, "full", 1), (15, "full", 2)]
