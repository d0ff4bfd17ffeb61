"""Durations in buckets: small ones exactly, large ones within 0.8%."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.metrics.histogram import BUCKETS, bucket_of, midpoint, quantile

durations = st.integers(0, 2**53 - 1)


def counted(waits):
    return np.unique([bucket_of(wait) for wait in waits], return_counts=True)


@settings(derandomize=True, deadline=None)
@given(durations)
def test_the_midpoint_is_near_every_duration(duration):
    assert abs(midpoint(bucket_of(duration)) - duration) <= 0.008 * duration


@settings(derandomize=True, deadline=None)
@given(durations, durations)
def test_longer_durations_have_no_lower_bucket(one, other):
    assert bucket_of(min(one, other)) <= bucket_of(max(one, other)) < BUCKETS


@settings(derandomize=True, deadline=None)
@given(st.integers(0, BUCKETS - 6 * 64))
def test_a_midpoint_is_in_its_bucket(bucket):
    assert bucket_of(midpoint(bucket)) == bucket


def test_short_durations_have_a_bucket_each():
    assert [bucket_of(duration) for duration in range(128)] == list(range(128))
    assert bucket_of(128) == bucket_of(129) == 128
    assert [midpoint(bucket) for bucket in range(128)] == list(range(128))


@pytest.mark.parametrize(("q", "expected"), [(0, 1), (0.1, 1), (0.5, 5), (0.51, 6), (0.9, 9), (1, 10)])
def test_a_quantile_is_the_duration_of_that_rank(q, expected):
    assert quantile(*counted(range(1, 11)), q) == expected


@settings(derandomize=True, deadline=None)
@given(st.lists(durations, min_size=1), st.floats(0, 1))
def test_quantiles_are_those_of_the_durations_within_the_error(waits, q):
    exact = int(np.quantile(np.array(waits), q, method="inverted_cdf"))
    assert abs(quantile(*counted(waits), q) - exact) <= 0.008 * exact


def test_without_durations_there_is_no_quantile():
    assert quantile(np.array([]), np.array([]), 0.5) is None


def test_a_quantile_is_asked_for_by_a_share():
    with pytest.raises(ValueError, match=r"q is 90; .* share from 0 to 1"):
        quantile(np.array([1]), np.array([1]), 90)
