"""Booths that open and close while crossings are served: exact ends, in both engines; an hour is the unit of time."""

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.reference import Reference
from border_sim.vocabulary import HOUR_US


@pytest.fixture(params=[Kernel, Reference])
def hours(request, plan_of):
    """The hours at which the crossings of a port of the scenario start and end, in the order of their ids."""

    def run(slug):
        plan = plan_of("schedules", slug)
        [period, *_] = conduct(plan, request.param(plan))
        crossings = period.records.crossings
        return [((column - plan.begins_us) / HOUR_US).tolist() for column in (crossings.started_us, crossings.ended_us)]

    return run


def test_one_booth_then_three_then_one(hours):
    _, ends = hours("one-three-one")
    assert ends == [2, 3, 3]


def test_a_booth_that_closes_finishes_its_crossing(hours):
    _, ends = hours("three-two-one")
    assert ends == [6, 8, 10, 13, 15, 20]


def test_booths_that_regrow_before_they_are_free_are_no_more_than_before(hours):
    """Services of 4, 5 and 6 hours begin at 0 while four more wait; from 1 to 3 one booth is open, then three again."""
    starts, ends = hours("shrink-regrow")
    assert starts == [0, 0, 0, 4, 5, 6, 6]
    assert ends == [4, 5, 6, 6, 7, 8, 8]
    events = sorted([(end, -1) for end in ends] + [(start, 1) for start in starts])
    assert np.cumsum([change for _, change in events]).max() == 3, "a fourth booth served"


def test_a_service_five_percent_too_long_is_noticed(hours):
    _, ends = hours("one-three-one-slow")
    assert ends != [2, 3, 3]
