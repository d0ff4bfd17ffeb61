"""The comparison of a run directory, on a day of a small port."""

import pytest

from border_sim.api.simulation import simulate
from border_sim.loading.observed import load_observed
from border_sim.observed.compare import compared
from border_sim.observed.of_run import comparison_of_run, weeks_of_run
from border_sim.observed.simulated import simulated_cells
from border_sim.run.directory import DirectoryError
from border_sim.vocabulary import HOUR_US


@pytest.fixture(scope="module")
def observed():
    return load_observed()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A Saturday at Los Indios, and at a port where nothing was observed."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    simulate(ports=["los-indios", "sasabe"], start="2024-03-09", days=1, out=folder)
    return folder


def test_a_run_directory_is_compared_as_its_windows_are(folder, observed):
    metrics = simulate(ports=["los-indios"], start="2024-03-09", days=1, window_min=60).metrics()
    expected = compared(observed.cells, simulated_cells(metrics, {"los-indios": "America/Chicago"}, HOUR_US))
    found = comparison_of_run(folder, observed)

    assert found.drop_columns("day_type").equals(expected)
    assert set(found["port"].to_pylist()) == {"los-indios"}


def test_days_not_simulated_have_no_posted_wait_and_each_cell_has_its_type_of_day(folder, observed):
    rows = comparison_of_run(folder, observed).to_pylist()
    types = {row["day_of_week"]: row["day_type"] for row in rows}

    assert types == {**dict.fromkeys(range(5), "weekday"), 5: "saturday", 6: "sunday"}
    assert {row["day_of_week"] for row in rows if row["simulated_min"] is not None} == {5}


def test_weeks_are_those_asked_for(folder):
    assert weeks_of_run(folder) == pytest.approx(1 / 7)


def test_what_is_no_run_is_refused(tmp_path, observed):
    with pytest.raises(DirectoryError, match=r"manifest\.json: cannot be read"):
        comparison_of_run(tmp_path, observed)


def test_a_run_without_its_windows_is_refused(folder, observed, tmp_path):
    (tmp_path / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    with pytest.raises(DirectoryError, match=r"metrics\.parquet: cannot be read"):
        comparison_of_run(tmp_path, observed)
