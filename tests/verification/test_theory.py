"""The compiled engine in a steady state, against exact queueing theory.

Each scenario file says its unit of time. Waits are those of everybody who arrives after the warm-up.
"""

import pytest

from border_sim.records import Array, Crossings
from border_sim.vocabulary import MISSING, LaneClass, code


def primary_wait(crossings: Crossings) -> Array:
    return crossings.started_us - crossings.joined_us


def secondary_wait(crossings: Crossings) -> Array:
    wait = crossings.secondary_started_us - crossings.ended_us
    return wait[crossings.secondary_pool != MISSING]


def time_in_system(crossings: Crossings) -> Array:
    return crossings.released_us - crossings.arrived_us


def primary_wait_in(lane_class: LaneClass):
    return lambda crossings: primary_wait(crossings)[crossings.lane_class == code(lane_class)]


SENTRI, READY, STANDARD, FAST = map(
    primary_wait_in, (LaneClass.SENTRI, LaneClass.READY, LaneClass.STANDARD, LaneClass.FAST)
)


@pytest.mark.parametrize(
    ("slug", "exact", "replications"),
    [
        ("c1-load80", 4, 16),
        ("c1-load90", 9, 28),
        ("c2-load80", 2 * 1.777778, 16),
        ("c2-load90", 2 * 4.263158, 56),
        ("c5-load80", 5 * 0.554113, 24),
        ("c5-load90", 5 * 1.524986, 48),
        ("c20-load90", 20 * 0.275385, 60),
    ],
)
def test_mean_wait_of_m_m_c(means_of, check, slug, exact, replications):
    [wait] = means_of("mmc", slug, primary_wait, replications=replications)
    check(wait, exact)


def test_m_m_c_with_a_service_five_percent_too_long_is_noticed(means_of, check_is_refused):
    [wait] = means_of("mmc", "c2-load80-slow", primary_wait, replications=16)
    check_is_refused(wait, 2 * 1.777778)


@pytest.mark.parametrize(("slug", "exact"), [("c1", 2), ("c2", 2 * 0.903284), ("c10", 10 * 0.109828)])
def test_mean_wait_of_m_d_c(means_of, check, slug, exact):
    [wait] = means_of("mdc", slug, primary_wait, replications=16)
    check(wait, exact)


def test_m_d_c_with_a_service_five_percent_too_long_is_noticed(means_of, check_is_refused):
    [wait] = means_of("mdc", "c2-slow", primary_wait, replications=16)
    check_is_refused(wait, 2 * 0.903284)


def test_mean_wait_of_m_g_1_by_pollaczek_and_khinchine(means_of, check):
    [wait] = means_of("mg1", "lognormal", primary_wait, replications=36)
    check(wait, 6.5)


def test_m_g_1_with_a_service_five_percent_too_long_is_noticed(means_of, check_is_refused):
    [wait] = means_of("mg1", "lognormal-slow", primary_wait, replications=36)
    check_is_refused(wait, 6.5)


def test_mean_waits_of_non_preemptive_priority(means_of, check):
    waits = means_of("priority", "ranks", SENTRI, READY, STANDARD, replications=16)
    for wait, exact in zip(waits, (0.238095, 0.324675, 0.909091), strict=True):
        check(wait, exact)


def test_priority_with_a_service_five_percent_too_long_is_noticed(means_of, check_is_refused):
    waits = means_of("priority", "ranks-slow", SENTRI, READY, STANDARD, replications=16)
    for wait, exact in zip(waits, (0.238095, 0.324675, 0.909091), strict=True):
        check_is_refused(wait, exact)


@pytest.mark.parametrize(("slug", "exact"), [("dedicated", (1.5380, 4.7543)), ("pooled", (1.1355, 1.1355))])
def test_mean_waits_of_fast_layouts(means_of, check, slug, exact):
    fast, others = means_of("fast", slug, FAST, STANDARD, replications=16)
    check(fast, exact[0])
    check(others, exact[1])


def test_a_fast_layout_with_a_service_five_percent_too_long_is_noticed(means_of, check_is_refused):
    fast, others = means_of("fast", "dedicated-slow", FAST, STANDARD, replications=16)
    check_is_refused(fast, 1.5380)
    check_is_refused(others, 4.7543)


def test_waits_and_sojourn_of_stations_in_tandem(means_of, check):
    figures = means_of("tandem", "docks", primary_wait, secondary_wait, time_in_system, replications=72)
    for figure, exact in zip(figures, (4.57496, 10.18868, 10.59383), strict=True):
        check(figure, exact)


def test_a_tandem_with_services_five_percent_too_long_is_noticed(means_of, check_is_refused):
    figures = means_of("tandem", "docks-slow", primary_wait, secondary_wait, time_in_system, replications=8)
    for figure, exact in zip(figures, (4.57496, 10.18868, 10.59383), strict=True):
        check_is_refused(figure, exact)
