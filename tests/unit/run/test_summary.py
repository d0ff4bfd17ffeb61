"""Rows of a summary: who counts in which, by which time, and what waits at the end."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from border_sim.metrics.histogram import bucket_of, midpoint
from border_sim.metrics.window_columns import MEASURES, Windows
from border_sim.metrics.window_tables import to_table
from border_sim.records import PoolInfo, PortInfo, concatenate
from border_sim.run.summary import PortTotals, summary_rows, totals_by_port
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, LaneClass, Mode, Station, code

POOLS = (
    PoolInfo("general", Mode.PASSENGER, Station.PRIMARY),
    PoolInfo("sentri", Mode.PASSENGER, Station.PRIMARY),
    PoolInfo("scan", Mode.COMMERCIAL, Station.SCAN),
    PoolInfo("walk", Mode.PEDESTRIAN, Station.PRIMARY),
)
MODE, STANDARD, READY = code(Mode.PASSENGER), code(LaneClass.STANDARD), code(LaneClass.READY)


def windows_of(*rows):
    """Windows of rows: at which hour, of which lane class, at which station, waits in minutes, other figures."""
    columns: dict[str, list[Any]] = {name: [] for name in Windows._fields}
    for hour, lane_class, station, minutes, figures in rows:
        waits = sorted(wait * MINUTE_US for wait in minutes)
        row = dict.fromkeys(MEASURES, 0) | {"window_us": hour * HOUR_US, "mode": MODE, "lane_class": lane_class}
        row |= {"station": code(station), "pool": MISSING, "wait_us": sum(waits), "sizes": len(waits)} | figures
        columns["buckets"] += [bucket_of(wait) for wait in waits]
        columns["counts"] += [1] * len(waits)
        for name, value in row.items():
            columns[name].append(value)
    dtypes = {"buckets": np.int16, "counts": np.int32}
    return Windows(**{name: np.array(column, dtypes.get(name, np.int64)) for name, column in columns.items()})


@pytest.fixture
def morning():
    """Three hours: two lanes before primary, and those who left."""
    return windows_of(
        (0, STANDARD, Station.PRIMARY, [10, 20], {"arrivals": 3, "starts": 2, "completions": 2, "largest_queue": 3}),
        (0, READY, Station.PRIMARY, [4], {"arrivals": 5, "starts": 1, "completions": 1, "queue_us": HOUR_US}),
        (0, STANDARD, Station.DOOR_TO_DOOR, [30, 34], {"completions": 2, "deterred": 7}),
        (1, STANDARD, Station.PRIMARY, [30], {"starts": 1, "completions": 1, "queue_us": 3 * HOUR_US}),
        (1, READY, Station.PRIMARY, [], {"queue_us": 4 * HOUR_US}),
        (2, READY, Station.PRIMARY, [], {"starts": 4, "completions": 4, "queue_us": 9 * HOUR_US}),
    )


def port_of(slug, windows, until_hour=3, horizon_hour=2):
    totals = PortTotals(slug, horizon_hour * HOUR_US)
    totals.add(windows, POOLS)
    totals.end(0, until_hour * HOUR_US, HOUR_US)
    return totals


def test_lanes_are_counted_at_primary_and_door_to_door_by_falling_arrivals(morning):
    ready, standard = summary_rows([port_of("a", morning)], ("port", "mode", "lane"))
    assert standard[:8] == ("a", Mode.PASSENGER, LaneClass.STANDARD, None, 3, 7, 3, 3)
    assert standard.mean_wait_min == 20
    assert standard.p90_wait_min == midpoint(bucket_of(30 * MINUTE_US)) / MINUTE_US
    assert standard.door_to_door_min == 32
    assert standard.largest_lane_queue == 3
    assert (ready.lane_class, ready.arrivals, ready.completions, ready.door_to_door_min) == (
        LaneClass.READY,
        5,
        5,
        None,
    )


def test_what_is_served_per_hour_goes_by_each_ports_own_measured_time_without_the_drain(morning):
    ports = [port_of("a", morning), port_of("b", morning, horizon_hour=1)]
    assert [row.completions for row in summary_rows(ports, ("port",))] == [8, 8]
    assert [row.served_per_hour for row in summary_rows(ports, ("port",))] == [4 / 2, 3 / 1]
    assert [row.served_per_hour for row in summary_rows(ports, ("mode",))] == [4 / 2 + 3]
    unknown = PortTotals("c")
    unknown.add(morning, POOLS)
    assert summary_rows([unknown], ("port",))[0].served_per_hour is None


def test_a_window_in_which_arrivals_stop_counts_whole():
    day = {"completions": 48, "queue_us": 12 * HOUR_US}
    for until_hour, hours in ((40, 24), (12, 12)):
        port = PortTotals("a", 6 * HOUR_US)
        port.add(windows_of((0, STANDARD, Station.PRIMARY, [], day)), POOLS)
        port.end(0, until_hour * HOUR_US, 24 * HOUR_US)
        (row,) = summary_rows([port], ())
        assert (row.served_per_hour, row.queue_at_end) == (48 / hours, 12 / hours)


def test_the_queue_at_the_end_is_that_of_the_last_measured_window(morning):
    assert [row.queue_at_end for row in summary_rows([port_of("a", morning)], ("mode", "lane"))] == [4, 3]
    for shorter in ({"until_hour": 1}, {"horizon_hour": 1}):
        rows = summary_rows([port_of("a", morning, **shorter)], ("mode", "lane"))
        assert [row.queue_at_end for row in rows] == [1, 0]


def test_a_queue_that_is_gone_before_the_end_is_not_at_the_end(morning):
    rows = summary_rows([port_of("a", morning, until_hour=9, horizon_hour=8)], ("mode",))
    assert rows[0].queue_at_end == 0


def test_rows_of_stations_have_their_own_waits(morning):
    primary, door = summary_rows([port_of("a", morning)], ("station",))
    assert (primary.station, primary.mean_wait_min, primary.deterred) == (Station.PRIMARY, 16, 0)
    assert (door.station, door.mean_wait_min, door.completions, door.deterred) == (Station.DOOR_TO_DOOR, 32, 2, 7)


def test_all_together_are_one_row(morning):
    (row,) = summary_rows([port_of("a", morning), port_of("b", morning)], ())
    assert row[:8] == (None, None, None, None, 16, 14, 16, 16)
    assert (row.mean_wait_min, row.largest_lane_queue) == (16, 3)


def pool_rows(*rows):
    """Windows of pools: their places, and hours open, busy and blocked."""
    names = ("open_us", "busy_us", "blocked_us")
    rows = [
        (0, MISSING, POOLS[pool].station, [], {"pool": pool, "mode": MISSING} | dict(zip(names, us, strict=True)))
        for pool, *us in rows
    ]
    return windows_of(*rows)


@pytest.fixture
def booths():
    """Two pools of cars, the bays of a scan, and a pool that nobody opened."""
    return pool_rows((0, 40, 10, 20), (1, 10, 5, 0), (2, 8, 4, 1), (0, 50, 15, 0), (3, 0, 0, 0))


def shares(rows):
    return [(row.mode, row.station, row.utilisation, row.blocked) for row in rows if row.utilisation is not None]


def test_utilisation_counts_booths_that_serve_and_those_that_are_blocked(morning, booths):
    port = port_of("a", concatenate([morning, booths]))
    (row,) = summary_rows([port], ("mode",))
    assert (row.mode, row.utilisation, row.blocked) == (Mode.PASSENGER, (10 + 20 + 5 + 15) / 100, 20 / 100)


def test_of_several_ports_the_time_of_booths_is_added(morning, booths):
    ports = [
        port_of("a", concatenate([morning, booths])),
        port_of("b", concatenate([morning, pool_rows((0, 100, 1, 0))])),
    ]
    assert shares(summary_rows(ports, ())) == [(None, None, 51 / 200, 20 / 200)]
    assert [share[2:] for share in shares(summary_rows(ports, ("port",)))] == [(0.5, 0.2), (0.01, 0)]


def test_bays_whose_number_is_told_are_in_the_row_of_their_station(morning, booths):
    scan = windows_of((0, MISSING, Station.SCAN, [5], {"arrivals": 1, "mode": code(Mode.COMMERCIAL)}))
    port = port_of("a", concatenate([morning, scan, booths]))
    assert shares(summary_rows([port], ("mode", "station"))) == [
        (Mode.COMMERCIAL, Station.SCAN, 5 / 8, 1 / 8),
        (Mode.PASSENGER, Station.PRIMARY, 0.5, 0.2),
    ]


def test_a_lane_class_has_no_booths_of_its_own_and_a_station_that_is_not_told_has_none(morning, booths):
    port = port_of("a", concatenate([morning, booths]))
    assert shares(summary_rows([port], ("mode", "lane"))) == []
    assert shares(summary_rows([port_of("a", morning)], ("mode", "station"))) == []


def test_stations_stand_in_the_order_of_the_route(morning):
    stations = [Station.STATE, Station.SECONDARY, Station.SCAN, Station.EXPORT]
    rows = windows_of(*((0, STANDARD, station, [1], {"arrivals": 1}) for station in stations))
    told = summary_rows([port_of("a", concatenate([morning, rows]))], ("station",))
    assert [row.station for row in told] == [
        *(Station.EXPORT, Station.SCAN, Station.PRIMARY, Station.SECONDARY, Station.STATE, Station.DOOR_TO_DOOR)
    ]


def test_a_table_of_several_ports_sums_up_as_the_windows_of_each(morning, booths):
    infos = [PortInfo(slug, "America/Denver", None, None, {}, POOLS, 0) for slug in ("b", "a")]
    morning = concatenate([morning, booths])
    table = pa.concat_tables([to_table(morning, info, 0) for info in infos])
    alone = [PortTotals("a"), PortTotals("b")]
    for port in alone:
        port.add(morning, POOLS)
    for by in (("port", "mode", "lane"), ("mode", "station")):
        assert summary_rows(totals_by_port(table), by) == summary_rows(alone, by)
    for port in totals_by_port(table, {"a": HOUR_US, "b": 2 * HOUR_US}):
        assert port.served.tolist() == port_of("", morning, horizon_hour=1 if port.port == "a" else 2).served.tolist()


def test_nobody_leaves_no_rows():
    assert summary_rows([], ("port",)) == []
    assert summary_rows([PortTotals("a")], ("port", "mode")) == []


def test_who_is_blocked_at_the_end_is_so_in_the_last_measured_window(morning):
    hour = dict.fromkeys(("open_us", "blocked_us"), HOUR_US) | {"mode": MISSING}
    booths = [(at, MISSING, Station.PRIMARY, [], hour | {"pool": pool}) for at in (0, 1, 2) for pool in (0, 1)]
    later = windows_of(*(each for each in booths if each[0] or each[-1]["pool"]))
    port = port_of("a", concatenate([morning, later]))
    assert [row.blocked_at_end for row in summary_rows([port], ("mode",))] == [2]
    assert [row.blocked_at_end for row in summary_rows([port, port], ())] == [4]
    assert [row.blocked_at_end for row in summary_rows([port], ("mode", "lane"))] == [None, None]
    shorter = port_of("a", concatenate([morning, later]), until_hour=1)
    assert [row.blocked_at_end for row in summary_rows([shorter], ("mode",))] == [1]


def test_time_waited_counts_those_who_still_wait_and_time_blocked(morning, booths):
    door = (0, STANDARD, Station.DOOR_TO_DOOR, [], {"arrivals": 9})
    port = port_of("a", concatenate([morning, windows_of(door)]))
    told = {row.station: row.waited_min for row in summary_rows([port], ("station",))}
    assert told == {Station.PRIMARY: (1 + 3 + 4 + 9) * 60 / 8, Station.DOOR_TO_DOOR: None}
    of_lanes = [row.waited_min for row in summary_rows([port], ("lane",))]
    assert of_lanes == [(1 + 4 + 9) * 60 / 5, 3 * 60 / 3]
    blocked = windows_of((0, MISSING, Station.PRIMARY, [], {"pool": 0, "mode": MISSING, "blocked_us": 16 * HOUR_US}))
    (row,) = summary_rows([port_of("a", concatenate([morning, blocked]))], ())
    assert row.waited_min == (1 + 3 + 4 + 9 + 16) * 60 / 8
