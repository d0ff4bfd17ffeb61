"""Events come in one total order, whatever the period, and tell each crossing's story exactly once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events import keys
from border_sim.events.order import events_of
from border_sim.records import EVENT_DTYPES, Events, concatenate
from border_sim.vocabulary import DAY_US, MINUTE_US, MISSING, ROUTE, EventKind, Outcome, code

KINDS = {kind: code(kind) for kind in EventKind}
EXPORT, SCAN, PRIMARY, SECONDARY, STATE = map(code, ROUTE)


def event(kind, t_us, **fields):
    """One event as a row of all columns."""
    return dict.fromkeys(Events._fields, MISSING) | {"t_us": t_us, "kind": KINDS[kind]} | fields


def visits(c):
    """Station, pool and the instants of joining, starting and ending there, of a crossing's route."""
    yield PRIMARY, c["pool"], c["joined_us"], c["started_us"], c["ended_us"]
    if c["export_pool"] != MISSING:
        yield EXPORT, c["export_pool"], c["arrived_us"], c["arrived_us"], c["export_ended_us"]
    for station, name in ((SCAN, "scan"), (SECONDARY, "secondary")):
        if c[f"{name}_pool"] != MISSING:
            yield station, c[f"{name}_pool"], *(c[f"{name}_{verb}_us"] for verb in ("joined", "started", "ended"))
    if c["state_pool"] != MISSING:
        yield STATE, c["state_pool"], c["state_joined_us"], c["state_started_us"], c["released_us"]


def of_crossing(c):
    """The events of a row of crossings, those that have not happened with `MISSING` as their time."""
    who = {name: c[name] for name in ("mode", "programme", "loaded", "crossing")}
    lane = {"lane_class": c["lane_class"]}
    if c["outcome"] >= code(Outcome.DETERRED_WAIT):
        yield event(EventKind.DETERRED, c["arrived_us"], **who, **lane, outcome=c["outcome"])
        return
    yield event(EventKind.ARRIVED, c["arrived_us"], **who)
    whole_us = {"time_in_system_us": c["released_us"] - c["arrived_us"]}
    yield event(EventKind.RELEASED, c["released_us"], **who, **lane, outcome=code(Outcome.RELEASED), **whole_us)
    for station, pool, joined_us, started_us, ended_us in visits(c):
        at = who | {"station": station} | ({} if station in (EXPORT, SCAN) else lane)
        yield event(EventKind.JOINED, joined_us, **at, pool=MISSING if station == PRIMARY else pool)
        yield event(EventKind.STARTED, started_us, **at, pool=pool, queue_wait_us=started_us - joined_us)
        yield event(EventKind.ENDED, ended_us, **at, pool=pool)


def rows(table):
    """A table as dictionaries."""
    return [dict(zip(table._fields, map(int, row), strict=True)) for row in zip(*table, strict=True)]


def told_by_hand(records, *, starts, ends):
    """What `events_of` must give, by sorting Python tuples."""
    told = [((row["crossing"],), e) for row in rows(records.crossings) for e in of_crossing(row)]
    told += [((row["pool"],), event(EventKind.STAFFING, **row)) for row in rows(records.staffing)]
    told += [((row["mode"], row["lane_class"]), event(EventKind.POSTED, **row)) for row in rows(records.posted)]
    for place, row in enumerate(rows(records.disruptions)):
        fields = {name: row[name] for name in ("mode", "gate_shut", "pool", "bays_cap", "pace_permille")}
        key = (row["mode"], place)
        told.append((key, event(EventKind.DISRUPTION, row["t_us"], open_booths=row["booths_cap"], **fields)))
    inside = range(records.from_us, records.until_us)
    told += [((), event(EventKind.HEARTBEAT, t)) for t in inside if t % MINUTE_US == 0]
    told += [((), event(EventKind.RUN_STARTED, records.from_us))] * starts
    told += [((), event(EventKind.RUN_ENDED, records.until_us - 1))] * ends
    told = [(key, e) for key, e in told if e["t_us"] in inside]
    return [e for _, e in sorted(told, key=lambda pair: (pair[1]["t_us"], pair[1]["kind"], pair[0]))]


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_events_are_those_of_a_plain_sort(port_runs, in_periods, data):
    run = data.draw(port_runs)
    cuts = data.draw(st.lists(st.integers(run.records.from_us, run.records.until_us), max_size=2))
    for period in in_periods(run.records, cuts):
        assert rows(events_of(period, starts=True, ends=True)) == told_by_hand(period, starts=True, ends=True)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_periods_together_tell_what_the_whole_run_tells(port_runs, in_periods, data):
    run = data.draw(port_runs)
    cuts = data.draw(st.lists(st.integers(run.records.from_us, run.records.until_us), max_size=5))
    periods = in_periods(run.records, cuts)
    last = len(periods) - 1
    parts = [events_of(period, starts=i == 0, ends=i == last) for i, period in enumerate(periods)]
    assert rows(concatenate(parts)) == rows(events_of(run.records, starts=True, ends=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_a_period_too_long_for_the_keys_is_told_all_the_same(port_runs, data):
    run = data.draw(port_runs)
    with pytest.MonkeyPatch.context() as patch:
        expected = rows(events_of(run.records, starts=True, ends=True))
        patch.setattr(keys, "KEY_BITS", 13)
        assert rows(events_of(run.records, starts=True, ends=True)) == expected


def test_the_story_of_one_truck(made_records):
    begins = 3 * MINUTE_US
    truck = {"crossing": 7, "loaded": 1, "lane_class": 0, "outcome": code(Outcome.RELEASED)}
    pools = {"export_pool": 3, "pool": 0, "secondary_pool": 4, "state_pool": 6}
    names = (
        "arrived",
        "joined",
        "started",
        "ended",
        "secondary_started",
        "secondary_ended",
        "state_started",
        "released",
    )
    instants = {f"{name}_us": begins + after for name, after in zip(names, (1, 4, 9, 12, 15, 20, 20, 27), strict=True)}
    told = events_of(made_records(begins, begins + 28, [truck | pools | instants]), starts=True, ends=True)
    kinds = [list(EventKind)[kind].value for kind in told.kind]
    assert kinds == [
        *("run_started", "heartbeat", "arrived", "joined", "started", "ended", "joined", "started", "ended", "joined"),
        *("started", "ended", "joined", "started", "ended", "released", "run_ended"),
    ]
    assert told.station[3:15].tolist() == [EXPORT] * 3 + [PRIMARY] * 3 + [SECONDARY] * 3 + [STATE] * 3
    assert told.pool[3:15].tolist() == [3, 3, 3, MISSING, 0, 0, 4, 4, 4, 6, 6, 6]
    assert told.queue_wait_us[told.kind == KINDS[EventKind.STARTED]].tolist() == [0, 5, 3, 0]
    assert told.time_in_system_us[told.kind == KINDS[EventKind.RELEASED]].tolist() == [26]


def test_the_story_of_a_truck_that_finds_every_station_full(made_records):
    truck = {"crossing": 7, "lane_class": 0, "outcome": code(Outcome.RELEASED)}
    truck |= {"export_pool": 3, "scan_pool": 7, "pool": 0, "secondary_pool": 4, "state_pool": 6}
    truck |= {"arrived_us": 1, "export_ended_us": 3, "scan_joined_us": 6, "scan_started_us": 8, "scan_ended_us": 10}
    truck |= {"joined_us": 14, "started_us": 15, "ended_us": 19, "secondary_joined_us": 24, "secondary_started_us": 24}
    truck |= {"secondary_ended_us": 27, "state_joined_us": 33, "state_started_us": 35, "released_us": 40}
    told = events_of(made_records(0, 60, [truck]))
    words = [(list(EventKind)[kind].value, station) for kind, station in zip(told.kind, told.station, strict=True)]
    assert list(zip(told.t_us.tolist(), words, strict=True))[1:] == [
        (1, ("arrived", MISSING)),
        (1, ("joined", EXPORT)),
        (1, ("started", EXPORT)),
        (3, ("ended", EXPORT)),
        (6, ("joined", SCAN)),
        (8, ("started", SCAN)),
        (10, ("ended", SCAN)),
        (14, ("joined", PRIMARY)),
        (15, ("started", PRIMARY)),
        (19, ("ended", PRIMARY)),
        (24, ("joined", SECONDARY)),
        (24, ("started", SECONDARY)),
        (27, ("ended", SECONDARY)),
        (33, ("joined", STATE)),
        (35, ("started", STATE)),
        (40, ("ended", STATE)),
        (40, ("released", MISSING)),
    ]
    at_stations = told.station != MISSING
    assert told.lane_class[at_stations].tolist() == [MISSING] * 6 + [0] * 9
    assert told.pool[at_stations].tolist() == [3, 3, 3, 7, 7, 7, MISSING, 0, 0, 4, 4, 4, 6, 6, 6]
    assert told.queue_wait_us[told.kind == KINDS[EventKind.STARTED]].tolist() == [0, 2, 1, 0, 2]


def test_a_crossing_carried_over_tells_only_what_is_new(made_records):
    car = {"crossing": 1, "mode": 1, "lane_class": 0, "pool": 2, "arrived_us": 100, "joined_us": 100, "started_us": 100}
    told = events_of(made_records(200, 300, [car | {"ended_us": 250, "released_us": 250}]))
    assert told.t_us.tolist() == [250, 250]
    assert told.kind.tolist() == [KINDS[EventKind.ENDED], KINDS[EventKind.RELEASED]]
    assert told.time_in_system_us.tolist() == [MISSING, 150]


def test_the_last_instant_of_a_period_belongs_to_the_next(made_records):
    cars = [{"crossing": row, "mode": 1, "arrived_us": at, "joined_us": at} for row, at in enumerate((99, 100, 200))]
    assert set(events_of(made_records(100, 200, cars)).crossing) == {1}


def test_an_idle_month_has_a_heartbeat_every_minute(made_records):
    told = events_of(made_records(0, 31 * DAY_US))
    assert len(told.t_us) == 31 * 24 * 60
    assert {later - earlier for earlier, later in pairwise(told.t_us.tolist())} == {MINUTE_US}


def test_columns_have_their_types(made_records):
    for told in (events_of(made_records(1, 2)), events_of(made_records(0, 1), starts=True)):
        assert [column.dtype for column in told] == [np.dtype(dtype) for dtype in EVENT_DTYPES]
