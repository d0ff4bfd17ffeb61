"""What a process may do to bays and pace, how it takes it back, and what it is told when it cannot."""

import pytest

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.records import concatenate
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, Mode, Station

TRUCKS = Mode.COMMERCIAL
STEP = {"kind": "deterministic", "mean_s": 60}


@pytest.fixture
def trucks(part):
    """One booth, two NII bays, a state's bay, and a delay on the export side."""
    inspection = {
        "service": {"standard": STEP},
        "export": {"delay": STEP},
        "referral": {"share": {"none": 0.5}},
        "secondary": {"nii": {"share": 1, "service": STEP}},
        "state": {"full_share": 0.5, "full": STEP, "passing": STEP},
    }
    return {"commercial": part(inspection=inspection, bays={"secondary": {"nii": 2}, "state": 1})}


def _of_pools(result):
    """Pool, cap on bays and pace of every change of a pool."""
    rows = [row for period in result.periods for row in zip(*period.records.disruptions, strict=True)]
    names = [pool.info.name for pool in result.plan.pools]
    return [(names[pool], int(cap), int(pace)) for *_, pool, cap, pace in rows]


def test_the_lowest_cap_counts_and_paces_multiply_until_they_are_taken_back(trucks, plan, run):
    def acts(env, port):
        yield env.timeout(MINUTE_US)
        port.cap_bays(TRUCKS, Station.SECONDARY, 1, "nii")
        port.cap_bays(TRUCKS, Station.SECONDARY, 0)
        port.set_pace(TRUCKS, Station.SECONDARY, 1.5)
        port.set_pace(TRUCKS, Station.SECONDARY, 1.333, "nii")
        yield env.timeout(MINUTE_US)
        port.lift_bays_cap(TRUCKS, Station.SECONDARY, 0)
        port.reset_pace(TRUCKS, Station.SECONDARY, 1.5)
        port.lift_bays_cap(TRUCKS, Station.SECONDARY, 1, "nii")
        port.reset_pace(TRUCKS, Station.SECONDARY, 1.333, "nii")

    assert _of_pools(run(plan(trucks), acts)) == [
        *[("nii", 1, 1000), ("nii", 0, 1000), ("nii", 0, 1500), ("nii", 0, 2000)],  # 1.5 x 1.333 = 1.9995
        *[("nii", 1, 2000), ("nii", 1, 1333), ("nii", MISSING, 1333), ("nii", MISSING, 1000)],
    ]


def test_a_pace_without_a_name_is_that_of_every_pool_of_the_station(trucks, plan, run):
    def slows(env, port):
        port.set_pace(TRUCKS, Station.STATE, 2)
        yield env.timeout(1)

    assert _of_pools(run(plan(trucks), slows)) == [("passing", MISSING, 2000), ("full", MISSING, 2000)]


def _open_bays(result):
    """The bay-minutes open in each hour that has a row of NII."""
    events = [events_of(each.records, starts=each.is_first, ends=each.is_last) for each in result.periods]
    windows = fold(new_state(result.plan.info, HOUR_US), concatenate(events))
    nii = [pool.info.name for pool in result.plan.pools].index("nii")
    begins_us, open_us = (column[windows.pool == nii] for column in (windows.window_us, windows.open_us))
    hours = (begins_us - result.plan.measured_from_us) // HOUR_US
    return dict(zip(hours.tolist(), (open_us / MINUTE_US).tolist(), strict=True))


def test_bays_that_the_scenario_does_not_tell_are_told_from_the_first_cap_on(trucks, plan, run):
    def caps(env, port):
        yield env.timeout(70 * MINUTE_US)
        port.cap_bays(TRUCKS, Station.SECONDARY, 1)
        yield env.timeout(10 * MINUTE_US)
        port.lift_bays_cap(TRUCKS, Station.SECONDARY, 1)

    result = run(plan(trucks), caps)
    assert [row for row in result.staffing if row[1] in ("nii", "full")] == [(70, "nii", 1), (80, "nii", 2)]
    assert _open_bays(result) == {1: 10 + 40 * 2} | dict.fromkeys(range(2, 24), 60 * 2)


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda port: port.cap_bays(TRUCKS, Station.STATE, -1), ValueError, "a cap of -1 bays; it must be 0 or more"),
        (lambda port: port.cap_bays(TRUCKS, Station.EXPORT, 1), KeyError, "export of commercial at tiny has no bays"),
        (lambda port: port.cap_bays(TRUCKS, Station.PRIMARY, 1), KeyError, "primary of commercial at tiny has no bays"),
        (lambda port: port.cap_bays(TRUCKS, Station.SCAN, 1), KeyError, "tiny has no commercial scan"),
        (
            lambda port: port.cap_bays(TRUCKS, Station.SECONDARY, 1, "dogs"),
            KeyError,
            "tiny has no commercial secondary dogs",
        ),
        (
            lambda port: port.lift_bays_cap(TRUCKS, Station.STATE, 1),
            ValueError,
            r"no cap of 1 bays of commercial/full at tiny; the caps are \[\]",
        ),
        (
            lambda port: port.set_pace(TRUCKS, Station.STATE, 0),
            ValueError,
            "a pace of 0; it must be from 0.001 to 1000",
        ),
        (
            lambda port: port.set_pace(TRUCKS, Station.STATE, 1001),
            ValueError,
            "a pace of 1001; it must be from 0.001 to 1000",
        ),
        (
            lambda port: port.reset_pace(TRUCKS, Station.STATE, 2, "full"),
            ValueError,
            "no pace of 2 in commercial/full at tiny",
        ),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(trucks, plan, run, act, error, message):
    def mistaken(env, port):
        with pytest.raises(error, match=message):
            act(port)
        yield env.timeout(1)

    assert _of_pools(run(plan(trucks), mistaken)) == []
