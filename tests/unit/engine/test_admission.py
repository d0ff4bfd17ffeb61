"""Who goes in at the gate, by the gate and by the wait posted for the lane to be joined."""

import pytest

from border_sim.codes import DETERRED_GATE, DETERRED_WAIT, PRESENT
from border_sim.engine.admission import GATE_CLOSED, barrier_min, outcome_at_gate
from border_sim.inputs.candidates import ANY_WAIT
from border_sim.vocabulary import MISSING


@pytest.mark.parametrize(
    ("barrier", "tolerance_min", "outcome"),
    [
        (10, 10, PRESENT),
        (11, 10, DETERRED_WAIT),
        (0, 0, PRESENT),
        (MISSING, 0, PRESENT),
        (10_000, ANY_WAIT, PRESENT),
        (GATE_CLOSED, ANY_WAIT, DETERRED_GATE),
    ],
)
def test_whoever_accepts_the_barrier_goes_in(barrier, tolerance_min, outcome):
    assert outcome_at_gate(barrier, tolerance_min) == outcome


def test_before_a_lane_stands_its_posted_wait_and_before_a_closed_one_nothing(booths):
    lanes = booths(("r", "ready"), ("a", "standard"), want=[1, 0])
    lanes.control.posted_wait_min[:] = [35, 50]

    assert [barrier_min(lanes.layout, lanes.control, lane) for lane in (0, 1)] == [35, MISSING]
    lanes.control.posted_wait_min[0] = MISSING  # opened since the last posting
    assert barrier_min(lanes.layout, lanes.control, 0) == 0


@pytest.mark.parametrize(("gate_open", "gate_shut"), [(0, 0), (1, 1), (0, 1)])
def test_a_gate_that_is_closed_or_shut_lets_nobody_in_whatever_is_posted(booths, gate_open, gate_shut):
    lanes = booths(("a", "standard"), want=[1])
    lanes.control.posted_wait_min[:] = 0
    lanes.control.gate_open[:], lanes.control.gate_shut[:] = gate_open, gate_shut

    assert barrier_min(lanes.layout, lanes.control, 0) == GATE_CLOSED
