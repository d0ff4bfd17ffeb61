"""Durations in buckets: small ones exactly, large ones within 0.8%."""

from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.metrics.histogram import BUCKETS, bucket_of, midpoint

durations = st.integers(0, 2**53 - 1)


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
