"""A year's candidates of every port and mode are as many as the catalogue says: its volume times its factor of latent
demand, within 4 Poisson standard errors.
"""

from datetime import date, timedelta
from functools import partial
from math import sqrt

import pytest

from border_sim.inputs.arrival_times import EvenlySpaced
from border_sim.inputs.demand import expected_arrivals
from border_sim.inputs.local_time import local_day
from border_sim.inputs.port_plan import port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario

STEADY = {"elasticity": 0.0, "day_cv": 0.0, "hour_sd": 0.0}
YEAR = [date(2024, 1, 1) + timedelta(days=day) for day in range(366)]


@pytest.fixture(scope="module")
def frame():
    return resolve(Scenario.model_validate({"response": STEADY}), load_catalogue(), start=YEAR[0], days=len(YEAR))


def test_without_spread_and_response_the_years_candidates_are_the_catalogues(frame):
    far_off = {}
    for port in frame.ports:
        plan = port_plan(port, frame, seed=1)
        for place, mode in enumerate(plan.modes):
            days = (local_day(port.port.time_zone, day) for day in YEAR)
            expected_on = partial(expected_arrivals, plan.parts[place].demand)
            streams = (stream for day in days for stream in plan._streams(place, day, expected_on(day), EvenlySpaced()))
            candidates = sum(stream.times_us.size for stream in streams)
            demand = port.port.modes[mode].demand
            expected = demand.volumes[demand.volume_year] * demand.latent.factor
            if abs(candidates - expected) > 4 * sqrt(expected):
                far_off[f"{port.slug} {mode}"] = (candidates, expected)
    assert len(frame.ports) == 47
    assert not far_off
