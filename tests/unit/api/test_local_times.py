"""A clock at the port: right through the change of clocks, for ports of several zones at once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.api.local_times import INSTANT_COLUMNS, local_us, with_local_times
from border_sim.spec.problem import SpecError

ZONES = {"andrade": "America/Los_Angeles", "naco": "America/Phoenix", "pharr": "America/Chicago"}
FIRST, LAST, MORNING = map(datetime.fromisoformat, ("1973-01-01", "2199-12-31", "2024-07-01T05:00"))
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


@given(instant=INSTANTS, zone=st.sampled_from(sorted(ZONES.values())))
@settings(derandomize=True, deadline=None)
def test_it_is_what_the_zone_says(instant, zone):
    (told,) = local_us(np.array([microseconds(instant)]), zone)
    assert told == microseconds(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC))


def microseconds(instant):
    passed = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def test_each_row_has_the_clock_of_its_port_and_null_stays_null():
    noon = microseconds(datetime(2024, 7, 1, 12, tzinfo=UTC))
    table = pa.table({"port": list(ZONES), "t_us": [noon, noon, None], "queue_wait_us": [1, 2, 3]})
    told = with_local_times(table, ZONES)
    assert told.column_names == ["port", "t_us", "queue_wait_us", "t_local"]
    assert told["t_local"].to_pylist() == [MORNING, MORNING, None]


def test_no_rows_are_no_rows():
    table = pa.table({"port": pa.array([], pa.string()), "t_us": pa.array([], pa.int64())})
    assert with_local_times(table, ZONES)["t_local"].to_pylist() == []


def test_instants_are_told_from_stays():
    assert {"arrived_us", "t_us", "window_us", "released_us"} <= set(INSTANT_COLUMNS)
    assert not {"queue_wait_us", "wait_us", "open_us", "time_in_system_us"} & set(INSTANT_COLUMNS)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"t_us": [0]}, "port: is missing"),
        ({"port": ["narco"], "t_us": [0]}, "port: 'narco': unknown port; did you mean 'naco'?"),
    ],
)
def test_rows_of_nobody_knows_where_are_refused(table, says):
    with pytest.raises(SpecError) as caught:
        with_local_times(pa.table(table), ZONES)
    assert says in str(caught.value)
