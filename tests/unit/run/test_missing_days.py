"""Dates that a zone leaves out: Samoa went from 2011-12-29 to 2011-12-31. Such a day has no length."""

from datetime import date

import pyarrow.compute as pc
import pytest

from border_sim import Scenario, open_run, simulate
from border_sim.codes import RUN_ENDED, RUN_STARTED
from border_sim.engine.verify import verify
from border_sim.inputs.port_plan import port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.run.manifest import measured_us
from border_sim.run.recompute import compare_with_log
from border_sim.spec.resolve import resolve
from border_sim.streaming.playback.simulated import Identity, live_streams
from border_sim.streaming.playback.sources import opened
from border_sim.vocabulary import DAY_US

SOURCE = "assumption: a test"
CARS = {
    "demand": {"kind": "rate", "per_hour": 30, "spacing": "even", "source": SOURCE},
    "hours": {"weekly": {"daily": "00:00-24:00"}, "source": SOURCE},
    "installed": {"booths": 2, "source": SOURCE},
    "pools": [{"name": "standard", "serves": [["standard"]], "max_open": 2}],
    "programmes": {"share": {"none": 1}, "source": SOURCE},
    "inspection": "passenger",
    "bays": {"secondary": {"secondary": 4}, "source": SOURCE},
    "staffing": {"kind": "schedule", "pools": {"standard": [{"booths": 2}]}, "source": SOURCE},
}
APIA = {"name": "Apia", "time_zone": "Pacific/Apia", "modes": {"passenger": CARS}}
RUNS = pytest.mark.parametrize(
    ("warm_up_days", "start", "days", "measured_days"),
    [
        (0, date(2011, 12, 30), 1, 0),
        (1, date(2011, 12, 30), 1, 0),
        (1, date(2011, 12, 31), 1, 1),
        (0, date(2011, 12, 29), 2, 1),
        (0, date(2011, 12, 29), 3, 2),
    ],
)


def scenario_of(warm_up_days, start, days):
    response = {"elasticity": 0, "day_cv": 0, "hour_sd": 0}
    frame = {"warm_up_days": warm_up_days, "start": start, "days": days}
    return Scenario(own_ports={"apia": APIA}, response=response, **frame)


@RUNS
def test_every_reader_takes_a_run_with_a_missing_day(tmp_path, warm_up_days, start, days, measured_days):
    simulate(scenario_of(warm_up_days, start, days), out=tmp_path / "run")

    result = open_run(tmp_path / "run")
    assert measured_us(result.manifest, "apia") == measured_days * DAY_US
    assert result.crossings().num_rows == measured_days * 24 * 30
    assert (pc.sum(result.metrics()["arrivals"].filter(of_door(result))).as_py() or 0) == measured_days * 24 * 30
    assert (tmp_path / "run" / "report.html").exists()
    assert compare_with_log(tmp_path / "run")[1:] == (0, (), "")
    with opened(tmp_path / "run") as source:
        assert frame_of(source.streams.values()) == [RUN_STARTED, RUN_ENDED]


def of_door(result):
    return pc.equal(result.metrics()["station"].cast("string"), "door_to_door")


def frame_of(streams):
    """The kinds of the events that begin and end a run, in order."""
    kinds = [kind for stream in streams for events in stream.pieces for kind in events.kind.tolist()]
    return [kind for kind in kinds if kind in (RUN_STARTED, RUN_ENDED)]


@RUNS
def test_a_run_with_a_missing_day_is_live_once_and_the_same_for_both_engines(warm_up_days, start, days, measured_days):
    frame = resolve(scenario_of(warm_up_days, start, days), load_catalogue())
    assert frame_of(live_streams(frame, Identity("live", 1, 0))) == [RUN_STARTED, RUN_ENDED]
    agreement = verify(port_plan(frame.ports[0], frame, seed=1))
    assert (agreement.differing, agreement.rows >= measured_days * 24 * 30) == (0, True)
