"""Bays and pace by hour of the week, by the wall clock, in the calendar that the engines read."""

from datetime import date

import numpy as np
import pytest

from border_sim.vocabulary import MISSING, USUAL_PACE

DELAY = {"kind": "deterministic", "mean_s": 60}
INSPECTION = {
    "service": {"standard": DELAY, "fast": DELAY},
    "export": {"delay": DELAY},
    "scan": {"service": DELAY},
    "referral": {"share": {"none": 0.5}},
    "secondary": {"nii": {"share": 0.5, "service": DELAY}, "document": {"share": 0.5, "service": DELAY}},
    "state": {"full_share": 0.5, "full": DELAY, "passing": DELAY},
}
SOME = [{"bays": 2}, {"days": "mon", "hours": "06:00-08:00", "bays": 0}]


@pytest.fixture
def calendar(plan, part):
    """Columns of the calendar of trucks, by pool, for a day: (booths or bays wanted, pace)."""

    def make(*, start=date(2024, 3, 4), zone="UTC", **keys):
        usual = {"inspection": INSPECTION, "bays": {"scan": 1, "secondary": {"nii": 1, "document": 3}, "state": 1}}
        planned = plan({"commercial": part(**{**usual, **keys})}, start=start, zone=zone)
        day = next(planned.days()).calendar
        columns = zip(day.booths_wanted.T.tolist(), day.pace_permille.T.tolist(), strict=True)
        return {pool.info.name: column for pool, column in zip(planned.pools, columns, strict=True)}

    return make


def test_without_a_week_bays_are_always_open_and_the_pace_is_usual(calendar):
    columns = calendar()

    assert {name for name, (wanted, _) in columns.items() if set(wanted) == {MISSING}} == set(columns) - {"a"}
    assert columns["a"][0] == [1] * 96
    assert all(pace == [USUAL_PACE] * 96 for _, pace in columns.values())


def test_bays_of_each_station_and_kind_follow_their_week(calendar):
    one = [{"hours": "00:00-12:00", "bays": 1}]
    columns = calendar(bays={"scan": SOME, "secondary": {"nii": one, "document": 3}, "state": SOME})
    of_some = [2] * 24 + [0] * 8 + [2] * 64

    assert columns["scan"][0] == columns["full"][0] == of_some
    assert columns["nii"][0] == [1] * 48 + [0] * 48
    assert set(columns["document"][0]) == set(columns["passing"][0]) == set(columns["export"][0]) == {MISSING}


def test_the_pace_of_a_station_is_that_of_all_its_pools(calendar):
    slow = [{"hours": "10:00-11:00", "pace": 1.25}]
    columns = calendar(pace={"export": [{"pace": 2}], "primary": slow, "secondary": slow, "state": [{"pace": 0.5}]})
    of_slow = [1000] * 40 + [1250] * 4 + [1000] * 52

    assert columns["export"][1] == [2000] * 96
    assert columns["a"][1] == columns["nii"][1] == columns["document"][1] == of_slow
    assert columns["passing"][1] == columns["full"][1] == [500] * 96
    assert columns["scan"][1] == [1000] * 96


@pytest.mark.parametrize(("day", "at_three"), [(date(2024, 3, 10), 2), (date(2024, 11, 3), 4)])
def test_the_week_goes_by_the_wall_clock(calendar, day, at_three):
    span = {"days": "sun", "hours": "03:00-04:00"}
    bays = {"scan": [{"bays": 1}, {**span, "bays": 4}], "secondary": {"nii": 1, "document": 3}, "state": 1}
    columns = calendar(start=day, zone="America/Denver", bays=bays, pace={"scan": [{**span, "pace": 3}]})

    where = slice(4 * at_three, 4 * at_three + 4)
    wanted, pace = (np.array(column) for column in columns["scan"])
    assert (np.flatnonzero(wanted == 4).tolist(), set(wanted.tolist())) == (
        list(range(where.start, where.stop)),
        {1, 4},
    )
    assert np.flatnonzero(pace == 3000).tolist() == list(range(where.start, where.stop))


def test_modes_have_their_own_week(plan, part):
    quick, slow = ([{"pace": pace}] for pace in (0.5, 2))
    planned = plan({"passenger": part(pace={"primary": quick}), "commercial": part(pace={"primary": slow})})
    day = next(planned.days()).calendar

    assert dict(zip(planned.modes, day.pace_permille[0].tolist(), strict=True)) == {
        "commercial": 2000,
        "passenger": 500,
    }
