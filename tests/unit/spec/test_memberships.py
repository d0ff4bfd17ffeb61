"""Shares of programmes, always the same or by hour of the week."""

import pytest

from border_sim.spec.memberships import Memberships
from border_sim.spec.problem import SpecError
from border_sim.vocabulary import Programme

WEEKDAYS = (0.2,) * 120 + (0.5,) * 48


def test_one_figure_holds_in_every_hour_and_is_its_own_mean() -> None:
    members = Memberships(share={"ctpat": 0.3, "none": 0.7})
    assert members.by_hour() == {Programme.CTPAT: (0.3,) * 168, Programme.NONE: (0.7,) * 168}
    assert members.mean() == {Programme.CTPAT: 0.3, Programme.NONE: 0.7}


def test_figures_by_hour_stand_beside_one_that_always_holds() -> None:
    members = Memberships(share={"ready": WEEKDAYS, "none": [0.7] * 120 + [0.4] * 48, "sentri": 0.1})
    assert members.by_hour()[Programme.READY] == WEEKDAYS
    assert members.by_hour()[Programme.SENTRI] == (0.1,) * 168
    assert members.mean()[Programme.READY] == pytest.approx((0.2 * 120 + 0.5 * 48) / 168)


def test_the_first_hour_that_does_not_sum_to_one_is_told() -> None:
    none = [0.8] * 168
    none[113], none[120] = 0.7, 0.9
    with pytest.raises(SpecError) as caught:
        Memberships(share={"ctpat": 0.2, "none": none})
    (problem,) = caught.value.problems
    assert (problem.path, problem.value) == (("share", "none", 113), "0.7")
    assert problem.message == (
        "the programme shares sum to 0.9 (ctpat 0.2 + none 0.7) in hour 113 (Fri 17:00) and 1 hour more; "
        "they must sum to 1 in each hour"
    )


def test_shares_that_never_sum_to_one_are_told_as_a_whole() -> None:
    with pytest.raises(SpecError, match=r"share: .*: the programme shares sum to 0\.9; they must sum to 1$"):
        Memberships(share={"ctpat": 0.2, "none": 0.7})


def test_a_week_that_is_too_short() -> None:
    with pytest.raises(SpecError, match=r"share\.none: .*: has 167 values; it must have 168, one for each hour"):
        Memberships(share={"ctpat": 0.2, "none": [0.8] * 167})
