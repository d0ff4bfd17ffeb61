"""Every candidate's marks give what it draws, whoever else comes."""

import numpy as np
import pytest

from border_sim.inputs import candidate_draws, random_marks
from border_sim.inputs.candidates import ANY_WAIT
from border_sim.records import select
from border_sim.vocabulary import HOUR_US, MISSING, QUARTER_US, Programme, code
from tests.candidates import all_candidates, candidate_stream, drawn

SOME_SERVICE = {"service": {"standard": {"kind": "exponential", "mean_s": 60}}}


def _rich(part):
    """Trucks that visit every station, each of which draws."""
    draw = {"kind": "exponential", "mean_s": 300}
    return part(
        demand={"kind": "rate", "per_hour": 60},
        pools=[{"name": "a", "serves": [["fast"], ["standard"]], "max_open": 4}],
        programmes={"share": {"ctpat": 0.3, "none": 0.7}},
        loaded={"share": 0.6},
        bays={"secondary": {"nii": 1, "document": 2}, "state": 1},
        inspection={
            "service": {"fast": draw, "standard": draw},
            "export": {"delay": draw, "red_share": 0.2, "red_delay": draw},
            "referral": {"share": {"ctpat": 0.1, "none": 0.5}, "empty": 0.05},
            "secondary": {"nii": {"share": 0.7, "service": draw}, "document": {"share": 0.3, "service": draw}},
            "state": {"full_share": 0.3, "full": draw, "passing": draw},
        },
    )


def test_the_marks_of_one_candidate_can_be_drawn_alone(plan, part):
    planned = plan({"commercial": _rich(part)})
    times = np.arange(1, 60) * 1_000_000
    whole_day = drawn(planned, [candidate_stream(times)])

    for place in (0, 17, 58):
        alone = drawn(planned, [candidate_stream(times[place : place + 1], index=[place])])
        for column, same in zip(select(whole_day, slice(place, place + 1)), alone, strict=True):
            np.testing.assert_array_equal(column, same)


@pytest.mark.parametrize(
    "stream",
    [
        random_marks.BASE_STREAM,
        random_marks.ELASTIC_STREAM,
        random_marks.GROWTH_STREAM,
        random_marks.GROWTH_ELASTIC_STREAM,
    ],
)
def test_every_stream_is_cut_by_the_shares_of_its_local_hour(plan, part, stream):
    ready = tuple(float(hour % 2) for hour in range(168))
    pools = [{"name": name, "serves": [[name]], "max_open": 1} for name in ("ready", "standard")]
    shares = {"ready": ready, "none": tuple(1 - share for share in ready)}
    planned = plan(part(pools=pools, programmes={"share": shares}, staffing={"kind": "schedule", "pools": {}}))
    times = np.arange(96) * QUARTER_US + QUARTER_US // 2
    rows = drawn(planned, [candidate_stream(times, stream=stream)])

    none, ready_holders = [code(Programme.NONE)] * 4, [code(Programme.READY)] * 4
    assert rows.programme.tolist() == (none + ready_holders) * 12


def test_shares_follow_the_wall_clock_and_the_week(plan, part):
    ready = tuple(float(hour == 6 * 24 + 3) for hour in range(168))  # Sunday from 3 to 4
    pools = [{"name": name, "serves": [[name]], "max_open": 1} for name in ("ready", "standard")]
    mode = part(
        pools=pools,
        programmes={"share": {"ready": ready, "none": tuple(1 - share for share in ready)}},
        staffing={"kind": "schedule", "pools": {}},
        demand={"kind": "rate", "per_hour": 40},
    )
    planned = plan(mode, zone="America/Denver", days=7)  # the clock goes from 2 to 3 on the Sunday
    rows = all_candidates(planned)
    hours = (rows.arrived_us - planned.measured_from_us) // HOUR_US

    assert set(hours[rows.programme == code(Programme.READY)].tolist()) == {6 * 24 + 2}
    assert set(rows.programme[hours == 6 * 24 + 2].tolist()) == {code(Programme.READY)}


def test_shares_of_every_branch_are_met(plan, part):
    planned = plan({"commercial": _rich(part)}, days=14)
    rows = all_candidates(planned)
    count = rows.arrived_us.size
    fast, loaded = rows.programme == code(Programme.CTPAT), rows.loaded == 1
    export, secondary, state = 0, 2, 3
    referred = rows.pool[:, secondary] != MISSING
    names = np.array([pool.info.name for pool in planned.pools])

    def share(mask, among, expected):
        spread = np.sqrt(expected * (1 - expected) / np.count_nonzero(among))
        assert np.count_nonzero(mask & among) / np.count_nonzero(among) == pytest.approx(expected, abs=4 * spread)

    everybody = np.ones(count, bool)
    share(fast, everybody, 0.3)
    share(loaded, everybody, 0.6)
    share(loaded, fast, 0.6)
    share(referred, ~loaded, 0.05)
    share(referred, loaded & fast, 0.1)
    share(referred, loaded & ~fast, 0.5)
    share(names[rows.pool[:, secondary]] == "nii", referred, 0.7)
    share(names[rows.pool[:, state]] == "full", everybody, 0.3)
    share(names[rows.pool[:, state]] == "passing", everybody, 0.7)
    assert set(names[rows.pool[:, export]]) == {"export"}
    assert rows.stay_us[:, export].mean() == pytest.approx(300e6 * 1.2, rel=0.03)  # a red light is another delay
    assert np.all((rows.stay_us[:, secondary] > 0) == referred)


def test_lanes_follow_entitlement_and_one_mark_serves_in_any_of_them(plan, part):
    planned = plan({"commercial": _rich(part)})
    rows = all_candidates(planned)
    fast, lanes = rows.programme == code(Programme.CTPAT), planned.layout.entitled[rows.entitled]

    assert np.unique(lanes[fast], axis=0).tolist() == [[0, 1, MISSING]]
    assert np.unique(lanes[~fast], axis=0).tolist() == [[1, MISSING, MISSING]]
    np.testing.assert_array_equal(rows.service_us[fast, 0], rows.service_us[fast, 1])  # here both lanes have one table


class _Response:
    """The part of the parameters that says how demand answers waits."""

    def __init__(self, elasticity, always=0.2):
        self.elasticity, self.always = elasticity, always


@pytest.mark.parametrize(
    ("elasticity", "uniform", "elastic", "accustomed", "longest"),
    [
        (0.0, 0.9, False, 20, ANY_WAIT),  # nobody answers
        (0.3, 0.1, False, 20, ANY_WAIT),  # of the fifth who always come
        (0.3, 0.85, False, 20, 30),  # 20 x (1 + .15 / .3)
        (0.5, 0.25, False, 20, 50),  # 20 x (1 + .75 / .5)
        (0.3, 0.999999, False, 20, 20),
        (0.3, 0.25, True, 20, 15),  # v = 1 + .3 m: 20 x (1 - .25)
        (0.3, 0.999999, True, 20, 0),
        (0.3, 0.55, True, 1, 0),  # floor of .45
        (0.3, 0.7, False, 1, 2),  # 1 x (1 + .3 / .3), a hair below by the half in (mark + 1/2)
    ],
)
def test_the_longest_wait_accepted_follows_its_formula(elasticity, uniform, elastic, accustomed, longest):
    mark = int(uniform * random_marks.WORD) - 1

    assert candidate_draws.tolerance(_Response(elasticity), float(accustomed), mark, elastic) == longest


def test_accustomed_waits_count_at_least_a_minute_and_by_the_local_hour(plan, part):
    response = {"elasticity": 0.5, "always": 0.0, "day_cv": 0, "hour_sd": 0, "hour_rho": 0}
    usual = plan(part(), response=response).frame.planning.model_dump()
    usual["hour_shape"]["general"] = (0.0001,) * 7 + (1.0,) * 17
    keys = {"demand": {"kind": "rate", "per_hour": 100}, "accustomed_wait": {"minutes": {"general": 100}}}
    planned = plan(part(**keys), response=response, planning=usual, zone="America/Phoenix")
    candidates = all_candidates(planned)
    early = candidates.arrived_us < planned.measured_from_us + 7 * 4 * QUARTER_US

    assert candidates.tolerance_min[early].max() <= 3  # a minute x (1 + 1 / .5)
    assert candidates.tolerance_min[~early].max() > 250
