"""Laws of the windows of any run: they are those of a walk through every microsecond, however the events are cut."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.histogram import bucket_of
from border_sim.metrics.state import new_state
from border_sim.metrics.window_columns import MEASURES, Windows
from border_sim.records import concatenate, select
from border_sim.vocabulary import MISSING, EventKind, Outcome, Station, code

PRIMARY, SECONDARY, DOOR = code(Station.PRIMARY), code(Station.SECONDARY), code(Station.DOOR_TO_DOOR)
KIND = {kind.value: code(kind) for kind in EventKind}
KEYS = Windows._fields[:5]
COUNTS = tuple(MEASURES)
RELEASED = code(Outcome.RELEASED)


def same(a, b):
    return all(x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_any_split_of_the_events_gives_the_same_windows(port_runs, blocking_runs, data):
    info, records = data.draw(st.one_of(port_runs, blocking_runs))
    events = events_of(records, starts=True, ends=True)
    width = data.draw(st.integers(1, 50))
    cuts = [0, *sorted(data.draw(st.lists(st.integers(0, len(events.kind)), max_size=6))), len(events.kind)]
    state = new_state(info, width)
    parts = [fold(state, select(events, slice(first, last))) for first, last in pairwise(cuts)]
    assert same(concatenate(parts), fold(new_state(info, width), events))


class ByHand:
    """The fold again, one microsecond after the other, in plain Python."""

    def __init__(self, info, events, width):
        self.info, self.width = info, width
        self.events = [dict(zip(events._fields, map(int, row), strict=True)) for row in zip(*events, strict=True)]
        self.told, self.queues, self.serving, self.open = {}, Counter(), Counter(), Counter()
        self.is_told = {place for place, pool in enumerate(info.pools) if pool.station is Station.PRIMARY}
        self.place_of = {}

    def row(self, t_us, *key):
        counts = dict.fromkeys(COUNTS, 0) | {"histogram": Counter()}
        return self.told.setdefault((t_us // self.width * self.width, *key), counts)

    def cell(self, e, station=None):
        return (e["mode"], e["lane_class"], e["station"] if station is None else station, MISSING)

    def move(self, e):
        if e["kind"] == KIND["joined"]:
            self.queues[self.cell(e)] += 1
        elif e["kind"] == KIND["started"]:
            self.queues[self.cell(e)] -= 1
        elif e["kind"] == KIND["staffing"]:
            self.open[e["pool"]] = e["open_booths"]
            self.is_told.add(e["pool"])
        if e["kind"] in (KIND["joined"], KIND["released"]):
            self.place_of.pop(e["crossing"], None)
        elif e["station"] != MISSING:
            self.serving[e["pool"]] += 1 if e["kind"] == KIND["started"] else -1
            if e["kind"] == KIND["ended"] and e["pool"] in self.is_told:
                self.place_of[e["crossing"]] = e["pool"]

    def count(self, e):
        at = self.cell(e, DOOR) if e["station"] == MISSING else self.cell(e)
        fields = {"arrived": "arrivals", "joined": "arrivals", "started": "starts", "deterred": "deterred"}
        fields |= {"ended": "completions", "released": "completions"}
        kind = [*EventKind][e["kind"]].value
        if kind in fields:
            self.row(e["t_us"], *at)[fields[kind]] += 1
        for wait in (e["queue_wait_us"], e["time_in_system_us"]):
            if wait != MISSING:
                self.row(e["t_us"], *at)["wait_us"] += wait
                self.row(e["t_us"], *at)["histogram"][bucket_of(wait)] += 1
        if kind == "joined" and e["station"] == SECONDARY:
            self.row(e["t_us"], *self.cell(e, PRIMARY))["referrals"] += 1
        if kind == "posted":
            posted = self.row(e["t_us"], *self.cell(e, PRIMARY))
            is_closed = e["posted_wait_min"] == MISSING
            posted["closed_postings" if is_closed else "postings"] += 1
            posted["posted_min"] += 0 if is_closed else e["posted_wait_min"]

    def stand(self, t_us, passes):
        for cell, queue in self.queues.items():
            row = self.row(t_us, *cell)
            row["queue_us"] += queue * passes
            row["largest_queue"] = max(row["largest_queue"], queue)
        blocked = Counter(self.place_of.values())
        for pool in self.is_told if passes else ():
            row = self.row(t_us, MISSING, MISSING, code(self.info.pools[pool].station), pool)
            row["open_us"] += max(self.open[pool], self.serving[pool] + blocked[pool])
            row["busy_us"] += self.serving[pool]
            row["blocked_us"] += blocked[pool]

    def windows(self):
        last_us = self.events[-1]["t_us"]
        for t_us in range(self.events[0]["t_us"], last_us + 1):
            now = [e for e in self.events if e["t_us"] == t_us]
            for e in now:
                self.move(e)
            if t_us >= self.info.measured_from_us:
                for e in now:
                    self.count(e)
                self.stand(t_us, t_us < last_us)
        return {key: row for key, row in self.told.items() if any(row.values())}


def keyed(windows):
    told, at = {}, 0
    for place, size in enumerate(windows.sizes.tolist()):
        histogram = zip(windows.buckets[at : at + size].tolist(), windows.counts[at : at + size].tolist(), strict=True)
        counts = {name: int(getattr(windows, name)[place]) for name in COUNTS}
        told[tuple(int(getattr(windows, key)[place]) for key in KEYS)] = counts | {
            "histogram": Counter(dict(histogram))
        }
        at += size
    assert len(told) == len(windows.sizes)
    return told


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_windows_are_those_of_a_walk_through_every_microsecond(port_runs, blocking_runs, data):
    info, records = data.draw(st.one_of(port_runs, blocking_runs))
    events = events_of(records, starts=True, ends=True)
    width = data.draw(st.integers(1, 50))
    assert keyed(fold(new_state(info, width), events)) == ByHand(info, events, width).windows()


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_little_s_law_holds_to_the_microsecond(port_runs, data):
    info, records = data.draw(port_runs)
    info = replace(info, measured_from_us=records.from_us)
    windows = fold(new_state(info, data.draw(st.integers(1, 50))), events_of(records, starts=True, ends=True))
    ended_us, c = records.until_us - 1, records.crossings
    referred = c.secondary_pool != MISSING
    after_us = np.where(referred, c.secondary_ended_us, c.ended_us)
    stays = (
        (Station.EXPORT, c.export_pool != MISSING, c.arrived_us, c.arrived_us),
        (Station.PRIMARY, c.joined_us != MISSING, c.joined_us, c.started_us),
        (Station.SECONDARY, referred, c.ended_us, c.secondary_started_us),
        (Station.STATE, c.state_pool != MISSING, after_us, c.state_started_us),
    )
    for station, visits, joined_us, started_us in stays:
        waiting = visits & (joined_us != MISSING) & (started_us == MISSING)
        still_us = int((ended_us - joined_us)[waiting].sum())
        at = windows.station == code(station)
        assert int(windows.queue_us[at].sum()) == int(windows.wait_us[at].sum()) + still_us


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_nobody_is_lost_and_nobody_counted_twice(port_runs, data):
    info, records = data.draw(port_runs)
    info = replace(info, measured_from_us=records.from_us)
    windows = fold(new_state(info, data.draw(st.integers(1, 50))), events_of(records, starts=True, ends=True))
    outcomes = Counter(records.crossings.outcome.tolist())
    door = windows.station == DOOR
    deterred = outcomes[code(Outcome.DETERRED_WAIT)] + outcomes[code(Outcome.DETERRED_GATE)]
    assert windows.deterred[door].sum() == deterred
    assert windows.completions[door].sum() == outcomes[RELEASED]
    assert windows.arrivals[door].sum() == outcomes[RELEASED] + outcomes[code(Outcome.PRESENT)]
    primary, secondary = windows.station == PRIMARY, windows.station == SECONDARY
    assert windows.referrals[primary].sum() == windows.arrivals[secondary].sum()
    assert (windows.counts.sum()) == windows.starts.sum() + windows.completions[door].sum()
    assert (windows.busy_us + windows.blocked_us <= windows.open_us).all()


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_blocked_time_is_what_lies_between_the_end_of_service_and_the_next_station(blocking_runs, data):
    info, records = data.draw(blocking_runs)
    info = replace(info, measured_from_us=records.from_us)
    windows = fold(new_state(info, data.draw(st.integers(1, 50))), events_of(records, starts=True, ends=True))
    assert (windows.busy_us + windows.blocked_us <= windows.open_us).all()
    last_us = records.until_us - 1
    for station, pool, ended_us, next_us in blocked_stays(records.crossings):
        places = windows.pool != MISSING
        blocked = windows.blocked_us[places & (windows.station == code(station))].sum()
        stays = (ended_us != MISSING) & (pool != MISSING)
        until_us = np.where(next_us == MISSING, last_us, next_us)
        assert blocked == (until_us - ended_us)[stays].sum()


def blocked_stays(c):
    """Of each station with places: the pools, when service ended there, and when the next station was joined."""
    on_us = np.where(c.state_pool != MISSING, c.state_joined_us, c.released_us)
    after_us = np.where(c.secondary_pool != MISSING, c.secondary_joined_us, on_us)
    return (
        (Station.SCAN, c.scan_pool, c.scan_ended_us, c.joined_us),
        (Station.PRIMARY, c.pool, c.ended_us, after_us),
        (Station.SECONDARY, c.secondary_pool, c.secondary_ended_us, on_us),
    )
