"""RecordCounts of batches add up."""

from border_sim.streaming.counting.record_counts import RecordCounts


def test_totals_add_up():
    counts = RecordCounts(1, 2, 3, 4, {"late": 1})
    counts.add(RecordCounts(10, 20, 30, 40, {"late": 1, "gap": 4}))
    assert counts == RecordCounts(11, 22, 33, 44, {"late": 2, "gap": 4})
    assert counts.records == 11 + 33 + 6


def test_a_copy_stays_what_it_was():
    counts = RecordCounts(1, 2, 3, 4, {"late": 1})
    copy = counts.copy()
    counts.add(RecordCounts(10, 20, 30, 40, {"late": 1, "gap": 4}))
    assert copy == RecordCounts(1, 2, 3, 4, {"late": 1})
