"""A local time means one instant, where the clock skips it or passes it twice too."""

# ruff: noqa: DTZ001 - local times have no zone

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.spec.local_clock import instant_us, skipped_until
from border_sim.vocabulary import HOUR_US, MINUTE_US

DENVER = "America/Denver"
THREE_O_CLOCK = 1_710_061_200 * 1_000_000  # 2024-03-10T09:00Z, the first instant of summer in Denver


def test_the_instant_of_a_local_time():
    assert instant_us("UTC", datetime(1970, 1, 1)) == 0
    assert instant_us("America/Phoenix", datetime(1970, 1, 1, 0, 0, 5)) == 7 * HOUR_US + 5_000_000
    assert instant_us("UTC", datetime(2024, 3, 4, 6, 0, 0, 250_001)) % 1_000_000 == 250_001


def test_of_a_time_that_the_clock_passes_twice_the_first_is_meant():
    midnight = instant_us(DENVER, datetime(2024, 11, 3))

    assert instant_us(DENVER, datetime(2024, 11, 3, 1, 30)) == midnight + 90 * MINUTE_US


@pytest.mark.parametrize(("hour", "minute"), [(2, 0), (2, 1), (2, 30), (2, 59), (3, 0)])
def test_a_time_that_the_clock_skips_is_the_first_instant_after_the_gap(hour, minute):
    assert instant_us(DENVER, datetime(2024, 3, 10, hour, minute)) == THREE_O_CLOCK


def test_times_beside_the_gap_are_as_they_are():
    assert instant_us(DENVER, datetime(2024, 3, 10, 1, 59, 59)) == THREE_O_CLOCK - 1_000_000
    assert instant_us(DENVER, datetime(2024, 3, 10, 3, 30)) == THREE_O_CLOCK + 30 * MINUTE_US


def test_a_gap_of_a_whole_day_and_one_at_midnight():
    assert instant_us("Pacific/Apia", datetime(2011, 12, 30, 17)) == instant_us("Pacific/Apia", datetime(2011, 12, 31))
    one = datetime(2024, 9, 8, 1)
    assert instant_us("America/Santiago", one - timedelta(minutes=20)) == instant_us("America/Santiago", one)


@pytest.mark.parametrize("time", ["02:00", "02:10:30", "02:59:59.999999"])
def test_a_clock_that_skips_a_time_goes_on_at_the_end_of_the_gap(time):
    assert skipped_until(DENVER, datetime.fromisoformat(f"2024-03-10T{time}")) == datetime(2024, 3, 10, 3)


@pytest.mark.parametrize("time", ["03-10T01:59:59", "03-10T03:00", "11-03T01:30", "07-04T12:00"])
def test_a_time_on_the_clock_is_not_skipped(time):
    assert skipped_until(DENVER, datetime.fromisoformat(f"2024-{time}")) is None


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from([DENVER, "America/Tijuana", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
    st.datetimes(datetime(1973, 1, 1), datetime(2099, 12, 30)),
    st.timedeltas(timedelta(0), timedelta(hours=3)),
)
def test_later_local_times_never_come_before_earlier_ones_and_those_on_the_clock_come_back(zone, local, later):
    instant = instant_us(zone, local)
    back = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=instant)

    assert instant <= instant_us(zone, local + later)
    assert back.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= local.replace(fold=0)
