"""Blocking after service in the compiled engine, against exact Markov chains.

A station whose queue never ends stands before another one with few places to wait, see `scenarios/blocking.yaml`.
"""

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.inputs.port_plan import port_plan
from border_sim.records import concatenate
from border_sim.spec.bays import Room
from border_sim.vocabulary import SECOND_US, Mode, Outcome, code

REPLICATIONS = 8
MANY = 100_000


@pytest.fixture(scope="module")
def throughput_and_blocked(estimates):
    """Estimates of who is released in a second and of the booths that are blocked, from the warm-up's end to the end of
    arrivals: the queue for the booths does not end before.
    """

    def figures(plan):
        begins_us, ends_us = plan.measured_from_us, plan.horizon_us
        released = blocked_us = 0
        for period in conduct(plan, Kernel(plan)):
            rows = period.records.crossings
            is_released = rows.outcome == code(Outcome.RELEASED)
            released += np.count_nonzero(is_released & (rows.released_us >= begins_us) & (rows.released_us < ends_us))
            ended_us = np.clip(rows.ended_us[is_released], begins_us, ends_us)
            blocked_us += (np.clip(rows.secondary_joined_us[is_released], begins_us, ends_us) - ended_us).sum()
        measured_us = ends_us - begins_us
        return [released * SECOND_US / measured_us, blocked_us / measured_us]

    return lambda slug: estimates("blocking", slug, figures, replications=REPLICATIONS)


@pytest.mark.parametrize(
    ("slug", "exact"), [("room-0", 2 / 3), ("room-1", 3 / 4), ("room-3", 5 / 6), ("fast-booth", 14 / 15)]
)
def test_throughput_of_a_booth_and_a_bay(throughput_and_blocked, check, slug, exact):
    throughput, _ = throughput_and_blocked(slug)
    check(throughput, exact)


def test_throughput_and_blocked_of_three_booths(throughput_and_blocked, check):
    throughput, blocked = throughput_and_blocked("three-booths")
    check(throughput, 1.848341)
    check(blocked, 1.151659)


def test_blocking_with_services_five_percent_too_long_is_noticed(throughput_and_blocked, check_is_refused):
    throughput, _ = throughput_and_blocked("room-1-slow")
    check_is_refused(throughput, 3 / 4)
    throughput, _ = throughput_and_blocked("three-booths-slow")
    check_is_refused(throughput, 1.848341)


def test_a_booth_that_never_idles_serves_or_is_blocked(throughput_and_blocked, check):
    throughput, blocked = throughput_and_blocked("room-0")
    check(blocked, 1 / 3)
    assert throughput.mean + blocked.mean == pytest.approx(1, rel=0.01)  # a service takes a second


@pytest.mark.parametrize(("room", "bays"), [(MANY, 4), (0, MANY)], ids=["room enough", "bays enough"])
def test_with_room_or_bays_enough_the_tandem_is_as_without_room(resolved, room, bays):
    """To the microsecond."""
    frame = resolved("tandem")

    def records(**keys):
        [port] = [port for port in frame.ports if port.slug == "docks"]
        part = port.port.modes[Mode.COMMERCIAL]
        docks = part.bays.model_copy(update={"secondary": {"dock": bays}})
        modes = {Mode.COMMERCIAL: part.model_copy(update={"bays": docks, **keys})}
        changed = port.model_copy(update={"port": port.port.model_copy(update={"modes": modes})})
        plan = port_plan(changed, frame, seed=1)
        assert plan.layout.has_room == ("room" in keys)
        return concatenate([period.records.crossings for period in conduct(plan, Kernel(plan))])

    for ours, theirs in zip(records(room=Room(secondary=room)), records(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
