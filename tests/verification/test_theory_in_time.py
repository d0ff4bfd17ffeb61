"""The compiled engine while rates change, against exact transient theory."""

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.vocabulary import HOUR_US, MINUTE_US, QUARTER_US, SECOND_US

QUARTERS = 96


def wave(hour):
    """The integral of 90 - 60 cos(2 pi t / 24) arrivals an hour from midnight."""
    return 90 * hour - 60 * 24 / (2 * np.pi) * np.sin(2 * np.pi * hour / 24)


def wait_and_queues(plan):
    """The mean wait of six queues, minutes, and their mean length at each quarter of an hour."""
    waits_us, queues = [], np.zeros(QUARTERS)
    for period in conduct(plan, Kernel(plan)):
        crossings, posted = period.records.crossings, period.records.posted
        starts = (crossings.started_us >= period.records.from_us) & (crossings.arrived_us >= plan.measured_from_us)
        waits_us.append((crossings.started_us - crossings.joined_us)[starts])
        days = (posted.t_us >= plan.measured_from_us) & (posted.t_us < plan.horizon_us)
        quarters = (posted.t_us - plan.measured_from_us) // QUARTER_US % QUARTERS
        queues += np.bincount(quarters, posted.queue * days, QUARTERS)
    return [np.concatenate(waits_us).mean() / MINUTE_US, *queues / (6 * plan.frame.days)]


def test_the_wave_of_the_scenario_holds_each_quarters_mean(resolved):
    means = np.diff(wave(np.arange(QUARTERS + 1) / 4)) * 4
    for mode in resolved("time_varying").ports[0].port.modes.values():
        assert mode.demand.per_hour == pytest.approx(2 * means, abs=1e-5)


def test_a_days_wave(estimates, check):
    wait, *queues = estimates("time_varying", "wave", wait_and_queues, replications=100)
    check(wait, 1.25535)
    check(queues[13 * 4], 9.137)
    assert all(queue.mean - 4 * queue.standard_error <= 9.137 for queue in queues), "another quarter has a longer queue"


def test_a_wave_with_a_service_five_percent_too_long_is_noticed(estimates, check_is_refused):
    wait, *queues = estimates("time_varying", "wave-slow", wait_and_queues, replications=10)
    check_is_refused(wait, 1.25535)
    check_is_refused(queues[13 * 4], 9.137)


@pytest.fixture(scope="session")
def present_after(measured):
    """The mean number present, 10 and 100 mean services of 9 seconds after a start from empty."""

    def figures(plan):
        times = [(crossings.arrived_us, crossings.released_us) for crossings in measured(plan)]
        arrived_us, released_us = (np.sort(np.concatenate(column)) for column in zip(*times, strict=True))
        starts = np.arange(plan.begins_us, plan.horizon_us, 3 * QUARTER_US)

        def present(units):
            instants = starts + units * 9 * SECOND_US
            return np.searchsorted(arrived_us, instants, "right") - np.searchsorted(released_us, instants, "right")

        assert not present(0).any(), "a start is not from empty"
        return [present(10).mean(), present(100).mean()]

    return figures


def test_m_m_1_from_empty(estimates, present_after, check):
    after_10, after_100 = estimates("transient", "starts", present_after, replications=60)
    check(after_10, 2.030282)
    check(after_100, 3.791873)


def test_m_m_1_from_empty_with_a_service_five_percent_too_long_is_noticed(estimates, present_after, check_is_refused):
    _, after_100 = estimates("transient", "starts-slow", present_after, replications=60)
    check_is_refused(after_100, 3.791873)


@pytest.fixture
def rush(plan_of, measured):
    """Hours after midnight at which the crossings of a port of the fluid scenario join and start."""

    def hours(slug):
        plan = plan_of("fluid", slug)
        [crossings, *_] = measured(plan)
        return (crossings.joined_us - plan.begins_us) / HOUR_US, (crossings.started_us - plan.begins_us) / HOUR_US

    return hours


def test_a_rush_is_a_fluid_within_one_vehicle(rush):
    joined, started = rush("rush")
    waits = started - joined
    assert largest_queue(joined, started) == pytest.approx(60, abs=1)
    assert started[waits > 0].max() == pytest.approx(4.5, abs=1 / 60), "the queue ends within one arrival"
    assert waits.max() * 60 == pytest.approx(36, abs=0.6), "the longest wait is within one service"
    assert waits.sum() == pytest.approx(135, abs=1), "vehicle-hours"


def test_a_rush_with_a_service_five_percent_too_long_is_noticed(rush):
    joined, started = rush("rush-slow")
    assert largest_queue(joined, started) != pytest.approx(60, abs=1)
    assert (started - joined).sum() != pytest.approx(135, abs=1)


def largest_queue(joined, started):
    queue_after_each = np.arange(1, joined.size + 1) - np.searchsorted(started, joined, "right")
    return queue_after_each.max()
