"""What a run is given where nobody says otherwise."""

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.run.defaults import default_run_id, default_window_us
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US, QUARTER_US


@pytest.mark.parametrize(("days", "window_us"), [(1, QUARTER_US), (31, QUARTER_US), (32, HOUR_US), (366, HOUR_US)])
def test_windows_are_hours_beyond_a_month(days, window_us):
    assert default_window_us(days) == window_us


def test_a_run_is_named_by_its_configuration_and_seed():
    resolved = resolve(Scenario(), load_catalogue(), ports=["sasabe"])
    name, _, seed = default_run_id(resolved, 7).rpartition("-")
    assert configuration_hash(resolved).startswith(name)
    assert (len(name), seed) == (12, "7")
