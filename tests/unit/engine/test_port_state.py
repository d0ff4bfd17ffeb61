"""What is open at first."""

from border_sim.engine.port_state import new_control
from border_sim.vocabulary import MISSING


def test_at_first_booths_are_closed_and_bays_open(plan, part):
    step = {"kind": "deterministic", "mean_s": 30}
    trucks = part(
        inspection={
            "service": {"standard": step},
            "referral": {"share": {"none": 1}},
            "secondary": {"nii": {"share": 1, "service": step}},
        },
        bays={"secondary": {"nii": 2}},
    )
    control = new_control(plan({"commercial": trucks}).layout)

    assert control.booths_open.tolist() == [0, 2]
    assert control.posted_wait_min.tolist() == [MISSING]
