"""The plot of a port shows what its metrics say."""

import numpy as np
import pyarrow.compute as pc
import pytest

from border_sim.api.plot import plot
from border_sim.api.simulation import simulate
from border_sim.spec.problem import SpecError

HOUR_US = 3_600_000_000


@pytest.fixture(scope="module")
def result():
    return simulate(ports=["calexico-east", "sasabe"], days=1)


def test_every_mode_has_a_column_and_every_lane_class_two_lines_of_one_colour(result):
    figure = plot(result, "calexico-east")
    assert [title.text for title in figure.layout.annotations] == ["commercial", "passenger", "pedestrian"]
    colours = {}
    for line in figure.data:
        colours.setdefault(line.name, set()).add(line.line.color)
    assert set(colours) == {"fast", "standard", "sentri", "ready"}
    assert all(len(each) == 1 for each in colours.values())
    assert [line.name for line in figure.data if line.showlegend] == ["fast", "standard", "sentri", "ready"]
    assert len(figure.data) == 2 * (2 + 3 + 1)


def test_waits_and_queues_are_those_of_the_metrics_hour_by_hour(result):
    wait, queue = plot(result, "sasabe").data[:2]
    rows = result.metrics("sasabe").filter((pc.field("station") == "primary") & pc.field("lane_class").is_valid())
    rows = rows.filter(pc.field("mode") == "passenger")
    starts, wait_us, queue_us = (dict.fromkeys(range(len(wait.x)), 0) for _ in range(3))
    begins_us = result.manifest.ports["sasabe"].info.measured_from_us
    for row in rows.to_pylist():
        hour = (row["window_us"] - begins_us) // HOUR_US
        starts[hour] += row["starts"]
        wait_us[hour] += row["wait_us"]
        queue_us[hour] += row["queue_us"]
    means = [wait_us[hour] / starts[hour] / 60e6 if starts[hour] else np.nan for hour in starts]
    np.testing.assert_allclose(wait.y, means)
    np.testing.assert_allclose(queue.y, np.array(list(queue_us.values())) / HOUR_US)


def test_hours_are_those_of_the_port(result):
    first = plot(result, "calexico-east").data[0].x[0]
    assert str(first).startswith("2024-04-08T00:00:00")


def test_windows_longer_than_an_hour_are_drawn_as_they_are():
    line = plot(simulate(ports=["sasabe"], days=2, window_min=1440), "sasabe").data[0]
    assert 2 <= len(line.x) <= 4


def test_a_port_that_was_not_simulated_is_refused(result):
    with pytest.raises(SpecError, match="unknown port"):
        plot(result, "columbus")


@pytest.mark.parametrize("port", [None, 5, ["sasabe"]])
def test_what_is_no_slug_is_told(result, port):
    with pytest.raises(SpecError, match=r"ports: .+: must be the slug of a port"):
        plot(result, port)


def test_only_a_result_is_drawn():
    with pytest.raises(SpecError, match="result: 'runs/mine': must be a Result"):
        plot("runs/mine", "sasabe")
