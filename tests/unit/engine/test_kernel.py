"""The compiled engine: its agenda, its memory, and the laws that its timelines keep in any world."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine import starts
from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.verify import verify
from border_sim.vocabulary import MINUTE_US, LaneClass, Outcome, code

DAY_MINUTES = 1440


# The agenda.


@settings(derandomize=True, deadline=None)
@given(st.lists(st.one_of(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.none()), max_size=60))
def test_the_agenda_gives_the_earliest_completion_and_of_equal_ones_the_lowest_row(steps):
    times, rows = np.zeros(60, np.int64), np.zeros(60, np.int32)
    expected = []
    for step in steps:
        if step:
            starts._push(times, rows, len(expected), *step)
            expected = sorted([*expected, step], reverse=True)
        elif expected:
            expected.pop()
        agenda = zip(times[: len(expected)].tolist(), rows[: len(expected)].tolist(), strict=True)
        assert list(agenda) == expected  # the earliest is last


# Memory.


def test_only_those_inside_are_kept_from_day_to_day(plan, scripted, part, day_by_day):
    rows = [{"at": at, "serve": serve} for at, serve in [(0, 5), (1430, 30), (1431, 1), (1450, 2000), (2879, 1)]]
    planned = scripted(plan(part(), days=2), rows)
    result = [period.records.crossings for period in conduct(planned, Kernel(planned))]

    assert [each.crossing.tolist() for each in result] == [[0, 1, 2], [1, 2, 3, 4], [3, 4]]
    assert [Counter(each.outcome.tolist())[code(Outcome.PRESENT)] for each in result] == [2, 2, 0]


def test_queues_survive_the_change_of_day_in_their_order(plan, scripted, part, day_by_day):
    held = part(closing="hold", hours={"weekly": {"daily": "12:00-24:00"}})
    rows = [{"at": 1439, "serve": 10} for _ in range(5)] + [{"at": DAY_MINUTES + 720, "serve": 10}]
    planned = scripted(plan(held, days=2), rows)
    last = list(conduct(planned, Kernel(planned)))[-1].records
    middle = list(conduct(planned, Kernel(planned)))[1].records.crossings

    assert middle.crossing.tolist() == [0, 1, 2, 3, 4, 5]
    assert np.diff(middle.started_us).tolist() == [721 * MINUTE_US, *[10 * MINUTE_US] * 4]
    assert last.crossings.crossing.size == 0


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.lists(st.integers(0, DAY_MINUTES * 4), max_size=8).map(sorted))
def test_a_day_in_any_number_of_steps_is_the_same_day(plan, part, steps):
    planned = plan(part(demand={"kind": "rate", "per_hour": 70}))
    day = next(planned.days())
    at_once, step_by_step = Kernel(planned), Kernel(planned)
    for engine in (at_once, step_by_step):
        engine.feed(day)
    for step in steps:
        step_by_step.advance(min(day.begins_us + step * MINUTE_US // 4, day.ends_us))
    result = [engine.records(day.begins_us, engine.advance(day.ends_us)) for engine in (at_once, step_by_step)]

    for one, other in zip(*(each[2:] for each in result), strict=True):
        for column, same in zip(one, other, strict=True):
            np.testing.assert_array_equal(column, same)


# Laws, in worlds with ties at every turn: whole minutes, few booths.


LANES = st.sampled_from(["sentri", "ready", "standard"])
SERVES = st.lists(st.lists(LANES, min_size=1, max_size=2, unique=True), min_size=1, max_size=2).filter(
    lambda ranks: sum(map(len, ranks)) == len({lane for rank in ranks for lane in rank})
)
SPANS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=5).map(sorted)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 100),
            "lanes": st.sampled_from(["sentri ready standard", "ready standard", "standard"]),
            "serve": st.lists(st.integers(1, 25), min_size=3, max_size=3),
            "accepts": st.sampled_from([0, 5, 20, 10**6]),
        },
        optional={"secondary": st.tuples(st.just("nii"), st.integers(1, 20)), "export": st.just(("export", 7))},
    ),
    max_size=40,
).map(lambda rows: sorted(rows, key=lambda row: row["at"]))
STAFFING = st.one_of(
    st.tuples(SPANS, SPANS, SPANS),
    st.just({"kind": "threshold", "open_above_min": 10, "close_below_min": 3}),
)
CAPS = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40), st.one_of(st.integers(0, 3), st.none())), max_size=3)


def _clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _schedule(spans):
    return [{"booths": 1}, *({"hours": f"{_clock(quarter * 15)}-24:00", "booths": booths} for quarter, booths in spans)]


def _disruption(begins, length, booths):
    what = {"gate": "shut"} if booths is None else {"booths": booths}
    times = {"from": f"2024-03-04T{_clock(begins)}", "until": f"2024-03-04T{_clock(begins + length)}"}
    return {"port": "tiny", "mode": "passenger", **times, **what}


@pytest.fixture(scope="module")
def world(plan, scripted, part):
    """A port of three pools from drawn figures, with candidates who may use the lanes that are served."""

    def make(serves, staffing, rows, caps, **keys):
        pools = [{"name": name, "serves": ranks, "max_open": 3} for name, ranks in zip("ab", serves, strict=True)]
        pools.append({"name": "c", "serves": [["standard"]], "max_open": 3})
        served = {lane for pool in pools for rank in pool["serves"] for lane in rank}
        if not isinstance(staffing, dict):
            schedules = {name: _schedule(spans) for name, spans in zip("abc", staffing, strict=True)}
            staffing = {"kind": "schedule", "pools": schedules}
        step = {"kind": "deterministic", "mean_s": 300}
        inspection = {
            "service": dict.fromkeys(["sentri", "ready", "standard"], step),
            "export": {"delay": step},
            "referral": {"share": {"none": 0.5}},
            "secondary": {"nii": {"share": 1, "service": step}},
        }
        usual = {"installed": {"booths": 6}, "inspection": inspection, "bays": {"secondary": {"nii": 2}}}
        mode = part(pools=pools, staffing=staffing, **usual, **keys)
        planned = plan(mode, disruptions=[_disruption(*cap) for cap in caps])
        return scripted(planned, [_with_lanes(row, served) for row in rows])

    return make


def _with_lanes(row, served):
    lanes = [lane for lane in row["lanes"].split() if lane in served]
    return {**row, "lanes": " ".join(lanes), "serve": row["serve"][: len(lanes)]}


WORLDS = {
    "serves": st.tuples(SERVES, SERVES),
    "staffing": STAFFING,
    "rows": ROWS,
    "caps": CAPS,
    "lane_choice": st.sampled_from(["shortest", "own"]),
    "closing": st.sampled_from(["drain", "hold"]),
    "hours": st.sampled_from([{"weekly": {"daily": "00:00-24:00"}}, {"weekly": {"daily": "00:15-01:00"}}]),
}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(figures=st.fixed_dictionaries(WORLDS))
def test_both_engines_tell_the_same_of_any_world(world, figures):
    agreement = verify(world(**figures))

    assert agreement.rows > 0
    assert agreement.differing == 0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(figures=st.fixed_dictionaries(WORLDS))
def test_crossings_are_served_by_the_rules_in_any_world(world, simulate, figures):
    planned = world(**figures)
    result = simulate(planned, Kernel)
    crossings = _Primary(result)

    assert Counter(crossings.outcome)["present"] == 0
    for row, script in enumerate(planned.script):
        if crossings.outcome[row] is Outcome.RELEASED:
            lane = script["lanes"].split().index(crossings.lane[row])
            assert crossings.ended[row] - crossings.started[row] == script["serve"][lane]
            assert crossings.started[row] >= crossings.joined[row] >= crossings.arrived[row]
    for instant in crossings.instants():
        crossings.check(instant)


class _Primary:
    """What was recorded of primary, with the rules that must hold after the starts of every instant."""

    def __init__(self, result):
        self.arrived, self.joined = result.minutes("arrived_us"), result.minutes("joined_us")
        self.started, self.ended = result.minutes("started_us"), result.minutes("ended_us")
        self.outcome, self.lane = result.words("outcome", Outcome), result.words("lane_class", LaneClass)
        self.pool, self.staffing = result.pools(), result.staffing
        self.serves = {pool.info.name: pool.serves for pool in result.plan.pools if pool.is_primary}
        self.inside = [row for row, joined in enumerate(self.joined) if joined is not None]

    def instants(self):
        """Every instant at which anything happened at primary."""
        times = [self.joined[row] for row in self.inside] + [self.ended[row] for row in self.inside]
        return sorted({*times, *(minute for minute, _, _ in self.staffing)})

    def check(self, now):
        """Booths, the order of service, and no idle booth beside somebody whom it serves."""
        waiting = [row for row in self.inside if self.joined[row] <= now < self.started[row]]
        for pool, ranks in self.serves.items():
            mine = [row for row in self.inside if self.pool[row] == pool]
            busy = sum(self.started[row] <= now < self.ended[row] for row in mine)
            starts = [row for row in mine if self.started[row] == now]
            booths = self._open(pool, now)
            left = [self._key(ranks, row) for row in waiting if self._rank(ranks, row) is not None]
            assert not starts or busy <= max(booths, 1)
            assert busy >= booths or not left
            if booths:
                assert all(self._key(ranks, row) < key for row in starts for key in left)

    def _open(self, pool, now):
        return ([0] + [booths for minute, name, booths in self.staffing if name == pool and minute <= now])[-1]

    def _rank(self, ranks, row):
        return next((rank for rank, lanes in enumerate(ranks) if self.lane[row] in lanes), None)

    def _key(self, ranks, row):
        return self._rank(ranks, row), self.joined[row], row
