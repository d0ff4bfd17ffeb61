"""One mark is cut into programmes so that new members come out of none alone; shares become thresholds on marks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs.duration_tables import duration_table
from border_sim.inputs.random_marks import WORD
from border_sim.spec.distribution import Exponential
from border_sim.vocabulary import MISSING, LaneClass, Mode, Programme, code

MINUTE = {"kind": "exponential", "mean_s": 60}
TWO = {"kind": "exponential", "mean_s": 120}
LANES = {
    Mode.PASSENGER: ("sentri", "ready", "standard"),
    Mode.COMMERCIAL: ("fast", "standard"),
    Mode.PEDESTRIAN: ("ready", "standard"),
}
ALL_ONES = WORD - 1


@pytest.fixture(scope="module")
def parameters(plan, part):
    """The parameters of a mode that serves all its lanes; `keys` go to the mode."""

    def make(mode=Mode.PASSENGER, *, response=None, **keys):
        pools = [{"name": lane, "serves": [[lane]], "max_open": 1} for lane in LANES[mode]]
        usual = {"pools": pools, "staffing": {"kind": "schedule", "pools": {}}}
        frame = {"response": response} if response else {}
        return plan({mode: part(**{**usual, **keys})}, **frame).parameters

    return make


def _programme(parameters, mark, hour=0):
    cut = 0
    while cut < 2 and mark >= parameters.programme_cut[0, hour, cut]:
        cut += 1
    return list(Programme)[parameters.programme[0, cut]]


def _members(parameters, share):
    return parameters(programmes={"share": share})


def test_a_passengers_mark_is_cut_into_sentri_none_and_ready(parameters):
    members = _members(parameters, {"none": 0.5, "ready": 0.3, "sentri": 0.2})
    marks = [0, WORD // 5 - 1, WORD // 5 + 1, WORD * 7 // 10 - 1, WORD * 7 // 10 + 1, ALL_ONES]

    assert [_programme(members, mark) for mark in marks] == [
        Programme.SENTRI,
        Programme.SENTRI,
        Programme.NONE,
        Programme.NONE,
        Programme.READY,
        Programme.READY,
    ]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.integers(0, ALL_ONES), st.integers(0, 50), st.integers(0, 20), st.integers(0, 30))
def test_new_sentri_members_come_out_of_none_alone(parameters, mark, sentri, more, ready):
    def share(sentri, ready):
        return {"sentri": sentri / 100, "ready": ready / 100, "none": (100 - sentri - ready) / 100}

    before = _programme(_members(parameters, share(sentri, ready)), mark)
    after = _programme(_members(parameters, share(sentri + more, ready)), mark)

    assert after is before or (before, after) == (Programme.NONE, Programme.SENTRI)


def test_new_ready_members_come_out_of_none_alone(parameters):
    before = _members(parameters, {"none": 0.7, "ready": 0.1, "sentri": 0.2})
    after = _members(parameters, {"none": 0.4, "ready": 0.4, "sentri": 0.2})
    changed = {
        (_programme(before, mark), _programme(after, mark))
        for mark in range(0, WORD, WORD // 997)
        if _programme(before, mark) is not _programme(after, mark)
    }

    assert changed == {(Programme.NONE, Programme.READY)}


@pytest.mark.parametrize(
    ("mode", "order"),
    [
        (Mode.COMMERCIAL, [Programme.CTPAT, Programme.NONE, Programme.NONE]),
        (Mode.PASSENGER, [Programme.SENTRI, Programme.NONE, Programme.READY]),
        (Mode.PEDESTRIAN, [Programme.NONE, Programme.READY, Programme.READY]),
    ],
)
def test_the_order_of_the_cut(parameters, mode, order):
    assert parameters(mode).programme.tolist() == [[code(programme) for programme in order]]


def test_shares_by_hour_of_the_week_are_cut_hour_by_hour(parameters):
    friday = 4 * 24 + 17
    ready = tuple(0.7 if hour == friday else 0.2 for hour in range(168))
    members = _members(parameters, {"sentri": 0.1, "ready": ready, "none": tuple(0.9 - share for share in ready)})

    assert members.programme_cut[0, friday].tolist() == pytest.approx([0.1 * WORD, 0.3 * WORD, WORD], abs=1)
    assert members.programme_cut[0, friday - 1].tolist() == pytest.approx([0.1 * WORD, 0.8 * WORD, WORD], abs=1)
    assert np.unique(members.programme_cut[0], axis=0, return_counts=True)[1].tolist() == [1, 167]
    assert _programme(members, WORD // 2, friday) is Programme.READY
    assert _programme(members, WORD // 2) is Programme.NONE


def test_the_same_shares_in_every_hour_are_cut_as_constant_ones(parameters):
    constant = _members(parameters, {"sentri": 0.1, "ready": 0.3, "none": 0.6})
    hourly = _members(parameters, {"sentri": (0.1,) * 168, "ready": 0.3, "none": (0.6,) * 168})

    assert np.array_equal(constant.programme_cut, hourly.programme_cut)
    assert len(np.unique(constant.programme_cut[0], axis=0)) == 1


def test_every_mark_has_a_programme_with_members_even_if_shares_are_rounded(parameters):
    almost = _members(parameters, {"sentri": 0.99995})

    trucks = parameters(Mode.COMMERCIAL, programmes={"share": {"ctpat": 0.33, "none": 0.67}})

    assert {_programme(almost, mark) for mark in (0, ALL_ONES)} == {Programme.SENTRI}
    assert _programme(trucks, ALL_ONES) is Programme.NONE
    assert _programme(_members(parameters, {"none": 1.0}), ALL_ONES) is Programme.NONE


def test_lanes_that_a_programme_may_use_best_first(parameters):
    cars = parameters()  # lanes: sentri, ready, standard; cut: sentri, none, ready

    assert cars.lanes.tolist() == [[[0, 1, 2], [2, MISSING, MISSING], [1, 2, MISSING]]]


def test_lanes_that_nobody_serves_are_left_out(parameters):
    pools = [{"name": "a", "serves": [["standard"], ["sentri"]], "max_open": 1}]

    assert parameters(pools=pools).lanes.tolist() == [[[0, 1, MISSING], [1, MISSING, MISSING], [1, MISSING, MISSING]]]


def test_a_table_of_several_lanes_is_kept_once(parameters):
    shared = parameters(inspection={"service": {"sentri": MINUTE, "ready": MINUTE, "standard": TWO}})
    size = duration_table(Exponential(kind="exponential", mean_s=60)).size

    assert shared.service_table.tolist() == [0, 0, 1]
    assert shared.tables.size.tolist() == [size, size]


def _referral(**keys):
    return {
        "service": dict.fromkeys(LaneClass, MINUTE),
        "referral": {"share": {"ctpat": 0.25, "none": 0.5}, **keys},
        "secondary": {"nii": {"share": 0.75, "service": MINUTE}, "document": {"share": 0.25, "service": TWO}},
    }


BAYS = {"secondary": {"nii": 1, "document": 1}}
FAST_QUARTER, HALF = round(0.25 * WORD), round(0.5 * WORD)


def test_empty_trucks_are_referred_by_their_own_share(parameters):
    trucks = parameters(Mode.COMMERCIAL, inspection=_referral(empty=0.125), bays=BAYS, loaded={"share": 0.75})
    empty = round(0.125 * WORD)

    assert trucks.referral_cut[0].tolist() == [[empty, FAST_QUARTER], [empty, HALF], [empty, HALF]]
    assert trucks.loaded_cut.tolist() == [round(0.75 * WORD)]


@pytest.mark.parametrize(("keys", "loaded"), [({}, {"share": 0.75}), ({"empty": 0.125}, None)])
def test_without_a_share_of_empty_trucks_all_are_referred_as_loaded(parameters, keys, loaded):
    trucks = parameters(Mode.COMMERCIAL, inspection=_referral(**keys), bays=BAYS, loaded=loaded)

    assert trucks.referral_cut[0].tolist() == [[FAST_QUARTER] * 2, [HALF] * 2, [HALF] * 2]
    assert trucks.loaded_cut.tolist() == [WORD if loaded is None else round(0.75 * WORD)]


def test_cars_have_no_load_and_a_programme_without_a_share_is_not_referred(parameters):
    cars = parameters(inspection={**_referral(), "referral": {"share": {"none": 0.5}}}, bays=BAYS)

    assert cars.loaded_cut.tolist() == [0]
    assert cars.referral_cut[0].tolist() == [[0, 0], [HALF, HALF], [0, 0]]


def test_kinds_of_secondary_are_cut_in_file_order(parameters):
    trucks = parameters(Mode.COMMERCIAL, inspection=_referral(), bays=BAYS)  # pools: fast, standard, nii, document

    assert trucks.secondary_cut[0].tolist() == [round(0.75 * WORD), WORD]
    assert trucks.secondary_pool[0].tolist() == [2, 3]
    assert trucks.secondary_table[0].tolist()[:2] == [0, 1]  # nii's is also that of primary


def test_without_further_stations_there_is_nothing_to_draw(parameters):
    cars = parameters()

    assert (cars.export_pool[0], cars.state_pool.tolist()) == (MISSING, [[MISSING, MISSING]])
    assert (cars.red_cut[0], cars.state_cut[0], cars.referral_cut.any()) == (0, 0, np.False_)


def test_accustomed_waits_are_those_of_the_programmes_group_by_hour_and_at_least_a_minute(parameters):
    cars = parameters(accustomed_wait={"minutes": {"sentri": 0.2, "general": 30}})

    assert cars.accustomed_wait_min.shape == (1, 3, 168)
    assert cars.accustomed_wait_min[0, :, 12].tolist() == [1, 30, 30]  # sentri, none, ready


def test_elasticity_and_the_share_that_always_comes_are_the_responses(parameters):
    cars = parameters(response={"elasticity": 0.4, "always": 0.1, "day_cv": 0, "hour_sd": 0, "hour_rho": 0})

    assert (cars.elasticity, cars.always) == (0.4, 0.1)
