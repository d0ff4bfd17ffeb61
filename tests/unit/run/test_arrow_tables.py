"""A port's crossings and changes come back from their tables as they went in."""

from datetime import date

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.inputs.port_plan import port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.records import Crossings, concatenate, select
from border_sim.run import arrow_tables
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import Outcome, code

HELD = {"columbus": {"modes": {"commercial": {"closing": "hold", "demand_factor": 20.0}}}}


@pytest.fixture(scope="module", params=["columbus", "el-paso-pdn"])
def told(request):
    """A plan and all that its port tells in two days; Columbus with more trucks than it can serve in time."""
    scenario = Scenario.model_validate(
        {
            "ports": [request.param],
            "changes": HELD if request.param == "columbus" else {},
            "disruptions": [
                {
                    "port": request.param,
                    "mode": "passenger",
                    "from": "2024-03-08T08:07",
                    "until": "2024-03-08T09:00",
                    "booths_cap": 1,
                }
            ],
        }
    )
    frame = resolve(scenario, load_catalogue(), start=date(2024, 3, 8), days=1)
    plan = port_plan(frame.ports[0], frame, seed=3)
    return plan.info, list(conduct(plan, Kernel(plan)))


def test_crossings_come_back_whatever_became_of_them(told):
    info, periods = told
    parts = [arrow_tables.ended_in(period.records, is_last=period.is_last) for period in periods]
    went_in = Crossings(*concatenate(parts))
    assert {code(Outcome.RELEASED), code(Outcome.DETERRED_WAIT)} <= set(went_in.outcome.tolist())
    came_back = arrow_tables.crossings_of(arrow_tables.crossings_table(went_in, info), info)
    for mine, other in zip(select(went_in, np.argsort(went_in.crossing)), came_back, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_every_candidate_is_told_once(told):
    _, periods = told
    ids = np.concatenate([arrow_tables.ended_in(p.records, is_last=p.is_last).crossing for p in periods])
    assert sorted(ids.tolist()) == list(range(ids.size))


def test_a_run_cut_short_keeps_those_inside(told):
    info, periods = told
    cut = arrow_tables.ended_in(periods[0].records, is_last=True)
    came_back = arrow_tables.crossings_of(arrow_tables.crossings_table(cut, info), info)
    for mine, other in zip(select(cut, np.argsort(cut.crossing)), came_back, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_changes_come_back(told):
    info, periods = told
    records = periods[0].records
    for mine, other in (
        (records.staffing, arrow_tables.staffing_of(arrow_tables.staffing_table(records.staffing, info), info)),
        (records.posted, arrow_tables.posted_of(arrow_tables.posted_table(records.posted, info))),
        (records.disruptions, arrow_tables.disruptions_of(arrow_tables.disruptions_table(records.disruptions, info))),
    ):
        assert mine.t_us.size > 0
        for column, same in zip(mine, other, strict=True):
            np.testing.assert_array_equal(column, same)
