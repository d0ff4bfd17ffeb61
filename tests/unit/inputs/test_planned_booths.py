"""Planned booths follow the need, and how they are split over a group's pools, by hand."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.inputs.planned_booths import CARRIED, DAYS_BEFORE, GroupPlan, _plan_group, _split_booths
from border_sim.spec.port import Pool


def _splits(most, work, **pools):
    """How 0 to `most` booths are split: a list for each pool, in file order; a pool: what it serves, what it holds."""
    made = [
        Pool(name=name, serves=[rank.split() for rank in ranks.split(",")], max_open=hold)
        for name, (ranks, hold) in pools.items()
    ]
    return _split_booths(most, made, work).T.tolist()


def _ready_and_standard(most, ready):
    return _splits(most, {"ready": ready, "standard": 1 - ready}, ready=("ready", 20), standard=("standard", 20))


def test_lanes_for_members_have_their_share_of_the_work_rounded_down_and_standard_the_rest():
    # Quotas of Ready: .7, 1.4, 2.1, 2.8, 3.5, 4.2, 4.9, 5.6, 6.3, 7.
    assert _ready_and_standard(10, 0.7) == [[0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 7], [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3]]


def test_members_have_a_booth_as_soon_as_two_are_open():
    assert _ready_and_standard(12, 0.1)[0] == [0, 0, *[1] * 11]


def test_standard_has_a_booth_before_members_have():
    assert _ready_and_standard(4, 0.95) == [[0, 0, 1, 2, 3], [0, 1, 1, 1, 1]]


def test_lanes_without_work_have_none():
    assert _ready_and_standard(3, 0.0) == [[0, 0, 0, 0], [0, 1, 2, 3]]


def test_pools_that_serve_standard_share_by_largest_remainder_of_their_work_the_first_of_equals_first():
    pools = {"standard": ("standard", 20), "mixed": ("ready, standard", 20)}

    # Quotas of the first: .25, .5 (a tie), .75, 1, 1.25.
    assert _splits(5, {"mixed": 0.75, "standard": 0.25}, **pools) == [[0, 0, 1, 1, 1, 1], [0, 1, 1, 2, 3, 4]]


def test_without_a_standard_lane_members_share_by_largest_remainder():
    pools = {"sentri": ("sentri", 20), "ready": ("ready, sentri", 20)}

    assert _splits(4, {"sentri": 0.7, "ready": 0.3}, **pools) == [[0, 1, 1, 2, 3], [0, 0, 1, 1, 1]]


def test_what_a_pool_cannot_hold_goes_on_in_file_order():
    pools = {"standard": ("standard", 3), "ready": ("ready", 4)}
    splits = _splits(10, {"standard": 0.7, "ready": 0.3}, **pools)

    assert splits == [[0, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3], [0, 0, 1, 1, 1, 2, 3, 4, 4, 4, 4]]


lanes = st.sampled_from(["standard", "ready", "ready, standard", "ready standard"])


@settings(derandomize=True, deadline=None)
@given(pools=st.lists(st.tuples(lanes, st.integers(0, 6), st.integers(1, 9)), min_size=1, max_size=4))
def test_every_split_is_whole_as_far_as_the_pools_hold_it(pools):
    work = {f"p{place}": float(work) for place, (_, _, work) in enumerate(pools)}
    splits = _splits(12, work, **{f"p{place}": pool[:2] for place, pool in enumerate(pools)})

    for booths, split in enumerate(zip(*splits, strict=True)):
        assert all(0 <= count <= hold for count, (_, hold, _) in zip(split, pools, strict=True))
        assert sum(split) == min(booths, sum(hold for _, hold, _ in pools))


def _planned(most, due, is_open):
    """Booths in each quarter of days of 96, the first day after `DAYS_BEFORE` empty ones, and the needs: what is due
    as far as `most` booths did not do it before, at least one while anything is due or the gate is open.
    """
    due, is_open = np.asarray(due, dtype=float), np.asarray(is_open)
    days = [96] * (due.size // 96)
    split, places = np.arange(most + 1)[:, None].astype(np.int64), np.zeros(1, np.int64)
    none = np.zeros(0, np.int64)
    group = GroupPlan(none, most, none, split[None], np.zeros(1, np.int64), places)
    wanted = np.full((due.size, 1), -1)
    _plan_group(group, due, np.cumsum([0] * (DAYS_BEFORE + 1) + days), np.zeros(due.size, np.int64), is_open, wanted)
    came, done = np.cumsum(due), most * np.arange(1, due.size + 1)
    served = done + np.minimum(0, np.minimum.accumulate(came - done))  # what `most` booths had to do and time for
    is_due = (due > 0) | (came - due - np.append(0, served[:-1]) > 1e-9)
    return wanted[:, 0], np.where(is_open | is_due, np.maximum(np.diff(served, prepend=0), 1), 0.0)


@settings(derandomize=True, deadline=None)
@given(
    most=st.integers(1, 9),
    due=st.lists(st.just(0.0) | st.floats(0.01, 12), min_size=96, max_size=96),
    opening=st.integers(0, 96),
    closing=st.integers(0, 96),
)
def test_planned_booths_are_neighbours_of_the_need_and_never_far_behind_or_ahead_of_it(most, due, opening, closing):
    quarters = np.arange(96)
    booths, need = _planned(most, due, (quarters >= opening) & (quarters < closing))

    assert np.all((booths == np.floor(need + 1e-6)) | (booths == np.ceil(need - 1e-6)))
    assert np.all(booths[need > 0] >= 1)
    for part in (slice(0, opening), slice(opening, 96)) if opening < closing else [slice(0, 96)]:
        assert np.all(np.abs(np.cumsum((need - booths)[part])) <= CARRIED + 1e-6)


def test_what_no_booth_was_left_for_is_due_later_after_closing_and_midnight_too():
    booths, _ = _planned(2, [0.0] * 80 + [9.0] * 8 + [0.0] * 104, [False] * 80 + [True] * 8 + [False] * 104)

    assert booths.tolist() == [0] * 80 + [2] * 36 + [0] * 76


def test_what_is_left_at_midnight_is_a_need_of_the_day_after_beside_its_own():
    booths, _ = _planned(3, [0.0] * 95 + [6.5] + [1.0] * 4 + [0.0] * 92, [False] * 192)

    # 3.5 are left: with 1 a quarter of an hour, 4.5, 2.5, 1 and 1 are owed.
    assert booths[94:].tolist() == [0, 3, 3, 3, 1, 1] + [0] * 92
