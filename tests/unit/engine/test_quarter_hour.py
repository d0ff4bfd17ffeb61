"""A quarter of an hour changes the shift, then what is posted, then reviews; a disruption changes gate and booths."""

from border_sim.engine.port_state import new_control
from border_sim.engine.quarter_hour import begin_quarter, disrupt
from border_sim.vocabulary import MISSING


def test_a_quarter_shifts_then_posts_then_reviews(plan, part):
    thresholds = {"kind": "threshold", "open_above_min": 20, "close_below_min": 5}
    mode = part(staffing=thresholds, hours={"weekly": {"daily": "06:00-22:00"}})
    planned = plan(mode)
    calendar = next(planned.days()).calendar
    control = new_control(planned.layout)
    control.queue[0] = 25

    seen = []
    for tick in (23, 24, 25):
        begin_quarter(planned.layout, control, calendar, tick)
        seen.append((control.gate_open[0], control.posted_wait_min[0], control.booths_open[0]))

    # Closed when posted, and opened by the review for the queue; then 25 minutes for a booth; then for two.
    assert seen == [(0, MISSING, 1), (1, 25, 2), (1, 15, 2)]


def test_a_disruption_caps_booths_and_shuts_the_gate_until_it_is_lifted(booths):
    one = booths(("a", "standard"), want=[3])

    disrupt(one.layout, one.control, 0, 1, 1)
    assert (one.control.gate_shut[0], one.open) == (1, [1])
    disrupt(one.layout, one.control, 0, 0, MISSING)
    assert (one.control.gate_shut[0], one.open) == (0, [3])
