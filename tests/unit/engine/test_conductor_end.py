"""A run begins with its warm-up, is recorded in periods of local days, and ends when the last crossing leaves.

Times are minutes.
"""

import numpy as np
import pytest

from border_sim.engine import conductor
from border_sim.vocabulary import MINUTE_US, LaneClass, Outcome

STANDARD = LaneClass.STANDARD


def _came(*minutes, serve=60):
    """Demand as a list: arrivals at these minutes, `serve` seconds each."""
    return {"kind": "list", "arrivals": [{"at_s": minute * 60, "service_s": serve} for minute in minutes]}


def _disruption(begins, until, port="tiny", mode="passenger", **what):
    return {"port": port, "mode": mode, "from": f"2024-03-{begins}", "until": f"2024-03-{until}", **what}


def test_a_run_ends_when_the_last_crossing_leaves(part, run, plan):
    result = run(plan(part(demand=_came(1430, 1431, serve=1200))))

    assert result.minutes("released_us") == [1450, 1470]
    assert result.end == 1470
    assert [period.is_first for period in result.periods] == [True, False]
    assert [period.is_last for period in result.periods] == [False, True]
    assert max(result.posted(STANDARD)) == 1470  # the plan and the posting go on until then


def test_an_empty_port_ends_at_the_horizon(part, run, plan):
    result = run(plan(part(demand=_came(5)), days=2))

    assert result.end == 2880
    assert max(result.posted(STANDARD)) == 2865
    assert [period.days for period in result.periods] == [2, 0]


def test_after_48_hours_those_who_are_still_there_are_present(part, run, plan):
    result = run(plan(part(demand=_came(1439, 1439, serve=2 * 86_400))))

    assert result.words("outcome", Outcome) == [Outcome.RELEASED, Outcome.PRESENT]
    assert (result.minutes("released_us"), result.minutes("started_us")) == ([4319, None], [1439, 4319])
    assert result.end == 1440 + 2880


def test_the_drain_of_48_hours_may_reach_into_a_third_local_day(part, run, plan):
    result = run(plan(part(demand=_came(5, serve=5 * 86_400)), start="2024-03-08", zone="America/Denver"))

    assert len(result.periods) == 4  # Sunday has 23 hours
    assert result.end == 1440 + 2880


def test_no_candidate_comes_after_the_horizon(part, run, plan):
    steady = part(demand={"kind": "rate", "per_hour": 400})
    result = run(plan(steady))
    outcomes = result.words("outcome", Outcome)

    assert max(result.minutes("arrived_us")) < 1440
    assert result.end > 1440
    assert outcomes.count(Outcome.RELEASED) + outcomes.count(Outcome.PRESENT) == len(outcomes)


def test_a_warm_up_day_comes_before_the_start(part, run, plan):
    busy = plan(part(demand={"kind": "rate", "per_hour": 6}), warm_up_days=1)
    result = run(busy)
    arrived = result.minutes("arrived_us")

    assert (busy.measured_from_us - busy.begins_us) // MINUTE_US == 1440
    assert min(result.posted(STANDARD)) == -1440
    assert min(arrived) < 0 < max(arrived)
    assert result.crossings.crossing.tolist() == list(range(len(arrived)))


def test_a_list_counts_from_the_start_not_from_the_warm_up(part, run, plan):
    result = run(plan(part(demand=_came(5)), warm_up_days=2))

    assert result.minutes("arrived_us") == [5]
    assert min(result.posted(STANDARD)) == -2880


def test_periods_follow_each_other_by_local_days(part, run, plan, day_by_day):
    result = run(plan(part(), start="2024-03-09", days=3, zone="America/Denver"))
    periods = [period.records for period in result.periods]
    spans = [(one.until_us - one.from_us) // MINUTE_US for one in periods]

    assert [one.until_us for one in periods[:-1]] == [other.from_us for other in periods[1:]]
    assert spans[:3] == [1440, 1380, 1440]
    assert np.diff(np.concatenate([one.posted.t_us for one in periods])).tolist() == [15 * MINUTE_US] * 283


@pytest.mark.parametrize(("most", "candidates"), [(31, 30_000), (2, 30_000), (31, 150), (1, 1)])
def test_joining_days_changes_nothing_but_the_periods(part, plan, run, monkeypatch, most, candidates):
    cap = [_disruption("05T10:00", "06T02:00", booths_cap=0), _disruption("04T23:50", "05T00:10", gate="shut")]
    busy = plan(part(demand={"kind": "rate", "per_hour": 5}), days=4, warm_up_days=1, disruptions=cap)
    joined = run(busy)
    monkeypatch.setattr(conductor, "STRETCH_DAYS", most)
    monkeypatch.setattr(conductor, "STRETCH_CANDIDATES", candidates)
    result = run(busy)

    assert sum(period.days for period in result.periods) == sum(period.days for period in joined.periods) == 5
    assert [period.is_first for period in result.periods].count(True) == 1
    assert (result.staffing, result.disruptions, result.end) == (joined.staffing, joined.disruptions, joined.end)
    assert result.posted(STANDARD) == joined.posted(STANDARD)
    assert all(np.array_equal(*pair) for pair in zip(result.crossings, joined.crossings, strict=True))
