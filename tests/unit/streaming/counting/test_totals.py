"""Totals of batches add up."""

from border_sim.streaming.counting.totals import Totals


def test_totals_add_up():
    totals = Totals(1, 2, 3, 4, {"late": 1})
    totals.add(Totals(10, 20, 30, 40, {"late": 1, "gap": 4}))
    assert totals == Totals(11, 22, 33, 44, {"late": 2, "gap": 4})
    assert totals.records == 11 + 33 + 6
