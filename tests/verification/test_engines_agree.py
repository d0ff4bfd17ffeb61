"""The reference and the compiled engine tell the same bits, whatever happens at a port."""

import importlib.util
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from border_sim.cli.main import group
from border_sim.engine import event_loop, queues, starts
from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.reference import Reference
from border_sim.engine.verify import verify
from border_sim.events.order import events_of
from border_sim.inputs.port_plan import port_plan
from border_sim.records import concatenate
from border_sim.spec.resolve import resolve
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, SECOND_US, Outcome, code

SCENARIOS = Path(__file__).parent / "scenarios"
SPRING, AUTUMN = date(2024, 3, 9), date(2024, 11, 2)
"""The second day of each has 23 and 25 hours."""

SWAPS = {
    "completions of an instant by falling id": ("rows[place - 1] < row", "rows[place - 1] > row"),
    "lane classes of a rank that joined together by falling id": (
        "joined_us == other_us and row <",
        "joined_us == other_us and row >",
    ),
}


@pytest.fixture(scope="module")
def plans(catalogue, scenario):
    """The ports of the scenario `engines` in spring and autumn, by season, slug and seed."""
    seasons = {"spring": SPRING, "autumn": AUTUMN}
    frames = {name: resolve(scenario("engines"), catalogue, start=start) for name, start in seasons.items()}
    return {
        (season, port.slug, seed): port_plan(port, frame, seed=seed)
        for season, frame in frames.items()
        for port in frame.ports
        for seed in (1, 2)
    }


@pytest.fixture(scope="module")
def runs(plans):
    """The records of each plan, day by day, as the compiled engine tells them."""
    return {key: [period.records for period in conduct(plan, Kernel(plan))] for key, plan in plans.items()}


@pytest.fixture(scope="module")
def agreements(plans, runs):
    """The comparison of both engines on each plan, in processes, which find the kernel compiled by `runs`."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as executor:
        return dict(zip(plans, executor.map(verify, plans.values()), strict=True))


def test_no_row_differs(agreements):
    assert {key: agreement.differing for key, agreement in agreements.items()} == dict.fromkeys(agreements, 0)


def test_enough_crossings_were_compared(runs, agreements):
    assert runs.keys() == agreements.keys()
    ids = [np.concatenate([records.crossings.crossing for records in days]) for days in runs.values()]
    assert sum(np.unique(each).size for each in ids) >= 300_000
    assert sum(agreement.rows for agreement in agreements.values()) >= 300_000


def test_crossings_were_deterred_by_waits_and_by_gates(runs):
    outcomes = np.concatenate([records.crossings.outcome for days in runs.values() for records in days])
    assert set(map(code, (Outcome.RELEASED, Outcome.DETERRED_WAIT, Outcome.DETERRED_GATE))) <= set(outcomes.tolist())


def test_every_pool_served_and_fast_booths_helped_others(plans, runs):
    for key, plan in plans.items():
        rows = [records.crossings for records in runs[key]]
        served = {(pool, lane) for day in rows for pool, lane in zip(day.pool, day.lane_class, strict=True)}
        for place, pool in enumerate(plan.pools):
            lanes = {lane for serving, lane in served if serving == place}
            assert not pool.is_primary or lanes == {code(lane) for rank in pool.serves for lane in rank}, pool
        others = np.concatenate(
            [pool for day in rows for pool in (day.export_pool, day.secondary_pool, day.state_pool)]
        )
        assert {place for place, pool in enumerate(plan.pools) if not pool.is_primary} <= set(others.tolist())


def test_closed_lane_classes_had_queues_and_booths_reopened(runs):
    for days in runs.values():
        closed = [records.posted.queue[records.posted.posted_wait_min == MISSING] for records in days]
        assert np.concatenate(closed).max() > 0
        staffing = [(pool, booths) for records in days for pool, booths in zip(*records.staffing[1:], strict=True)]
        reopened = [pool for pool, booths in staffing if booths > 0 and (pool, 0) in staffing]
        assert len(reopened) > len(set(reopened))


def test_somebody_waited_over_night(runs):
    rows = [records.crossings for records in runs["spring", "route", 1]]
    assert max((day.started_us - day.joined_us).max() for day in rows) > 7 * HOUR_US


def test_days_had_23_and_25_hours(plans):
    for (season, *_), plan in plans.items():
        hours = [(day.ends_us - day.begins_us) / HOUR_US for day in islice(plan.days(), 3)]
        assert hours == [24, 24, {"spring": 23, "autumn": 25}[season]]


def small_steps(env, _port):
    while True:
        yield env.timeout(7 * MINUTE_US + 13 * SECOND_US + 1)


def told(records):
    return concatenate([events_of(period) for period in records])


@pytest.mark.parametrize("engine", [Kernel, Reference])
@pytest.mark.parametrize(("days", "processes"), [(1, []), (31, [small_steps])], ids=["days", "small steps"])
def test_a_run_in_pieces_is_the_same_as_whole(plans, runs, monkeypatch, engine, days, processes):
    monkeypatch.setattr("border_sim.engine.conductor.STRETCH_DAYS", days)
    plan = plans["spring", "route", 1]
    pieces = told([period.records for period in conduct(plan, engine(plan), processes)])
    whole = told(runs["spring", "route", 1])
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(pieces, whole, strict=True))


@pytest.fixture
def kernel_of(tmp_path, monkeypatch):
    """Puts an event loop with passages of its sources replaced, in plain Python, under `Kernel`."""

    def load(*replacements):
        monkeypatch.setattr("border_sim.compiled.hot", lambda function: function)
        sources = {module: Path(module.__file__).read_text(encoding="utf-8") for module in (queues, starts, event_loop)}
        for passage, other in replacements:
            assert sum(source.count(passage) for source in sources.values()) == 1, passage
            sources = {module: source.replace(passage, other) for module, source in sources.items()}
        for module, source in sources.items():  # each imports those before it
            path = tmp_path / Path(module.__file__).name
            path.write_text(source, encoding="utf-8")
            spec = importlib.util.spec_from_file_location(module.__name__, path)
            loaded = importlib.util.module_from_spec(spec)
            monkeypatch.setitem(sys.modules, module.__name__, loaded)
            spec.loader.exec_module(loaded)
        for name in ("advance", "advance_with_room"):
            monkeypatch.setattr(f"border_sim.engine.kernel.{name}", getattr(loaded, name))

    return load


def verify_command():
    return CliRunner().invoke(group, ["verify", str(SCENARIOS / "ties.yaml")])


def test_the_kernel_agrees_without_the_compiler(kernel_of):
    kernel_of()
    result = verify_command()
    assert result.exit_code == 0, result.output
    assert ": 0 differ" in result.output


@pytest.mark.parametrize("swap", SWAPS)
def test_verify_refuses_a_kernel_with_a_swapped_tie_order(kernel_of, swap):
    kernel_of(SWAPS[swap])
    result = verify_command()
    assert result.exit_code == 1, result.output
    assert "rows differ" in result.output
