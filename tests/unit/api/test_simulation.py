"""`simulate` keeps what `border-sim run` writes, and says what is wrong before it begins."""

from datetime import date

import pyarrow.compute as pc
import pytest

import border_sim
from border_sim.api import simulation
from border_sim.api.result import open_run
from border_sim.api.scenarios import baseline, change
from border_sim.api.simulation import simulate
from border_sim.report.page import ReportError
from border_sim.run.directory import DirectoryError
from border_sim.spec.problem import SpecError

SMALL = {"ports": ["sasabe", "antelope-wells"], "days": 1}


def event_hash(**given):
    return simulate(**SMALL | given).manifest.event_hash


def test_the_same_seed_gives_the_same_whatever_the_workers_the_engine_and_the_windows():
    first = event_hash(seed=7)
    assert first == event_hash(seed=7, workers=1, window_min=60) == event_hash(seed=7, engine="reference")
    assert first not in (event_hash(seed=8), event_hash(seed=7, replication=1))


def test_arguments_win_over_the_scenario():
    scenario = change(baseline(), {"ports": ["columbus"], "days": 2, "start": "2024-06-03"})
    result = simulate(scenario, ports=["sasabe"], days=1, start=date(2024, 7, 1))
    configuration = result.manifest.configuration
    assert result.ports == ("sasabe",)
    assert (configuration.days, configuration.start) == (1, date(2024, 7, 1))
    assert simulate(scenario, ports=["sasabe"], days=1, start="2024-07-01").manifest.run == result.manifest.run


def test_the_manifest_tells_what_was_written_without_effect():
    bays = {"changes.antelope-wells.modes.passenger.bays.scan": 2}
    (notice,) = simulate(change(baseline(), bays), **SMALL).manifest.notices
    place = "changes.antelope-wells.modes.passenger.bays.scan"
    assert (notice.place, notice.value, notice.message) == (place, "2", "the inspection has no scan")


def test_a_run_directory_is_written_if_asked_for_and_never_replaced(tmp_path):
    result = simulate(**SMALL, out=tmp_path / "run")
    assert open_run(str(tmp_path / "run")).crossings().equals(result.crossings())
    with pytest.raises(DirectoryError, match="exists"):
        simulate(**SMALL, out=tmp_path / "run")


def test_a_page_that_cannot_be_made_is_a_warning_and_the_result_is_there(tmp_path, monkeypatch):
    def refuse(*_):
        raise ReportError("the report needs the package plotly, which is not installed; pip install plotly")

    monkeypatch.setattr(simulation, "write_page", refuse)
    with pytest.warns(UserWarning, match="run is whole, but its report was not written: the report needs the package"):
        result = simulate(**SMALL, out=tmp_path / "run")
    assert result.manifest.status == "complete"
    assert not (tmp_path / "run" / "report.html").exists()


def test_without_a_directory_no_file_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    simulate(**SMALL)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"seed": -1}, "seed: -1: must be 0 or more"),
        ({"seed": 2**32}, "seed: 4294967296: must be 4294967295 or less"),
        ({"replication": 2**31}, "replication: 2147483648: must be 2147483647 or less"),
        ({"replication": 1.5}, "replication: 1.5: must be a whole number"),
        ({"engine": "fast"}, "engine: 'fast': unknown value; valid are compiled, reference"),
        ({"window_min": 7}, "window_min: 7: divides neither an hour nor, in hours, a day"),
        ({"workers": 0}, "workers: 0: must be 1 or more"),
        ({"ports": ["sasab"]}, "ports[0]: 'sasab': unknown port; did you mean 'sasabe'?"),
        ({"ports": []}, "ports: (): names no port"),
        ({"days": 0}, "days: 0: must be 1 or more"),
        ({"ports": 5}, "ports: 5: must be text; put it in quotes, or must be a list"),
        ({"out": 5}, "out: 5: must be a path: text or a pathlib.Path"),
        ({"out": b"run"}, "out: b'run': must be a path"),
        ({"start": "4 March"}, "start: '4 March': must be a date"),
    ],
)
def test_a_wrong_argument_is_told_with_its_value_and_what_is_right(given, says):
    with pytest.raises(SpecError) as caught:
        simulate(**SMALL | given)
    assert says in str(caught.value)


@pytest.mark.parametrize("scenario", ["x.yaml", {}, "", 0])
def test_only_a_scenario_is_simulated(scenario):
    with pytest.raises(SpecError, match=r"scenario: .+: must be a Scenario"):
        simulate(scenario, **SMALL)


def test_another_service_time_leaves_the_stations_of_the_port_as_they_were():
    """At Mariposa such a change once took away export, secondary and state: door to door 5.7 instead of 22.2 min."""
    ports, service = ["nogales-mariposa"], "changes.nogales-mariposa.modes.commercial.inspection.service"
    base = border_sim.baseline()
    tables = {}
    for name, scenario in {
        "as it is": base,
        "restated": border_sim.change(base, {service: {"standard": {"mean_s": 108}}}),
        "quicker": border_sim.change(base, {f"{service}.standard.mean_s": 90}),
    }.items():
        crossings = simulate(scenario, ports=ports, start="2024-03-04", days=7, seed=1).crossings(instants=True)
        tables[name] = crossings.filter(pc.field("mode") == "commercial")
    assert round(pc.mean(tables["as it is"]["time_in_system_us"]).as_py() / 60e6, 1) == 22.2
    assert tables["restated"] == tables["as it is"]
    assert 20 < pc.mean(tables["quicker"]["time_in_system_us"]).as_py() / 60e6 < 22.2
    assert tables["quicker"]["state_us"].null_count < tables["quicker"].num_rows / 2
