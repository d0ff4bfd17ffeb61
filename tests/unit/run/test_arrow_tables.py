"""A port's crossings come back from their table as they went in."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_the_blocked_and_the_scanned_come_back_too(port_runs, data):
    info, records = data.draw(port_runs)
    went_in = arrow_tables.ended_in(records, is_last=True)
    came_back = arrow_tables.crossings_of(arrow_tables.crossings_table(went_in, info), info)
    for mine, other in zip(went_in, came_back, strict=True):
        assert mine.dtype == other.dtype
        assert mine.tolist() == other.tolist()


ROUTE_INSTANTS = (
    *("arrived_us", "scan_joined_us", "scan_started_us", "scan_ended_us", "joined_us", "started_us", "ended_us"),
    *("secondary_joined_us", "secondary_started_us", "secondary_ended_us", "state_joined_us"),
    *("state_started_us", "released_us"),
)
POOLS = {"export_pool": 3, "scan_pool": 7, "pool": 0, "secondary_pool": 4, "state_pool": 6}


def stays(table):
    (row,) = table.to_pylist()
    return [row[name] for name in arrow_tables.STAYS]


def test_stays_of_the_whole_route(made_records, tiny_port):
    """A truck that stays 2^k us at its k-th stay: blocked after the scan, primary and secondary."""
    instants = dict(zip(ROUTE_INSTANTS, (2**k - 1 for k in range(13)), strict=True))
    instants["export_ended_us"] = instants["scan_joined_us"]
    truck = POOLS | instants | {"crossing": 0, "lane_class": 0, "outcome": code(Outcome.RELEASED)}
    crossings = made_records(0, 2**13, [truck]).crossings
    table = arrow_tables.crossings_table(crossings, tiny_port)
    assert stays(table) == [2**k for k in range(12)]
    assert [column.tolist() for column in arrow_tables.crossings_of(table, tiny_port)] == [
        c.tolist() for c in crossings
    ]


@pytest.mark.parametrize(
    ("joined", "told"),
    [
        ({}, {}),
        ({"joined_us": 5, "lane_class": 0}, {}),
        ({"joined_us": 8, "lane_class": 0}, {"scan_blocked_us": 3}),
    ],
)
def test_who_is_blocked_as_the_run_ends_has_not_joined(made_records, tiny_port, joined, told):
    scanned = {"arrived_us": 1, "scan_joined_us": 1, "scan_started_us": 2, "scan_ended_us": 5}
    truck = {"crossing": 0, "scan_pool": POOLS["scan_pool"]} | scanned | joined
    crossings = made_records(0, 99, [truck]).crossings
    table = arrow_tables.crossings_table(crossings, tiny_port)
    (row,) = table.to_pylist()
    stayed = {"scan_wait_us": 1, "scan_us": 3}
    assert {name: row[name] for name in arrow_tables.STAYS if row[name] is not None} == stayed | told
    assert [column.tolist() for column in arrow_tables.crossings_of(table, tiny_port)] == [
        c.tolist() for c in crossings
    ]
