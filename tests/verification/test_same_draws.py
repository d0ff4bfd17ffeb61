"""Scenarios that are compared meet the same traffic: what is changed shifts no other draw."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine.kernel import Kernel
from border_sim.inputs.port_plan import port_plan
from border_sim.spec.checking import check
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario_check import SCENARIO
from border_sim.vocabulary import MISSING, NEVER_US, Mode

PORT = "calexico-east"


@pytest.fixture(scope="module")
def candidates(catalogue):
    """All candidates of four days at a port with changes to its modes: a row for each, with arrival and every need."""

    def rows(modes, seed=1):
        data = {"ports": [PORT], "days": 3, "changes": {PORT: {"modes": modes}} if modes else {}}
        frame = resolve(check(SCENARIO, data), catalogue)
        days = port_plan(frame.ports[0], frame, seed=seed).days()
        return np.concatenate([np.column_stack(list(day.candidates)) for day in days])

    return rows


@pytest.fixture(scope="module")
def base(candidates):
    return candidates({})


def part_of(some, all_rows):
    """Whether every row of `some` is among `all_rows`."""
    return Counter(map(tuple, some.tolist())) <= Counter(map(tuple, all_rows.tolist()))


def test_one_booth_more_keeps_every_draw(catalogue, candidates, base):
    part = catalogue.ports[PORT].modes[Mode.COMMERCIAL]
    pools = [{**pool.model_dump(mode="json"), "max_open": pool.max_open + 1} for pool in part.pools]
    installed = {"booths": part.installed.booths + 1}
    assert (candidates({"commercial": {"installed": installed, "pools": pools}}) == base).all()


def test_another_seed_draws_anew(candidates, base):
    assert not part_of(base[:100], candidates({}, seed=2))


@pytest.mark.parametrize("mode", ["commercial", "passenger"])
def test_more_demand_keeps_every_candidate_and_adds_some(candidates, base, mode):
    grown = candidates({mode: {"demand_factor": 1.1}})
    assert part_of(base, grown)
    assert_share(grown, base, mode, 1.1)


@pytest.mark.parametrize("mode", ["commercial", "passenger"])
def test_less_demand_keeps_most_candidates_as_they_were(candidates, base, mode):
    thinned = candidates({mode: {"demand_factor": 0.9}})
    assert part_of(thinned, base)
    assert_share(thinned, base, mode, 0.9)


def assert_share(changed, base, mode, growth):
    """The candidates of a mode changed by the growth, within 4 standard deviations; those of others did not."""
    of_mode = [rows[:, 1] == list(Mode).index(mode) for rows in (changed, base)]
    assert (changed[~of_mode[0]] == base[~of_mode[1]]).all()
    added, count = of_mode[0].sum() - of_mode[1].sum(), of_mode[1].sum()
    assert added == pytest.approx((growth - 1) * count, abs=4 * np.sqrt(abs(growth - 1) * count))


@settings(derandomize=True, deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_doubling_every_duration_and_arrival_time_doubles_every_wait(plan_of, seed):
    plan = plan_of("doubling", "route", seed=seed)
    once, twice = (instants(plan, pace) for pace in (1, 2))
    assert (once["started_us"] > once["joined_us"]).any()
    for name, instant_us in once.items():
        assert ((instant_us == MISSING) == (twice[name] == MISSING)).all(), name
        assert (2 * instant_us == twice[name])[instant_us != MISSING].all(), name


def instants(plan, pace):
    """When the first day's crossings do what, microseconds since midnight; all times are multiplied after the draw."""
    day = next(plan.days())
    times = {name: pace * column for name, column in day.candidates._asdict().items() if name.endswith("_us")}
    times["arrived_us"] -= (pace - 1) * day.begins_us
    engine = Kernel(plan)
    engine.feed(day._replace(candidates=day.candidates._replace(**times)))
    engine.advance(NEVER_US)
    done = engine.records(day.begins_us, NEVER_US).crossings._asdict()
    return {
        name: np.where(column == MISSING, MISSING, column - day.begins_us)
        for name, column in done.items()
        if name.endswith("_us")
    }
