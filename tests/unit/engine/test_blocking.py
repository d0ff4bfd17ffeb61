"""The posted wait knows of booths that are blocked: times (serving + blocked) / serving of the last hour."""

import pytest

from border_sim.engine.blocking import begin_posting, count_use, end_posting
from border_sim.engine.posted_wait import post_wait
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, QUARTER_US

STEP = {"kind": "deterministic", "mean_s": 60}


@pytest.fixture
def blocking(booths):
    """Two booths of a minute each before one bay with room for one."""

    def make(room=1):
        inspection = {
            "service": {"standard": STEP},
            "referral": {"share": {"none": 0.5}},
            "secondary": {"bay": {"share": 1, "service": STEP}},
        }
        bays = {"secondary": {"bay": 1}}
        made = booths(("a", "standard"), want=[2], inspection=inspection, bays=bays, room={"secondary": room})
        made.control.queue[0] = 40
        return made

    return make


def _posted(made, at_us):
    """What is posted at an instant."""
    begin_posting(made.control, at_us)
    post_wait(made.layout, made.control, 0)
    end_posting(made.control)
    return int(made.control.posted_wait_min[0])


def test_without_blocking_it_is_the_work_over_the_booths(blocking):
    made = blocking()
    count_use(made.control, 0, 0, 2, 0)

    assert [_posted(made, quarter * QUARTER_US) for quarter in range(6)] == [20] * 6


def test_what_was_blocked_in_the_last_hour_lengthens_it_and_is_then_forgotten(blocking):
    made = blocking()
    count_use(made.control, 0, 0, 2, 0)
    posted = [_posted(made, 0), _posted(made, QUARTER_US)]
    count_use(made.control, 0, QUARTER_US, -1, 1)  # one of two is blocked for a quarter of an hour
    posted.append(_posted(made, 2 * QUARTER_US))
    count_use(made.control, 0, 2 * QUARTER_US, 1, -1)
    posted += [_posted(made, quarter * QUARTER_US) for quarter in range(3, 8)]

    # Booth-minutes of the last hour: at 30 min 45 serving and 15 blocked, 20 x 60 / 45 = 26.7; at 45 min 20 x 90 / 75
    # = 24; at 60 and 75 min 20 x 120 / 105 = 22.9; at 90 min the quarter of an hour is gone.
    assert posted == [20, 20, 25, 25, 25, 25, 20, 20]


def test_where_nobody_was_served_it_is_ten_hours_and_never_more(blocking):
    made = blocking()
    count_use(made.control, 0, 0, 0, 2)

    assert _posted(made, QUARTER_US) == 600
    count_use(made.control, 0, QUARTER_US, 1, -1)
    assert _posted(made, QUARTER_US + MINUTE_US) == 600  # 31 booth-minutes blocked to one of service: 20 x 32
    made.control.queue[0] = 0
    assert _posted(made, HOUR_US) == 0  # nobody waits


def test_a_closed_lane_posts_nothing_however_much_was_blocked(blocking):
    made = blocking()
    count_use(made.control, 0, 0, 0, 2)
    made.want(0)

    assert _posted(made, QUARTER_US) == MISSING


def test_with_room_for_all_use_is_not_looked_at(blocking):
    made = blocking(room=None)
    count_use(made.control, 0, 0, 0, 2)

    assert _posted(made, QUARTER_US) == 20


def _scanned(booths, share, room=None):
    """A booth behind a portal of two bays, of which one is open; six wait at the portal, ten at the booth."""
    inspection = {
        "service": {"standard": STEP},
        "scan": {"share": share, "service": {"kind": "deterministic", "mean_s": 120}},
    }
    rooms = {} if room is None else {"primary": room}
    made = booths(("a", "standard"), want=[1], inspection=inspection, bays={"scan": 2}, room=rooms)
    portal = made.layout.before_us.argmax()
    made.control.booths_open[portal] = 1
    made.control.queue[0], made.control.queue[made.layout.pool_queue[portal]] = 10, 6
    return made, portal


@pytest.mark.parametrize(("share", "posted"), [(1, 20), (0.5, 15)])
def test_who_waits_at_a_scan_counts_by_the_share_that_goes_there(booths, share, posted):
    made, _ = _scanned(booths, share)

    assert _posted(made, 0) == posted  # 10 min at the booth, and 6 x 2 min before


def test_a_shut_scan_counts_as_one_bay(booths):
    made, portal = _scanned(booths, 1)
    made.control.booths_open[portal] = 0

    assert _posted(made, 0) == 20


def test_a_blocked_scan_lengthens_its_own_part(booths):
    made, portal = _scanned(booths, 1, room=1)
    count_use(made.control, portal, 0, 1, 1)

    assert [_posted(made, quarter * QUARTER_US) for quarter in range(2)] == [20, 35]  # 10 min, and 12 x 2
