"""The reference and the compiled engine tell the same bits where stations fill up and what they have changes."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.reference import Reference
from border_sim.engine.verify import verify
from border_sim.events.order import events_of
from border_sim.records import concatenate
from border_sim.vocabulary import MINUTE_US, MISSING, SECOND_US, LaneClass, Programme, code


@pytest.fixture(scope="module")
def compound(plan_of):
    return plan_of("blocked_engines", "compound")


@pytest.fixture(scope="module")
def periods(compound):
    return [period.records for period in conduct(compound, Kernel(compound))]


@pytest.fixture(scope="module")
def crossings(periods):
    return concatenate([records.crossings for records in periods])


def test_no_row_differs(compound):
    agreement = verify(compound)
    assert agreement.rows > 10_000
    assert agreement.differing == 0


def test_booths_and_bays_were_blocked_at_every_station(crossings):
    before_state = np.where(crossings.secondary_pool == MISSING, crossings.ended_us, crossings.secondary_ended_us)
    steps = {
        "scan": (crossings.scan_ended_us, crossings.joined_us, crossings.joined_us != MISSING),
        "primary": (crossings.ended_us, crossings.secondary_joined_us, crossings.secondary_joined_us != MISSING),
        "secondary": (before_state, crossings.state_joined_us, crossings.state_joined_us != MISSING),
    }
    for station, (ended_us, joined_us, has_gone_on) in steps.items():
        was_served = has_gone_on & (ended_us != MISSING)
        assert (joined_us > ended_us)[was_served].sum() > 100, station


def test_members_left_their_lane_and_others_kept_to_it(crossings):
    lanes = crossings.lane_class[(crossings.programme == code(Programme.CTPAT)) & (crossings.joined_us != MISSING)]
    assert {code(LaneClass.FAST), code(LaneClass.STANDARD)} == set(lanes.tolist())


def test_bays_and_paces_changed(compound, periods):
    names = [pool.info.name for pool in compound.pools]
    staffing = concatenate([records.staffing for records in periods])
    told = {(names[pool], int(bays)) for pool, bays in zip(staffing.pool, staffing.open_booths, strict=True)}
    assert {("scan", 0), ("scan", 2), ("scan", 3), ("document", 3), ("document", 5), ("full", 5), ("full", 20)} <= told
    paces = concatenate([records.disruptions for records in periods]).pace_permille.tolist()
    assert {1300, 1111, 1444} <= set(paces)  # 1.3 times 1.111 is 1.4443


# Many cars.


@pytest.fixture(scope="module")
def bridges(plan_of):
    return [plan_of("blocked_engines", "bridge", seed=seed) for seed in (1, 2)]


@pytest.fixture(scope="module")
def cars(bridges):
    """The periods of the first of them."""
    return [period.records for period in conduct(bridges[0], Kernel(bridges[0]))]


def test_no_row_differs_in_300_000_crossings(bridges, cars):
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as executor:
        agreements = list(executor.map(verify, bridges))

    assert [agreement.differing for agreement in agreements] == [0, 0]
    assert sum(agreement.rows for agreement in agreements) >= 300_000
    assert cars[-1].crossings.crossing.max() > 150_000  # of one of the two


def test_the_roster_opened_booths_beyond_itself_and_lent_some(bridges, cars):
    plan = bridges[0]
    changes = concatenate([records.staffing for records in cars])
    beyond, below = set(), set()
    for day in plan.days():
        for place, pool in enumerate(plan.pools):
            if pool.is_primary:
                mine = changes.pool == place
                at = np.searchsorted(changes.t_us[mine], day.calendar.t_us, side="right") - 1
                booths = np.where(at >= 0, changes.open_booths[mine][at], 0)
                beyond |= {pool.info.name} if (booths > day.calendar.booths_wanted[:, place]).any() else set()
                below |= {pool.info.name} if (booths < day.calendar.booths_wanted[:, place]).any() else set()

    assert beyond >= {"ready", "standard"}
    assert below & {"ready", "standard"}


def test_ready_holders_left_their_lane_only_where_another_posted_ten_minutes_less(cars):
    crossings = concatenate([records.crossings for records in cars])
    posted = concatenate([records.posted for records in cars])
    left = (crossings.programme == code(Programme.READY)) & (crossings.lane_class == code(LaneClass.STANDARD))
    joined_us = np.unique(crossings.joined_us[left & (crossings.joined_us != MISSING)])
    waits = {}
    for lane in (LaneClass.READY, LaneClass.STANDARD):
        mine = posted.lane_class == code(lane)
        waits[lane] = posted.posted_wait_min[mine][np.searchsorted(posted.t_us[mine], joined_us, side="right") - 1]

    assert joined_us.size > 100
    assert (waits[LaneClass.READY] - waits[LaneClass.STANDARD] >= 10).all()


def small_steps(env, _port):
    while True:
        yield env.timeout(7 * MINUTE_US + 13 * SECOND_US + 1)


@pytest.mark.parametrize("engine", [Kernel, Reference])
@pytest.mark.parametrize(("days", "processes"), [(1, []), (31, [small_steps])], ids=["days", "small steps"])
def test_a_run_in_pieces_is_the_same_as_whole(compound, periods, monkeypatch, engine, days, processes):
    monkeypatch.setattr("border_sim.engine.conductor.STRETCH_DAYS", days)
    pieces = concatenate([events_of(period.records) for period in conduct(compound, engine(compound), processes)])
    whole = concatenate([events_of(records) for records in periods])
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(pieces, whole, strict=True))
